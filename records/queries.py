"""Questions to the books about cases. Every instant that an answer depends on is the caller's."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from records.tables import CaseRecord, Deadline, MessageRecord, StepRecord, TimelineEntry

# Asked for at every step, and made once: SQLAlchemy takes longer to put a statement together than to carry it out.
_CASE = select(CaseRecord).where(col(CaseRecord.case_id) == bindparam("of_case"))
_DEADLINES = select(Deadline).where(col(Deadline.case_id) == bindparam("of_case")).order_by(col(Deadline.number))
_JUDGED = select(MessageRecord.key).where(
    col(MessageRecord.case_id) == bindparam("of_case"), col(MessageRecord.key) == bindparam("of_key")
)
_STEP = select(StepRecord).where(
    col(StepRecord.case_id) == bindparam("of_case"),
    col(StepRecord.run_id) == bindparam("of_run"),
    col(StepRecord.number) == bindparam("of_number"),
)


def case_by_id(session: Session, case_id: str) -> CaseRecord | None:
    """Return a case, open or closed, or None."""
    return session.exec(_CASE, params={"of_case": case_id}).first()


def open_cases_of(session: Session, subject: str) -> list[CaseRecord]:
    """Return the open cases of a subject (a case id without its number), newest cycle first.

    One is the rule; two, while a renewal runs beside the cycle that it renews.
    """
    return list(
        session.exec(
            select(CaseRecord)
            .where(col(CaseRecord.subject) == subject, col(CaseRecord.closed_at).is_(None))
            .order_by(col(CaseRecord.cycle).desc())
        )
    )


def newest_cycle(session: Session, subject: str) -> int:
    """Return the number of a subject's newest cycle, open or closed; 0 where there is none."""
    return (
        session.exec(
            select(CaseRecord.cycle)
            .where(col(CaseRecord.subject) == subject)
            .order_by(col(CaseRecord.cycle).desc())
            .limit(1)
        ).first()
        or 0
    )


def spelt_otherwise(session: Session, program: str, subject: str, facility_id: str) -> str | None:
    """Return what the books know that differs from a subject in case alone: its facility's id, else the subject.

    Args:
        session: The books.
        program: The program of the case.
        subject: A case id without its number.
        facility_id: The id of the facility or practice.
    """
    for column, mine in ((col(CaseRecord.facility_id), facility_id), (col(CaseRecord.subject), subject)):
        # looked up in an index alone: the rows themselves hold whole applications
        spelt = select(column).where(func.lower(column) == mine.lower(), column != mine).distinct()
        for other in session.exec(spelt).all():
            of_program = select(col(CaseRecord.case_id)).where(col(CaseRecord.program) == program, column == other)
            if session.exec(of_program.limit(1)).first() is not None:
                return str(other)
    return None


def cases_of_application(session: Session, facility_id: str, application_id: str) -> list[CaseRecord]:
    """Return the cases that an application opened, in the order of its units, newest cycle last."""
    return list(
        session.exec(
            select(CaseRecord)
            .where(col(CaseRecord.facility_id) == facility_id, col(CaseRecord.application_id) == application_id)
            .order_by(col(CaseRecord.cycle), col(CaseRecord.position))
        )
    )


def open_cases(session: Session) -> list[CaseRecord]:
    """Return every case that is not closed, by id (for `reconcile`)."""
    return list(
        session.exec(select(CaseRecord).where(col(CaseRecord.closed_at).is_(None)).order_by(col(CaseRecord.case_id)))
    )


def cases_to_export(session: Session) -> list[CaseRecord]:
    """Return the closed cases whose Temporal history has not been exported, the longest closed first."""
    return list(
        session.exec(
            select(CaseRecord)
            .where(col(CaseRecord.closed_at).is_not(None), col(CaseRecord.history_exported_at).is_(None))
            .order_by(col(CaseRecord.closed_at), col(CaseRecord.case_id))
        )
    )


def mark_history_exported(session: Session, case_id: str, at: datetime) -> None:
    """Note that a case's history lies in its file since an instant."""
    session.exec(select(CaseRecord).where(col(CaseRecord.case_id) == case_id)).one().history_exported_at = at


def timeline(session: Session, case_id: str) -> list[TimelineEntry]:
    """Return a case's timeline in the order in which it was written."""
    return list(
        session.exec(select(TimelineEntry).where(col(TimelineEntry.case_id) == case_id).order_by(col(TimelineEntry.id)))
    )


def runs_closed_before(session: Session, case_id: str) -> list[str]:
    """Return the runs with which a case was closed that was opened again each time, the newest first."""
    told = [one.detail.get("message") for one in timeline(session, case_id) if one.text == "reopen case"]
    runs = [str(one["closed_run"]) for one in told if isinstance(one, dict) and one.get("closed_run")]
    return runs[::-1]


def refusals_at(session: Session, case_id: str, at: datetime) -> list[TimelineEntry]:
    """Return the refusals that a case's timeline tells as of an instant (UTC)."""
    of_case = col(TimelineEntry.case_id) == case_id, col(TimelineEntry.at) == at
    return list(session.exec(select(TimelineEntry).where(*of_case, col(TimelineEntry.kind) == "refusal")))


def messages(session: Session, case_id: str) -> list[MessageRecord]:
    """Return the messages that a case judged, in the order in which it handled them."""
    return list(
        session.exec(
            select(MessageRecord)
            .where(col(MessageRecord.case_id) == case_id)
            .order_by(col(MessageRecord.handled_at), col(MessageRecord.key))
        )
    )


def has_accepted(session: Session, case_id: str, names: Collection[str]) -> bool:
    """Return whether a case has accepted a message of one of these names."""
    told = select(MessageRecord.key).where(
        col(MessageRecord.case_id) == case_id, col(MessageRecord.name).in_(names), col(MessageRecord.accepted)
    )
    return session.exec(told.limit(1)).first() is not None


def is_judged(session: Session, case_id: str, key: str) -> bool:
    """Return whether the books have a message of a case, by its key."""
    return session.exec(_JUDGED, params={"of_case": case_id, "of_key": key}).first() is not None


def deadlines(session: Session, case_id: str) -> list[Deadline]:
    """Return a case's deadlines as they stand, in their order."""
    return list(session.exec(_DEADLINES, params={"of_case": case_id}))


def step_taken(session: Session, case_id: str, run_id: str, number: int) -> StepRecord | None:
    """Return a step that was taken, or None."""
    return session.exec(_STEP, params={"of_case": case_id, "of_run": run_id, "of_number": number}).first()


def last_step(session: Session, case_id: str, run_id: str) -> int:
    """Return the number of the newest step of a run that the timeline knows; 0 where there is none."""
    entries = select(TimelineEntry.step).where(
        col(TimelineEntry.case_id) == case_id, col(TimelineEntry.run_id) == run_id
    )
    return session.exec(entries.order_by(col(TimelineEntry.step).desc()).limit(1)).first() or 0


def untold_cases(session: Session) -> list[CaseRecord]:
    """Return the cases that were closed from outside, and of whose end nobody has told the designations yet."""
    return list(session.exec(select(CaseRecord).where(col(CaseRecord.untold)).order_by(col(CaseRecord.case_id))))


def stage_entered(session: Session, case_id: str, stages: Collection[str]) -> datetime | None:
    """Return when a case last entered one of these stages, as its timeline tells it, or None: it never did."""
    entries = session.exec(
        select(TimelineEntry)
        .where(col(TimelineEntry.case_id) == case_id, col(TimelineEntry.kind) == "stage")
        .order_by(col(TimelineEntry.id).desc())
    )
    return next((entry.at for entry in entries if entry.detail.get("stage") in stages), None)
