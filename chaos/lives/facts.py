"""What is held of a life: all that the books and the case tell of it, each piece as a line that can be counted.

Two lives of one kind differ in whom they are about and in the numbers that the office gave out meanwhile; both are
named by their place in the life instead. What is left must be the same, whatever happened on the way.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from records.outbox import notices
from records.queries import timeline
from records.tables import (
    CaseRecord,
    CreditNote,
    Deadline,
    Invoice,
    InvoiceLine,
    MessageRecord,
    Paper,
    Payment,
    Refund,
    Reversal,
    Signature,
    WrittenOff,
)
from rehearsal.report import days_since, status_in_days

Facts = Counter[str]
STORED = (Deadline, MessageRecord, Payment, Reversal, CreditNote, Refund, WrittenOff, Signature)
"""Tables whose rows are facts as they are."""
WHEN_HANDLED = {"handled_at", "digest", "sender", "sha256", "file", "size", "template"}
"""What tells when a message was handled, or follows from names and numbers: it may differ."""
NOT_BELIEVED, WHEN_IT_CAME = "message.stamp_not_believed", "on which it came"
"""A message whose stamp is not believed is entered as of when it came: some seconds later where all is slow."""
FINER, TO = re.compile(r"\b(?:\d+\.\d{4,}|\d(?:\.\d+)?e-0\d)\b"), 3
"""Days that are told to the tenth of a second, and the places to which they are held: what has no stamp of its own
counts as of when it came, and a message may come a second later."""
LASTING = ("stage", "outcome", "certificate", "areas", "deficiencies", "designation", "locations", "deadlines")
"""What the case's own answer tells that must be the same."""


class Difference(NamedTuple):
    """What a life lacks that the undisturbed one has, and what it has beyond it."""

    lost: Facts
    twice: Facts


def difference(undisturbed: Facts, lived: Facts) -> Difference:
    """Compare a life with the undisturbed one."""
    return Difference(undisturbed - lived, lived - undisturbed)


def facts_of(session: Session, holder: str, opened_at: datetime, told: Mapping[str, Any]) -> Facts:
    """Return the facts of a life.

    Args:
        session: The books.
        holder: The facility or practice that it is about.
        opened_at: When it began: day 0.
        told: What its cases answer to the query `status`, by their ids.
    """
    found = select(CaseRecord).where(CaseRecord.facility_id == holder).order_by(col(CaseRecord.case_id))
    cases = list(session.exec(found))
    names = {holder: "HOLDER"}
    for case in cases:
        names |= _numbers(session, case.case_id)
    facts: Facts = Counter()
    for case in cases:
        for fact in _of_case(session, case, opened_at):
            facts[_named(fact, names)] += 1
    for case_id, status in told.items():
        for name, value in status_in_days({name: status.get(name) for name in LASTING}, opened_at).items():
            facts[_named(f"{case_id} status {name}: {_as_json(value)}", names)] += 1
    return facts


def _numbers(session: Session, case_id: str) -> dict[str, str]:
    """Return the numbers that the office gave out for a case, and what each is called by its place."""
    invoices = (
        select(Invoice.number).where(Invoice.case_id == case_id).order_by(col(Invoice.year), col(Invoice.sequence))
    )
    credits = select(CreditNote.number).where(CreditNote.case_id == case_id)
    credits = credits.order_by(col(CreditNote.year), col(CreditNote.sequence))
    papers = select(Paper).where(Paper.case_id == case_id).order_by(col(Paper.notice), col(Paper.kind))
    named = {number: f"INVOICE {place}" for place, number in enumerate(session.exec(invoices), 1)}
    named |= {number: f"CREDIT {place}" for place, number in enumerate(session.exec(credits), 1)}
    kinds = Counter[str]()
    for paper in session.exec(papers):
        kinds[paper.kind] += 1
        named.setdefault(paper.number, f"{paper.kind.upper()} {kinds[paper.kind]}")
    cycle = case_id.rpartition(".")[2]
    return {number: f"{name} of {cycle}" for number, name in named.items()}


def _of_case(session: Session, case: CaseRecord, opened_at: datetime) -> Iterator[str]:
    where = case.case_id
    yield f"{where} case: {case.stage}, {case.outcome}, {_day(case.closed_at, opened_at)}"
    for entry in timeline(session, where):
        day = WHEN_IT_CAME if entry.detail.get("rule") == NOT_BELIEVED else days_since(opened_at, entry.at)
        yield f"{where} timeline, day {day}: {entry.kind} by {entry.by}: {entry.text}"
    for notice in notices(session, where):
        words = f"{notice.kind} to {notice.recipients}: {notice.subject}; {notice.status}; {notice.attachments}"
        yield f"{where} notice {notice.number}, day {days_since(opened_at, notice.at)}: {words}"
    for invoice in session.exec(select(Invoice).where(Invoice.case_id == where)):
        left_out = {"year", "sequence", "issuer", "payer", "run_id", "step"}
        yield f"{where} invoice {_row(invoice.model_dump(exclude=left_out), opened_at)}"
        lines = select(InvoiceLine).where(InvoiceLine.invoice == invoice.number)
        for line in session.exec(lines):
            yield f"{where} line {_row(line.model_dump(), opened_at)}"
    for paper in session.exec(select(Paper).where(Paper.case_id == where)):
        yield f"{where} paper {paper.kind} of notice {paper.notice}"
    for table in STORED:
        for row in session.exec(select(table).where(table.case_id == where)):
            kept = row.model_dump(exclude=WHEN_HANDLED | {"sequence", "year"})
            if kept.get("rule") == NOT_BELIEVED:
                kept["at"] = WHEN_IT_CAME
            yield f"{where} {table.__name__} {_row(kept, opened_at)}"


def _row(values: dict[str, Any], opened_at: datetime) -> str:
    return _as_json({name: _plain(value, opened_at) for name, value in sorted(values.items())})


def _plain(value: Any, opened_at: datetime) -> Any:
    return days_since(opened_at, value) if isinstance(value, datetime) else value


def _day(at: datetime | None, opened_at: datetime) -> float | None:
    return None if at is None else days_since(opened_at, at)


def _as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _named(fact: str, names: Mapping[str, str]) -> str:
    fact = FINER.sub(lambda day: str(round(float(day[0]), TO)), fact)
    for number in sorted(names, key=len, reverse=True):  # the longest first: a number may end with another one
        fact = fact.replace(number, names[number])
    return fact
