"""What the papers about money say: invoices, receipts, credit notes, refunds. US dollars, ready to print."""

from decimal import Decimal
from typing import Any

from activities.notices.filters import dollars
from activities.papers.making import Making, common
from activities.terms import DICOE
from records.invoices import invoice_lines
from records.papers import credited_until, written_off_until
from records.tables import CreditNote, Invoice, Payment, Refund


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
    return _about(making, issued) | own | _balance(issued.total, issued.paid, issued.credited, issued.written_off)


def receipt(making: Making) -> dict[str, Any] | None:
    """Return what a receipt says of a payment; the invoice stands on it as it stood after that payment."""
    paid_for = _invoice(making)
    if paid_for is None:
        return None
    payment = making.session.get(Payment, (making.case.case_id, making.told("payment") or ""))
    amount = payment.amount if payment else making.told("amount")
    paid = Decimal(making.told("paid") or paid_for.paid)
    own = {
        "invoice": paid_for.number,
        "payment": making.told("payment"),
        "amount": amount and dollars(amount),
        "received": making.last(payment.received_at) if payment else None,
        "method": payment.method.replace("_", " ") if payment else None,
        "reference": payment.reference if payment else None,
    }
    return _about(making, paid_for) | own | _stood(making, paid_for, paid)


def refund(making: Making) -> dict[str, Any] | None:
    """Return what a refund's paper says; the invoice stands on it as it stood after that refund."""
    key = (making.case.case_id, making.told("refund") or "")
    refunded, sent = _invoice(making), making.session.get(Refund, key)
    if refunded is None or sent is None:
        return None
    own = {
        "invoice": refunded.number,
        "amount": dollars(sent.amount),
        "sent": making.last(sent.at),
        "method": sent.method.replace("_", " ") or None,
        "reference": sent.reference or None,
        "reason": sent.reason,
    }
    return _about(making, refunded) | own | _stood(making, refunded, Decimal(making.told("paid") or refunded.paid))


def credit_note(making: Making) -> dict[str, Any] | None:
    """Return what a credit note says; None: the books have no such note."""
    note = making.session.get(CreditNote, making.told("credit_note") or "")
    credited = making.session.get(Invoice, note.invoice) if note else None
    if note is None or credited is None:
        return None
    own = {"number": note.number, "invoice": note.invoice, "amount": dollars(note.amount), "reason": note.reason}
    return _about(making, credited) | own | _stood(making, credited, credited.paid)


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
    closed = {"closed": True} if making.told("closed") else {}
    travel = {"travel": True} if one.purpose == "travel_expenses" else {}
    return told | closed | travel | {"purpose": making.word("purpose", one.purpose)}


def _stood(making: Making, one: Invoice, paid: Decimal) -> dict[str, Any]:
    """Return how an invoice stood when the notice went out."""
    session, at = making.session, making.notice.at
    credited, written_off = credited_until(session, one.number, at), written_off_until(session, one.number, at)
    return _balance(one.total, paid, credited, written_off)


def _balance(total: Decimal, paid: Decimal, credited: Decimal, written_off: Decimal) -> dict[str, Any]:
    """Return how an invoice stands; what is nothing is left out, but for the total."""
    left = total - credited - written_off - paid
    return {
        "total": dollars(total),
        "paid": dollars(paid) if paid else None,
        "credited": dollars(credited) if credited else None,
        "written_off": dollars(written_off) if written_off else None,
        "outstanding": dollars(left) if left > 0 else None,
        "overpaid": dollars(-left) if left < 0 else None,
    }
