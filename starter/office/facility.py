"""`accredit facility`: what becomes of a facility or practice, told to all its cases; a contact who leaves it."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

import typer

from policy.words import spoken
from records.books import Books
from records.facility.changes import changes_of, former_ids, present_id
from records.tables import FacilityChange
from services.clock import now
from services.errors import ExitCode
from services.security.keys import KeyRing
from services.settings import office_user
from services.upkeep.contacts import Departure, departure, messages_of, shut_out
from services.upkeep.facility_change import Plan, carry_out, is_over, planned
from services.upkeep.telling import Told, tell_each
from starter.applications.import_cases import progress
from starter.cases.timeline import local
from starter.terminal.arguments import ANSWER_WITHIN, AsJson, Timeout, seconds
from starter.terminal.books import books_of, reading
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
Facility = Annotated[str, typer.Argument(metavar="ID", help="The facility, practice or location, by its present id.")]
AnyFacility = Annotated[
    str, typer.Argument(metavar="[ID]", help="Only this one, by an old id or the present one; left out: all.")
]
Person = Annotated[str, typer.Argument(metavar="NAME", help="Who has left, as the applications list the person.")]
NewName = Annotated[str, typer.Option("--name", metavar="NAME", help="What it is called from now on.")]
MaybeNewName = Annotated[str | None, typer.Option("--name", metavar="NAME", help="Its name from now on, if another.")]
Into = Annotated[str, typer.Option("--into", metavar="ID", help="The id of the one that it has become part of.")]
MaybeInto = Annotated[
    str | None, typer.Option("--into", metavar="ID", help="The id of the one that has taken it over, if its id goes.")
]
Street = Annotated[str, typer.Option("--street", metavar="TEXT", help="Street and number from now on.")]
City = Annotated[str | None, typer.Option("--city", metavar="TEXT", help="The city, if another.")]
Postal = Annotated[str | None, typer.Option("--postal-code", metavar="CODE", help="The postal code, if another.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="Since when it is so.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="How the office knows; kept in each timeline.")]
Anew = Annotated[
    bool, typer.Option("--new-certificates", help="Issue the certificates that stand anew, with the new name.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")]


@app.callback()
def about_app() -> None:
    """What becomes of a facility or practice: renamed, moved, merged, taken over; a contact who leaves it."""


@app.command("rename")
def rename(
    ctx: typer.Context,
    facility: Facility,
    name: NewName,
    reason: Why,
    on: On = None,
    new_certificates: Anew = False,
    dry_run: DryRun = False,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Rename a facility, practice or location in all its open cases; what was issued before keeps the old name.

    For example:

        accredit facility rename OH-0417 --name "Sample Health Imaging" --reason "letter of 2 May" --dry-run
    """
    fields = {"kind": "renamed", "name": name, "on": on, "new_certificate": new_certificates, "reason": reason}
    _change(ctx, facility, fields, dry_run=dry_run, within=seconds(timeout), as_json=as_json)


@app.command("move")
def move(
    ctx: typer.Context,
    facility: Facility,
    street: Street,
    reason: Why,
    city: City = None,
    postal_code: Postal = None,
    on: On = None,
    dry_run: DryRun = False,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Give a facility or location its new address, within its state, in all its open cases.

    Of an accredited unit the relocation is flagged as well, as when the facility reports it.

    For example:

        accredit facility move OH-0417 --street "2 Sample Street" --postal-code 43215 --reason "by telephone"
    """
    fields = {"kind": "moved", "street": street, "city": city, "postal_code": postal_code, "on": on, "reason": reason}
    _change(ctx, facility, fields, dry_run=dry_run, within=seconds(timeout), as_json=as_json)


@app.command("merge")
def merge(
    ctx: typer.Context,
    facility: Facility,
    into: Into,
    reason: Why,
    name: MaybeNewName = None,
    on: On = None,
    new_certificates: Anew = False,
    dry_run: DryRun = False,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Let a facility or practice become part of another one: cases, invoices, people and designations follow.

    Cases keep their ids, and the old id leads to the new one.

    For example:

        accredit facility merge OH-0417 --into OH-0500 --name "Sample Health Imaging" --reason "deed of 2 May"
    """
    fields: dict[str, Any] = {"kind": "merged", "new_id": into, "name": name, "on": on, "reason": reason}
    fields["new_certificate"] = new_certificates
    _change(ctx, facility, fields, dry_run=dry_run, within=seconds(timeout), as_json=as_json)


@app.command("take-over")
def take_over(
    ctx: typer.Context,
    facility: Facility,
    reason: Why,
    into: MaybeInto = None,
    name: MaybeNewName = None,
    on: On = None,
    new_certificates: Anew = False,
    dry_run: DryRun = False,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Record that another organisation has taken a facility or practice over; with --into its id goes, too.

    For example:

        accredit facility take-over OH-0417 --name "Sample Health, Sampleton" --reason "letter of the new owner"
    """
    fields: dict[str, Any] = {"kind": "taken_over", "new_id": into, "name": name, "on": on, "reason": reason}
    fields["new_certificate"] = new_certificates
    _change(ctx, facility, fields, dry_run=dry_run, within=seconds(timeout), as_json=as_json)


def _change(
    ctx: typer.Context, facility: str, given: dict[str, Any], *, dry_run: bool, within: timedelta, as_json: bool
) -> None:
    """Tell what a change does, and do it unless that alone was asked for."""
    fields = {"facility": facility} | {name: value for name, value in given.items() if value not in (None, "", False)}
    at, by = now(), office_user() or "The office"
    told: list[Told] = []
    with books_of(ctx) as books:
        with books.reading() as session:
            plan = planned(session, fields, by=by, at=at)
        keys = _keys_of(ctx, plan)
        if not as_json:
            _tell_plan(plan)
            _tell_keys(plan, keys)
        if not (dry_run or as_json):
            _ask_whether_meant(plan)
        if not dry_run:
            told = asyncio.run(_carry_out(ctx, books, plan, within))
    if as_json:
        show_json({**_as_json(plan, told, dry_run=dry_run), "keys": keys})
    elif dry_run:
        note("Nothing has changed. Without --dry-run it does.")
    else:
        _tell_told(told, plan)
    if not all(is_over(one, plan.change) for one in told):
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def _ask_whether_meant(plan: Plan) -> None:
    """Ask a person who sits there whether another facility is meant: everything is its own at once."""
    if plan.into and not plan.resumes and sys.stdin.isatty():
        whose = f" ({plan.into.name})" if plan.into.name else ""
        typer.confirm(f"Does everything belong to {plan.change.new_id}{whose} from now on?", abort=True, err=True)


async def _carry_out(ctx: typer.Context, books: Books, plan: Plan, within: timedelta) -> list[Told]:
    from services.connect import connect
    from services.security.signing import office_signs

    settings = office_of(ctx, amounts=False)
    client, sign = await connect(security=settings.security), office_signs(settings.security)
    with progress("Telling the cases", len(plan.cases)) as advance:
        return await carry_out(client, books, plan, within, sign, at=now(), advance=advance)


def _tell_plan(plan: Plan) -> None:
    change = plan.change
    leads = f", its id leads to {change.new_id}" if change.new_id else ""
    again = "It was begun before and goes on. " if plan.resumes else ""
    say(f"{again}{change.facility} is {spoken(change.kind)}{leads}.", style="bold")
    rows = [
        [one.case_id, spoken(one.stage) if one.begun else "not begun", ", ".join(one.unpaid) or "–"]
        for one in plan.cases
    ]
    if rows:
        show_table(["Open case that hears of it", "Stage", "Unpaid invoices that follow"], rows)
    if plan.closed:
        say(f"Closed cases that are found under {change.new_id}, with the old name: {', '.join(plan.closed)}")
    if plan.people:
        people = ", ".join(f"{name} ({spoken(role)})" for name, role in plan.people)
        say(f"People who sign in for {change.new_id} then: {people}")
    if plan.into:
        whose = f" is {plan.into.name}" if plan.into.name else ""
        held = f"cases under it already: {plan.into.cases}, people who sign in: {plan.into.people}"
        say(f"{change.new_id}{whose}; {held}.")
    elif change.new_id:
        say(f"The books have nothing under {change.new_id} yet.")


def _keys_of(ctx: typer.Context, plan: Plan) -> list[str]:
    """Return the keys that go on speaking for the old id, in the cases that keep it."""
    if not plan.change.new_id:
        return []
    return KeyRing(office_of(ctx, amounts=False).security.keys).speaking_for(plan.change.facility, now())


def _tell_keys(plan: Plan, keys: Sequence[str]) -> None:
    if keys:
        say(f"Keys that go on speaking for {plan.change.facility} in the cases that keep its id: {', '.join(keys)}")
        note(f"Whoever should speak no more: accredit keys revoke KEY. A key of {plan.change.new_id} is refused there.")


def _tell_told(told: Sequence[Told], plan: Plan) -> None:
    for one in told:
        line = f"Told: {one.case_id}" if one.taken else f"Not told: {one.case_id}: {one.reason}"
        say(line, style="green" if one.taken else "red")
    if all(is_over(one, plan.change) for one in told):
        say("Done: everything follows.", style="green")
    else:
        note("The same command again goes on with the cases that have not heard of it.")


def _as_json(plan: Plan, told: Sequence[Told], *, dry_run: bool) -> dict[str, Any]:
    return {
        "change": plan.change.change_id,
        "facility": plan.change.facility,
        "kind": plan.change.kind,
        "new_id": plan.change.new_id,
        "dry_run": dry_run,
        "resumes": plan.resumes,
        "cases": [one._asdict() for one in plan.cases],
        "closed": list(plan.closed),
        "people": [{"name": name, "role": role} for name, role in plan.people],
        "into": plan.into._asdict() if plan.into else None,
        "told": [{"case": one.case_id, "taken": one.taken, "reason": one.reason} for one in told],
    }


@app.command("history")
def history(ctx: typer.Context, facility: AnyFacility = "", as_json: AsJson = False) -> None:
    """Tell what has become of facilities and practices, and where an old id leads; also what is not finished yet.

    For example:

        accredit facility history OH-0417
    """
    zone = office_of(ctx, amounts=False).zone
    with reading(ctx) as session:
        found = list(changes_of(session, facility))
        leads = present_id(session, facility) if facility else ""
        before = former_ids(session, leads) if leads else []
    if as_json:
        told = {"id": facility, "present_id": leads, "former_ids": before} if facility else {}
        show_json({**told, "changes": [one.model_dump(mode="json") for one in found]})
        return
    if facility and leads.lower() != facility.lower():
        say(f"{facility} is {leads} now.", style="bold")
    elif before:
        say(f"{facility} was joined by {', '.join(before)}.", style="bold")
    if not found:
        say("Nothing has become of it." if facility else "Nothing has become of any facility.")
    else:
        columns = ["When", "Id", "What", "From now on", "By", "State"]
        show_table(columns, [[local(one.at, zone), *_history_row(one)] for one in found])


def _history_row(one: FacilityChange) -> list[str]:
    said = one.content
    address = ", ".join(said[name] for name in ("street", "city", "postal_code") if said.get(name))
    after = "; ".join(part for part in (one.new_id, said.get("name"), address) if part)
    state = "done" if one.finished_at else "not finished: enter it again"
    return [one.facility, spoken(one.kind), after, one.by, state]


@app.command("contact-left")
def contact_left(
    ctx: typer.Context,
    facility: Facility,
    person: Person,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="How the office knows.")] = "",
    on: On = None,
    dry_run: DryRun = False,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Take somebody who has left off the contacts of all open cases; the person's sign-in for it ends.

    Letters go to the contacts who are left; a case without any needs attention.

    For example:

        accredit facility contact-left OH-0417 "Ann Sample" --reason "by telephone" --dry-run
    """
    told: list[Told] = []
    ended: list[str] = []
    with books_of(ctx) as books:
        with books.reading() as session:
            leaving = departure(session, facility, person)
        if not dry_run:
            with books.writing() as session:
                ended = shut_out(session, leaving, by=office_user() or "The office", at=now())
            if leaving.cases:
                told = asyncio.run(_tell_leaving(ctx, leaving, on, reason, seconds(timeout)))
    if as_json:
        show_json(
            {
                "facility": facility,
                "left": person,
                "cases": {case: list(roles) for case, roles in leaving.cases.items()},
                "signs_in": list(leaving.signs_in),
                "dry_run": dry_run,
                "told": [{"case": one.case_id, "taken": one.taken, "reason": one.reason} for one in told],
            }
        )
    else:
        _tell_departure(leaving, told, ended, dry_run=dry_run)
    if any(not (one.taken or one.closed) for one in told):
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


async def _tell_leaving(
    ctx: typer.Context, leaving: Departure, on: str | None, reason: str, within: timedelta
) -> list[Told]:
    from services.connect import connect
    from services.security.signing import office_signs

    settings = office_of(ctx, amounts=False)
    client, sign = await connect(security=settings.security), office_signs(settings.security)
    return await tell_each(client, messages_of(leaving, on, reason, office_user()), within, sign)


def _tell_departure(leaving: Departure, told: Sequence[Told], ended: Sequence[str], *, dry_run: bool) -> None:
    if dry_run:
        for case, roles in leaving.cases.items():
            say(f"{case} lists {leaving.left} as {', '.join(spoken(role) for role in roles)}.")
        for name in leaving.signs_in:
            say(f"{name} signs in for {leaving.org}; that would end.")
        note("Nothing has changed. Without --dry-run it does.")
        return
    for one in told:
        line = f"Told: {one.case_id}" if one.taken else f"Not told: {one.case_id}: {one.reason}"
        say(line, style="green" if one.taken else "red")
        for warning in one.verdict.warnings if one.verdict else ():
            note(f"  {warning}")
    for name in ended or leaving.signs_in:
        say(f"{name} no longer signs in for {leaving.org}.", style="green")
