"""Passkeys: added, named and removed by their person, and what lets him in. A device is asked by a little JavaScript.

What the device must answer to lies sealed in the browser for some minutes, and works once.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from portal.page import Page, Who
from portal.sign_in.entering import begin, entered
from portal.sign_in.links import client_of, sign_in_page
from portal.visit import Visit
from records.books import Session
from records.tables import Passkey, Person
from records.words import SignInWay
from services.people.attempts import PER_NETWORK, of_network, take_once, try_now
from services.people.audit import note_act
from services.people.passkeys import NoPasskey, Site, add, let_in, name_of, passkeys_of, to_add, to_sign_in
from services.people.sealed import Seal
from services.people.sessions import Visitor, sessions_of

log = logging.getLogger("accredit.portal")
ADD, ENTER = "add a passkey", "sign in by a passkey"
DONE = {
    "added": "The passkey is kept. On this device you can sign in by it from now on.",
    "renamed": "The passkey has its new name.",
    "removed": "The passkey lets nobody in any more. Remove it in your device too.",
    "not": "No passkey was kept. Try once more, or use another device.",
}


async def sign_in_of_mine(visit: Visit) -> Response:
    """Show a person's passkeys, and in which browsers he is signed in."""
    who, at = visit.who, visit.now
    keys, sessions = await visit.read(
        lambda session: (passkeys_of(session, who.person_id), sessions_of(session, who.person_id, at))
    )
    done = visit.request.query_params.get("done", "")
    return visit.page(
        "sign_in/mine.html.j2",
        title="Your sign-in",
        keys=keys,
        sessions=sessions,
        possible=_site(visit).possible,
        vouched=visit.who.way == SignInWay.PROVIDER,
        done=DONE.get(done, ""),
        failed=done == "not",
    )


async def options_to_add(visit: Visit) -> Response:
    """Tell a browser with what it asks its device for a new passkey."""
    who = _himself(visit)
    person, keys = await visit.read(lambda session: (_person(session, visit), passkeys_of(session, who.person_id)))
    options, challenge = to_add(_site(visit), person, keys)
    return JSONResponse({"options": options, "sealed": _seal(visit, ADD).close({"challenge": challenge}, visit.now)})


async def options_to_sign_in(visit: Visit) -> Response:
    """Tell a browser with what it asks its device whom it lets in."""
    options, challenge = to_sign_in(_site(visit))
    return JSONResponse({"options": options, "sealed": _seal(visit, ENTER).close({"challenge": challenge}, visit.now)})


async def add_one(visit: Visit) -> Response:
    """Keep the passkey that the device has made."""
    _himself(visit)
    challenge, at = await _challenge(visit, ADD), visit.now

    def kept(session: Session) -> None:
        person = _person(session, visit)
        made = add(session, _site(visit), person, visit.text("answer"), challenge, visit.text("name"), at)
        _note(session, visit, "added a passkey", made)

    try:
        await visit.write(kept)
    except NoPasskey as refused:
        log.warning("A passkey was not kept: %s", refused)
        return visit.go("/passkeys?done=not")
    return visit.go("/passkeys?done=added")


async def enter(visit: Visit) -> Response:
    """Let in whom the device's passkey lets in."""
    challenge, at, page = await _challenge(visit, ENTER), visit.now, visit.text("next")

    def come_in(session: Session) -> str | None:
        person = let_in(session, _site(visit), visit.text("answer"), challenge, at)
        return begin(session, visit, person, SignInWay.PASSKEY, page)

    try:
        if begun := await visit.write(come_in):
            return entered(visit, begun, page)
    except NoPasskey as refused:
        log.warning("A passkey let nobody in: %s", refused)
    network = {of_network(client_of(visit)): PER_NETWORK}
    until = await visit.write(lambda session: try_now(session, network, at))
    trouble, status = ("often", 429) if until else ("passkey", 403)
    return sign_in_page(replace(visit, visitor=None), status=status, trouble=trouble, until=until)


async def rename(visit: Visit) -> Response:
    """Call a passkey otherwise."""

    def renamed(session: Session, key: Passkey) -> None:
        key.name = name_of(visit.text("name"))

    return await _changed(visit, "renamed", "renamed a passkey", renamed)


async def remove(visit: Visit) -> Response:
    """Let a passkey let nobody in any more."""

    def removed(session: Session, key: Passkey) -> None:
        key.removed_at = visit.now

    return await _changed(visit, "removed", "removed a passkey", removed)


async def _changed(visit: Visit, done: str, act: str, change: Callable[[Session, Passkey], None]) -> Response:
    """Change the passkey that the form names, which must be the visitor's own."""
    _himself(visit)

    def changed(session: Session) -> None:
        key = session.get(Passkey, visit.text("key"))
        if key is None or key.person_id != visit.who.person_id or key.removed_at is not None:
            raise HTTPException(404)
        change(session, key)
        session.add(key)
        _note(session, visit, act, key)

    await visit.write(changed)
    return visit.go(f"/passkeys?done={done}")


def _himself(visit: Visit) -> Visitor:
    """Return the visitor; 404 where only an identity provider says who he is.

    A provider vouches for the people of its own organisations. A passkey opens every organisation of its person, so
    whoever runs a provider could make himself one as anybody whom his organisation has invited.
    """
    if visit.who.way == SignInWay.PROVIDER:
        raise HTTPException(404)
    return visit.who


async def _challenge(visit: Visit, purpose: str) -> str:
    """Return the challenge that a form carries sealed; empty, to which no answer fits, where it is over or was used."""
    sealed, at = visit.text("sealed"), visit.now
    told = _seal(visit, purpose).open(sealed, at)
    if told is None or not await visit.write(lambda session: take_once(session, sealed, at)):
        return ""
    return str(told["challenge"])


def _seal(visit: Visit, purpose: str) -> Seal:
    return Seal(visit.world.secret, purpose, visit.browser)


def _site(visit: Visit) -> Site:
    return Site(visit.world.settings.issuer.name, visit.world.public_url)


def _person(session: Session, visit: Visit) -> Person:
    return session.get_one(Person, visit.who.person_id)


def _note(session: Session, visit: Visit, act: str, key: Passkey) -> None:
    who = visit.who
    note_act(session, at=visit.now, name=who.name, org=who.org, act=act, about=key.name, person_id=who.person_id)


PAGES = (
    Page("/passkeys", Who.SIGNED_IN, sign_in_of_mine),
    Page("/passkeys/new", Who.SIGNED_IN, options_to_add, add_one),
    Page("/passkeys/rename", Who.SIGNED_IN, post=rename),
    Page("/passkeys/remove", Who.SIGNED_IN, post=remove),
    Page("/sign-in/passkey", Who.ANYBODY, options_to_sign_in, enter),
)
