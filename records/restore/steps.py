"""Steps of cases whose server or books were restored: what is there already, and what was lost."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func, select, update

from records.tables import CaseRecord, StepRecord, TimelineEntry, Unmended
from records.words import STARTING

# Asked for at every step, and made once.
_OF_CASE, _OF_RUN = col(StepRecord.case_id) == sa.bindparam("of_case"), col(StepRecord.run_id) == sa.bindparam("of_run")
_NUMBER, _NOT_LOST = sa.bindparam("of_number", type_=sa.Integer), col(StepRecord.lost_at).is_(None)
_FOUND = sa.select(
    sa.exists().where(_OF_CASE, _OF_RUN, col(StepRecord.number) == _NUMBER).label("taken"),
    sa.exists().where(_OF_CASE, _OF_RUN, col(StepRecord.number) == _NUMBER - 1).label("followed"),
    sa.exists()
    .where(_OF_CASE, col(StepRecord.run_id) != sa.bindparam("of_run"), col(StepRecord.number) >= _NUMBER, _NOT_LOST)
    .label("passed"),
    sa.exists().where(_OF_CASE, col(StepRecord.lost_at).is_not(None)).label("began_anew"),
    sa.exists()
    .where(col(Unmended.case_id) == sa.bindparam("of_case"), col(Unmended.told_at).is_(None))
    .label("has_untold"),
)
_UNTOLD = (
    select(Unmended)
    .where(col(Unmended.case_id) == sa.bindparam("of_case"), col(Unmended.told_at).is_(None))
    .order_by(col(Unmended.item))
)


class StepKept(NamedTuple):
    """A step that the books have; `digest`: null for one from before."""

    number: int
    at: datetime
    digest: str | None


class Found(NamedTuple):
    """What the books have where a step comes.

    Attributes:
        taken: This run has taken the step before.
        followed: This run has taken the step before it.
        passed: Another run, which the server has not lost, has taken it or a later one.
        began_anew: The server has lost steps of the case that the books have.
        has_untold: A restore has left something behind that the case has not been told.
    """

    taken: bool
    followed: bool
    passed: bool
    began_anew: bool
    has_untold: bool


def found_at(session: Session, case_id: str, run_id: str, number: int) -> Found:
    """Return what the books have where a step comes, by one question."""
    asked = {"of_case": case_id, "of_run": run_id, "of_number": number}
    return Found(*session.execute(_FOUND, asked).one())


def steps_kept(session: Session, case_id: str) -> dict[tuple[str, int], StepKept]:
    """Return the steps of a case by run and number, without those that a server has lost."""
    found = session.exec(
        select(StepRecord.run_id, StepRecord.number, StepRecord.at, StepRecord.digest).where(
            col(StepRecord.case_id) == case_id, col(StepRecord.lost_at).is_(None)
        )
    )
    return {(run_id, number): StepKept(number, at, digest) for run_id, number, at, digest in found}


def newest_number(session: Session, case_id: str) -> int:
    """Return the number of the newest step that the books have of a case; 0: none. Numbers count through all runs."""
    newest = select(func.max(StepRecord.number)).where(
        col(StepRecord.case_id) == case_id, col(StepRecord.lost_at).is_(None)
    )
    return session.exec(newest).one() or 0


def entries_told(session: Session, case_id: str) -> set[tuple[datetime, str, str]]:
    """Return what a case's timeline tells, by instant, kind and words."""
    found = select(TimelineEntry.at, TimelineEntry.kind, TimelineEntry.text).where(
        col(TimelineEntry.case_id) == case_id
    )
    return {(at, kind, text) for at, kind, text in session.exec(found)}


def next_position(session: Session, case_id: str, run_id: str, step: int) -> int:
    """Return the place behind the last entry that a step has written."""
    last = select(func.max(TimelineEntry.position)).where(
        col(TimelineEntry.case_id) == case_id, col(TimelineEntry.run_id) == run_id, col(TimelineEntry.step) == step
    )
    found: int | None = session.exec(last).one()
    return 0 if found is None else found + 1


def let_begin_anew(session: Session, case_id: str, at: datetime) -> None:
    """Let a case that a restored server does not know begin again: its steps are marked as lost, its row as announced.

    Everything else stays: entries, invoices and letters are found again when the case lives through its days anew.
    """
    session.exec(
        update(StepRecord)
        .where(col(StepRecord.case_id) == case_id, col(StepRecord.lost_at).is_(None))
        .values(lost_at=at)
    )
    row = session.get_one(CaseRecord, case_id)
    row.stage, row.outcome, row.closed_at = STARTING, None, None
    row.first_run_id = row.run_id = None
    row.awaited_party = row.due_at = row.due_name = None
    row.awaited, row.needs_attention = "the start of its workflow", False


def put_unmended(session: Session, case_id: str, found: Iterable[tuple[str, str]], at: datetime) -> None:
    """Note what a restore has left behind, item and text; what a case was told before it is told again."""
    for item, text in found:
        known = session.get(Unmended, (case_id, item))
        if known is None:
            session.add(Unmended(case_id=case_id, item=item, text=text, found_at=at))
        elif known.told_at is not None:
            known.text, known.found_at, known.told_at = text, at, None
    session.flush()


def untold(session: Session, case_id: str) -> list[Unmended]:
    """Return what a restore has left behind of a case, and what the case has not been told yet."""
    return list(session.exec(_UNTOLD, params={"of_case": case_id}))


def cases_untold(session: Session) -> list[str]:
    """Return the open cases that are still to be told of something."""
    return list(
        session.exec(
            select(Unmended.case_id)
            .join(CaseRecord, col(Unmended.case_id) == col(CaseRecord.case_id))
            .where(col(Unmended.told_at).is_(None), col(CaseRecord.closed_at).is_(None))
            .distinct()
            .order_by(col(Unmended.case_id))
        )
    )
