"""What people did beside the messages, which cases keep themselves."""

from datetime import datetime

from sqlmodel import Session

from records.tables import AuditEntry


def note_act(
    session: Session, *, at: datetime, name: str, org: str, act: str, about: str = "", person_id: str | None = None
) -> None:
    """Remember what somebody did.

    Args:
        session: Of the books, writing.
        at: When (UTC).
        name: Who, by name.
        org: For which organisation.
        act: What, in the words of the audit page, for example `signed in`.
        about: Whom or what it concerned.
        person_id: Who, where the person is known.
    """
    session.add(AuditEntry(at=at, person_id=person_id, name=name, org=org, act=act, about=about))
