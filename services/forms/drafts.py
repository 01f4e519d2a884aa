"""Forms that are not sent yet: saved by one person, gone on with by any colleague of the same organisation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from records.tables import Draft


def draft_of(session: Session, org: str, kind: str, case_id: str | None) -> Draft | None:
    """Return an organisation's newest draft of a form that is neither sent nor put away.

    Args:
        session: Of the books.
        org: Whose.
        kind: Which form: a message's name, or `application`.
        case_id: For which case; None: for none yet.
    """
    wanted = select(Draft).where(Draft.org == org, Draft.kind == kind, col(Draft.done_at).is_(None))
    wanted = wanted.where(col(Draft.case_id).is_(None) if case_id is None else Draft.case_id == case_id)
    return session.exec(wanted.order_by(col(Draft.changed_at).desc())).first()


def save_draft(
    session: Session,
    *,
    org: str,
    kind: str,
    case_id: str | None,
    fields: Mapping[str, Any],
    message_id: str,
    by: str,
    at: datetime,
) -> Draft:
    """Save a form as it was typed; it takes the place of the organisation's earlier draft of it.

    Args:
        session: Of the books, writing.
        org: Whose it is.
        kind: Which form.
        case_id: For which case; None: for none yet.
        fields: What was typed, as JSON values.
        message_id: The id under which it will be sent.
        by: Who saves it, by name.
        at: Now (UTC).
    """
    draft = draft_of(session, org, kind, case_id)
    if draft is None:
        draft = Draft(
            draft_id=uuid4().hex,
            org=org,
            kind=kind,
            case_id=case_id,
            fields={},
            message_id=message_id,
            by=by,
            made_at=at,
            changed_at=at,
        )
    draft.fields, draft.message_id, draft.by, draft.changed_at = dict(fields), message_id, by, at
    session.add(draft)
    session.flush()
    return draft


def put_away(session: Session, org: str, kind: str, case_id: str | None, at: datetime) -> None:
    """Note that a form was sent, or is not wanted any more. `at`: now (UTC)."""
    while (draft := draft_of(session, org, kind, case_id)) is not None:
        draft.done_at = at
        session.add(draft)
        session.flush()


def renew_id(session: Session, org: str, kind: str, case_id: str | None, message_id: str) -> None:
    """Give a draft another id to be sent under: what a case has refused cannot be mended under the same one."""
    draft = draft_of(session, org, kind, case_id)
    if draft is not None:
        draft.message_id = message_id
        session.add(draft)
