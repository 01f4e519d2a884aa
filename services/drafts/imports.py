"""Imports that were begun at a page: which file, who, how far. Kept in the books, so that every process knows of them.

Whoever runs one says so again and again (`beat`). One that has been silent for a while was broken off, and goes on by
being started again: nothing is started twice.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from policy.messages.proofs import OFFICE_ORG
from records.tables import Draft

KIND = "import"
SILENT = timedelta(seconds=30)
"""After so long without a beat nobody runs an import any more."""
CHECKED, RUNNING, STOPPED, DONE = "checked", "running", "stopped", "done"
"""Where an import is: read and not started, under way, broken off, finished."""
SHOWN = 20


def keep_import(session: Session, known: Mapping[str, Any], *, by: str, at: datetime) -> Draft:
    """Keep a file that was uploaded for an import.

    Args:
        session: Of the books, writing.
        known: What is known of it, as JSON values: its names and digests.
        by: Who uploaded it.
        at: Now (UTC).
    """
    kept = Draft(
        draft_id=uuid4().hex, org=OFFICE_ORG, kind=KIND, fields={**known, "state": CHECKED}, message_id=uuid4().hex,
        by=by, made_at=at, changed_at=at,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept


def import_of(session: Session, import_id: str) -> Draft | None:
    """Return an import, or None."""
    found = session.get(Draft, import_id)
    return found if found is not None and found.kind == KIND else None


def newest_imports(session: Session) -> list[Draft]:
    """Return the newest imports, the newest first."""
    mine = select(Draft).where(Draft.org == OFFICE_ORG, Draft.kind == KIND)
    return list(session.exec(mine.order_by(col(Draft.made_at).desc()).limit(SHOWN)))


def state_of(kept: Draft, at: datetime) -> str:
    """Return where an import is; one that runs and has been silent was broken off."""
    state = str(kept.fields.get("state", CHECKED))
    return STOPPED if state == RUNNING and at - kept.changed_at > SILENT else state


def running_import(session: Session, at: datetime) -> Draft | None:
    """Return the import that is under way, or None."""
    mine = select(Draft).where(Draft.org == OFFICE_ORG, Draft.kind == KIND, col(Draft.done_at).is_(None))
    recent = mine.where(col(Draft.changed_at) >= at - SILENT)
    return next((one for one in session.exec(recent) if state_of(one, at) == RUNNING), None)


def take_up(session: Session, import_id: str, *, by: str, at: datetime) -> Draft | None:
    """Take an import up, unless one is under way. Returns the one that is under way; None: it is taken up."""
    if (other := running_import(session, at)) is not None:
        return other
    kept = import_of(session, import_id)
    if kept is not None and kept.done_at is None:
        kept.fields, kept.by, kept.changed_at = {**kept.fields, "state": RUNNING, "problem": []}, by, at
        session.add(kept)
    return None


def beat(session: Session, import_id: str, at: datetime, news: Mapping[str, Any], state: str = RUNNING) -> None:
    """Keep how far an import is.

    Args:
        session: Of the books, writing.
        import_id: Which one.
        at: Now (UTC).
        news: What is to be kept of it, as JSON values.
        state: Where it is now.
    """
    kept = import_of(session, import_id)
    if kept is not None:
        kept.fields, kept.changed_at = {**kept.fields, **news, "state": state}, at
        kept.done_at = at if state == DONE else None
        session.add(kept)
