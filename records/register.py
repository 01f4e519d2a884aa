"""The register: every case that was ever opened, found by what is known of it, with what it holds and until when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from policy.words import Stage
from records.board import Wanted, conditions
from records.finding import ESCAPE, like, words_of
from records.tables import CaseRecord, Deadline
from records.words import Program

IN_FORCE = (Stage.ACCREDITED.value, Stage.DESIGNATED.value)
AT_ONCE = 1_000
"""Rows that are held at a time."""
EXPIRY = "expiry"


class Order(StrEnum):
    """In which order cases are listed."""

    FACILITY = "facility"
    DUE = "due"
    EXPIRY = "expiry"
    OPENED = "opened"
    CASE = "case"


@dataclass(frozen=True)
class Sought:
    """Which cases are sought; what is empty leaves none out.

    Attributes:
        wanted: By words, program, stage, modality and state.
        facility: Words of the facility's or practice's name, or its id.
        city: Part of the city's name.
        unit: The unit.
        outcome: How it ended.
        in_force: Only units that are accredited, and practices that are designated.
        ends_by: Only those of them that hold up to this instant (UTC) or less.
        open_only: Only cases that are not closed.
    """

    wanted: Wanted = field(default_factory=Wanted)
    facility: str = ""
    city: str = ""
    unit: str = ""
    outcome: str = ""
    in_force: bool = False
    ends_by: datetime | None = None
    open_only: bool = False


class Found(NamedTuple):
    """A case of the register.

    Attributes:
        city: The facility's city; of a practice with several locations that of the first one.
        since: Since when its certificate or designation counts, where it has one.
        until: Until when that holds.
    """

    case_id: str
    program: str
    facility_id: str
    facility_name: str
    city: str | None
    state: str | None
    modality: str | None
    unit: str | None
    stage: str
    outcome: str | None
    awaited_party: str | None
    awaited: str
    due_at: datetime | None
    needs_attention: bool
    opened_at: datetime
    closed_at: datetime | None
    since: datetime | None
    until: datetime | None


def found(session: Session, sought: Sought, order: Order = Order.FACILITY, *, limit: int | None) -> Iterator[Found]:
    """Yield the cases that are sought, read in pieces.

    Args:
        session: The books.
        sought: Which cases.
        order: In which order.
        limit: How many at most; None: all.
    """
    columns: tuple[Any, ...] = (
        CaseRecord.case_id,
        CaseRecord.program,
        CaseRecord.facility_id,
        CaseRecord.facility_name,
        city(),
        CaseRecord.state,
        CaseRecord.modality,
        CaseRecord.unit,
        CaseRecord.stage,
        CaseRecord.outcome,
        CaseRecord.awaited_party,
        CaseRecord.awaited,
        CaseRecord.due_at,
        CaseRecord.needs_attention,
        CaseRecord.opened_at,
        CaseRecord.closed_at,
        held_since(),
        held_until(),
    )
    query: Any = select(*columns).where(*_conditions(sought)).order_by(*_by(order))
    query = query if limit is None else query.limit(limit)
    for row in session.exec(query.execution_options(yield_per=AT_ONCE)):
        yield Found(*row)


def how_many(session: Session, sought: Sought) -> int:
    """Return how many cases are sought."""
    return session.exec(select(func.count()).select_from(CaseRecord).where(*_conditions(sought))).one()


def city() -> ColumnElement[Any]:
    """Return where a case's facility lies, or the first location of its practice."""
    of_facility = col(CaseRecord.application)["facility", "address", "city"].as_string()
    return func.coalesce(of_facility, col(CaseRecord.application)["locations", 0, "address", "city"].as_string())


def held_since() -> ColumnElement[Any]:
    """Return since when a case's certificate counts; a designation's, since when its end has been known."""
    return func.coalesce(col(CaseRecord.certificate_from), _expiry(col(Deadline.opens_at)))


def held_until() -> ColumnElement[Any]:
    """Return until when a case's certificate or designation holds."""
    return func.coalesce(col(CaseRecord.certificate_until), _expiry(col(Deadline.due_at)))


def _expiry(of: Any) -> Any:
    """Return an instant of a designation's last window of its end."""
    ends = select(func.max(of)).where(
        col(Deadline.case_id) == col(CaseRecord.case_id),
        col(Deadline.name) == EXPIRY,
        col(CaseRecord.program) == Program.DICOE,
    )
    return ends.correlate(CaseRecord).scalar_subquery()


def _by(order: Order) -> Sequence[Any]:
    case_id, name = col(CaseRecord.case_id), col(CaseRecord.facility_name)
    match order:
        case Order.DUE:
            return [col(CaseRecord.due_at).is_(None), col(CaseRecord.due_at), case_id]
        case Order.EXPIRY:
            return [held_until().is_(None), held_until(), case_id]
        case Order.OPENED:
            return [col(CaseRecord.opened_at).desc(), case_id]
        case Order.CASE:
            return [case_id]
    return [func.lower(name), name, case_id]


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    tests = [*conditions(sought.wanted)]
    if sought.facility:
        named = [col(CaseRecord.facility_name).icontains(word, autoescape=True) for word in words_of(sought.facility)]
        tests.append(or_(and_(*named), func.lower(col(CaseRecord.facility_id)) == sought.facility.lower()))
    if sought.city:
        practice = and_(
            col(CaseRecord.program) == Program.DICOE,
            col(CaseRecord.found_by).like(like(sought.city.casefold()), escape=ESCAPE),
        )
        tests.append(or_(city().icontains(sought.city, autoescape=True), practice))
    if sought.unit:
        tests.append(func.lower(col(CaseRecord.unit)) == sought.unit.lower())
    if sought.outcome:
        tests.append(col(CaseRecord.outcome) == sought.outcome)
    if sought.open_only:
        tests.append(col(CaseRecord.closed_at).is_(None))
    if sought.in_force or sought.ends_by:
        tests.append(col(CaseRecord.stage).in_(IN_FORCE))
    if sought.ends_by:
        tests.append(held_until() <= sought.ends_by)
    return tests
