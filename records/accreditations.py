"""What the books know of accreditations that designations rest on. A location's id is its facility's id,
in whatever case it is written.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, cast
from sqlmodel import Session, col, func, select

from policy.names import same_token
from policy.words import TAKEN_BACK, Outcome, Stage
from records.tables import CaseRecord, TimelineEntry
from records.words import STARTING, Program

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def accreditation_in_books(session: Session, facility_id: str, modality: str) -> CaseRecord | None:
    """Return the case that says whether a facility is accredited in a modality, or None: the books do not know.

    That is an open case which was granted (of any of its units), else the latest one that ended. A case that ended as
    renewed says nothing: the one that renews it does. Neither does one that is still under way.
    """
    cases = _cases(session, facility_id, modality)
    granted = [case for case in cases if case.stage == Stage.ACCREDITED]
    if granted:
        return max(granted, key=lambda case: (case.opened_at, case.case_id))
    ended = [case for case in cases if case.stage == Stage.CLOSED and case.outcome != Outcome.RENEWED]
    return max(ended, key=lambda case: (case.closed_at or LONG_AGO, case.case_id), default=None)


def taken_back_in_books(session: Session, facility_id: str, modality: str) -> tuple[CaseRecord, datetime] | None:
    """Return the case whose certificate a correction has taken back, and since when; it goes on without one.

    None: there is no such case, or another one of the facility is accredited in the modality.
    """
    cases = _cases(session, facility_id, modality)
    if any(case.stage == Stage.ACCREDITED for case in cases):
        return None
    found = [(case, at) for case in cases if case.closed_at is None and (at := _accredited_until(session, case))]
    return max(found, key=lambda one: (one[1], one[0].case_id), default=None)


def _accredited_until(session: Session, case: CaseRecord) -> datetime | None:
    """Return when a case last left the stage in which it was accredited; None: it never was, or is."""
    left = None
    entered = select(TimelineEntry).where(
        col(TimelineEntry.case_id) == case.case_id, col(TimelineEntry.kind) == "stage"
    )
    before = ""
    for entry in session.exec(entered.order_by(col(TimelineEntry.id))):
        if before == Stage.ACCREDITED:
            left = entry.at
        before = entry.detail.get("stage") or ""
    return None if before == Stage.ACCREDITED else left


def is_accredited(session: Session, facility_id: str, modality: str, *, but: str | None = None) -> bool:
    """Return whether a facility has an accredited unit of a modality, as far as the books know.

    Args:
        session: The books.
        facility_id: The facility.
        modality: The modality.
        but: The id of a case that does not count.
    """
    cases = _cases(session, facility_id, modality)
    return any(case.stage == Stage.ACCREDITED and case.case_id != but for case in cases)


def _cases(session: Session, facility_id: str, modality: str) -> list[CaseRecord]:
    return list(
        session.exec(
            select(CaseRecord).where(
                col(CaseRecord.program) == Program.ACCREDITATION.value,
                func.lower(col(CaseRecord.facility_id)) == facility_id.lower(),
                col(CaseRecord.modality) == modality,
            )
        )
    )


def designations_resting_on(session: Session, facility_id: str, modality: str) -> list[str]:
    """Return the ids of the open designation cases with a location that offers a modality, in their order.

    The location's id is looked for in the text of the applications first, so that few of them need to be read.
    """
    holding = select(CaseRecord).where(
        col(CaseRecord.program) == Program.DICOE.value,
        col(CaseRecord.closed_at).is_(None),
        col(CaseRecord.stage) != STARTING,
        func.lower(cast(col(CaseRecord.application), String)).contains(f'"{facility_id.lower()}"', autoescape=True),
    )
    cases = session.exec(holding.order_by(col(CaseRecord.case_id)))
    return [case.case_id for case in cases if _offers(case.application, facility_id, modality)]


def _offers(application: dict[str, Any], facility_id: str, modality: str) -> bool:
    locations: list[dict[str, Any]] = application.get("locations") or []
    return any(
        same_token(place.get("id") or "", facility_id) and modality in (place.get("services") or [])
        for place in locations
    )


def enter_accreditation(
    session: Session, facility_id: str, modality: str, at: datetime, *, outcome: str | None
) -> CaseRecord:
    """Enter that a facility's accreditation in a modality was granted, or has ended, of which no case here tells.

    For rehearsals: the life of a designation rests on accreditations whose own lives nobody rehearses.

    Args:
        session: The books.
        facility_id: The facility.
        modality: The modality.
        at: Since when it stands so.
        outcome: How it ended; `taken_back`: a correction took its certificate back; null: it was granted.
    """
    subject = f"accreditation.{facility_id}.{modality}.elsewhere"
    case_id = f"{subject}.1"
    case = session.get(CaseRecord, case_id) or CaseRecord(
        case_id=case_id,
        subject=subject,
        cycle=1,
        program=Program.ACCREDITATION.value,
        facility_id=facility_id,
        modality=modality,
        application={},
        opened_at=at,
        stage=STARTING,
    )
    taken_back = outcome == TAKEN_BACK
    ended = outcome is not None and not taken_back
    case.stage = (Stage.OPTIONS if taken_back else Stage.CLOSED if ended else Stage.ACCREDITED).value
    case.outcome, case.closed_at = (outcome, at) if ended else (None, None)
    session.add(case)
    session.flush()
    for stage in (Stage.ACCREDITED.value, case.stage) if taken_back else (case.stage,):
        _enter_stage(session, case_id, stage, at)
    return case


def _enter_stage(session: Session, case_id: str, stage: str, at: datetime) -> None:
    """Write into the timeline of a case that it has entered a stage."""
    step = len(session.exec(select(TimelineEntry.id).where(col(TimelineEntry.case_id) == case_id)).all())
    told: dict[str, Any] = {"kind": "stage", "by": "acr", "text": f"Stage: {stage}", "detail": {"stage": stage}}
    session.add(TimelineEntry(case_id=case_id, run_id="elsewhere", step=step, position=0, at=at, **told))
    session.flush()
