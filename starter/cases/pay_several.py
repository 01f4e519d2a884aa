"""One payment for several invoices: a check that pays two units, or a practice's whole account."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import typer

from policy.bounds import SOME
from policy.messages import RecordPayment
from policy.money import NOTHING, shared_out
from policy.rules import refuse
from policy.words import dollars, listed
from records.money_queries import payments
from records.tables import Invoice
from services.errors import ExitCode, InputFault, Unusable
from starter.cases.delivery import Answer, answer_to, say_answer
from starter.terminal.books import reading
from starter.terminal.output import note, say, show_json


class Part(NamedTuple):
    """What an invoice gets of the payment, as the message that records it there."""

    invoice: Invoice
    message: RecordPayment


def told_apart(invoice: str, also: Sequence[str]) -> list[str]:
    """Return the numbers of several invoices.

    Raises:
        Unusable: One is named twice, or there are too many.
    """
    numbers = [invoice, *also]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise Unusable([InputFault("--also", "", listed(twice), "each invoice once")])
    if len(numbers) > SOME:
        raise Unusable([InputFault("--also", "", f"{len(numbers)} invoices", f"{SOME} at most in one payment")])
    return numbers


def share(
    ctx: typer.Context,
    invoices: Sequence[Invoice],
    outstanding: Sequence[Decimal],
    amount: Decimal | None,
    message_id: str,
    compose: Callable[[Mapping[str, Any]], RecordPayment],
) -> list[Part]:
    """Share a payment out over invoices, in their order: each gets what is owed on it.

    What was booked of it before, under the same id, is still owed for this purpose: so the same command again comes to
    the same parts, and goes on where it broke off.

    Args:
        ctx: The command's context.
        invoices: The invoices.
        outstanding: What is owed on each now, in US dollars.
        amount: What came; none: all that is owed.
        message_id: The id of the payment; each part has its invoice's number behind it. The dot joins the key of a
            payment that is carried over to a reissued invoice, the slash these: no part is taken for one of those.
        compose: Makes the message of the fields of one part.

    Raises:
        Refused: `payment.unknown_invoice`: nothing is owed on any of them.
    """
    ids = [f"{message_id}/{invoice.number}" for invoice in invoices]
    with reading(ctx) as session:
        booked = [
            sum((one.amount for one in payments(session, invoice.number) if one.key.endswith(f":{own}")), NOTHING)
            for invoice, own in zip(invoices, ids, strict=True)
        ]
    owed = [max(left, NOTHING) + before for left, before in zip(outstanding, booked, strict=True)]
    if not any(owed):
        numbers = listed([invoice.number for invoice in invoices])
        text = f"Nothing is owed on {numbers}."
        raise refuse("payment.unknown_invoice", text, "If more money came for one of them, pay it alone.")
    parts = shared_out(sum(owed, NOTHING) if amount is None else amount, owed)
    return [
        Part(invoice, compose({"invoice": invoice.number, "amount": f"{part:.2f}", "message_id": own}))
        for invoice, own, part in zip(invoices, ids, parts, strict=True)
        if part
    ]


def record(ctx: typer.Context, parts: Sequence[Part], message_id: str, within: timedelta, *, as_json: bool) -> None:
    """Record the parts of a payment, one after the other, and tell what came of each.

    Raises:
        typer.Exit: 3 where one was refused; those before it are booked, and the others are not.
    """
    answers: list[Answer] = []
    try:
        for part in parts:
            case_id = part.invoice.case_id
            answers.append(answer_to(ctx, case_id, part.message, signal=False, within=within, as_json=as_json))
            if not answers[-1].verdict.accepted:
                break
    finally:
        _tell(parts, answers, message_id, as_json=as_json)
    if not answers[-1].verdict.accepted:
        raise typer.Exit(ExitCode.REFUSED)


def _tell(parts: Sequence[Part], answers: Sequence[Answer], message_id: str, *, as_json: bool) -> None:
    if as_json:
        show_json([answer.as_json() for answer in answers])
    else:
        for answer in answers:
            say_answer(answer)
    booked = [part.message.amount for part, answer in zip(parts, answers, strict=False) if answer.verdict.accepted]
    whole = sum((part.message.amount for part in parts), NOTHING)
    if len(booked) == len(parts):
        if not as_json:
            say(f"{dollars(whole)} booked for {listed([part.invoice.number for part in parts])}.", style="green")
        return
    note(
        f"{dollars(sum(booked, NOTHING))} of {dollars(whole)} booked, for {len(booked)} of {len(parts)} invoices. "
        f"The same command with --id {message_id} goes on from there."
    )
