"""`accredit keys`: the keys by which senders prove who they are."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from policy.application import Identifier
from policy.identity import is_reserved
from policy.messages.proofs import OFFICE_ORG, PORTAL_ISSUER
from policy.words import instant_in_words
from services.clock import now
from services.errors import InputFault, Unusable
from services.security.keys import KeyRing, PublicKey
from services.security.senders import READ_AGAIN_AFTER
from starter.terminal.arguments import AsJson
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table, under_way

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
KNOWN_AFTER = 1.5 * READ_AGAIN_AFTER
"""Seconds after which every worker has read a new key: nobody signs with it before."""
KeyId = Annotated[str, typer.Argument(metavar="KEY", help="Its id, as `accredit keys list` tells it.")]
Out = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where the private half is left, for its owner alone."),
]


@app.callback()
def about_app() -> None:
    """Keys by which senders prove who they are: the office's own, and those of facilities and practices."""


@app.command("list")
def list_keys(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the keys: for whom each may speak, since when, and whether what it signs is believed.

    For example:

        accredit keys list
        accredit keys list --json
    """
    ring, zone = _ring(ctx), office_of(ctx, amounts=False).zone
    read, at = ring.read(), now()
    for fault in read.faults:
        note(fault, style="yellow")
    keys = sorted(read.keys.values(), key=lambda key: key.created)
    if as_json:
        show_json([_as_json(ring, key, at) for key in keys])
        return
    if not keys:
        say(f"{ring.folder} holds no key. `accredit keys new` makes the office's.")
        return
    rows = [
        [
            key.kid,
            _speaks_for(key),
            instant_in_words(key.created, zone),
            _state(key, at),
            "here" if ring.holds(key.kid) else "",
        ]
        for key in keys
    ]
    show_table(["Key", "Speaks for", "Made", "State", "Private half"], rows)


@app.command("new")
def new_key(
    ctx: typer.Context,
    org: Annotated[
        str | None,
        typer.Option("--org", metavar="ID", help="The facility or practice that it speaks for; left out: the office."),
    ] = None,
    out: Out = None,
    first: Annotated[bool, typer.Option("--first", help="Only where the office has never had one.")] = False,
) -> None:
    """Make a key: the office's own, with which this terminal signs, or one for a facility or a practice.

    A facility's private half goes into the file that -o names: hand it to the facility by a way that nobody else reads.
    The office keeps the public half alone. The portal makes its own key when it starts.

    For example:

        accredit keys new
        accredit keys new --org OH-0417 -o OH-0417.key
    """
    ring = _ring(ctx)
    if first:
        if org or out:
            raise Unusable([InputFault("--first", "", "--org or -o beside it", "nothing: it is the office's own key")])
        if made := ring.first(now()):
            say(f"Made the office's first key {made.kid} in {ring.folder}, readable for you alone.")
        return
    if (org is None) is not (out is None):
        raise Unusable([InputFault("-o", "", str(out), "a file together with --org, neither for the office's own key")])
    if org is None:
        with under_way("Letting every worker know the key"):
            made = ring.new(OFFICE_ORG, now(), known=_wait)
        say(f"Made {made.kid}. This terminal signs with it from now on.")
        say("Another one is used no more once it is revoked: accredit keys revoke KEY")
        return
    made = ring.new(_org(org), now(), out)
    _tell_handed_out(made, out)


@app.command("rotate")
def rotate_key(ctx: typer.Context, key: KeyId, out: Out = None) -> None:
    """Make a key in the place of another one. What the old one has signed is believed for three days more.

    Workers take it over by themselves, and no open case notices. Where a key may have been stolen, revoke it.

    For example:

        accredit keys rotate office-3f0c1a2b4d5e
        accredit keys rotate OH-0417-9a8b7c6d5e4f -o OH-0417.key
    """
    ring = _ring(ctx)
    known = ring.read().keys.get(key)
    if known is not None and is_reserved(known.org) is not (out is None):
        expected = f"nothing: the {known.org}'s own key stays here" if out else f"a file for {known.org}"
        raise Unusable([InputFault("-o", "", str(out) if out else "nothing", expected)])
    with under_way("Letting every worker know the key"):
        made = ring.rotate(key, now(), out, _wait)
    if out is None:
        who = "The portal" if made.org == PORTAL_ISSUER else "This terminal"
        say(f"Made {made.kid} in the place of {key}. {who} signs with it from now on.")
    else:
        _tell_handed_out(made, out)
        say(f"{key} is believed for three days more.")


@app.command("revoke")
def revoke_key(
    ctx: typer.Context,
    key: KeyId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Believe a key no more, from now on: lost, stolen, or its owner has left.

    For example:

        accredit keys revoke OH-0417-9a8b7c6d5e4f
        accredit keys revoke OH-0417-9a8b7c6d5e4f --yes
    """
    ring = _ring(ctx)
    if key in ring.read().keys and not yes:
        if not sys.stdin.isatty():
            raise Unusable([InputFault("--yes", "", "nothing, and nobody to ask", "--yes")])
        typer.confirm(f"Believe nothing any more that {key} signs?", abort=True, err=True)
    revoked = ring.revoke(key, now())
    say(f"{revoked.kid} is believed no more; every worker knows within {READ_AGAIN_AFTER:g} seconds.")
    if revoked.org == PORTAL_ISSUER:
        say("Nobody who is signed in is heard by a case until the portal is started again: it then makes another one.")
    elif revoked.org != OFFICE_ORG:
        say(f"Another one for its owner: accredit keys new --org {revoked.org} -o FILE")
    elif ring.signing_key(now()) is None:
        say("The office has no key left with which this terminal could sign: accredit keys new")


def _ring(ctx: typer.Context) -> KeyRing:
    return KeyRing(office_of(ctx, amounts=False).security.keys)


def _wait() -> None:
    time.sleep(KNOWN_AFTER)


def _org(org: str) -> str:
    expected = "the id of a facility or practice: letters, digits, underscores and hyphens"
    try:
        checked: str = TypeAdapter(Identifier).validate_python(org)
    except ValidationError:
        raise Unusable([InputFault("--org", "", org, expected)]) from None
    if is_reserved(checked):
        own = "the office's own key is made without --org, and the portal makes its own when it starts"
        raise Unusable([InputFault("--org", "", org, f"{expected}; {own}")])
    return checked


def _speaks_for(key: PublicKey) -> str:
    return "portal (people who are signed in)" if key.org == PORTAL_ISSUER else key.org


def _state(key: PublicKey, at: datetime) -> str:
    if key.revoked:
        return "revoked"
    if not key.believed(at):
        return "replaced"
    return "believed until it ends" if key.ends else "in use"


def _as_json(ring: KeyRing, key: PublicKey, at: datetime) -> dict[str, Any]:
    told = key.model_dump(mode="json", include={"kid", "org", "created", "ends", "revoked"})
    return {**told, "believed": key.believed(at), "private_half_here": ring.holds(key.kid)}


def _tell_handed_out(made: PublicKey, out: Path | None) -> None:
    say(f"Made {made.kid}, which may speak for {made.org} alone.")
    say(f"Its private half is in {out}, readable for you alone: hand it over, and delete it here.")
