"""Messages about money. Amounts are US dollars."""

from typing import Annotated

from pydantic import Field

from policy.messages.message import Message
from policy.messages.parts import OFFICE
from policy.messages.values import Amount, MaybeName, Name, Text, When


class RecordPayment(Message):
    """The office records a payment of an invoice (US dollars)."""

    NAME = "record_payment"
    SENDERS = OFFICE
    invoice: Name = Field(description="The invoice's number, for example 2028-000001.")
    amount: Annotated[Amount, Field(gt=0)] = Field(description="What was paid, in US dollars.")
    received_on: When | None = Field(
        default=None, description="The day on which the money came; left out: when the message was received."
    )
    method: MaybeName = Field(default="", description="How it was paid, for example check, wire, card or ach.")


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


class QuoteFee(Message):
    """The office quotes a fee, in US dollars."""

    NAME = "quote_fee"
    SENDERS = OFFICE
    amount: Annotated[Amount, Field(gt=0)] = Field(description="The fee that the case waits for, in US dollars.")
