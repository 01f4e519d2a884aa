"""`accredit pay`, `refund` and `write-off`: what settles an invoice, which names its case by itself."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import uuid4

import typer

from policy.messages import Message, RecordPayment, RecordRefund, WriteOff
from policy.money import judge_repetition
from policy.rules import refuse
from policy.status import InvoiceView
from policy.verdict import Refused
from policy.words import dollars
from records.money_queries import UNSETTLED, invoice_by_number, invoice_facts
from records.tables import Invoice
from records.words import InvoiceStatus
from services.clock import now
from services.composition import compose
from services.errors import NoSuchCase
from services.settings import office_user
from starter.cases.delivery import deliver
from starter.cases.pay_several import record, share, told_apart
from starter.terminal import completion
from starter.terminal.arguments import (
    ANSWER_WITHIN,
    AsJson,
    ByName,
    MessageId,
    Reason,
    ReceivedAt,
    Timeout,
    envelope,
    here,
    seconds,
)
from starter.terminal.books import reading, snapshot_of
from starter.terminal.context import office_of

InvoiceNumber = Annotated[
    str, typer.Argument(metavar="INVOICE", help="The invoice's number.", autocompletion=completion.invoices)
]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="US dollars, as 2900.00; `due`: what is open.")]
Excess = Annotated[
    str, typer.Argument(metavar="AMOUNT", help="US dollars, as 100.00; `excess`: all that was paid too much.")
]
MaybeAmount = Annotated[
    str, typer.Argument(metavar="AMOUNT", help="US dollars, as 250.00; left out: all that is open.")
]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="When the money arrived (left out: today).")]
SentOn = Annotated[str | None, typer.Option("--on", metavar="DATE", help="When the money was sent (left out: today).")]
Method = Annotated[str | None, typer.Option("--method", metavar="TEXT", help="For example check, card, transfer.")]
Reference = Annotated[
    str | None, typer.Option("--reference", metavar="TEXT", help="What tells it from others: the number of the check.")
]
Again = Annotated[
    bool, typer.Option("--again", help="It is another payment, although the same one is recorded already.")
]
Also = Annotated[
    list[str] | None,
    typer.Option(
        "--also", metavar="INVOICE", help="The payment is for this invoice too.", autocompletion=completion.invoices
    ),
]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; the facility reads it too.")]

DUE = "due"
"""In the place of an amount: all that is open."""
EXCESS = "excess"
"""In the place of an amount: all that was paid too much."""


def pay(
    ctx: typer.Context,
    invoice: InvoiceNumber,
    amount: Amount,
    on: On = None,
    method: Method = None,
    reference: Reference = None,
    again: Again = False,
    also: Also = None,
    by_name: ByName = None,
    reason: Reason = None,
    message_id: MessageId = None,
    received_at: ReceivedAt = None,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Record a payment of an invoice, of an open case or a closed one (the message `record_payment`).

    An invoice may be paid in parts; whoever pays more than is due is warned, and it is recorded all the same. The same
    amount of the same day by the same method is asked about before it is booked a second time: another payment has
    another --reference, or says --again. A payment entered by mistake is taken back by the message `undo_payment`,
    which names the payment's id as it stands in `accredit invoices --number INVOICE`. Both stay in the books, and the
    facility is told of both.

    One payment for several invoices, of one case or of several, names the others by --also: each of them gets what is
    owed on it, in their order, and what is left stands with the last as paid too much. Each is an entry of its own,
    with the payment's reference.

    For example:

        accredit pay 2028-000001 2900.00 --method check --reference 1041
        accredit pay 2028-000001 due --on 2028-05-03 --method transfer
        accredit pay 2028-000001 5400.00 --also 2028-000002 --method check --reference 1041
        accredit send CASE undo_payment payment=ID reason="typed twice"
    """
    given = _given(received_on=on, method=method, reference=reference) | ({"again": True} if again else {})
    if also:
        spoken = _spoken(by_name=by_name, reason=reason, received_at=received_at)
        _pay_several(ctx, told_apart(invoice, also), amount, {**given, **spoken}, message_id, timeout, as_json=as_json)
        return
    found = _invoice(ctx, invoice)
    more = f"If more money came for it, name the amount: accredit pay {invoice} 100.00"
    given |= {"invoice": invoice, "amount": _due(ctx, found, more) if amount == DUE else _plain(amount)}
    spoken = _spoken(by_name=by_name, reason=reason, message_id=message_id, received_at=received_at)
    message = _composed(RecordPayment, given, spoken)
    _ask_about_repetition(ctx, found, message)
    _send(ctx, found, message, timeout, as_json=as_json)


def _pay_several(
    ctx: typer.Context,
    numbers: Sequence[str],
    amount: str,
    given: Mapping[str, Any],
    message_id: str | None,
    timeout: float,
    *,
    as_json: bool,
) -> None:
    """Share one payment out over several invoices; all of them are looked at before the first is booked."""
    invoices = [_invoice(ctx, number) for number in numbers]
    owed = [_owed(ctx, one) for one in invoices]
    own = message_id or uuid4().hex

    def composed(fields: Mapping[str, Any]) -> RecordPayment:
        return compose(RecordPayment, {**given, **fields}, folder=here(), user=office_user())

    whole = {"invoice": numbers[0], "amount": _plain(amount), "message_id": own}
    came = None if amount == DUE else composed(whole).amount
    parts = share(ctx, invoices, owed, came, own, composed)
    for part in parts:
        _ask_about_repetition(ctx, part.invoice, part.message)
    record(ctx, parts, own, seconds(timeout), as_json=as_json)


def refund(
    ctx: typer.Context,
    invoice: InvoiceNumber,
    amount: Excess,
    reason: Why,
    on: SentOn = None,
    method: Method = None,
    reference: Reference = None,
    by_name: ByName = None,
    message_id: MessageId = None,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Record what was sent back of an invoice that was paid too much (the message `record_refund`).

    At most what was paid too much, of an open case or a closed one. What is to be sent back although it was owed is
    credited first (`issue_credit_note`). The facility gets a letter with the paper of the refund.

    For example:

        accredit refund 2028-000001 100.00 --reason "paid twice in part" --method check --reference 2207
        accredit refund 2028-000001 excess --reason "the fee was lowered" --on 2028-05-03
        accredit send CASE issue_credit_note invoice=2028-000001 amount=500.00 reason="one area fewer"
    """
    found = _invoice(ctx, invoice)
    sent = f"{max(-_standing(ctx, found).outstanding, Decimal(0)):.2f}" if amount == EXCESS else _plain(amount)
    if amount == EXCESS and not Decimal(sent):
        raise refuse("refund.exceeds_overpayment", f"Nothing was paid too much of invoice {invoice}.")
    given = _given(invoice=invoice, amount=sent, on=on, method=method, reference=reference, reason=reason)
    spoken = _spoken(by_name=by_name, message_id=message_id)
    _send(ctx, found, _composed(RecordRefund, given, spoken), timeout, as_json=as_json)


def write_off(
    ctx: typer.Context,
    invoice: InvoiceNumber,
    reason: Why,
    amount: MaybeAmount = DUE,
    by_name: ByName = None,
    message_id: MessageId = None,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Give up what is owed on an invoice, or part of it (the message `write_off`).

    Of an open case or a closed one. An open case takes a fee that is written off for settled and goes on; the facility
    is told, and the books keep the entry beside the invoice.

    For example:

        accredit write-off 2028-000001 --reason "the facility has closed its doors"
        accredit write-off 2028-000001 250.00 --reason "agreed on 3 May"
    """
    found = _invoice(ctx, invoice)
    given = _given(invoice=invoice, amount=_due(ctx, found) if amount == DUE else _plain(amount), reason=reason)
    spoken = _spoken(by_name=by_name, message_id=message_id)
    _send(ctx, found, _composed(WriteOff, given, spoken), timeout, as_json=as_json)


def _composed(model: type[Message], given: Mapping[str, Any], spoken: Mapping[str, Any]) -> Message:
    return compose(model, {**given, **spoken}, folder=here(), user=office_user())


def _send(ctx: typer.Context, invoice: Invoice, message: Message, timeout: float, *, as_json: bool) -> None:
    deliver(ctx, invoice.case_id, message, signal=False, within=seconds(timeout), as_json=as_json)


def _given(**fields: Any) -> dict[str, Any]:
    """Return the fields that were given."""
    return {name: value for name, value in fields.items() if value is not None}


def _spoken(**said: str | None) -> Mapping[str, Any]:
    """Return what every message of the office has."""
    nobody: dict[str, str | None] = dict.fromkeys(("for_name", "for_role", "reason", "received_at", "message_id"))
    return envelope(**{**nobody, **said, "by_role": "acr"})


def _plain(amount: str) -> str:
    """Return an amount without what people write around it: `$2,900.00` is 2900.00."""
    return amount.removeprefix("$").replace(",", "")


def _ask_about_repetition(ctx: typer.Context, invoice: Invoice, message: Message) -> None:
    """Ask about a payment that the books hold already, for cases too that began before they asked themselves.

    Raises:
        Refused: `payment.recorded_before`.
    """
    if not isinstance(message, RecordPayment):
        return
    with reading(ctx) as session:
        known = invoice_facts(session, invoice.case_id)
    fact = next(one for one in known if one.number == invoice.number)
    judge_repetition(fact, message, now(), office_of(ctx, amounts=False).zone)


def _invoice(ctx: typer.Context, number: str) -> Invoice:
    """Return an invoice of the books.

    Raises:
        NoSuchCase: They hold no such invoice.
    """
    with reading(ctx) as session:
        found = invoice_by_number(session, number)
    if found is None:
        raise NoSuchCase("invoice", number, "`accredit invoices` lists them all.")
    return found


def _standing(ctx: typer.Context, invoice: Invoice) -> InvoiceView:
    """Return how an invoice stands, as the case says: the books hear of a payment a moment later."""
    told = snapshot_of(ctx, invoice.case_id).status["invoices"]
    own: dict[str, Any] = next((one for one in told if one["number"] == invoice.number), {})
    return InvoiceView.model_validate(invoice.model_dump() | own)  # a case that runs older code tells less


def _owed(ctx: typer.Context, invoice: Invoice) -> Decimal:
    """Return what is owed on an invoice, in US dollars. Raises `Refused` where it is void."""
    one = _standing(ctx, invoice)
    if one.status == InvoiceStatus.VOID:
        raise _void(invoice)
    return one.outstanding


def _void(invoice: Invoice) -> Refused:
    return refuse(
        "payment.unknown_invoice",
        f"Invoice {invoice.number} is void: nothing is due on it, and it takes no payment.",
        f"`accredit invoices {invoice.case_id}` lists the invoices that the money may be for.",
    )


def _due(ctx: typer.Context, invoice: Invoice, *instead: str) -> str:
    """Return what is still due on an invoice; `instead`: what is possible where nothing is.

    Raises:
        Refused: Nothing is: it is void, or settled.
    """
    one = _standing(ctx, invoice)
    if one.status in UNSETTLED:
        return f"{one.outstanding:.2f}"
    if one.status == InvoiceStatus.VOID:
        raise _void(invoice)
    taken_off = {"was credited": one.credited, "was written off": one.written_off}
    less = "".join(f"{dollars(amount)} {what} and " for what, amount in taken_off.items() if amount)
    raise refuse(
        "payment.unknown_invoice",
        f"Nothing is due on invoice {invoice.number}. Of {dollars(one.total or one.paid)}, {less}{dollars(one.paid)} "
        "was paid.",
        *instead,
    )
