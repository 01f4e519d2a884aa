"""Copies a life into the books of a sample office: another facility, another unit, other numbers, another day.

A life is one text of JSON on its way: every instant and every date in it is moved by the same whole days on the
office's wall, every id and number is replaced wherever it stands.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlmodel import Session, col, select

from policy.dates import local_day
from policy.words import day_in_words
from records.books import Books
from records.finding import found_by
from records.tables import (
    CaseRecord,
    CreditNote,
    Deadline,
    Invoice,
    InvoiceCounter,
    InvoiceLine,
    MessageRecord,
    Notice,
    Payment,
    Refund,
    Reversal,
    Signature,
    TimelineEntry,
    WrittenOff,
)
from records.tables import Counter as Series
from records.tables.base import Table

COPIED: tuple[type[Table], ...] = (
    CaseRecord, TimelineEntry, MessageRecord, Deadline, Invoice, InvoiceLine, Payment, Reversal, CreditNote, Refund,
    WrittenOff, Notice, Signature,
)  # fmt: skip
"""What is copied of a life, in an order in which nothing is named before it is there. Papers have files."""
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATES = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)|(?<![\d-])\d{4}-\d\d-\d\d(?![\d-])"
    rf"|\b\d{{1,2}} (?:{MONTHS}) \d{{4}}\b"
)
CITIES = (
    "Sample Falls", "Sampleton", "Sampleburg", "Port Sample", "Sample Springs", "Lake Sample", "Sampleford",
)  # fmt: skip
STATES = ("OH", "PA", "VA", "NY", "VT", "ME", "TX", "CA", "IL", "WA")
NAMES = ("Imaging Center", "Hospital", "Radiology Group", "Women's Clinic", "Diagnostics", "Medical Center")
OF_ONE = 4
"""Cases of one facility."""
LONG_AGO = 1_000
"""Days by which a closed case may lie further back."""


@dataclass(frozen=True)
class Life:
    """A life as it is copied: its rows as JSON, its cases, and what must not pass while it is moved.

    Attributes:
        text: Its rows by table, as JSON.
        cases: Its cases with their facilities.
        numbers: The numbers of its invoices and credit notes.
        at: The instant up to which it was lived.
        slack: Days that it may lie further back and still stand as it does.
        weight: How often it is copied, beside others.
    """

    text: str
    cases: list[CaseRecord]
    numbers: list[str]
    at: datetime
    slack: int
    weight: int


def read_life(books: Books, case_id: str, at: datetime) -> Life:
    """Read a life, the cases that renewed it included, out of its books."""
    with books.reading() as session:
        first = session.exec(select(CaseRecord).where(col(CaseRecord.case_id) == case_id)).one()
        cases = list(session.exec(select(CaseRecord).where(col(CaseRecord.subject) == first.subject)))
        ids = [one.case_id for one in cases]
        rows = {table.__tablename__: _rows(session, table, ids) for table in COPIED}
        open_until = [
            one.due_at
            for one in session.exec(
                select(Deadline).where(col(Deadline.case_id).in_(ids), col(Deadline.over).is_(False))
            )
        ]
        numbers = [row["number"] for table in ("invoices", "credit_notes") for row in rows[table]]
    ended = all(one.closed_at for one in cases)
    reached = max([at] if not ended else [one.closed_at for one in cases if one.closed_at])
    slack = LONG_AGO if ended else max(min(((due - at).days for due in open_until), default=2) - 1, 0)
    weight = 3 if ended else 8 if cases[-1].stage in ("accredited", "designated") else 2
    return Life(
        json.dumps(rows, default=_written, ensure_ascii=False), cases, numbers, reached, min(slack, LONG_AGO), weight
    )


def _rows(session: Session, table: type[Table], ids: list[str]) -> list[dict[str, Any]]:
    query: Any = select(table)
    if table is InvoiceLine:
        query = query.join(Invoice).where(col(Invoice.case_id).in_(ids))
    else:
        query = query.where(table.case_id.in_(ids))  # type: ignore[attr-defined]
    if table is TimelineEntry:
        query = query.order_by(col(TimelineEntry.id))
    return [row.model_dump() for row in session.exec(query)]


def _written(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


@dataclass
class Copies:
    """Writes copies into the books of a sample office.

    Attributes:
        session: Its books, for writing.
        zone: The office's time zone.
        now: The instant to which lives are moved.
        chance: Where they are put, and how far back.
        invoices: How many invoices were numbered, by year.
        credits: How many credit notes.
        number: How many cases there are.
    """

    session: Session
    zone: ZoneInfo
    now: datetime
    chance: Random
    invoices: Counter[int] = field(default_factory=Counter)
    credits: Counter[int] = field(default_factory=Counter)
    number: int = 0

    def copy(self, life: Life) -> None:
        """Write another copy of a life."""
        days = (local_day(self.now, self.zone) - local_day(life.at, self.zone)).days
        days -= 1 + self.chance.randint(0, life.slack)
        names = self._names(life, days)
        told = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        tokens = re.compile(rf"(?<![\w-])(?:{told})(?![\w-])")
        text = tokens.sub(
            lambda match: names[match[0]], DATES.sub(lambda match: self._moved(match[0], days), life.text)
        )
        rows: dict[str, list[dict[str, Any]]] = json.loads(text)
        for table in COPIED:
            read = [_read(table, row) for row in rows[str(table.__tablename__)]]
            if read:
                self.session.execute(insert(table), [self._own(table, row) for row in read])
        self.number += len(life.cases)

    def close(self) -> None:
        """Leave the counters of numbers where an office would have them."""
        for year, last in self.invoices.items():
            self.session.add(InvoiceCounter(year=year, last=last))
        for year, last in self.credits.items():
            self.session.add(Series(series="C", year=year, last=last))

    def _names(self, life: Life, days: int) -> dict[str, str]:
        """Return what is called otherwise in the copy: facility, city, unit, and every number of a document."""
        first = life.cases[0]
        place = self.number // OF_ONE
        state = first.state if first.program == "dicoe" else STATES[place % len(STATES)]
        name = f"Sample {NAMES[place % len(NAMES)]} {place + 1}"
        own = f"PRACTICE-{self.number:05}" if first.program == "dicoe" else f"{state}-{place:05}"
        names = {first.facility_id: own, first.facility_name: name}
        holder = first.application.get("facility") or {}
        if city := (holder.get("address") or {}).get("city"):
            names[f'"city": "{city}"'] = f'"city": "{CITIES[place % len(CITIES)]}"'
            names[f'"state": "{first.state}"'] = f'"state": "{state}"'
        if first.unit and first.unit != "site":
            names[first.unit] = f"{first.unit.split('-')[0]}-{self.number}"
        elif first.unit:
            names[first.facility_id] = f"{state}-S{self.number:05}"
        return names | {number: self._renumbered(number, days) for number in life.numbers}

    def _renumbered(self, number: str, days: int) -> str:
        series = "C" if number.startswith("C") else ""
        counted = self.credits if series else self.invoices
        year = self._year(int(number.removeprefix("C")[:4]), days)
        counted[year] += 1
        return f"{series}{year}-{counted[year]:06}"

    def _year(self, year: int, days: int) -> int:
        return (date(year, 7, 1) + timedelta(days=days)).year

    def _moved(self, text: str, days: int) -> str:
        if "T" in text:
            at = datetime.fromisoformat(text).astimezone(self.zone)
            moved = datetime.combine(at.date() + timedelta(days=days), at.time(), self.zone)
            return moved.astimezone(UTC).isoformat()
        if "-" in text:
            return (date.fromisoformat(text) + timedelta(days=days)).isoformat()
        day = datetime.strptime(text, "%d %B %Y").replace(tzinfo=UTC).date()
        return day_in_words(day + timedelta(days=days))

    def _own(self, table: type[Table], row: dict[str, Any]) -> dict[str, Any]:
        if table is CaseRecord:
            row["found_by"] = found_by(row["case_id"], row["application"])
            row |= {"run_id": None, "first_run_id": None, "application_id": f"APP-{self.number:06}"}
        elif table in (Invoice, CreditNote):
            year, _, sequence = str(row["number"]).removeprefix("C").partition("-")
            row |= {"year": int(year), "sequence": int(sequence)}
        elif table is TimelineEntry:
            row.pop("id")
        elif table is Notice:
            row["file"] = None
        return row


def _read(table: type[Table], row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with instants and amounts as its table has them."""
    for name, column in table.model_fields.items():
        kinds = get_args(column.annotation) or (column.annotation,)
        if row.get(name) is not None and datetime in kinds:
            row[name] = datetime.fromisoformat(row[name])
        elif row.get(name) is not None and Decimal in kinds:
            row[name] = Decimal(row[name])
    return row
