"""Messages about money. Amounts are US dollars."""

from typing import Annotated

from pydantic import Field

from policy.messages.message import Message
from policy.messages.parts import OFFICE
from policy.messages.values import Amount, Text, When


class RecordPayment(Message):
    """The office records a payment of an invoice (US dollars)."""

    NAME = "record_payment"
    SENDERS = OFFICE
    invoice: Text
    amount: Annotated[Amount, Field(gt=0)]
    received_on: When | None = None
    method: str = ""


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


class QuoteFee(Message):
    """The office quotes a fee, in US dollars."""

    NAME = "quote_fee"
    SENDERS = OFFICE
    amount: Annotated[Amount, Field(gt=0)]
