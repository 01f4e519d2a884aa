"""`accredit pay`: the payment of an invoice, which names its case by itself."""

from decimal import Decimal
from typing import Annotated, Any

import typer

from policy.messages import RecordPayment
from records.money_queries import invoice_by_number
from starter.desk.arguments import (
    ANSWER_WITHIN,
    AsJson,
    ByName,
    MessageId,
    Reason,
    ReceivedAt,
    Timeout,
    desk_user,
    envelope,
    here,
    seconds,
)
from starter.desk.books import reading
from starter.desk.compose import compose
from starter.desk.handing_over import hand_over
from starter.problems import NoSuchCase

InvoiceNumber = Annotated[str, typer.Argument(metavar="INVOICE", help="The invoice's number.")]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="US dollars, as 2900.00; `due`: what is open.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="When the money arrived (left out: today).")]
Method = Annotated[str | None, typer.Option("--method", metavar="TEXT", help="For example check, card, transfer.")]


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

    For example:

        accredit pay 2028-0001 2900.00 --method check
        accredit pay 2028-0001 due --on 2028-05-03 --method transfer
    """
    case_id, due = _case_and_due(ctx, invoice)
    spoken = envelope(
        by_name=by_name,
        by_role="acr",
        for_name=None,
        for_role=None,
        reason=reason,
        message_id=message_id,
        received_at=received_at,
    )
    given: dict[str, Any] = {"invoice": invoice, "amount": f"{due:.2f}" if amount == "due" else _plain(amount)}
    given |= {name: text for name, text in {"received_on": on, "method": method}.items() if text is not None}
    message = compose(RecordPayment, {**given, **spoken}, folder=here(), user=desk_user())
    hand_over(ctx, case_id, message, signal=False, within=seconds(timeout), as_json=as_json)


def _plain(amount: str) -> str:
    """Return an amount without what people write around it: `$2,900.00` is 2900.00."""
    return amount.removeprefix("$").replace(",", "")


def _case_and_due(ctx: typer.Context, number: str) -> tuple[str, Decimal]:
    """Return an invoice's case, and what is still due on it.

    Raises:
        NoSuchCase: The books hold no such invoice.
    """
    with reading(ctx) as session:
        found = invoice_by_number(session, number)
    if found is None:
        raise NoSuchCase("invoice", number, "`accredit invoices` lists them all.")
    return found.case_id, max(found.total - found.paid, Decimal("0.00"))
