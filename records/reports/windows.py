"""What cases had to do until when, and what came of it; and what runs and will be due."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from records.invoices import UNSETTLED
from records.reports.lives import AT_ONCE, Between
from records.tables import CaseRecord, Deadline, Invoice
from records.words import STARTING


class Fallen(NamedTuple):
    """How many windows of a name, due in a period, came to the same end.

    Attributes:
        met: True: done in time; false: its time passed; None: it runs, or was dropped.
        over: Whether nothing can happen to it any more.
    """

    name: str
    program: str
    modality: str | None
    met: bool | None
    over: bool
    number: int


class Running(NamedTuple):
    """A window that runs."""

    name: str
    program: str
    modality: str | None
    due_at: datetime


class Unpaid(NamedTuple):
    """An invoice on which money is open: what it is for, when it is due, how much (US dollars)."""

    purpose: str
    due_at: datetime
    outstanding: Decimal


class Awaited(NamedTuple):
    """How many open cases wait for the same of the same party."""

    party: str
    awaited: str
    number: int


class Decided(NamedTuple):
    """An appeal: since when its materials were complete, and until when its result was due."""

    case_id: str
    opens_at: datetime
    due_at: datetime


def windows_due(session: Session, between: Between) -> list[Fallen]:
    """Return how many windows were due in a period, by name, program, modality and what came of them."""
    columns: list[Any] = [Deadline.name, CaseRecord.program, CaseRecord.modality, Deadline.met, Deadline.over]
    query: Any = select(*[*columns, func.count()]).join(CaseRecord)
    query = query.where(col(Deadline.due_at) > between.since, col(Deadline.due_at) <= between.until)
    return [Fallen(*row) for row in session.exec(query.group_by(*columns))]


def windows_running(session: Session, between: Between) -> Iterator[Running]:
    """Yield the windows that run and will be due in a period, what is due first at the top."""
    query: Any = (
        select(Deadline.name, CaseRecord.program, CaseRecord.modality, Deadline.due_at)
        .join(CaseRecord)
        .where(
            col(Deadline.over).is_(False),
            col(Deadline.met).is_(None),
            col(CaseRecord.closed_at).is_(None),
            col(Deadline.due_at) > between.since,
            col(Deadline.due_at) <= between.until,
        )
        .order_by(col(Deadline.due_at), col(Deadline.case_id), col(Deadline.number))
    )
    for row in session.exec(query.execution_options(yield_per=AT_ONCE)):
        yield Running(*row)


def invoices_unpaid(session: Session, between: Between) -> Iterator[Unpaid]:
    """Yield the invoices on which money is open and that will be due in a period."""
    query: Any = select(Invoice).where(
        col(Invoice.status).in_(UNSETTLED),
        col(Invoice.due_at) > between.since,
        col(Invoice.due_at) <= between.until,
    )
    for one in session.exec(query.order_by(col(Invoice.due_at)).execution_options(yield_per=AT_ONCE)):
        yield Unpaid(one.purpose, one.due_at, one.total - one.credited - one.written_off - one.paid)


def cases_waiting(session: Session) -> list[Awaited]:
    """Return how many open cases wait for what, of whom."""
    columns: list[Any] = [CaseRecord.awaited_party, CaseRecord.awaited]
    query: Any = select(*[*columns, func.count()]).where(
        col(CaseRecord.closed_at).is_(None),
        col(CaseRecord.stage) != STARTING,
        col(CaseRecord.awaited_party).is_not(None),
    )
    found = session.exec(query.group_by(*columns).order_by(func.count().desc(), col(CaseRecord.awaited)))
    return [Awaited(*row) for row in found]


def appeals_decided(session: Session, between: Between) -> Iterator[Decided]:
    """Yield the windows of appeal results that began before a period's end, of cases with results since it began."""
    query: Any = (
        select(Deadline.case_id, Deadline.opens_at, Deadline.due_at)
        .where(col(Deadline.name) == "appeal_result", col(Deadline.opens_at) <= between.until)
        .order_by(col(Deadline.case_id), col(Deadline.number))
    )
    for row in session.exec(query.execution_options(yield_per=AT_ONCE)):
        yield Decided(*row)
