"""The stages that cases went through, and the messages that answered one another, case by case in their order."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from records.tables import CaseRecord, MessageRecord, TimelineEntry

AT_ONCE = 1_000
"""Rows that are held at a time."""


class Between(NamedTuple):
    """Instants (UTC): later than `since`, and up to `until`, so that 24:00 of a day belongs to it."""

    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.since < at <= self.until


class Entered(NamedTuple):
    """A case that entered a stage.

    Attributes:
        stage: Which; `closed` with an outcome.
        round: The attempt that began with it, where one did.
    """

    case_id: str
    program: str
    modality: str | None
    at: datetime
    stage: str
    round: int | None
    outcome: str | None


class Told(NamedTuple):
    """A message that a case accepted, as of when it counts."""

    case_id: str
    program: str
    modality: str | None
    at: datetime
    name: str


class Reviewed(NamedTuple):
    """A final report: of which case, as of when, by whom."""

    case_id: str
    at: datetime
    reviewers: list[str]


def stages_entered(session: Session, between: Between) -> Iterator[Entered]:
    """Yield every stage that cases entered which lived in a period, whenever it was: case by case, oldest first."""
    detail = col(TimelineEntry.detail)
    columns: tuple[Any, ...] = (
        TimelineEntry.case_id,
        CaseRecord.program,
        CaseRecord.modality,
        TimelineEntry.at,
        detail["stage"].as_string(),
        detail["round"].as_integer(),
        detail["outcome"].as_string(),
    )
    query: Any = (
        select(*columns)
        .join(CaseRecord)
        .where(col(TimelineEntry.kind) == "stage", *_alive(between))
        .order_by(col(TimelineEntry.case_id), col(TimelineEntry.id))
    )
    for row in session.exec(query.execution_options(yield_per=AT_ONCE)):
        yield Entered(*row)


def messages_told(session: Session, between: Between, names: Sequence[str]) -> Iterator[Told]:
    """Yield the accepted messages of some names of cases that lived in a period: case by case, oldest first."""
    at, handled = col(MessageRecord.at), col(MessageRecord.handled_at)
    columns: tuple[Any, ...] = (
        MessageRecord.case_id,
        CaseRecord.program,
        CaseRecord.modality,
        MessageRecord.at,
        MessageRecord.name,
    )
    query: Any = (
        select(*columns)
        .join(CaseRecord)
        .where(col(MessageRecord.accepted), col(MessageRecord.name).in_(names), *_alive(between))
        .order_by(col(MessageRecord.case_id), at, handled, col(MessageRecord.key))
    )
    for row in session.exec(query.execution_options(yield_per=AT_ONCE)):
        yield Told(*row)


def final_reports(session: Session, between: Between) -> Iterator[Reviewed]:
    """Yield the final reports of a period, with their reviewers."""
    reviewers = col(TimelineEntry.detail)["message", "reviewers"].as_json()
    query: Any = (
        select(TimelineEntry.case_id, TimelineEntry.at, reviewers)
        .where(
            col(TimelineEntry.kind) == "message",
            col(TimelineEntry.text) == "issue final report",
            col(TimelineEntry.at) > between.since,
            col(TimelineEntry.at) <= between.until,
        )
        .order_by(col(TimelineEntry.case_id), col(TimelineEntry.id))
    )
    for case_id, at, names in session.exec(query.execution_options(yield_per=AT_ONCE)):
        yield Reviewed(case_id, at, [str(name) for name in names or []])


def _alive(between: Between) -> Sequence[ColumnElement[bool]]:
    """Return what makes a case one that lived in a period: opened before its end, and not closed before it began."""
    closed = col(CaseRecord.closed_at)
    return [and_(col(CaseRecord.opened_at) <= between.until, or_(closed.is_(None), closed > between.since))]
