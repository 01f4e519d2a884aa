"""What the timeline and a letter say of money: the same of an open case, which tells it itself, and of a closed one."""

from decimal import Decimal
from typing import Any, NamedTuple

from activities.contract.records import EntryKind
from policy.facts import InvoiceFact, PaymentFact

NOTHING = Decimal("0.00")


class MoneyWords(NamedTuple):
    """What is told of money that came, went, or is not owed any more.

    Attributes:
        kind: The kind of the timeline's entry.
        text: The entry.
        detail: Its detail.
        notice: The kind of the letter.
        rule: The rule that the letter rests on.
        facts: What its text is filled with.
    """

    kind: EntryKind
    text: str
    detail: dict[str, Any]
    notice: str
    rule: str
    facts: dict[str, Any]


def words_of_payment(invoice: InvoiceFact, key: str, amount: Decimal) -> MoneyWords:
    """Return what is told of a payment; `invoice` is the invoice as it stands after it, here and below."""
    text = f"Payment of {amount:.2f} USD for invoice {invoice.number}"
    detail = _detail(invoice, amount=amount, paid=invoice.paid)
    amounts = {"total": invoice.total or invoice.paid, "paid": invoice.paid, "amount": amount}
    facts = {"invoice": invoice.number} | _dollars(amounts | {"outstanding": _owed(invoice)})
    facts |= {"payment": key, "purpose": invoice.purpose}
    if _owed(invoice) > NOTHING and invoice.due_at:
        facts["due_at"] = invoice.due_at.isoformat()
    return MoneyWords("payment", text, detail, "payment_received", "payment.recorded", facts)


def words_of_undoing(invoice: InvoiceFact, payment: PaymentFact, reason: str) -> MoneyWords:
    """Return what is told of a payment that was entered by mistake."""
    text = f"Payment of {payment.amount:.2f} USD for invoice {invoice.number} undone: {reason}"
    detail = _detail(invoice, amount=-payment.amount, paid=invoice.paid)
    facts = _about(invoice) | _dollars({"amount": payment.amount, "outstanding": _owed(invoice)})
    facts |= {"due_at": invoice.due_at.isoformat() if invoice.due_at else None, "reason": reason}
    return MoneyWords("payment", text, detail, "payment_undone", "payment.undone", facts)


def words_of_credit(invoice: InvoiceFact, amount: Decimal, reason: str) -> MoneyWords:
    """Return what is told of a credit note; its letter is written with its number, once the books have given it one."""
    text = f"Credit of {amount:.2f} USD for invoice {invoice.number}: {reason}"
    detail = _detail(invoice, amount=amount, credited=invoice.credited)
    return MoneyWords("invoice", text, detail, "credit_note", "invoice.credited", {})


def words_of_refund(invoice: InvoiceFact, key: str, amount: Decimal, reason: str) -> MoneyWords:
    """Return what is told of a refund."""
    text = f"Refund of {amount:.2f} USD on invoice {invoice.number}: {reason}"
    detail = _detail(invoice, amount=-amount, paid=invoice.paid)
    amounts = {"amount": amount, "total": invoice.total or NOTHING, "paid": invoice.paid, "outstanding": _owed(invoice)}
    facts = _about(invoice) | _dollars(amounts) | {"refund": key, "reason": reason}
    return MoneyWords("payment", text, detail, "refund", "refund.recorded", facts)


def words_of_write_off(invoice: InvoiceFact, amount: Decimal, reason: str) -> MoneyWords:
    """Return what is told of a write-off."""
    text = f"{amount:.2f} USD of invoice {invoice.number} written off: {reason}"
    detail = _detail(invoice, amount=amount, written_off=invoice.written_off)
    amounts = {"amount": amount, "total": invoice.total or NOTHING, "outstanding": _owed(invoice)}
    facts = _about(invoice) | _dollars(amounts) | {"reason": reason}
    return MoneyWords("invoice", text, detail, "written_off", "invoice.written_off", facts)


def _owed(invoice: InvoiceFact) -> Decimal:
    return max(invoice.outstanding, NOTHING)


def _about(invoice: InvoiceFact) -> dict[str, Any]:
    return {"invoice": invoice.number, "purpose": invoice.purpose}


def _dollars(amounts: dict[str, Decimal]) -> dict[str, str]:
    return {name: f"{amount:.2f}" for name, amount in amounts.items()}


def _detail(invoice: InvoiceFact, **amounts: Decimal) -> dict[str, Any]:
    return {"invoice": invoice.number} | _dollars(amounts)
