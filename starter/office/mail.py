"""`accredit mail`: letters that came back, and sending them again."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from policy.messages import Message, SendLetterAgain
from services.clock import now
from services.composition import compose
from services.errors import ExitCode, InputFault, Unusable
from services.settings import office_user
from services.upkeep.bounced import CameBack, keep_for_closed, matched, message_of, named_by_hand, times_before
from services.upkeep.delivery_reports import PassedOver, reports_in
from services.upkeep.telling import Told, tell_each
from starter.cases.delivery import deliver
from starter.terminal.arguments import ANSWER_WITHIN, AsJson, CaseId, Timeout, here, seconds
from starter.terminal.books import books_of
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
Letter = Annotated[int, typer.Argument(metavar="ID", min=1, help="The letter's number in its case.")]
Reports = Annotated[
    list[Path] | None,
    typer.Option("--from", metavar="PATH", help="Reports of mail servers: a file, a folder, or a mailbox (Maildir)."),
]
OneCase = Annotated[str | None, typer.Argument(metavar="[CASE]", help="The case, where one letter is reported.")]
OneLetter = Annotated[int | None, typer.Argument(metavar="[ID]", min=1, help="That letter's number in its case.")]
FromAddress = Annotated[
    str | None, typer.Option("--address", metavar="EMAIL", help="Where it did not arrive, if it went to several.")
]
Said = Annotated[str, typer.Option("--said", metavar="TEXT", help="What the mail server said.")]
Wrong = Annotated[
    str | None, typer.Option("--address", metavar="EMAIL", help="The contact's address that is corrected.")
]
Right = Annotated[str | None, typer.Option("--to", metavar="EMAIL", help="What it is now, also for later letters.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="How the office knows the address.")]


@app.callback()
def about_app() -> None:
    """Letters that came back: report them, by hand or from a mailbox, and send them again."""


@app.command("bounced")
def bounced(
    ctx: typer.Context,
    case: OneCase = None,
    letter: OneLetter = None,
    reports: Reports = None,
    address: FromAddress = None,
    said: Said = "",
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Report letters that came back: one by its case and number, or all that mail servers report (RFC 3464).

    Each is told to its case, which needs attention then. Nothing is sent again by that: `accredit mail again` does.
    A report counts once, however often it is read; what is no report about a letter of this office is passed over.

    For example:

        accredit mail bounced accreditation.OH-0417.ct.CT-1.1 3 --said "550 5.1.1 no such user"
        accredit mail bounced --from ~/Maildir/.bounces
    """
    if (case is None) == (not reports) or (case is not None and letter is None):
        raise Unusable([InputFault("CASE ID", "", "both or neither", "a case and a letter's number, or --from PATH")])
    settings = office_of(ctx, amounts=False)
    with books_of(ctx) as books:
        with books.reading() as session:
            if case is not None and letter is not None:
                found, others = [named_by_hand(session, case, letter, address, said)], list[PassedOver]()
            else:
                told = (one for place in reports or () for one in reports_in(place))
                found, others = matched(session, told, settings.mail.sender)
            user = office_user()
            messages = {one: message_of(one, user, times_before(session, one) + 1) for one in found if not one.closed}
        with books.writing() as session:
            for one in found:
                if one.closed:
                    keep_for_closed(session, one, now())
    answers = asyncio.run(_tell(ctx, messages, seconds(timeout))) if messages else {}
    _report(found, answers, others, as_json=as_json)


async def _tell(ctx: typer.Context, messages: dict[CameBack, Message], within: timedelta) -> dict[CameBack, Told]:
    from services.connect import connect
    from services.security.signing import office_signs

    settings = office_of(ctx, amounts=False)
    client, sign = await connect(security=settings.security), office_signs(settings.security)
    return {
        one: (await tell_each(client, {one.case_id: message}, within, sign))[0] for one, message in messages.items()
    }


def _report(
    found: Sequence[CameBack], answers: dict[CameBack, Told], others: Sequence[PassedOver], *, as_json: bool
) -> None:
    """Tell what became of each; a case that did not take it ends the command with exit code 1."""
    wrong = {one: told for one, told in answers.items() if not told.taken}
    if as_json:
        show_json(
            {
                "came_back": [
                    {**one._asdict(), "told": one not in wrong, "reason": wrong[one].reason if one in wrong else ""}
                    for one in found
                ],
                "passed_over": [one._asdict() for one in others],
            }
        )
    else:
        for one in found:
            state = f"not told: {wrong[one].reason}" if one in wrong else "kept with the closed case"
            if one in answers and one not in wrong:
                state = "the case knows it"
            style = "red" if one in wrong else "green"
            say(f"{one.case_id}, letter {one.notice}, from {one.address}: {state}", style=style)
        for other in others:
            note(f"Passed over {other.file}: {other.why}.")
        if not found:
            say("No letter of this office came back.")
    if wrong:
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


@app.command("again")
def again(
    ctx: typer.Context,
    case: CaseId,
    letter: Letter,
    reason: Why,
    address: Wrong = None,
    to: Right = None,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Send a letter again that did not reach everybody; to a corrected address, where one is given.

    It goes to those whom it has not reached, and says that it was sent before. A corrected address stands in the
    application from then on. A letter of a closed case is sent by `accredit notices CASE --resend ID`.

    For example:

        accredit mail again accreditation.OH-0417.ct.CT-1.1 3 --reason "checked by telephone"
        accredit mail again CASE 3 --address an@example.org --to ann@example.org --reason "a slip of the pen"
    """
    fields = {"notice": letter, "reason": reason} | ({"address": address, "corrected": to} if address or to else {})
    message = compose(SendLetterAgain, fields, folder=here(), user=office_user())
    deliver(ctx, case, message, signal=False, within=seconds(timeout), as_json=as_json)
