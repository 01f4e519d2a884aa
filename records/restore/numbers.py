"""Numbers that were given out before a restore: invoices and credit notes under theirs, and counters above them all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from policy.fees import FeeLine
from records.counters import CREDIT_NOTES, INVOICES
from records.invoices import find_invoice, set_status, write_invoice
from records.tables import Counter, CreditNote, Invoice, InvoiceCounter, Paper

_NUMBER = re.compile(r"([A-Z]{0,2})([0-9]{4})-([0-9]{6,9})")


class Parsed(NamedTuple):
    """A number by its parts: `AC2028-000012` is number 12 of the series AC in 2028."""

    series: str
    year: int
    sequence: int


class Raised(NamedTuple):
    """A counter that is behind what was given out: it stood at `was`, and the highest number found is `found`."""

    series: str
    year: int
    was: int
    found: int


class NumberTaken(ValueError):
    """A number that a case was told is another one's in these books; the message says whose."""


def parsed(number: str) -> Parsed | None:
    """Return a number by its parts; None where it is none."""
    found = _NUMBER.fullmatch(number)
    return Parsed(found[1], int(found[2]), int(found[3])) if found else None


def put_back_invoice(
    session: Session,
    case_id: str,
    number: str,
    *,
    purpose: str,
    occurrence: int,
    lines: Sequence[FeeLine],
    total: Decimal,
    issued_at: datetime,
    due_at: datetime,
    issuer: Mapping[str, Any],
    payer: Mapping[str, Any],
) -> None:
    """Write an invoice as its case was told of it, under its number, if the books lack it.

    Raises:
        NumberTaken: The number is another invoice's, or the invoice has another number.
    """
    here = find_invoice(session, case_id, purpose, occurrence)
    other = session.get(Invoice, number)
    said = parsed(number)
    if here is not None and here.number != number:
        raise NumberTaken(f"the case knows its invoice as {number}, and the books have it as {here.number}")
    if here is None and other is not None:
        raise NumberTaken(f"the case has invoice {number}, and in the books that number is {other.case_id}'s")
    if here is not None or said is None:
        return
    write_invoice(
        session,
        number,
        case_id,
        year=said.year,
        sequence=said.sequence,
        purpose=purpose,
        occurrence=occurrence,
        total=total,
        lines=lines,
        issued_at=issued_at,
        due_at=due_at,
        issuer=issuer,
        payer=payer,
    )


def put_back_credit_note(session: Session, note: CreditNote) -> None:
    """Write a credit note under the number that went out, if the books lack it; its invoice is credited.

    Raises:
        NumberTaken: The number is another note's.
    """
    issued = select(CreditNote).where(col(CreditNote.case_id) == note.case_id, col(CreditNote.key) == note.key)
    if session.exec(issued).first() is not None:
        return
    if (other := session.get(CreditNote, note.number)) is not None:
        raise NumberTaken(f"credit note {note.number} is {other.case_id}'s in the books")
    invoice = session.get_one(Invoice, note.invoice, with_for_update=True)
    session.add(note)
    invoice.credited += note.amount
    set_status(invoice)
    session.flush()


def raise_counters(session: Session, found: Iterable[str], *, dry: bool = False) -> list[Raised]:
    """Raise every counter to the highest number that was given out; return those that were behind.

    Args:
        session: The books.
        found: Numbers that papers, letters and histories name; what is none is passed over. Those that stand in the
            books count too.
        dry: Only return what is behind.
    """
    highest: dict[tuple[str, int], int] = {}
    for number in (*found, *_numbers_kept(session)):
        if (one := parsed(number)) is not None:
            highest[one.series, one.year] = max(one.sequence, highest.get((one.series, one.year), 0))
    raised = []
    for (series, year), sequence in sorted(highest.items()):
        counter = _counter(session, series, year)
        if counter.last < sequence:
            raised.append(Raised(series, year, counter.last, sequence))
            if not dry:
                counter.last = sequence
                session.add(counter)
    if not dry:
        session.flush()
    return raised


def _counter(session: Session, series: str, year: int) -> Counter | InvoiceCounter:
    if series == INVOICES:
        return session.get(InvoiceCounter, year) or InvoiceCounter(year=year, last=0)
    return session.get(Counter, (series, year)) or Counter(series=series, year=year, last=0)


def _numbers_kept(session: Session) -> list[str]:
    """Return the highest number of each series and year that stands in the books: zeros in front keep their order."""
    invoices = session.exec(select(func.max(Invoice.number)).group_by(col(Invoice.year))).all()
    notes = session.exec(select(func.max(CreditNote.number)).group_by(col(CreditNote.year))).all()
    papers = session.exec(select(Paper.number)).all()
    return [number for number in (*invoices, *notes, *papers) if number]


__all__ = [
    "CREDIT_NOTES",
    "NumberTaken",
    "Parsed",
    "Raised",
    "parsed",
    "put_back_credit_note",
    "put_back_invoice",
    "raise_counters",
]
