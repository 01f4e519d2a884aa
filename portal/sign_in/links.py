"""Signing in by a link: asked for by an address, sent by mail, and used up by a button alone.

Whoever asks is told the same, in the same time, whether an address is known or not: who it is, whether he may come in
and what is sent is looked at when the answer is on its way.
"""

import logging
from dataclasses import replace
from datetime import datetime

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from activities.mail.message import as_message
from portal.page import Page, Who
from portal.sign_in.back_to import page_of_ours
from portal.sign_in.entering import begin, entered, orgs_of
from portal.visit import Visit
from portal.world import World
from records.books import Session
from records.tables import Person
from records.words import SignInWay
from services.people.attempts import limits, try_now
from services.people.letters import ask_mail, hand_over, sign_in_letter
from services.people.links import look_at_link, make_link, use_link
from services.people.passkeys import Site
from services.people.people import ADDRESS, address_of, person_by_email
from services.people.secret import new_secret

log = logging.getLogger("accredit.portal")
NO_ADDRESS = "Type one e-mail address, for example ann@example.org."


def sign_in_page(visit: Visit, *, status: int = 200, **said: object) -> Response:
    """Return the page on which a link is asked for. `said`: what is told above its field."""
    providers = visit.world.settings.portal.providers
    page = page_of_ours(str(said.get("next") or visit.text("next") or visit.request.query_params.get("next", "")))
    always: dict[str, object] = {"email": "", "faults": {}, "trouble": "", "until": None, "reason": ""}
    offered = {
        "next": page,
        "providers": [(name, one.title or name) for name, one in providers.items()],
        "passkeys": Site(visit.world.settings.issuer.name, visit.world.public_url).possible,
    }
    return visit.page("sign_in/sign_in.html.j2", status=status, title="Sign in", **always | said | offered)


async def ask(visit: Visit) -> Response:
    """Take an address, and send a link to it when the answer is given, if somebody known has it."""
    email, page, at = address_of(visit.text("email")), page_of_ours(visit.text("next")), visit.now
    if not ADDRESS.fullmatch(email):
        return sign_in_page(visit, status=422, email=visit.text("email")[:254], faults={"email": NO_ADDRESS})
    counted = limits(email, client_of(visit))
    if (until := await visit.write(lambda session: try_now(session, counted, at))) is not None:
        return sign_in_page(visit, status=429, email=email, trouble="often", until=until)
    try:
        await run_in_threadpool(ask_mail, visit.world.mailer)
    except OSError as away:
        log.error("No sign-in link can be mailed: %s", getattr(away, "found", type(away).__name__))
        return sign_in_page(visit, status=503, email=email, trouble="away")
    answer = visit.go("/sign-in/sent")
    answer.background = BackgroundTask(run_in_threadpool, _send, visit.world, email, page, at)
    return answer


async def sent(visit: Visit) -> Response:
    """Say that a link is under way, if the address is known: nothing else is told."""
    return visit.page("sign_in/sent.html.j2", title="Look into your mail")


async def show(visit: Visit) -> Response:
    """Show whom a link lets in, and the button that uses it up. Programs that open links change nothing."""
    secret, at = visit.request.path_params["token"], visit.now
    found = await visit.read(lambda session: look_at_link(session, secret, at))
    orgs = await visit.read(lambda session: _orgs(session, visit, found[0])) if found else ()
    if not found or not orgs:
        return _over(visit)
    return visit.page("sign_in/link.html.j2", title="Sign in", person=found[0], orgs=orgs)


async def use(visit: Visit) -> Response:
    """Use a link up: the person is signed in."""
    secret, at = visit.request.path_params["token"], visit.now

    def come_in(session: Session) -> tuple[str | None, str]:
        found = use_link(session, secret, at)
        return (begin(session, visit, found[0], SignInWay.LINK, found[1]), found[1]) if found else (None, "")

    begun, page = await visit.write(come_in)
    return entered(visit, begun, page) if begun else _over(visit)


def client_of(visit: Visit) -> str:
    """Return the address that a browser comes from, as the server or the proxy before it says."""
    return visit.request.client.host if visit.request.client else ""


def _orgs(session: Session, visit: Visit, person: Person) -> tuple[str, ...]:
    return orgs_of(session, person, SignInWay.LINK, visit.world.settings)


def _over(visit: Visit) -> Response:
    """Say the same of a link that is used, over, or none, and offer another one."""
    return sign_in_page(replace(visit, visitor=None), status=410, trouble="over")


def _send(world: World, email: str, page: str, at: datetime) -> None:
    """Send a link to whoever is known by an address and may come in by one. What goes wrong is told in the log.

    A letter is written to everybody, and sent to whom the books know: by how long the portal is busy with it, and lets
    another request wait, it would be known otherwise who that is.
    """
    office, secret = world.settings, new_secret()
    with world.books.writing() as session:
        person = person_by_email(session, email)
        may = person is not None and not person.disabled_at and orgs_of(session, person, SignInWay.LINK, office)
        if person is not None and may:
            secret = make_link(session, person, at, page)
    reader = person or Person(person_id="", email=email, name="Nobody", created_at=at, created_by="")
    letter = sign_in_letter(reader, world.public_url, secret, office, at)
    if not may:
        as_message(letter).as_bytes()
    elif fault := hand_over(world.mailer, letter):
        log.error("A sign-in link could not be mailed: %s", fault)


PAGES = (
    Page("/sign-in", Who.ANYBODY, post=ask),
    Page("/sign-in/sent", Who.ANYBODY, sent),
    Page("/sign-in/{token}", Who.ANYBODY, show, use),
)
