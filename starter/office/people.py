"""`accredit people`: who may sign in at the portal, and for which facility or practice."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from activities.mail import mailer_of
from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from policy.words import instant_in_words, role_in_words
from records.books import Session
from records.people import find_people, roles_of
from records.tables import Membership, Person
from services.clock import now
from services.errors import ExitCode, InputFault, Unusable
from services.people import managing
from services.people.audit import note_act
from services.people.letters import address_of_link, hand_over, invitation
from services.people.links import LASTS, make_link
from services.people.people import invite, memberships_of, person_by_email
from services.people.portal_address import portal_address
from services.people.ways import open_orgs
from services.settings import office_user
from starter.terminal.arguments import AsJson
from starter.terminal.books import books_of, reading
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table, warn

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
EVERYBODY = 1_000_000
LINK = "link"
"""How a person signs in who is given one."""
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's address, by which he signs in.")]
Search = Annotated[
    str, typer.Argument(metavar="[TEXT]", help="Only those whose name, address or organisation has this in it.")
]
Named = Annotated[str, typer.Option("--name", metavar="NAME", help="The person's name, as messages will say it.")]
InRole = Annotated[Role, typer.Option("--role", help="acr for the office, else one of a facility's five.")]
OfOrg = Annotated[
    str | None, typer.Option("--org", metavar="ID", help="The facility or practice; left out: the office (role acr).")
]
Manages = Annotated[
    bool | None,
    typer.Option(
        "--manages/--only-signs-in", help="Whether he manages the people of his facility (administrators do)."
    ),
]
PrintLink = Annotated[bool, typer.Option("--print-link", help="Print a link to sign in once, and mail nothing.")]


@app.callback()
def about_app() -> None:
    """People who may sign in at the portal: for the office, or for a facility or practice."""


@app.command("list")
def list_people(ctx: typer.Context, text: Search = "", as_json: AsJson = False) -> None:
    """List people, with their roles, and who may sign in.

    For example:

        accredit people list
        accredit people list OH-0417 --json
    """
    zone = office_of(ctx, amounts=False).zone
    with reading(ctx) as session:
        found = find_people(session, text.strip(), most=EVERYBODY)
        roles = roles_of(session, found)
    if as_json:
        show_json([_as_json(person, roles[person.person_id]) for person in found])
    elif not found:
        say("Nobody. `accredit people invite EMAIL --name NAME --role acr` lets the first one of the office in.")
    else:
        rows = [
            [one.name, one.email, _roles(roles[one.person_id]), _state(one, roles[one.person_id]),
             instant_in_words(one.created_at, zone)]
            for one in found
        ]  # fmt: skip
        show_table(["Name", "E-mail address", "Roles", "State", "Since"], rows)


@app.command("invite")
def invite_person(
    ctx: typer.Context,
    email: Email,
    name: Named,
    role: InRole,
    org: OfOrg = None,
    manages: Manages = None,
    print_link: PrintLink = False,
    as_json: AsJson = False,
) -> None:
    """Let somebody sign in: for the office, or for a facility or practice. A letter with a link goes out at once.

    An administrator of a facility or practice manages its people, and invites colleagues, unless it is said otherwise.
    Who is known already gets the role as well.

    For example:

        accredit people invite otto@example.org --name "Otto Officer" --role acr
        accredit people invite ann@example.org --name "Ann Sample" --role administrator --org OH-0417
        accredit people invite ann@example.org --name "Ann Sample" --role administrator --org OH-0417 --print-link
    """
    office, at = office_of(ctx, amounts=False), now()
    of = org or (OFFICE_ORG if role is Role.ACR else "")
    if not of:
        expected = "the facility or practice of that role, for example OH-0417 (the office's own role is acr)"
        raise Unusable([InputFault("--org", "", "nothing", expected)])
    managing_too = manages if manages is not None else role is Role.ADMINISTRATOR
    with books_of(ctx) as books, books.writing() as session:
        person = invite(
            session,
            email=email,
            name=name,
            org=of,
            role=role,
            manages=managing_too,
            by=f"{_user()}, at the terminal",
            at=at,
        )
        _note(session, "invited", f"{person.name}, {role.value} of {of}")
        secret, roles = make_link(session, person, at), memberships_of(session, person.person_id)
    portal = portal_address(office)
    link = address_of_link(portal, secret)
    fault = ""
    if not print_link:
        letter = invitation(person, of, f"{_user()} of the office", portal, secret, office, at)
        fault = hand_over(mailer_of(office.mail), letter)
    if as_json:
        show_json(_as_json(person, roles) | ({"link": link} if print_link else {"mailed": not fault}))
    else:
        say(f"{person.name} <{person.email}> may sign in as {role_in_words(role.value)} of {_org_words(of)}.")
        if person.name != name.strip():
            note(f"The books know this address already, by the name {person.name}.")
        _tell_link(link) if print_link else _tell_mailed(fault, office.mail.host is not None)
    _tell_shut_out(person)
    if fault:
        note(f"The invitation could not be mailed: {fault}.", style="red")
        note(f"`accredit people link {person.email}` prints a link instead.")
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


@app.command("disable")
def disable_person(ctx: typer.Context, email: Email, as_json: AsJson = False) -> None:
    """Shut somebody out, everywhere: the portal at once, every case within five minutes. Nothing is deleted.

    For example:

        accredit people disable ann@example.org
    """
    person = _changed(ctx, email, "disabled", lambda session, one: managing.disable(session, one, now()), as_json)
    if not as_json:
        say(f"{person.name} <{person.email}> is shut out, in every browser and for every facility.")
        say(f"Let in again: accredit people enable {person.email}")


@app.command("enable")
def enable_person(ctx: typer.Context, email: Email, as_json: AsJson = False) -> None:
    """Let somebody in again, with the roles that he has.

    For example:

        accredit people enable ann@example.org
    """
    person = _changed(ctx, email, "enabled", managing.enable, as_json)
    if not as_json:
        say(f"{person.name} <{person.email}> may sign in again.")


@app.command("link")
def print_sign_in_link(ctx: typer.Context, email: Email, as_json: AsJson = False) -> None:
    """Print a link by which somebody signs in once, within 15 minutes. Whoever has it acts in that person's name.

    For example:

        accredit people link ann@example.org
        accredit people link ann@example.org --json
    """
    office, at = office_of(ctx, amounts=False), now()
    with books_of(ctx) as books, books.writing() as session:
        person = _known(session, email)
        held = [one.org for one in memberships_of(session, person.person_id)]
        if person.disabled_at is not None or not held:
            expected = "somebody who may sign in: `accredit people enable` or `invite` first"
            raise Unusable([InputFault("EMAIL", "", f"{person.email}, who is disabled or has no role", expected)])
        if not open_orgs(person, LINK, held, office.portal.providers):
            expected = "somebody who may sign in by a link ([portal.providers] only = true)"
            raise Unusable(
                [InputFault("EMAIL", "", f"{person.email}, whose organisation signs in by its provider", expected)]
            )
        secret = make_link(session, person, at)
        _note(session, "printed a link for", f"{person.name} ({person.email})")
    link = address_of_link(portal_address(office), secret)
    if as_json:
        show_json({"email": person.email, "link": link, "expires_at": (at + LASTS).isoformat()})
    else:
        _tell_link(link)


def _changed(
    ctx: typer.Context, email: str, act: str, change: Callable[[Session, Person], None], as_json: bool
) -> Person:
    with books_of(ctx) as books, books.writing() as session:
        person = _known(session, email)
        change(session, person)
        _note(session, act, f"{person.name} ({person.email})")
        roles = roles_of(session, [person])[person.person_id]
    if as_json:
        show_json(_as_json(person, roles))
    return person


def _known(session: Session, email: str) -> Person:
    person = person_by_email(session, email)
    if person is None:
        expected = "the address of somebody who was invited: `accredit people list` tells them"
        raise Unusable([InputFault("EMAIL", "", email[:80], expected)])
    return person


def _note(session: Session, act: str, about: str) -> None:
    note_act(session, at=now(), name=_user(), org=OFFICE_ORG, act=act, about=about)


def _user() -> str:
    return office_user() or "somebody"


def _tell_link(link: str) -> None:
    say("This link works once, within 15 minutes. Whoever has it signs in:")
    say(f"  {link}")


def _tell_mailed(fault: str, by_server: bool) -> None:
    if fault:
        return
    say("An invitation with a link is on its way." if by_server else "The invitation lies in the mail's folder.")


def _tell_shut_out(person: Person) -> None:
    if person.disabled_at is not None:
        warn(f"{person.name} is disabled, and stays so: accredit people enable {person.email}")


def _org_words(org: str) -> str:
    return "the office" if org == OFFICE_ORG else org


def _roles(roles: list[Membership]) -> str:
    told = [
        f"{one.org}: {role_in_words(one.role)}{' (manages people)' if one.manages else ''}"
        for one in roles
        if one.ended_at is None
    ]
    return "; ".join(told) or "none"


def _may(person: Person, roles: list[Membership]) -> bool:
    return person.disabled_at is None and any(one.ended_at is None for one in roles)


def _state(person: Person, roles: list[Membership]) -> str:
    if person.disabled_at is not None:
        return "disabled"
    return "may sign in" if _may(person, roles) else "no role any more"


def _as_json(person: Person, roles: list[Membership]) -> dict[str, Any]:
    told = person.model_dump(mode="json", include={"email", "name", "created_at", "created_by", "disabled_at"})
    held = [one.model_dump(mode="json", include={"org", "role", "manages", "since", "ended_at"}) for one in roles]
    return {**told, "may_sign_in": _may(person, roles), "disabled": person.disabled_at is not None, "roles": held}
