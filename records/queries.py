"""Questions to the books about cases. Every instant that an answer depends on is the caller's."""

from datetime import datetime

from sqlmodel import Session, col, or_, select

from records.tables import Case, Deadline, MessageRecord, StepRecord, TimelineEntry
from records.words import STARTING


def case_by_id(session: Session, case_id: str) -> Case | None:
    """Return a case, open or closed, or None."""
    return session.get(Case, case_id)


def open_cases_of(session: Session, subject: str) -> list[Case]:
    """Return the open cases of a subject (a case id without its number), newest cycle first.

    One is the rule; two, while a renewal runs beside the cycle that it renews.
    """
    return list(
        session.exec(
            select(Case)
            .where(col(Case.subject) == subject, col(Case.closed_at).is_(None))
            .order_by(col(Case.cycle).desc())
        )
    )


def newest_cycle(session: Session, subject: str) -> int:
    """Return the number of a subject's newest cycle, open or closed; 0 where there is none."""
    return (
        session.exec(
            select(Case.cycle).where(col(Case.subject) == subject).order_by(col(Case.cycle).desc()).limit(1)
        ).first()
        or 0
    )


def cases_of_application(session: Session, facility_id: str, application_id: str) -> list[Case]:
    """Return the cases that an application opened, in the order of its units, newest cycle last."""
    return list(
        session.exec(
            select(Case)
            .where(col(Case.facility_id) == facility_id, col(Case.application_id) == application_id)
            .order_by(col(Case.cycle), col(Case.position))
        )
    )


def worklist(
    session: Session,
    *,
    party: str | None = None,
    due_by: datetime | None = None,
    overdue_at: datetime | None = None,
    state: str | None = None,
    modality: str | None = None,
) -> list[Case]:
    """Return the open cases in which somebody is awaited or must look, the one due first at the top, undated ones last.

    A certificate that merely runs is nobody's work, and not in the list.

    Args:
        session: The books.
        party: `facility`, `acr` or `surveyor`: who must act.
        due_by: Only what is due at this instant or earlier (what is overdue included).
        overdue_at: Only what was due before this instant.
        state: The facility's state, for example OH.
        modality: For example ct.
    """
    query = select(Case).where(
        col(Case.closed_at).is_(None),
        col(Case.stage) != STARTING,
        or_(col(Case.awaited_party).is_not(None), col(Case.needs_attention)),
    )
    if party is not None:
        query = query.where(col(Case.awaited_party) == party)
    if due_by is not None:
        query = query.where(col(Case.due_at) <= due_by)
    if overdue_at is not None:
        query = query.where(col(Case.due_at) < overdue_at)
    if state is not None:
        query = query.where(col(Case.state) == state)
    if modality is not None:
        query = query.where(col(Case.modality) == modality)
    return list(session.exec(query.order_by(col(Case.due_at).is_(None), col(Case.due_at), col(Case.case_id))))


def announced_cases(session: Session, before: datetime) -> list[Case]:
    """Return the cases announced before an instant that took no step yet: their workflow may never have started."""
    return list(
        session.exec(
            select(Case)
            .where(col(Case.stage) == STARTING, col(Case.opened_at) < before)
            .order_by(col(Case.opened_at), col(Case.case_id))
        )
    )


def open_cases(session: Session) -> list[Case]:
    """Return every case that is not closed, by id (for `reconcile`)."""
    return list(session.exec(select(Case).where(col(Case.closed_at).is_(None)).order_by(col(Case.case_id))))


def cases_to_export(session: Session) -> list[Case]:
    """Return the closed cases whose Temporal history has not been exported, the longest closed first."""
    return list(
        session.exec(
            select(Case)
            .where(col(Case.closed_at).is_not(None), col(Case.history_exported_at).is_(None))
            .order_by(col(Case.closed_at), col(Case.case_id))
        )
    )


def mark_history_exported(session: Session, case_id: str, at: datetime) -> None:
    """Note that a case's history lies in its file since an instant."""
    session.exec(select(Case).where(col(Case.case_id) == case_id)).one().history_exported_at = at


def timeline(session: Session, case_id: str) -> list[TimelineEntry]:
    """Return a case's timeline in the order in which it was written."""
    return list(
        session.exec(select(TimelineEntry).where(col(TimelineEntry.case_id) == case_id).order_by(col(TimelineEntry.id)))
    )


def messages(session: Session, case_id: str) -> list[MessageRecord]:
    """Return the messages that a case judged, in the order in which it handled them."""
    return list(
        session.exec(
            select(MessageRecord)
            .where(col(MessageRecord.case_id) == case_id)
            .order_by(col(MessageRecord.handled_at), col(MessageRecord.key))
        )
    )


def deadlines(session: Session, case_id: str) -> list[Deadline]:
    """Return a case's deadlines as they stand, in their order."""
    return list(session.exec(select(Deadline).where(col(Deadline.case_id) == case_id).order_by(col(Deadline.number))))


def step_taken(session: Session, case_id: str, run_id: str, number: int) -> StepRecord | None:
    """Return a step that was taken, or None."""
    return session.get(StepRecord, (case_id, run_id, number))
