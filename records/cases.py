"""Write a case's own row and entries: announce, open or close it; and what the units of one application share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, insert, select

from policy.identity import parse_accreditation_id, parse_case_id
from policy.words import Outcome, Stage
from records.finding import found_by
from records.tables import CaseRecord, MessageRecord, StepRecord, TimelineEntry
from records.words import STARTING

# Written at every step, without the ORM, which takes longer than the database.
_ENTRIES = insert(TimelineEntry.metadata.tables["timeline"])
_MESSAGES = insert(MessageRecord.metadata.tables["messages"])
_STEP = insert(StepRecord.metadata.tables["steps"])
OUTSIDE = "outside"
"""In the place of a run's id: written by `reconcile`, because no code of the case ran."""
AFTER_CLOSING = "after_closing"
"""In the place of a run's id: money of a closed case, which the books take by themselves."""
LETTER_BACK = "letter_back"
"""In the place of a run's id: a letter of a closed case came back, which the books keep by themselves."""


class UnknownCase(LookupError):
    """A step came for a case that these books do not hold: its first step is missing."""


def announce_case(
    session: Session,
    case_id: str,
    *,
    program: str,
    application: dict[str, Any],
    announced_at: datetime,
    position: int = 1,
    predecessor: str | None = None,
) -> CaseRecord:
    """Enter a case before its workflow is started, so that a start that fails half-way is found again.

    A case that is there already is returned as it stands.

    Raises:
        NoCaseId: The id is none.
    """
    case = session.get(CaseRecord, case_id)
    if case is None:
        case = announce_unknown(
            session,
            case_id,
            program=program,
            application=application,
            announced_at=announced_at,
            position=position,
            predecessor=predecessor,
        )
        session.flush()
    return case


def open_case(
    session: Session,
    case_id: str,
    *,
    program: str,
    application: dict[str, Any],
    opened_at: datetime,
    edition: str,
    position: int = 1,
    predecessor: str | None = None,
) -> CaseRecord:
    """Enter a case that has opened, whether or not it was announced. Raises `NoCaseId` where the id is none."""
    case = session.get(CaseRecord, case_id)
    if case is None:
        case = announce_unknown(session, case_id, program=program, application=application, announced_at=opened_at)
    case.opened_at, case.edition = opened_at, edition
    case.position, case.predecessor = position, predecessor
    put_application(case, application)
    session.flush()
    return case


def announce_unknown(
    session: Session,
    case_id: str,
    *,
    program: str,
    application: dict[str, Any],
    announced_at: datetime,
    position: int = 1,
    predecessor: str | None = None,
) -> CaseRecord:
    """Enter a case of which it is known that the books do not hold it; it is written with the next flush.

    Raises:
        NoCaseId: The id is none.
    """
    subject, _, cycle = str(parse_case_id(case_id)).rpartition(".")
    case = CaseRecord(
        case_id=case_id,
        subject=subject,
        cycle=int(cycle),
        program=program,
        application=application,
        opened_at=announced_at,
        position=position,
        predecessor=predecessor,
        stage=STARTING,
        awaited="the start of its workflow",
    )
    put_application(case, application)
    session.add(case)
    return case


def put_application(case: CaseRecord, application: dict[str, Any]) -> None:
    """Write an application and the columns that follow from it (the same names serve both programs)."""
    holder: dict[str, Any] = application.get("facility") or application.get("practice") or {}
    address: dict[str, Any] = holder.get("address") or {}
    parts = parse_accreditation_id(case.case_id)
    case.application = application
    case.application_id = application.get("application_id")
    case.facility_id = holder.get("id") or ""
    case.facility_name = holder.get("name") or ""
    case.state = application.get("state") or address.get("state")
    case.modality = application.get("modality")
    case.unit = parts.unit if parts else None
    case.found_by = found_by(case.case_id, application)


def put_entries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write entries of a timeline, each by its columns, in their order and by one statement."""
    if rows:
        session.execute(_ENTRIES, rows)


def put_messages(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write messages that a case judged, each by its columns."""
    if rows:
        session.execute(_MESSAGES, rows)


def put_step(session: Session, row: Mapping[str, Any]) -> None:
    """Write a step that was taken, by its columns; it is none of those that a server has lost."""
    session.execute(_STEP, {"lost_at": None, **row})


def close_from_outside(session: Session, case_id: str, at: datetime, text: str) -> bool:
    """Close the row of a case that was cancelled or terminated on the server. Return False if it was closed already.

    The designations that rest on it are still to be told (`untold`).

    Raises:
        UnknownCase: There is no such case.
    """
    case = session.get(CaseRecord, case_id)
    if case is None:
        raise UnknownCase(f"no case {case_id} in these books")
    if case.closed_at is not None:
        return False
    case.stage, case.outcome, case.closed_at = Stage.CLOSED.value, Outcome.CLOSED_BY_ACR.value, at
    case.awaited_party = case.due_at = case.due_name = None
    case.awaited, case.needs_attention, case.untold = "", False, True
    case.status = {**case.status, "stage": case.stage, "outcome": case.outcome, "awaited_party": None}
    session.add(
        TimelineEntry(
            case_id=case_id, run_id=OUTSIDE, step=0, position=0, at=at, kind="stage", by="acr", text=text, detail={}
        )
    )
    return True


def earliest_start(session: Session, case: CaseRecord, own: datetime) -> datetime:
    """Return the earliest instant at which a unit of the case's application first passed; `own` is this unit's.

    Only cases that are open count: a unit that was withdrawn, refused, closed or has expired shares no certificate.
    Other cycles of the same unit never count, should a renewal repeat the id of an old application. To be called under
    `lock_application`.
    """
    starts = session.exec(
        select(CaseRecord.first_passed_at).where(
            col(CaseRecord.facility_id) == case.facility_id,
            col(CaseRecord.application_id) == case.application_id,
            col(CaseRecord.program) == case.program,
            col(CaseRecord.modality) == case.modality,
            col(CaseRecord.subject) != case.subject,
            col(CaseRecord.closed_at).is_(None),
            col(CaseRecord.first_passed_at).is_not(None),
        )
    )
    return min([own, *(start for start in starts if start is not None)])
