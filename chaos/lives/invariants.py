"""What must hold of the whole office in the end: numbers without a gap, sums that agree, letters, papers."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from policy.office import OfficeSettings
from records.postings import Scope, postings
from records.queries import timeline
from records.tables import CreditNote, Invoice, InvoiceCounter, InvoiceLine, Notice, Paper
from records.words import NoticeStatus

NUMBERED = re.compile(r"(.*?)(\d+)$")
OF_LETTER = re.compile(r"<(\d+)\.(.+)@[^@]+>$")


class Breach(NamedTuple):
    """Something that does not hold: whether it was lost, or is there twice, and what."""

    lost: bool
    what: str


class Letters(NamedTuple):
    """What became of the letters.

    Attributes:
        sent: That the books have as sent.
        again: That the mail server took more than once: the window that nobody can close (`activities.delivery`).
        breaches: Letters that it never took, and letters that no notice is known of.
    """

    sent: int
    again: int
    breaches: list[Breach]


def numbers(session: Session) -> Iterator[Breach]:
    """Hold that no number is missing and none was given out twice: invoices, credit notes, papers of each series."""
    given: list[str] = [f"invoice {year}-{n}" for year, n in session.exec(select(Invoice.year, Invoice.sequence))]
    given += [f"credit note {year}-{n}" for year, n in session.exec(select(CreditNote.year, CreditNote.sequence))]
    named = {*session.exec(select(Invoice.number)), *session.exec(select(CreditNote.number))}
    given += [f"paper {number}" for number in session.exec(select(Paper.number)) if number not in named]
    yield from gaps(given)
    for counter in session.exec(select(InvoiceCounter)):
        last = session.exec(select(func.max(Invoice.sequence)).where(Invoice.year == counter.year)).one()
        if last != counter.last:
            yield Breach(
                True, f"the counter of invoices stands at {counter.last} in {counter.year}, the last is {last}"
            )


def gaps(given: Iterable[str]) -> Iterator[Breach]:
    """Yield what is missing in the numbers of each series, which begin with 1, and what is there twice."""
    series: dict[str, Counter[int]] = {}
    for number in given:
        if match := NUMBERED.match(number):
            series.setdefault(match[1], Counter())[int(match[2])] += 1
    for name, found in sorted(series.items()):
        yield from (Breach(True, f"{name}{n} is missing") for n in range(1, max(found)) if n not in found)
        yield from (Breach(False, f"{name}{n} was given out {times} times") for n, times in found.items() if times > 1)


def ledger(session: Session, settings: OfficeSettings) -> Iterator[Breach]:
    """Hold that every invoice is the sum of its lines, and that all entries about it come to what it says of itself."""
    balance: dict[str, Decimal] = {}
    for one in postings(session, settings.zone, Scope()):
        balance[one.invoice] = balance.get(one.invoice, Decimal(0)) + one.debit - one.credit
    lines = select(InvoiceLine.invoice, func.sum(InvoiceLine.amount)).group_by(col(InvoiceLine.invoice))
    sums = {number: Decimal(str(amount)) for number, amount in session.exec(lines)}
    for invoice in session.exec(select(Invoice)):
        if abs(sums.get(invoice.number, Decimal(0)) - invoice.total) > Decimal("0.005"):
            yield Breach(True, f"the lines of invoice {invoice.number} come to {sums.get(invoice.number)}")
        open_ = Decimal(0) if invoice.status == "void" else invoice.total - invoice.paid - invoice.credited
        open_ -= Decimal(0) if invoice.status == "void" else invoice.written_off
        found = balance.get(invoice.number, Decimal(0))
        if abs(found - open_) > Decimal("0.005"):
            yield Breach(found > open_, f"the entries about invoice {invoice.number} leave {found}, it says {open_}")


def letters(session: Session, taken: Iterable[str]) -> Letters:
    """Hold that each letter that the books call sent was taken by the mail server, and that it took no other."""
    counted = Counter((match[2], int(match[1])) for one in taken if (match := OF_LETTER.match(one)))
    sent, waiting = set(), []
    for notice in session.exec(select(Notice)):
        key = (notice.case_id, notice.number)
        if notice.status == NoticeStatus.SENT and notice.recipients:
            sent.add(key)
        elif notice.status == NoticeStatus.PENDING:
            waiting.append(key)
    breaches = [
        Breach(True, f"letter {number} of {case} was never taken") for case, number in sorted(sent - {*counted})
    ]
    breaches += [Breach(True, f"letter {number} of {case} still waits") for case, number in waiting]
    unknown = sorted({*counted} - sent - {*waiting})
    breaches += [Breach(False, f"letter {number} of {case} was taken, and is not sent") for case, number in unknown]
    return Letters(len(sent), sum(times > 1 for times in counted.values()), breaches)


def papers(session: Session, folder: Path) -> Iterator[Breach]:
    """Hold that each paper that was issued lies in its folder as it was issued."""
    for paper in session.exec(select(Paper)):
        file = folder / paper.file
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != paper.sha256:
            yield Breach(True, f"paper {paper.number} of {paper.case_id} does not lie where it was issued")


def told_alike(session: Session, case_id: str, told: list[dict[str, Any]]) -> Iterator[Breach]:
    """Hold that the timeline that a case tells is the one of the books."""
    in_case = Counter((one["at"].replace("Z", "+00:00"), one["kind"], one["text"]) for one in told)
    in_books = Counter((one.at.isoformat(), one.kind, one.text) for one in timeline(session, case_id))
    yield from (Breach(True, f"{case_id}: only the case tells {entry}") for entry in in_case - in_books)
    yield from (Breach(False, f"{case_id}: only the books tell {entry}") for entry in in_books - in_case)
