"""Signing in by an organisation's own identity provider: the browser goes there, and comes back with a code.

What an attempt is known by lies sealed in its `state`, for this browser alone, for some minutes, and works once; nonce
and PKCE verifier follow from it and the portal's secret, so that nothing is kept meanwhile.
"""

import logging
from dataclasses import replace

from sqlmodel import select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from policy.office import IdentityProvider
from portal.page import Page, Who
from portal.sign_in.back_to import page_of_ours
from portal.sign_in.entering import begin, entered
from portal.sign_in.links import sign_in_page
from portal.visit import Visit
from records.books import Session
from records.tables import Person
from records.words import SignInWay
from services.people.attempts import take_once
from services.people.people import memberships_of, person_by_email
from services.people.provider import Attempt, NotVouched, ProviderAway, Vouched, vouched_for, where_to
from services.people.sealed import Seal
from services.people.ways import subject_of

log = logging.getLogger("accredit.portal")
AWAY = "Your organisation's sign-in does not answer. Try again in some minutes, or tell whoever runs it."
AGAIN = "It was begun in another browser, took longer than ten minutes, or was finished before. Begin again."
UNKNOWN = (
    "Your organisation's sign-in has let you in, but nobody is known here by what it says of you. Ask to be invited "
    "with the address that it knows as yours."
)


async def go(visit: Visit) -> Response:
    """Send the browser to the provider."""
    name, provider = _provider(visit)
    page = page_of_ours(visit.request.query_params.get("next", ""))
    seal = _seal(visit, name)
    attempt = _attempt(seal, seal.close({"page": page}, visit.now))
    try:
        return visit.go(await where_to(provider, _back(visit, name), attempt))
    except ProviderAway as away:
        log.error("The identity provider %s cannot be used: %s", name, away)
        return _failed(visit, AWAY, 503)


async def come_back(visit: Visit) -> Response:
    """Let in whom the provider vouches for, once."""
    name, provider = _provider(visit)
    asked, at, seal = visit.request.query_params, visit.now, _seal(visit, name)
    state, code = asked.get("state", ""), asked.get("code", "")[:2_000]
    told = seal.open(state, at)
    if told is None or not code or not await visit.write(lambda session: take_once(session, state, at)):
        return _failed(visit, AGAIN)
    try:
        vouched = await vouched_for(provider, code, _back(visit, name), _attempt(seal, state), at)
    except ProviderAway as away:
        log.error("The identity provider %s cannot be used: %s", name, away)
        return _failed(visit, AWAY, 503)
    except NotVouched as refused:
        log.warning("The identity provider %s let nobody in: %s", name, refused)
        return _failed(visit, AGAIN)
    page = str(told["page"])

    def come_in(session: Session) -> str | None:
        person = _known(session, provider, vouched)
        return begin(session, visit, person, SignInWay.PROVIDER, page) if person else None

    begun = await visit.write(come_in)
    return entered(visit, begun, page) if begun else _failed(visit, UNKNOWN)


def _known(session: Session, provider: IdentityProvider, vouched: Vouched) -> Person | None:
    """Return whom a provider vouches for: known by what it calls the person, or at first by a verified address."""
    subject = subject_of(provider.issuer, vouched.sub)
    known = session.exec(select(Person).where(Person.subject == subject)).first()
    if known is not None or not vouched.verified:
        return known
    person = person_by_email(session, vouched.email)
    if person is None or person.subject is not None or not _belongs(session, person, provider):
        return None
    person.subject = subject
    session.add(person)
    return person


def _belongs(session: Session, person: Person, provider: IdentityProvider) -> bool:
    return any(one.org in provider.orgs for one in memberships_of(session, person.person_id))


def _provider(visit: Visit) -> tuple[str, IdentityProvider]:
    name = visit.request.path_params["provider"]
    known = visit.world.settings.portal.providers
    if name not in known:
        raise HTTPException(404)
    return name, known[name]


def _attempt(seal: Seal, state: str) -> Attempt:
    return Attempt(state, seal.made_of(state, "nonce"), seal.made_of(state, "verifier"))


def _seal(visit: Visit, name: str) -> Seal:
    return Seal(visit.world.secret, f"sign in by {name}", visit.browser)


def _back(visit: Visit, name: str) -> str:
    return f"{visit.world.public_url}/sign-in/with/{name}/back"


def _failed(visit: Visit, reason: str, status: int = 403) -> Response:
    return sign_in_page(replace(visit, visitor=None), status=status, trouble="provider", reason=reason)


PAGES = (
    Page("/sign-in/with/{provider}", Who.ANYBODY, go),
    Page("/sign-in/with/{provider}/back", Who.ANYBODY, come_back),
)
