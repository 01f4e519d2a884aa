"""The office's board: how many cases stand where, what is due, late, in need of somebody, and what is owed.

Each list is one statement, whatever the number of cases; what stands in a row is read with it, and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Float, and_, case, cast, false, or_, type_coerce
from sqlmodel import Session, col, func, select

from policy.words import Stage
from records.finding import ESCAPE, like, words_of
from records.invoices import UNSETTLED
from records.tables import CaseRecord, Invoice
from records.words import STARTING

CENTS = 100
CLOSED = Stage.CLOSED.value


class Sort(StrEnum):
    """Which of the board's lists."""

    FOUND = "found"
    DUE = "due"
    OVERDUE = "overdue"
    ATTENTION = "attention"


@dataclass(frozen=True)
class Wanted:
    """Which cases are looked at; what is empty leaves none out.

    Attributes:
        search: Words that must all be found: in the case's id, names, cities, units, or the number of an invoice.
        program: `accreditation` or `dicoe`.
        stage: A stage of a case.
        modality: For example ct.
        state: Of the facility or practice, for example OH.
    """

    search: str = ""
    program: str = ""
    stage: str = ""
    modality: str = ""
    state: str = ""

    @property
    def anything(self) -> bool:
        """Whether not all cases are wanted."""
        return any((self.search.strip(), self.program, self.stage, self.modality, self.state))


class Row(NamedTuple):
    """A case as a line of the board."""

    case_id: str
    facility_name: str
    program: str
    modality: str | None
    unit: str | None
    state: str | None
    stage: str
    outcome: str | None
    awaited_party: str | None
    awaited: str
    due_at: datetime | None
    needs_attention: bool


class Owed(NamedTuple):
    """An invoice on which money is open, in US dollars."""

    number: str
    case_id: str
    facility_name: str
    purpose: str
    due_at: datetime
    outstanding: Decimal


class Counts(NamedTuple):
    """How many cases there are: by stage, and in each list."""

    stages: dict[str, int]
    lists: dict[Sort, int]


class Open(NamedTuple):
    """How many invoices are open, and what is owed on all of them (US dollars)."""

    invoices: int
    total: Decimal


COLUMNS = tuple(getattr(CaseRecord, name) for name in Row._fields)


def counts(session: Session, wanted: Wanted, now: datetime, until: datetime) -> Counts:
    """Return how many of the wanted cases are in each stage (whatever stage is wanted), and in each list.

    Args:
        session: The books.
        wanted: Which cases.
        now: Now (UTC): what was due before is overdue.
        until: The last instant of what counts as this week (UTC).
    """
    tests = {sort: _in_list(sort, now, until) for sort in Sort}
    sums = [func.sum(case((test, 1), else_=0)) for test in tests.values()]
    query: Any = select(col(CaseRecord.stage), func.count(), *sums).where(*conditions(wanted, of_stage=False))
    stages, lists = {}, dict.fromkeys(Sort, 0)
    for stage, number, *found in session.exec(query.group_by(col(CaseRecord.stage))):
        stages[stage] = number
        if wanted.stage in ("", stage):
            lists = {sort: lists[sort] + int(more) for sort, more in zip(Sort, found, strict=True)}
    return Counts(stages, lists)


def rows(
    session: Session, sort: Sort, wanted: Wanted, now: datetime, until: datetime, *, limit: int, skip: int = 0
) -> list[Row]:
    """Return a list of the board, what is due first on top, closed cases last.

    Args:
        session: The books.
        sort: Which list.
        wanted: Which cases of it.
        now: Now (UTC).
        until: The last instant of what counts as this week (UTC).
        limit: How many at most.
        skip: How many were shown before.
    """
    order = (
        (col(CaseRecord.closed_at).is_not(None), col(CaseRecord.facility_name), col(CaseRecord.case_id))
        if sort is Sort.FOUND
        else (col(CaseRecord.due_at).is_(None), col(CaseRecord.due_at), col(CaseRecord.case_id))
    )
    query: Any = select(*COLUMNS).where(*conditions(wanted), _in_list(sort, now, until))
    return [Row(*one) for one in session.exec(query.order_by(*order).limit(limit).offset(skip))]


def money_open(session: Session, wanted: Wanted) -> Open:
    """Return how many invoices of the wanted cases are open, and what is owed on them, to the cent."""
    cents = cast(func.round(type_coerce(_outstanding(), Float) * CENTS), BigInteger)
    query: Any = select(func.count(), func.coalesce(func.sum(cents), 0)).select_from(Invoice)
    invoices, owed = session.exec(_of_money(query, wanted)).one()
    return Open(invoices, Decimal(int(owed)) / CENTS)


def owed(session: Session, wanted: Wanted, *, limit: int, skip: int = 0) -> list[Owed]:
    """Return the open invoices of the wanted cases, the longest due first."""
    query: Any = select(Invoice, col(CaseRecord.facility_name)).join(CaseRecord)
    found = _of_money(query, wanted, joined=True).order_by(col(Invoice.due_at), col(Invoice.number))
    return [
        Owed(
            one.number,
            one.case_id,
            name,
            one.purpose,
            one.due_at,
            one.total - one.credited - one.written_off - one.paid,
        )
        for one, name in session.exec(found.limit(limit).offset(skip))
    ]


def states(session: Session) -> list[str]:
    """Return every state that a case's facility lies in, in order."""
    found = session.exec(select(CaseRecord.state).distinct())
    return sorted(one for one in found if one)


def _outstanding() -> ColumnElement[Any]:
    return col(Invoice.total) - col(Invoice.credited) - col(Invoice.written_off) - col(Invoice.paid)


def _of_money(query: Any, wanted: Wanted, *, joined: bool = False) -> Any:
    query = query.where(col(Invoice.status).in_(UNSETTLED))
    if not wanted.anything:
        return query
    return (query if joined else query.join(CaseRecord)).where(*conditions(wanted))


def _in_list(sort: Sort, now: datetime, until: datetime) -> ColumnElement[bool]:
    """Return what makes a case part of a list. What nobody must do (a certificate that runs out) is nobody's work."""
    due = and_(col(CaseRecord.awaited_party).is_not(None), col(CaseRecord.stage).not_in((CLOSED, STARTING)))
    match sort:
        case Sort.DUE:
            return and_(due, col(CaseRecord.due_at) >= now, col(CaseRecord.due_at) <= until)
        case Sort.OVERDUE:
            return and_(due, col(CaseRecord.due_at) < now)
        case Sort.ATTENTION:
            return and_(col(CaseRecord.stage) != CLOSED, col(CaseRecord.needs_attention).is_(True))
    return col(CaseRecord.stage).is_not(None)


def conditions(wanted: Wanted, *, of_stage: bool = True) -> Sequence[ColumnElement[bool]]:
    """Return what makes a case a wanted one; `of_stage`: also by its stage."""
    return [*_chosen(wanted, of_stage=of_stage), *(_holds(word) for word in words_of(wanted.search))]


def _chosen(wanted: Wanted, *, of_stage: bool) -> Iterable[ColumnElement[bool]]:
    columns = {"program": wanted.program, "modality": wanted.modality, "state": wanted.state}
    for name, value in (columns | ({"stage": wanted.stage} if of_stage else {})).items():
        if value:
            yield getattr(CaseRecord, name) == value


def _holds(word: str) -> ColumnElement[bool]:
    """Return that a case is found by a word; one with a digit may be part of an invoice's number."""
    numbered: ColumnElement[bool] = false()
    if any(sign.isdigit() for sign in word):
        by_number = select(Invoice.case_id).where(col(Invoice.number).like(like(word.upper()), escape=ESCAPE))
        numbered = col(CaseRecord.case_id).in_(by_number)
    return or_(col(CaseRecord.found_by).like(like(word), escape=ESCAPE), numbered)
