"""Messages about money. Amounts are US dollars."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from policy.messages.message import Message
from policy.messages.parts import OFFICE
from policy.messages.values import Amount, Note, Text, When


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
    invoice: Text
    amount: Annotated[Amount, Field(gt=0)]
    received_on: When | None = None
    method: str = ""
    reference: Note = ""
    again: bool = False

    def content(self) -> dict[str, Any]:
        """Return every field but `received_at`, as JSON values."""
        return {name: value for name, value in super().content().items() if value or name not in self.LATER}


class UndoPayment(Message):
    """The office takes back a payment that it recorded by mistake; both entries stay in the books.

    `payment` is the `message_id` of the `record_payment`.
    """

    NAME = "undo_payment"
    SENDERS = OFFICE
    payment: Text
    reason: Text


class IssueCreditNote(Message):
    """The office takes something off an invoice (US dollars)."""

    NAME = "issue_credit_note"
    SENDERS = OFFICE
    invoice: Text
    amount: Annotated[Amount, Field(gt=0)]
    reason: Text


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
    invoice: Text
    amount: Annotated[Amount, Field(gt=0)]
    reason: Text
    on: When | None = None
    method: Note = ""
    reference: Note = ""


class WriteOff(Message):
    """The office gives up what is still owed on an invoice, or part of it (US dollars)."""

    NAME = "write_off"
    SENDERS = OFFICE
    invoice: Text
    amount: Annotated[Amount, Field(gt=0)]
    reason: Text


class QuoteFee(Message):
    """The office quotes a fee, in US dollars."""

    NAME = "quote_fee"
    SENDERS = OFFICE
    amount: Annotated[Amount, Field(gt=0)]
