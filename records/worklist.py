"""The worklist: who must act by when, over all open cases, what is overdue first."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, cast
from sqlmodel import Session, col, or_, select

from policy.awaited import INVOICE, Due, due_of
from policy.facts import FOLLOW_UP, Party
from policy.status import FollowUpView
from records.invoices import UNSETTLED
from records.tables import CaseRecord, Deadline, Invoice, Notice
from records.words import STARTING

TESTING_PACKAGE, GRACE = "testing_package", "testing_overdue"
"""A window that is followed by a grace, and the notice that tells until when that lasts."""
FEW = 200
"""Cases that a question names one by one; of more it asks for those of all open cases."""


class WorkItem(NamedTuple):
    """A case in which somebody is awaited or must look.

    Attributes:
        case: The case.
        due_at: Until when what is awaited is due, in the past where that is late; None: no date is stated.
        due_name: The window's name, or `invoice`.
        closes_at: When the case closes by itself, where it is late and nothing comes.
        follow_up: The note of the office that is to be followed up, where the line is about one, not about the case.
    """

    case: CaseRecord
    due_at: datetime | None = None
    due_name: str | None = None
    closes_at: datetime | None = None
    follow_up: FollowUpView | None = None

    def is_overdue(self, at: datetime) -> bool:
        """Whether its time has passed."""
        return self.due_at is not None and self.due_at < at


def worklist(
    session: Session,
    *,
    party: str | None = None,
    due_by: datetime | None = None,
    overdue_at: datetime | None = None,
    state: str | None = None,
    modality: str | None = None,
    also: Collection[str] = (),
) -> list[WorkItem]:
    """Return the open cases in which somebody is awaited or must look, overdue ones first, undated ones last.

    A note of the office that is to be followed up is a line of its own.

    A certificate that merely runs is nobody's work, and not in the list.

    Args:
        session: The books.
        party: `facility`, `acr` or `surveyor`: who must act.
        due_by: Only what is due at this instant or earlier (what is overdue included).
        overdue_at: Only what was due before this instant.
        state: The facility's state, for example OH.
        modality: For example ct.
        also: Cases that somebody must look at although the books do not say so.
    """
    named = col(CaseRecord.case_id).in_(also)
    begun = or_(col(CaseRecord.stage) != STARTING, named) if also else col(CaseRecord.stage) != STARTING
    query = select(CaseRecord).where(col(CaseRecord.closed_at).is_(None), begun)
    for column, wanted in ((CaseRecord.state, state), (CaseRecord.modality, modality)):
        if wanted is not None:
            query = query.where(col(column) == wanted)
    awaited = or_(col(CaseRecord.awaited_party).is_not(None), col(CaseRecord.needs_attention))
    awaited = or_(awaited, named) if also else awaited
    theirs = query.where(awaited if party is None else col(CaseRecord.awaited_party) == party)
    found = items_of(session, session.exec(theirs).all())
    if party in (None, Party.ACR):
        noted = query.where(cast(col(CaseRecord.status), Text).contains('"follow_ups"'))
        found += [item for case in session.exec(noted) for item in follow_ups_of(case)]
    items = [
        item
        for item in found
        if (due_by is None or (item.due_at is not None and item.due_at <= due_by))
        and (overdue_at is None or item.is_overdue(overdue_at))
    ]
    return sorted(items, key=lambda item: (item.due_at is None, item.due_at, item.case.case_id))


def follow_ups_of(case: CaseRecord) -> list[WorkItem]:
    """Return the notes of the office that somebody looks at again in a case."""
    notes = [FollowUpView.model_validate(one) for one in case.status.get("follow_ups") or ()]
    return [WorkItem(case, one.due_at, FOLLOW_UP, follow_up=one) for one in notes]


def items_of(session: Session, cases: Iterable[CaseRecord]) -> list[WorkItem]:
    """Return each case with its date, as its windows and invoices stand in the books."""
    windows: dict[str, list[Deadline]] = defaultdict(list)
    unpaid: dict[str, list[Invoice]] = defaultdict(list)
    known = {case.case_id: case for case in cases}
    every_open = select(CaseRecord.case_id).where(col(CaseRecord.closed_at).is_(None))
    wanted = known if len(known) <= FEW else every_open
    running = select(Deadline).where(col(Deadline.over).is_(False), col(Deadline.case_id).in_(wanted))
    for window in session.exec(running.order_by(col(Deadline.number))):
        windows[window.case_id].append(window)
    for invoice in session.exec(
        select(Invoice).where(col(Invoice.status).in_(UNSETTLED), col(Invoice.case_id).in_(wanted))
    ):
        unpaid[invoice.case_id].append(invoice)
    return [_item(session, case, windows[case_id], unpaid[case_id]) for case_id, case in known.items()]


def _item(session: Session, case: CaseRecord, windows: list[Deadline], unpaid: list[Invoice]) -> WorkItem:
    if case.status.get("paused"):  # its windows stand still: nothing is due, and nothing late
        return WorkItem(case)
    due = due_of(case.awaited, windows, unpaid) if case.awaited_party else None
    if due is None and case.due_name != INVOICE:  # the next date of a case in which nobody is awaited
        return WorkItem(case, case.due_at, case.due_name)
    if due is None:
        return WorkItem(case)
    return WorkItem(case, due.at, due.name, due.closes_at or _end_of_grace(session, case, due, windows))


def _end_of_grace(session: Session, case: CaseRecord, due: Due, windows: list[Deadline]) -> datetime | None:
    """Return until when a testing package that is late may still be extended, as the facility was told."""
    late = [window for window in windows if window.name == due.name and window.met is False]
    if due.name != TESTING_PACKAGE or not late:
        return None
    told = select(Notice).where(col(Notice.case_id) == case.case_id, col(Notice.kind) == GRACE)
    newest = session.exec(told.order_by(col(Notice.number).desc()).limit(1)).first()
    until = newest.facts.get("until") if newest else None
    return datetime.fromisoformat(until) if until else None
