"""Papers to look at, before any facility gets one: printed from samples, in books of their own that are then gone."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from activities.billing import payer_of
from activities.notices.previews import programs_of, sample_case, sample_notice
from activities.papers import IssuedPaper, PaperNotMade, papers_of
from activities.papers.issuing import ANNOUNCED
from policy.office import OfficeSettings
from records.books import Books, open_books
from records.tables import Case, CreditNote, Invoice, InvoiceLine, Notice, Payment
from records.words import BooksPurpose
from starter.desk.preview import SAMPLE_OF
from starter.problems import Trouble, Unusable
from starter.settings import SAMPLES

PAYMENT_TERM = timedelta(days=30)


def sample_papers(office: OfficeSettings) -> Iterator[IssuedPaper]:
    """Print one paper of each kind, with the templates and the office's settings as they are, marked as samples.

    Raises:
        Unusable: A template cannot be filled; the trouble names it.
    """
    marked = office.model_copy(update={"sample": True})
    with (
        TemporaryDirectory() as place,
        closing(open_books(f"sqlite:///{place}/books.db", BooksPurpose.REHEARSAL)) as books,
    ):
        cases = {program: _open(books, program) for program in SAMPLE_OF}
        seen: set[str] = set()
        for number, kind in enumerate(ANNOUNCED, start=1):
            case = cases[programs_of(kind)[0]]
            notice = _announce(books, case, kind, number)
            try:
                issued = papers_of(books, case, notice, marked, Path(place) / "papers")
            except PaperNotMade as error:
                expected = "a template that can be filled"
                raise Unusable([Trouble("activities/papers/templates", "", str(error), expected)]) from None
            for paper in issued:
                if paper.file_name not in seen:
                    seen.add(paper.file_name)
                    yield paper


def _open(books: Books, program: str) -> Case:
    """Write the case that a shipped application would open into the books."""
    application = json.loads((SAMPLES / SAMPLE_OF[program]).read_text("utf-8"))
    case = sample_case(program, application)
    with books.writing() as session:
        session.add(case)
    return case


def _announce(books: Books, case: Case, kind: str, number: int) -> Notice:
    """Write a sample of a notice into the books, with the money and the windows that it speaks of."""
    notice, windows = sample_notice(case, kind)
    notice.number = number
    with books.writing() as session:
        session.add(notice)
        for row in (*windows, *_money(case, notice)):
            session.merge(row)
            session.flush()
    return notice


def _money(case: Case, notice: Notice) -> Iterator[Any]:
    """Yield the invoice that a notice speaks of, with its lines and what was paid or credited."""
    facts, at = notice.facts, notice.at
    if "invoice" not in facts:
        return
    number = facts["invoice"]
    about: dict[str, Any] = {"case_id": case.case_id, "year": at.year, "sequence": 1, "issued_at": at}
    money: dict[str, Any] = {"total": Decimal(facts["total"]), "paid": Decimal("0.00"), "status": "open"}
    named: dict[str, Any] = {"purpose": facts["purpose"], "occurrence": 1, "payer": payer_of(case)}
    yield Invoice(number=number, due_at=at + PAYMENT_TERM, **about, **money, **named)
    for position, line in enumerate(facts.get("lines") or [], start=1):
        amounts = {name: Decimal(line[name]) for name in ("unit_price", "amount")}
        yield InvoiceLine(invoice=number, position=position, **line | amounts)
    amount = Decimal(facts.get("amount") or "0.00")
    if "payment" in facts:
        paid: dict[str, Any] = {"case_id": case.case_id, "received_at": at, "method": "check"}
        yield Payment(key=facts["payment"], invoice=number, amount=amount, **paid)
    if "credit_note" in facts:
        note: dict[str, Any] = {"number": facts["credit_note"], "key": "sample", "reason": facts["reason"]}
        yield CreditNote(invoice=number, amount=amount, **about, **note)
