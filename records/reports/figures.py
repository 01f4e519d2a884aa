"""Figures of the books for whoever watches: how many cases, letters and windows stand where, each in one statement."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from records.tables import CaseRecord, Deadline, Notice
from records.words import NoticeStatus


class Figures(NamedTuple):
    """What is counted.

    Attributes:
        cases: Open cases, by program and stage.
        attention: Open cases that the office must look at.
        letters: Letters that are not out, by whether they wait or somebody must mend them.
        oldest_letter: The instant at which the oldest letter that waits was written, on its case's clock.
    """

    cases: dict[tuple[str, str], int]
    attention: int
    letters: dict[str, int]
    oldest_letter: datetime | None


def figures(session: Session) -> Figures:
    """Count what the books hold of open cases and of letters."""
    is_open = col(CaseRecord.closed_at).is_(None)
    by_stage: Any = select(CaseRecord.program, CaseRecord.stage, func.count()).where(is_open)
    waiting: Any = select(Notice.status, func.count(), func.min(Notice.at)).where(Notice.status != NoticeStatus.SENT)
    attention: Any = select(func.count()).where(is_open, col(CaseRecord.needs_attention).is_(True))
    stages = session.exec(by_stage.group_by(CaseRecord.program, CaseRecord.stage))
    letters = session.exec(waiting.group_by(Notice.status)).all()
    return Figures(
        {(program, stage): number for program, stage, number in stages},
        session.exec(attention.select_from(CaseRecord)).one(),
        {status: number for status, number, _ in letters},
        next((oldest for status, _, oldest in letters if status == NoticeStatus.PENDING), None),
    )


def windows_over(session: Session) -> dict[tuple[str, bool], int]:
    """Count the windows that are over, by name and whether what was due came in time.

    It reads every window of every case there ever was: not for whoever asks every few seconds.
    """
    by_end: Any = select(Deadline.name, Deadline.met, func.count()).where(col(Deadline.met).is_not(None))
    return {(name, met): number for name, met, number in session.exec(by_end.group_by(Deadline.name, Deadline.met))}
