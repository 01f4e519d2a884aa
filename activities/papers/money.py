"""What the papers about money say: invoices, receipts, credit notes. Amounts are US dollars, ready to print."""

from decimal import Decimal
from typing import Any

from activities.notices.filters import dollars
from activities.papers.making import Making, common
from activities.terms import DICOE
from records.invoices import invoice_lines
from records.papers import credited_until
from records.tables import CreditNote, Invoice, Payment


def invoice(making: Making) -> dict[str, Any] | None:
    """Return what an invoice says, as the books have it; None: they have no such invoice."""
    issued = _invoice(making)
    if issued is None:
        return None
    lines = [
        {
            "description": line.description,
            "quantity": line.quantity,
            "unit_price": dollars(line.unit_price),
            "amount": dollars(line.amount),
        }
        for line in invoice_lines(making.session, issued.number)
    ]
    own = {"number": issued.number, "lines": lines, "due": making.due(issued.due_at)}
    return _about(making, issued) | own | _balance(issued.total, issued.paid, issued.credited)


def receipt(making: Making) -> dict[str, Any] | None:
    """Return what a receipt says of a payment; the invoice stands on it as it stood after that payment."""
    paid_for = _invoice(making)
    if paid_for is None:
        return None
    payment = making.session.get(Payment, (making.case.case_id, making.told("payment") or ""))
    amount = payment.amount if payment else making.told("amount")
    paid = Decimal(making.told("paid") or paid_for.paid)
    credited = credited_until(making.session, paid_for.number, making.notice.at)
    own = {
        "invoice": paid_for.number,
        "payment": making.told("payment"),
        "amount": amount and dollars(amount),
        "received": making.last(payment.received_at) if payment else None,
        "method": payment.method.replace("_", " ") if payment else None,
    }
    return _about(making, paid_for) | own | _balance(paid_for.total, paid, credited)


def credit_note(making: Making) -> dict[str, Any] | None:
    """Return what a credit note says; None: the books have no such note."""
    note = making.session.get(CreditNote, making.told("credit_note") or "")
    credited = making.session.get(Invoice, note.invoice) if note else None
    if note is None or credited is None:
        return None
    taken_off = credited_until(making.session, credited.number, making.notice.at)
    own = {"number": note.number, "invoice": note.invoice, "amount": dollars(note.amount), "reason": note.reason}
    return _about(making, credited) | own | _balance(credited.total, credited.paid, taken_off)


def _invoice(making: Making) -> Invoice | None:
    found = making.session.get(Invoice, making.told("invoice") or "")
    return found if found and found.case_id == making.case.case_id else None


def _about(making: Making, one: Invoice) -> dict[str, Any]:
    """Return what is common, with issuer and payer as they stood when the invoice was issued.

    Invoices of designations once kept the telephone of the whole office: theirs is that of the program.
    """
    told = common(making)
    reached = {name: told["issuer"][name] for name in ("phone", "email", "fax")}
    told["issuer"] |= one.issuer | (reached if making.case.program == DICOE else {})
    told["holder"] |= one.payer
    return told | {"purpose": making.word("purpose", one.purpose)}


def _balance(total: Decimal, paid: Decimal, credited: Decimal) -> dict[str, Any]:
    """Return how an invoice stands; what is nothing is left out, but for the total."""
    left = total - credited - paid
    return {
        "total": dollars(total),
        "paid": dollars(paid) if paid else None,
        "credited": dollars(credited) if credited else None,
        "outstanding": dollars(left) if left > 0 else None,
        "overpaid": dollars(-left) if left < 0 else None,
    }
