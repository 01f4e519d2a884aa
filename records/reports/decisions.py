"""What was decided in a period: accredited, designated, not granted, ended, and how."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from records.register import city, held_since, held_until
from records.reports.lives import AT_ONCE, Between
from records.tables import CaseRecord, TimelineEntry


class Decision(NamedTuple):
    """A case that came into force, or to its end.

    Attributes:
        at: When.
        stage: `accredited`, `designated` or `closed`.
        outcome: How it ended, where it did.
        since: Since when its certificate or designation counts, where it has one.
        until: Until when that holds.
    """

    at: datetime
    stage: str
    outcome: str | None
    case_id: str
    program: str
    facility_id: str
    facility_name: str
    city: str | None
    state: str | None
    modality: str | None
    unit: str | None
    since: datetime | None
    until: datetime | None


def decisions(session: Session, between: Between) -> Iterator[Decision]:
    """Yield the decisions of a period, oldest first."""
    stage = col(TimelineEntry.detail)["stage"].as_string()
    columns: tuple[Any, ...] = (
        TimelineEntry.at,
        stage,
        col(TimelineEntry.detail)["outcome"].as_string(),
        CaseRecord.case_id,
        CaseRecord.program,
        CaseRecord.facility_id,
        CaseRecord.facility_name,
        city(),
        CaseRecord.state,
        CaseRecord.modality,
        CaseRecord.unit,
        held_since(),
        held_until(),
    )
    query: Any = (
        select(*columns)
        .join(CaseRecord)
        .where(
            col(TimelineEntry.kind) == "stage",
            stage.in_(("accredited", "designated", "closed")),
            col(TimelineEntry.detail)["reopened"].as_string().is_(None),  # what stands again was decided before
            col(TimelineEntry.at) > between.since,
            col(TimelineEntry.at) <= between.until,
        )
        .order_by(col(TimelineEntry.at), col(TimelineEntry.case_id), col(TimelineEntry.id))
    )
    for row in session.exec(query.execution_options(yield_per=AT_ONCE)):
        yield Decision(*row)
