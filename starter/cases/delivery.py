"""From a composed message to the exit code: deliver it, find out why nobody answers, tell the verdict.

What `send`, `option` and `pay` share.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from policy.messages import Message, ReopenCase
from policy.money import MoneyMessage
from policy.rules import refuse
from policy.status import InvoiceView
from policy.verdict import Verdict
from policy.words import dollars, instant_in_words, outcome_words
from records.books import Books
from records.money_queries import invoice_by_number
from records.problems import NoBooks
from records.queries import case_by_id
from records.tables import CaseRecord
from records.words import STARTING, BooksPurpose
from services.case_snapshot import NextAction, near_case, next_action, no_such_case
from services.clock import now
from services.errors import ExitCode, NoSuchCase, ServiceError
from services.security.naming import name_documents
from starter.terminal.books import books_to_read, reading
from starter.terminal.context import office_of
from starter.terminal.output import say, show_json, under_way

if TYPE_CHECKING:
    from temporalio.client import Client


def tell_answer(answer: "Answer", *, as_json: bool) -> None:
    """Print an answer, as one JSON object or in sentences, and end the command by its exit code.

    Raises:
        typer.Exit: 3 where the message was refused.
    """
    if as_json:
        show_json(answer.as_json())
    else:
        say_answer(answer)
    if not answer.verdict.accepted:
        raise typer.Exit(ExitCode.REFUSED)


def say_answer(answer: "Answer") -> None:
    """Print an answer in sentences; the message's id with it, so that a sender in doubt can send the same again."""
    for number, line in enumerate(verdict_in_words(answer.case_id, answer.message, answer.verdict)):
        say(line, style="" if number else ("green" if answer.verdict.accepted else "red"))
    for line in answer.following:
        say(f"  {line}")


def verdict_in_words(case_id: str, message: Message, verdict: Verdict) -> list[str]:
    """Return a verdict as lines: rule, reason, source, what is possible instead, warnings, and the message's id."""
    told = f"{message.NAME} for {case_id}"
    lines = [f"Accepted: {told}" if verdict.accepted else f"Refused by {verdict.rule}: {told}"]
    lines += [f"  {verdict.reason}"] if verdict.reason else []
    lines += [f"  Source: {verdict.source}"] if verdict.source else []
    lines += [f"  Possible instead: {text}" for text in verdict.instead]
    lines += [f"  Warning: {text}" for text in verdict.warnings]
    again = "" if verdict.accepted else " (a mended message needs a new one)"
    return [*lines, f"  Message id: {message.message_id}{again}"]


class Answer(NamedTuple):
    """What came of a message: the verdict, what scripts are told beside it, and what follows, a line each."""

    case_id: str
    message: Message
    verdict: Verdict
    more: dict[str, Any]
    following: list[str]

    def as_json(self) -> dict[str, Any]:
        """Return all of it for a script."""
        head = {"case": self.case_id, "message": self.message.NAME, "message_id": self.message.message_id}
        return {**head, **self.verdict.model_dump(mode="json"), **self.more}


def deliver(
    ctx: typer.Context, case_id: str, message: Message, *, signal: bool, within: timedelta, as_json: bool
) -> None:
    """Deliver a message and tell the verdict. As `answer_to`.

    Raises:
        typer.Exit: 3 where the message was refused.
    """
    tell_answer(answer_to(ctx, case_id, message, signal=signal, within=within, as_json=as_json), as_json=as_json)


def answer_to(
    ctx: typer.Context, case_id: str, message: Message, *, signal: bool, within: timedelta, as_json: bool
) -> Answer:
    """Deliver a message and return the answer.

    Args:
        ctx: The command's context.
        case_id: To which case.
        message: What to deliver.
        signal: As a signal, whose verdict is asked for afterwards; else as an update.
        within: How long to wait for the verdict.
        as_json: Whether it is told as JSON.

    Raises:
        NoSuchCase: Neither the server nor the books know a running case of that id.
        NotReachable: The server or the database is away, or no worker answered in time.
    """
    from services.connect import Unreachable  # here and below, because a shell that completes need not wait for it
    from services.queries import NotRunning

    more: dict[str, Any] = {}
    following: list[str] = []
    number = getattr(message, "invoice", "") if isinstance(message, MoneyMessage) else ""
    ask = bool(number) or not as_json
    try:
        with under_way(f"Waiting for the verdict of {case_id}"):
            verdict, then = asyncio.run(_deliver(ctx, case_id, message, signal=signal, within=within, ask=ask))
        told = next((one for one in then.case.invoices if one.number == number), None) if then and number else None
        more, following = _standing(told)
        with suppress(ServiceError):  # the verdict is told in any case
            following += [then.in_words(office_of(ctx, amounts=False).zone)] if then else []
    except (NotRunning, Unreachable) as absent:
        row = _row(ctx, case_id)
        if isinstance(absent, Unreachable) and (row is None or row.closed_at is None):
            raise
        verdict, more, following = _answer_of_books(ctx, case_id, row, message, within)
    return Answer(case_id, message, verdict, more, following)


async def _deliver(
    ctx: typer.Context, case_id: str, message: Message, *, signal: bool, within: timedelta, ask: bool
) -> tuple[Verdict, NextAction | None]:
    """Return the verdict; where it was accepted and that is asked for, also who is awaited next."""
    from services.connect import connect
    from services.security.signing import office_signs
    from services.sending import send_signal, send_update

    settings = office_of(ctx, amounts=False)
    client = await connect(security=settings.security)
    name_documents(message, settings.documents)
    send = send_signal if signal else send_update
    verdict = await send(client, case_id, message, within, office_signs(settings.security))
    if verdict.rule == "case.closed" and isinstance(message, MoneyMessage):
        await _ended(client, case_id, within)  # a closed case's money is the books', once its last step is written
    return verdict, await next_action(client, case_id) if ask and verdict.accepted else None


async def _ended(client: "Client", case_id: str, within: timedelta) -> None:
    """Wait until a case that is closing has ended on the server. Raises `NotRunning` then."""
    from temporalio.client import WorkflowFailureError

    from services.queries import NotRunning

    with suppress(TimeoutError, WorkflowFailureError):
        await asyncio.wait_for(client.get_workflow_handle(case_id).result(), within.total_seconds())
        raise NotRunning(case_id, "it is closed")


def _standing(invoice: InvoiceView | None) -> tuple[dict[str, Any], list[str]]:
    """Return how an invoice stands now, for scripts and in words."""
    if invoice is None:
        return {}, []
    left, total = invoice.outstanding, dollars(invoice.total or invoice.paid)
    taken = {"paid": invoice.paid, "credited": invoice.credited, "written off": invoice.written_off}
    parts = [f"{dollars(amount)} {what}" for what, amount in taken.items() if amount] or ["nothing paid"]
    remains = f"{dollars(left)} remains to be paid" if left > 0 else "nothing remains to be paid"
    over = f"; {dollars(-left)} was paid too much (accredit refund {invoice.number} AMOUNT)" if left < 0 else ""
    line = f"Invoice {invoice.number} of {total}: {', '.join(parts)}; {remains}{over}."
    told = invoice.model_dump(mode="json", exclude={"due_at"})
    return {"invoice": told | {"outstanding": f"{max(left, Decimal(0)):.2f}"}}, [line]


def _row(ctx: typer.Context, case_id: str) -> CaseRecord | None:
    """Return a case as the books have it; None where they have not, and where there are none."""
    with suppress(NoBooks), reading(ctx) as session:
        return case_by_id(session, case_id)
    return None


def _answer_of_books(
    ctx: typer.Context, case_id: str, row: CaseRecord | None, message: Message, within: timedelta
) -> tuple[Verdict, dict[str, Any], list[str]]:
    """Answer for a case that does not run: it is closed (then the books take money), or it is none."""
    if row is None:
        with suppress(NoBooks), reading(ctx) as session:
            raise no_such_case(case_id, near_case(session, case_id))
        raise no_such_case(case_id)
    if row.stage == STARTING:
        raise NoSuchCase("running case", case_id, "It was announced but never started: `accredit reconcile` starts it.")
    if row.closed_at is None:
        next_step = "The books have it open, the server does not: `accredit reconcile` brings them in line."
        raise NoSuchCase("running case", case_id, next_step)
    more = {"outcome": row.outcome, "closed_at": row.closed_at.isoformat()}
    if isinstance(message, ReopenCase):
        with books_to_read(ctx) as books:
            if books.purpose == BooksPurpose.OFFICE:
                return _reopen(ctx, books, case_id, message, within), more, []
    if isinstance(message, MoneyMessage):
        with books_to_read(ctx) as books:
            if books.purpose == BooksPurpose.OFFICE:
                verdict, standing, lines = _settle(ctx, books, row, message)
                return verdict, more | standing, lines
    when = instant_in_words(row.closed_at, office_of(ctx, amounts=False).zone)
    closed = refuse(
        "case.closed",
        f"The case closed on {when}: {outcome_words(row.outcome or 'nothing is known of it')}.",
        "A new application opens a new case.",
        f"`accredit show {case_id}` tells what was recorded.",
    )
    return closed.verdict(message.digest()), more, []


def _reopen(ctx: typer.Context, books: Books, case_id: str, message: ReopenCase, within: timedelta) -> Verdict:
    """Have a case go on that was closed in error."""
    from services.connect import connect
    from services.reopening.asking import reopen
    from services.security.signing import office_signs

    office = office_of(ctx, amounts=False)

    async def asked() -> Verdict:
        client = await connect(security=office.security)
        return await reopen(client, books, office, case_id, message, office_signs(office.security), now(), within)

    return asyncio.run(asked())


def _settle(
    ctx: typer.Context, books: Books, row: CaseRecord, message: MoneyMessage
) -> tuple[Verdict, dict[str, Any], list[str]]:
    """Have the books take money of a closed case."""
    office = office_of(ctx, amounts=False)
    from activities.mail import mailer_of  # here, for the same reason
    from services.settlement import settle

    verdict = settle(books, mailer_of(office.mail), office, row.case_id, message, now())
    if not verdict.accepted:
        return verdict, {}, []
    with books.reading() as session:
        invoice = invoice_by_number(session, getattr(message, "invoice", ""))
    standing, lines = _standing(InvoiceView.model_validate(invoice.model_dump()) if invoice else None)
    return verdict, standing, [*lines, "The books took it; the case stays closed."]
