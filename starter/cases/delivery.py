"""From a composed message to the exit code: deliver it, find out why nobody answers, tell the verdict.

What `send`, `option` and `pay` share.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import typer

from policy.messages import Message
from policy.rules import refuse
from policy.verdict import Verdict
from policy.words import instant_in_words
from records.problems import NoBooks
from records.queries import case_by_id
from records.tables import CaseRecord
from records.words import STARTING
from services.connect import Unreachable, connect
from services.errors import ExitCode, NoSuchCase, ServiceError
from services.next_action import NextAction, next_action
from services.queries import NotRunning
from services.sending import send_signal, send_update
from starter.terminal.books import near_case, no_such_case, reading
from starter.terminal.context import office_of
from starter.terminal.output import say, show_json, under_way


def tell_verdict(
    case_id: str, message: Message, verdict: Verdict, *, as_json: bool, more: dict[str, Any], following: str = ""
) -> None:
    """Print a verdict and end the command by its exit code.

    Args:
        case_id: The case that judged.
        message: What was judged; its id is printed, so that a sender in doubt can send the same message again.
        verdict: The answer.
        as_json: Print one JSON object instead of sentences.
        more: Beside the verdict, for scripts: for example outcome and time of a closed case.
        following: Who is awaited next, in a line; empty where that is not known.

    Raises:
        typer.Exit: 3 where the message was refused.
    """
    if as_json:
        head = {"case": case_id, "message": message.NAME, "message_id": message.message_id}
        show_json({**head, **verdict.model_dump(mode="json"), **more})
    else:
        for number, line in enumerate(verdict_in_words(case_id, message, verdict)):
            say(line, style="" if number else ("green" if verdict.accepted else "red"))
        if following:
            say(f"  {following}")
    if not verdict.accepted:
        raise typer.Exit(ExitCode.REFUSED)


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


def deliver(
    ctx: typer.Context, case_id: str, message: Message, *, signal: bool, within: timedelta, as_json: bool
) -> None:
    """Deliver a message and tell the verdict.

    Args:
        ctx: The command's context.
        case_id: To which case.
        message: What to deliver.
        signal: As a signal, whose verdict is asked for afterwards; else as an update.
        within: How long to wait for the verdict.
        as_json: Whether to print JSON.

    Raises:
        NoSuchCase: Neither the server nor the books know a running case of that id.
        NotReachable: The server or the database is away, or no worker answered in time.
        typer.Exit: 3 where the message was refused.
    """
    more: dict[str, Any] = {}
    following = ""
    try:
        with under_way(f"Waiting for the verdict of {case_id}"):
            verdict, then = asyncio.run(_deliver(case_id, message, signal=signal, within=within, ask=not as_json))
        with suppress(ServiceError):  # the verdict is told in any case
            following = then.in_words(office_of(ctx, amounts=False).zone) if then else ""
    except (NotRunning, Unreachable) as absent:
        row = _row(ctx, case_id)
        if isinstance(absent, Unreachable) and (row is None or row.closed_at is None):
            raise
        verdict, more = _answer_of_books(ctx, case_id, row, message)
    tell_verdict(case_id, message, verdict, as_json=as_json, more=more, following=following)


async def _deliver(
    case_id: str, message: Message, *, signal: bool, within: timedelta, ask: bool
) -> tuple[Verdict, NextAction | None]:
    """Return the verdict; where it was accepted and that is asked for, also who is awaited next."""
    client = await connect()
    send = send_signal if signal else send_update
    verdict = await send(client, case_id, message, within)
    return verdict, await next_action(client, case_id) if ask and verdict.accepted else None


def _row(ctx: typer.Context, case_id: str) -> CaseRecord | None:
    """Return a case as the books have it; None where they have not, and where there are none."""
    with suppress(NoBooks), reading(ctx) as session:
        return case_by_id(session, case_id)
    return None


def _answer_of_books(
    ctx: typer.Context, case_id: str, row: CaseRecord | None, message: Message
) -> tuple[Verdict, dict[str, Any]]:
    """Answer for a case that does not run: it is closed, or it is none."""
    if row is None:
        with suppress(NoBooks), reading(ctx) as session:
            raise no_such_case(case_id, near_case(session, case_id))
        raise no_such_case(case_id)
    if row.stage == STARTING:
        raise NoSuchCase("running case", case_id, "It was announced but never started: `accredit reconcile` starts it.")
    if row.closed_at is None:
        next_step = "The books have it open, the server does not: `accredit reconcile` brings them in line."
        raise NoSuchCase("running case", case_id, next_step)
    when = instant_in_words(row.closed_at, office_of(ctx, amounts=False).zone)
    closed = refuse(
        "case.closed",
        f"The case closed on {when} as {str(row.outcome).replace('_', ' ')}.",
        "A new application opens a new case.",
        f"`accredit show {case_id}` tells what was recorded.",
    )
    return closed.verdict(message.digest()), {"outcome": row.outcome, "closed_at": row.closed_at.isoformat()}
