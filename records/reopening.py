"""What the books know of a closing, for whoever asks whether a case may be opened again."""

from typing import Any

from sqlmodel import Session, col, func, select

from policy.keeping.reopening import CLOSED_BY_WORD, Closing
from policy.names import same_token
from records.queries import case_by_id
from records.tables import CaseRecord, MessageRecord, StepRecord


def closing_of(session: Session, case: CaseRecord) -> Closing | None:
    """Return how a case was closed; None: it is open."""
    if case.closed_at is None:
        return None
    word = select(MessageRecord.key).where(
        col(MessageRecord.case_id) == case.case_id,
        col(MessageRecord.name).in_(CLOSED_BY_WORD),
        col(MessageRecord.accepted),
        col(MessageRecord.at) == case.closed_at,
    )
    later = select(CaseRecord.case_id).where(
        col(CaseRecord.subject) == case.subject, col(CaseRecord.cycle) > case.cycle
    )
    before = case_by_id(session, case.predecessor) if case.predecessor else None
    return Closing(
        at=case.closed_at,
        outcome=case.outcome or "",
        by_word=session.exec(word.limit(1)).first() is not None,
        next_cycle=session.exec(later.order_by(col(CaseRecord.cycle)).limit(1)).first(),
        renewed=before.case_id if before and before.closed_at is None else None,
        joined=None if same_token(case.facility_id, _holder_in(case.application)) else case.facility_id,
    )


def _holder_in(application: dict[str, Any]) -> str:
    """Return whose application it was: closed cases are found under the id of what that has become part of."""
    holder: dict[str, Any] = application.get("facility") or application.get("practice") or {}
    return holder.get("id") or ""


def newest_step_of_run(session: Session, case: CaseRecord) -> int | None:
    """Return the number of the newest step that the case's last run has taken."""
    steps = select(func.max(StepRecord.number)).where(
        col(StepRecord.case_id) == case.case_id, col(StepRecord.run_id) == case.run_id
    )
    return session.exec(steps).one()
