"""Messages about money. Amounts are US dollars."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from policy.bounds import SOME, AtMost
from policy.messages.message import Message
from policy.messages.parts import OFFICE, Expense, Shape
from policy.messages.values import Amount, Line, MaybeName, Name, Text, When


class RecordPayment(Message):
    """The office records a payment of an invoice (US dollars).

    Attributes:
        invoice: The invoice's number.
        amount: What came.
        received_on: When it came (left out: the day of the message).
        method: How, for example `check`.
        reference: What tells it from another one, for example the number of the check.
        again: It is another payment, although the same amount of the same day is recorded already.
    """

    NAME = "record_payment"
    SENDERS = OFFICE
    LATER: ClassVar = frozenset({"reference", "again"})
    """Fields that came later: left out, they are no content, so that an old message keeps its digest."""
    invoice: Name = Field(description="The invoice's number, for example 2028-000001.")
    amount: Annotated[Amount, Field(gt=0)] = Field(description="What was paid, in US dollars.")
    received_on: When | None = Field(
        default=None, description="The day on which the money came; left out: when the message was received."
    )
    method: MaybeName = Field(default="", description="How it was paid, for example check, wire, card or ach.")
    reference: MaybeName = Field(
        default="", description="What tells this payment from others: the number of the check, of the transfer."
    )
    again: bool = Field(default=False, description="It is another payment, although the same one is recorded already.")

    def content(self) -> dict[str, Any]:
        """Return every field but `received_at`, as JSON values."""
        return {name: value for name, value in super().content().items() if value or name not in self.LATER}


class UndoPayment(Message):
    """The office takes back a payment that it recorded by mistake; both entries stay in the books."""

    NAME = "undo_payment"
    SENDERS = OFFICE
    payment: Name = Field(description="The message_id of the record_payment.")
    reason: Text = Field(description="Why it is taken back.")


class IssueCreditNote(Message):
    """The office takes something off an invoice (US dollars)."""

    NAME = "issue_credit_note"
    SENDERS = OFFICE
    invoice: Name = Field(description="The invoice's number, for example 2028-000001.")
    amount: Annotated[Amount, Field(gt=0)] = Field(description="What is taken off, in US dollars.")
    reason: Text = Field(description="Why; it is printed on the credit note.")


class RecordRefund(Message):
    """The office has sent back what was paid too much of an invoice (US dollars).

    Attributes:
        invoice: The invoice's number.
        amount: What was sent back, at most what was paid too much.
        reason: Why, in words that the facility reads too.
        on: When it was sent back (left out: the day of the message).
        method: How, for example `check`.
        reference: For example the number of the check.
    """

    NAME = "record_refund"
    SENDERS = OFFICE
    invoice: Name = Field(description="The invoice's number, for example 2028-000001.")
    amount: Annotated[Amount, Field(gt=0)] = Field(description="What was sent back, in US dollars.")
    reason: Text = Field(description="Why; the facility reads it too.")
    on: When | None = Field(
        default=None, description="The day on which it was sent back; left out: that of the message."
    )
    method: MaybeName = Field(default="", description="How it was sent back, for example check or ach.")
    reference: MaybeName = Field(default="", description="For example the number of the check.")


class WriteOff(Message):
    """The office gives up what is still owed on an invoice, or part of it (US dollars)."""

    NAME = "write_off"
    SENDERS = OFFICE
    invoice: Name = Field(description="The invoice's number, for example 2028-000001.")
    amount: Annotated[Amount, Field(gt=0)] = Field(description="What is given up, in US dollars.")
    reason: Text = Field(description="Why; it stands in the books.")


class InvoiceTravelExpenses(Message):
    """The office invoices travel expenses of a survey that came late, also after the case has closed (US dollars)."""

    NAME = "invoice_travel_expenses"
    SENDERS = OFFICE
    travel_expenses: Annotated[tuple[Expense, ...], Field(min_length=1), AtMost(SOME)] = Field(
        description="What the team's travel cost, which the facility pays: a line of the invoice each."
    )
    again: bool = Field(
        default=False, description="They are other expenses, although an invoice of the same sum was issued already."
    )


class BilledLine(Shape):
    """A line of an invoice (US dollars); `amount` follows from quantity and price, and may be left out."""

    description: Line = Field(description="What is charged.")
    quantity: Annotated[int, Field(ge=1, le=1000)] = Field(default=1, description="How many.")
    unit_price: Annotated[Amount, Field(gt=0)] | None = Field(default=None, description="Of one, in US dollars.")
    amount: Annotated[Amount, Field(gt=0)] | None = Field(default=None, description="Of all, in US dollars.")


class ReissueInvoice(Message):
    """The office voids an invoice and issues another one in its place, to which payments are carried."""

    NAME = "reissue_invoice"
    SENDERS = OFFICE
    invoice: Name = Field(description="The number of the invoice that was wrong, for example 2028-000001.")
    lines: Annotated[tuple[BilledLine, ...], AtMost(SOME)] = Field(
        default=(), description="What the new one asks for; left out: by the fees in force on its day."
    )
    reason: Text = Field(description="What was wrong; the facility reads it too.")


class QuoteFee(Message):
    """The office quotes a fee, in US dollars."""

    NAME = "quote_fee"
    SENDERS = OFFICE
    amount: Annotated[Amount, Field(gt=0)] = Field(description="The fee that the case waits for, in US dollars.")
