"""Which open cases another edition would touch: told from the books, and nothing moves."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from activities.terms import rules_named
from policy.application import AreaKind, Medium
from policy.edition import Edition, EditionError, Rules
from policy.editions.ahead import Scope, counted_anew, differences_ahead
from policy.editions.difference import Difference
from policy.editions.own import OwnEditions
from records.queries import deadlines
from records.tables import CaseRecord
from records.words import STARTING


class RunningWindow(NamedTuple):
    """A window that runs and keeps its day: its name, that day, and the day by another edition."""

    name: str
    due_at: datetime
    counted_anew: datetime


class CaseImpact(NamedTuple):
    """What another edition would mean for a case as it stands.

    Attributes:
        case_id: The case.
        facility: Whose it is.
        stage: Where it stands.
        carried: The edition that it carries.
        differences: The values that it would go by from now on, and that are others there.
        windows: Windows that run, which keep their day, and would be due on another one.
        unknown: The edition that it carries is not known here any more, so that nothing can be compared.
    """

    case_id: str
    facility: str
    stage: str
    carried: str
    differences: tuple[Difference, ...] = ()
    windows: tuple[RunningWindow, ...] = ()
    unknown: bool = False

    @property
    def differs(self) -> bool:
        """Whether the case would go on differently, or nobody can say."""
        return bool(self.differences or self.windows or self.unknown)


def impact_of(
    session: Session, rules: Rules, own: OwnEditions, only: Sequence[str] = (), carrying: str | None = None
) -> list[CaseImpact]:
    """Return what an edition would mean for the open cases that could move to it; those that carry it are left out.

    Args:
        session: The office's books.
        rules: The edition.
        own: The office's own editions, among which those are that cases carry.
        only: Only these cases; none named: all.
        carrying: Only cases that carry the edition of that name.
    """
    found = select(CaseRecord).where(
        CaseRecord.program == rules.program,
        col(CaseRecord.closed_at).is_(None),
        col(CaseRecord.stage) != STARTING,
        col(CaseRecord.edition).is_not(None),
        col(CaseRecord.edition) != rules.edition,
    )
    if only:
        found = found.where(col(CaseRecord.case_id).in_(only))
    if carrying is not None:
        found = found.where(CaseRecord.edition == carrying)
    rows = session.exec(found.order_by(col(CaseRecord.case_id))).all()
    return [_of_case(session, row, rules, own) for row in rows if _covers(rules, row)]


def _covers(rules: Rules, row: CaseRecord) -> bool:
    return not isinstance(rules, Edition) or row.modality in rules.covers.value


def _of_case(session: Session, row: CaseRecord, rules: Rules, own: OwnEditions) -> CaseImpact:
    impact = CaseImpact(row.case_id, row.facility_name or row.facility_id, row.stage, row.edition or "")
    try:
        carried = rules_named(row.program, row.edition or "", own)
    except EditionError:
        return impact._replace(unknown=True)
    running = [one for one in deadlines(session, row.case_id) if one.met is None and not one.over]
    windows = [
        RunningWindow(one.name, one.due_at, anew)
        for one in running
        if (anew := counted_anew(one.name, one.opens_at, one.due_at, carried, rules))
    ]
    ahead = differences_ahead(carried, rules, row.stage, _tested(row))
    return impact._replace(differences=tuple(ahead), windows=tuple(windows))


def _tested(row: CaseRecord) -> Scope:
    """Return what a case has tested, as its application says it."""
    areas = [area for unit in row.application.get("units") or [] for area in unit.get("areas") or []]
    phantom = any(area.get("kind") == AreaKind.PHANTOM for area in areas)
    return Scope(row.modality, row.application.get("medium") in (None, Medium.UPLOAD), phantom)
