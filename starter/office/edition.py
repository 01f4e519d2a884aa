"""`accredit edition`: what differs between two editions, whether an office's own file is right, moving cases."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from policy.edition import Rules
from policy.editions.difference import Difference, differences
from policy.editions.own import NONE, names_of
from policy.messages import Message, MoveEdition
from policy.verdict import Verdict
from services.composition import compose
from services.editions.impact import CaseImpact, impact_of
from services.editions.known import edition_called
from services.editions.reading import EditionFile, check_file
from services.errors import ExitCode, InputFault, NoSuchCase, ServiceError, Unusable
from services.settings import office_user
from starter.cases.values import difference_as_json, difference_lines
from starter.office.editions import Carrying, EditionName, OnlyCases, impact_as_json, own_of, tell_impact
from starter.terminal.arguments import ANSWER_WITHIN, AsJson, Timeout, here, seconds
from starter.terminal.books import reading
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, under_way

if TYPE_CHECKING:
    from temporalio.client import Client

    from services.security.signing import Sign

Answer: TypeAlias = Verdict | ServiceError | str
"""What became of a move: the case's verdict, or why there is none."""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
OneEdition = Annotated[
    str, typer.Argument(metavar="A", help="An edition's name, or a file ending in .toml.", show_default=False)
]
OtherEdition = Annotated[str, typer.Argument(metavar="B", help="The one it is compared with.", show_default=False)]
EditionPath = Annotated[Path, typer.Argument(metavar="FILE", help="The office's own edition.", show_default=False)]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why the cases move; kept in each timeline.")]
Really = Annotated[bool, typer.Option("--yes", help="Move them; without it only told is what that would mean.")]


@app.callback()
def about_app() -> None:
    """Compare editions of the rules, check one of the office's own, move cases from one to another."""


@app.command("diff")
def diff(ctx: typer.Context, one: OneEdition, other: OtherEdition, as_json: AsJson = False) -> None:
    """Tell what differs between two editions, value by value: unit, source, how sure it is, and the note.

    For example:

        accredit edition diff dicoe:2019-01-01 dicoe:2021-01-01
        accredit edition diff 2021-03-08 editions/ours.toml --json
    """
    before, after = (_edition(ctx, name) for name in (one, other))
    if before.program != after.program:
        raise Unusable([InputFault("B", "", f"an edition of {after.program}", f"one of {before.program}, as A is")])
    found = differences(before, after)
    if as_json:
        sides = {"a": before.edition, "b": after.edition}
        show_json({"program": before.program, **sides, "values": [difference_as_json(one) for one in found]})
        return
    rules, places = [d for d in found if d.is_other_rule], [d for d in found if not d.is_other_rule]
    say(f"{before.title} ({before.edition}) and {after.title} ({after.edition})", style="bold")
    _tell(rules, before, after, f"{len(rules)} value(s) are others:")
    _tell(places, before, after, f"{len(places)} value(s) are the same, and stand elsewhere or are put otherwise:")
    if not found:
        say("They say the same of everything.")


@app.command("check")
def check(ctx: typer.Context, file: EditionPath, as_json: AsJson = False) -> None:
    """Check an edition that the office has written: every mistake at once, with its line. Exit code 2 where one is.

    Nothing is needed for it, neither server nor books. docs/editions.md says how an edition is written.

    For example:

        accredit edition check editions/ours.toml
        accredit edition check editions/ours.toml --json
    """
    checked = check_file(file, _taken(ctx, file))
    if checked.checked.problems:
        raise _mistakes(checked)
    rules = checked.checked.rules
    if rules is None:  # without a mistake there is one
        raise TypeError(f"{file} was checked and not read")
    values = rules.provisions()
    if as_json:
        about = {"file": str(file), "program": rules.program, "edition": checked.checked.values["edition"]}
        show_json({**about, "values": len(values), "problems": []})
        return
    say(f"{file} is an edition of {rules.program}: {checked.checked.values['title']}.", style="green")
    say(f"{len(values)} values, each with its source. It counts from {checked.checked.values['effective']} on.")


@app.command("move")
def move(
    ctx: typer.Context,
    edition: EditionName,
    reason: Why,
    cases: OnlyCases = None,
    carrying: Carrying = None,
    really: Really = False,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Move open cases to another edition: first it is told what that means for each; with --yes they move.

    Named are the cases, or all that carry an edition (--carrying). Windows that run keep their days.

    For example:

        accredit edition move 2021-03-08 accreditation.OH-0417.ct.CT-1.1 --reason "asked for by the facility"
        accredit edition move sic-2027 --carrying sic-2026 --reason "board of 3 May" --yes
    """
    settings, own = office_of(ctx, amounts=False), own_of(ctx)
    rules = edition_called(edition, own)
    if not cases and carrying is None:
        raise Unusable([InputFault("CASE", "", "nothing", "one case or more, or --carrying EDITION")])
    with reading(ctx) as session:
        found = impact_of(session, rules, own, cases or (), carrying)
    known = {one.case_id for one in found}
    for missing in (case for case in dict.fromkeys(cases or ()) if case not in known):
        note(f"{missing}: no open case under another edition that could move to {rules.edition}.", style="yellow")
    if not as_json:
        tell_impact(rules.edition, found, settings.zone)
    if not found:
        raise NoSuchCase("case to move to", rules.edition, "accredit editions tells which editions open cases carry.")
    if not really:
        if as_json:
            show_json({**impact_as_json(rules.edition, found), "moved": []})
        note(f"Nothing has moved. With --yes {len(found)} case(s) move.")
        return
    became = asyncio.run(_move(ctx, rules, found, reason, seconds(timeout)))
    _tell_verdicts(rules, found, became, as_json=as_json)


async def _move(
    ctx: typer.Context, rules: Rules, found: Sequence[CaseImpact], reason: str, within: timedelta
) -> dict[str, Answer]:
    """Send the message to each case, one after the other, and return what became of it."""
    from services.connect import connect  # here and below, because the other commands need no server
    from services.security.signing import office_signs

    settings = office_of(ctx, amounts=False)
    client, sign = await connect(security=settings.security), office_signs(settings.security)
    became: dict[str, Answer] = {}
    with under_way(f"Moving {len(found)} case(s)") as tell:
        for number, one in enumerate(found, 1):
            tell(f"Moving case {number} of {len(found)}")
            content = {"edition": rules.edition, "reason": reason}
            message = compose(MoveEdition, content, folder=here(), user=office_user())
            became[one.case_id] = await _sent(client, one.case_id, message, within, sign)
    return became


async def _sent(client: "Client", case_id: str, message: Message, within: timedelta, sign: "Sign | None") -> Answer:
    """Send a message and return the verdict, or why there is none: the other cases are to move all the same."""
    from services.queries import NotRunning
    from services.sending import send_update

    try:
        return await send_update(client, case_id, message, within, sign)
    except NotRunning as absent:
        return absent.detail
    except ServiceError as error:
        return error


def _tell_verdicts(rules: Rules, found: Sequence[CaseImpact], became: dict[str, Answer], *, as_json: bool) -> None:
    told = [(case_id, *_in_words(answer)) for case_id, answer in became.items()]
    if as_json:
        moved = [{"case": case_id, "moved": right, "reason": reason} for case_id, right, reason in told]
        show_json({**impact_as_json(rules.edition, found), "moved": moved})
    else:
        for case_id, right, reason in told:
            line = f"Moved: {case_id}" if right else f"Not moved: {case_id}: {reason}"
            say(line, style="green" if right else "red")
    if not all(right for _, right, _ in told):
        raise typer.Exit(ExitCode.REFUSED)


def _in_words(answer: Answer) -> tuple[bool, str]:
    if isinstance(answer, Verdict):
        return answer.accepted, f"{answer.rule}: {answer.reason}" if answer.rule else ""
    return False, answer.lines[0] if isinstance(answer, ServiceError) else answer


def _edition(ctx: typer.Context, name: str) -> Rules:
    """Return an edition by its name, or a file's."""
    if not name.endswith(".toml"):
        return edition_called(name, own_of(ctx))
    checked = check_file(Path(name))
    if checked.checked.rules is None:
        raise _mistakes(checked)
    return checked.checked.rules


def _mistakes(checked: EditionFile) -> Unusable:
    number = len(checked.faults)
    many = f"{number} mistakes" if number > 1 else "One mistake"
    return Unusable(checked.faults, next_step=f"{many}. docs/editions.md says how an edition is written.")


def _taken(ctx: typer.Context, file: Path) -> set[tuple[str, str]]:
    """Return the names of the other editions: also those of the office's folder, but for the file itself."""
    try:
        own = own_of(ctx)
    except Unusable:  # another file of the folder is wrong, perhaps this one: it is told by itself
        own = NONE
    names = set(names_of(own))
    return names - {key for key, name in own.files.items() if name == file.name}


def _tell(found: Sequence[Difference], before: Rules, after: Rules, title: str) -> None:
    if not found:
        return
    say()
    say(title)
    for one in found:
        say()
        say(one.name, style="bold")
        for line in difference_lines(one, before, after):
            say(f"  {line}")
