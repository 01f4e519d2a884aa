"""Invoices that are issued anew: the old one is void, and what was paid on it stands on the new one."""

from decimal import Decimal

from policy.facts import CaseFacts, InvoiceFact
from policy.fees import LARGEST_AMOUNT, FeeLine, total
from policy.messages import ReissueInvoice
from policy.money import judge_invoice
from policy.rules import refuse
from policy.words import dollars

BY_FEES = frozenset({"application", "repeat", "reinstatement", "site_survey", "designation"})
"""Purposes whose lines follow from the office's fees; of every other one somebody names them."""


def judge_reissue(facts: CaseFacts, message: ReissueInvoice) -> InvoiceFact:
    """Return the invoice that is issued anew.

    Raises:
        Refused: `payment.unknown_invoice`, `invoice.not_reissuable`, `invoice.lines_missing`,
            `invoice.line_differs` or `invoice.exceeds_bounds`.
    """
    invoice = judge_invoice(facts, message.invoice)
    received = sum((one.amount for one in invoice.payments if not one.undone), Decimal("0.00"))
    if invoice.credited or invoice.written_off or received != invoice.paid:
        raise refuse(
            "invoice.not_reissuable",
            f"Something was taken off invoice {invoice.number}, or sent back: both would lose what they stand on.",
            "Take off what is still asked too much (issue_credit_note), or record what is owed beside it.",
        )
    if not message.lines and (facts.quoted or invoice.purpose not in BY_FEES):
        raise refuse(
            "invoice.lines_missing",
            f"No fee in force says what an invoice of {invoice.purpose.replace('_', ' ')} asks for.",
            "Give its `lines`.",
        )
    asked = total(lines_of(message))
    if asked > LARGEST_AMOUNT:
        raise refuse(
            "invoice.exceeds_bounds",
            f"The lines ask for {dollars(asked)}; {dollars(LARGEST_AMOUNT)} is the most that is written down.",
            "Look at quantities and prices.",
        )
    return invoice


def lines_of(message: ReissueInvoice) -> tuple[FeeLine, ...]:
    """Return the lines of the new invoice; none: they follow from the fees in force on its day.

    Raises:
        Refused: `invoice.line_differs`: an amount is not quantity times price, or neither is given.
    """
    lines = []
    for one in message.lines:
        price = one.unit_price if one.unit_price is not None else one.amount
        if price is None or (one.unit_price is None and one.quantity != 1):
            raise refuse(
                "invoice.line_differs", f"No price stands in the line {one.description}.", "Give its `unit_price`."
            )
        amount = price * one.quantity
        if one.amount is not None and one.amount != amount:
            raise refuse(
                "invoice.line_differs",
                f"{one.description}: {one.quantity} times {dollars(price)} is {dollars(amount)}, not "
                f"{dollars(one.amount)}.",
                "Leave `amount` out: it follows from quantity and price.",
            )
        lines.append(FeeLine(description=one.description, quantity=one.quantity, unit_price=price, amount=amount))
    return tuple(lines)
