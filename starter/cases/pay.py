"""`accredit pay`: the payment of an invoice, which names its case by itself."""

from decimal import Decimal
from typing import Annotated, Any

import typer

from policy.messages import RecordPayment
from policy.rules import refuse
from policy.words import dollars
from records.money_queries import UNSETTLED, invoice_by_number
from records.tables import Invoice
from records.words import InvoiceStatus
from services.case_snapshot import known_case
from services.composition import compose
from services.errors import NoSuchCase
from services.settings import office_user
from starter.cases.delivery import deliver
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
from starter.terminal.output import note

InvoiceNumber = Annotated[
    str, typer.Argument(metavar="INVOICE", help="The invoice's number.", autocompletion=completion.invoices)
]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="US dollars, as 2900.00; `due`: what is open.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="When the money arrived (left out: today).")]
Method = Annotated[str | None, typer.Option("--method", metavar="TEXT", help="For example check, card, transfer.")]


DUE = "due"
"""In the place of an amount: all that is open."""


def pay(
    ctx: typer.Context,
    invoice: InvoiceNumber,
    amount: Amount,
    on: On = None,
    method: Method = None,
    by_name: ByName = None,
    reason: Reason = None,
    message_id: MessageId = None,
    received_at: ReceivedAt = None,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Record a payment of an invoice (the message `record_payment` to the invoice's case).

    An invoice may be paid in parts; whoever pays more than is due is warned, and it is recorded all the same. A payment
    entered by mistake is taken back by the message `undo_payment`, which names the payment's id as it stands in
    `accredit invoices --number INVOICE`. Both stay in the books, and the facility is told of both.

    For example:

        accredit pay 2028-000001 2900.00 --method check
        accredit pay 2028-000001 due --on 2028-05-03 --method transfer
        accredit send CASE undo_payment payment=ID reason="typed twice"
    """
    found = _invoice(ctx, invoice)
    spoken = envelope(
        by_name=by_name,
        by_role="acr",
        for_name=None,
        for_role=None,
        reason=reason,
        message_id=message_id,
        received_at=received_at,
    )
    paid = _due(ctx, found) if amount == DUE else _plain(amount)
    given: dict[str, Any] = {"invoice": invoice, "amount": paid}
    given |= {name: text for name, text in {"received_on": on, "method": method}.items() if text is not None}
    message = compose(RecordPayment, {**given, **spoken}, folder=here(), user=office_user())
    try:
        deliver(ctx, found.case_id, message, signal=False, within=seconds(timeout), as_json=as_json)
    except typer.Exit:
        _tell_where_money_of_a_closed_case_goes(ctx, found)
        raise


def _tell_where_money_of_a_closed_case_goes(ctx: typer.Context, invoice: Invoice) -> None:
    """Say what to do with the money, where the payment was refused because the case has ended."""
    with reading(ctx) as session:
        case = known_case(session, invoice.case_id)
    if case.closed_at is not None:
        note(
            f"The books of a closed case stay as they are. Book the money in the office's accounting, for invoice "
            f"{invoice.number}; `accredit statement {case.facility_id}` shows what the facility owes besides."
        )


def _plain(amount: str) -> str:
    """Return an amount without what people write around it: `$2,900.00` is 2900.00."""
    return amount.removeprefix("$").replace(",", "")


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


def _due(ctx: typer.Context, invoice: Invoice) -> str:
    """Return what is still due on an invoice: as the case says, because the books hear of a payment a moment later.

    Raises:
        Refused: Nothing is: it is void, or settled.
    """
    told = snapshot_of(ctx, invoice.case_id).status["invoices"]
    one = next((told for told in told if told["number"] == invoice.number), invoice.model_dump())
    total, paid = Decimal(one["total"] or 0), Decimal(one["paid"])
    credited = Decimal(one.get("credited", invoice.credited))  # a case that runs older code does not tell it
    if one["status"] in UNSETTLED:
        return f"{total - paid - credited:.2f}"
    if one["status"] == InvoiceStatus.VOID:
        raise refuse(
            "payment.unknown_invoice",
            f"Invoice {invoice.number} is void: nothing is due on it, and it takes no payment.",
            f"`accredit invoices {invoice.case_id}` lists the invoices that the money may be for.",
        )
    less = f"{dollars(credited)} was credited and " if credited else ""
    raise refuse(
        "payment.unknown_invoice",
        f"Nothing is due on invoice {invoice.number}. Of {dollars(total)}, {less}{dollars(paid)} was paid.",
        f"If more money came for it, name the amount: accredit pay {invoice.number} 100.00",
    )
