"""Applications that are being written online: kept as drafts of their organisation, so that a colleague can go on.

What was typed is kept as it was typed. A draft of another organisation is none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from records.queries import case_by_id
from records.tables import CaseRecord, Draft, Invoice
from services.errors import InputFault, NoSuchCase, Unusable

KIND = "application"
MOST = 50
"""Drafts that an organisation can have open; whoever wants more puts one away."""


def draft_of(session: Session, org: str, draft_id: str) -> Draft | None:
    """Return a draft of an organisation, None where it is another one's or is not there."""
    found = session.get(Draft, draft_id)
    return found if found is not None and (found.org, found.kind) == (org, KIND) else None


def open_drafts(session: Session, org: str) -> list[Draft]:
    """Return an organisation's drafts that are not handed in, the last changed first."""
    mine = select(Draft).where(Draft.org == org, Draft.kind == KIND, col(Draft.done_at).is_(None))
    return list(session.exec(mine.order_by(col(Draft.changed_at).desc()).limit(MOST)))


def keep_draft(
    session: Session, org: str, draft_id: str, typed: Mapping[str, Any], *, by: str, at: datetime, renews: str | None
) -> Draft:
    """Keep what was typed; the draft is made where it is not there yet.

    Args:
        session: Of the books, writing.
        org: Whose draft it is.
        draft_id: Its id.
        typed: What was typed, as JSON values.
        by: Who typed it.
        at: Now (UTC).
        renews: The case that the application renews.

    Raises:
        NoSuchCase: The draft is another organisation's.
        Unusable: It would be one more than `MOST`; nothing is kept.
    """
    draft = draft_of(session, org, draft_id)
    if draft is None:
        if session.get(Draft, draft_id) is not None:
            raise NoSuchCase("draft", draft_id)
        if len(open_drafts(session, org)) >= MOST:
            expected = f"{MOST} at most: hand one in, or put one away"
            raise Unusable([InputFault("drafts", "", f"{MOST} that are open", expected)])
        draft = Draft(
            draft_id=draft_id, org=org, kind=KIND, case_id=renews, fields={}, message_id=uuid4().hex, by=by, made_at=at,
            changed_at=at,
        )  # fmt: skip
    if draft.done_at is None:
        draft.fields, draft.by, draft.changed_at = dict(typed), by, at
    session.add(draft)
    session.flush()
    return draft


def end_draft(session: Session, draft_id: str, at: datetime, cases: Sequence[str]) -> None:
    """Remember that a draft was handed in and which cases it opened; none: it was put away."""
    draft = session.get(Draft, draft_id)
    if draft is not None and draft.done_at is None:
        draft.done_at, draft.fields = at, {**draft.fields, "cases": list(cases)}
        session.add(draft)


def last_application(session: Session, org: str, program: str) -> dict[str, Any]:
    """Return the newest application of an organisation for a program, as JSON values; empty where there is none."""
    mine = select(CaseRecord.application).where(CaseRecord.facility_id == org, CaseRecord.program == program)
    return dict(session.exec(mine.order_by(col(CaseRecord.opened_at).desc()).limit(1)).first() or {})


def application_of_case(session: Session, org: str, case_id: str) -> dict[str, Any]:
    """Return the application of one of an organisation's cases, as JSON values.

    Raises:
        NoSuchCase: It has no such case.
    """
    case = case_by_id(session, case_id)
    if case is None or case.facility_id != org:
        raise NoSuchCase("case", case_id)
    return case.application


def opened_by(session: Session, cases: Sequence[str]) -> list[tuple[CaseRecord, list[Invoice]]]:
    """Return cases with their invoices, in two statements."""
    found = {one.case_id: one for one in session.exec(select(CaseRecord).where(col(CaseRecord.case_id).in_(cases)))}
    invoices: dict[str, list[Invoice]] = {}
    wanted = select(Invoice).where(col(Invoice.case_id).in_(cases)).order_by(col(Invoice.number))
    for invoice in session.exec(wanted):
        invoices.setdefault(invoice.case_id, []).append(invoice)
    return [(found[case], invoices.get(case, [])) for case in cases if case in found]
