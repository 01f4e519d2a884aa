"""Who did what, when, for whom: the messages that cases judged, and what people did beside them, in one list.

The list goes from the newest back. It is read page by page from a place on (`Place`), not by counting rows, so that
what happens meanwhile moves nothing from one page to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, tuple_
from sqlmodel import Session, col, select

from records.finding import words_of
from records.tables import AuditEntry, CaseRecord, MessageRecord

ACT, MESSAGE = 1, 0
"""Of what happened at one instant, an act stands above a message."""


class Place(NamedTuple):
    """Where in the list an entry stands: when, of which sort, and what tells it from others of that instant.

    Attributes:
        at: When (UTC).
        sort: `ACT` or `MESSAGE`.
        first: The case of a message; empty for an act.
        second: The key of a message; the number of an act.
    """

    at: datetime
    sort: int
    first: str
    second: str


class Entry(NamedTuple):
    """Something that somebody did.

    Attributes:
        place: Where it stands in the list; `place.at` is when it was done, or its case judged it.
        name: Who, by name.
        role: In which role, where it was proved; empty otherwise.
        org: For which organisation it was proved to be; empty where nobody proved it.
        key: The id of the key by which it was proved; empty where nobody proved it.
        what: The name of a message; the words of an act.
        about: The case of a message; whom or what an act concerned.
        accepted: Of a message, whether it was accepted; None: it is no message.
        rule: The rule that refused it.
        at: As of when a message counts.
    """

    place: Place
    name: str
    role: str
    org: str
    key: str
    what: str
    about: str
    accepted: bool | None
    rule: str
    at: datetime

    @property
    def is_message(self) -> bool:
        """Whether a case judged it."""
        return self.accepted is not None


@dataclass(frozen=True)
class Asked:
    """What of the list is asked for; what is empty leaves nothing out.

    Attributes:
        person: Words of a name.
        org: An organisation: for whom it was done, or whose case it is about.
        case: Part of a case's id.
        since: Nothing earlier (UTC).
        until: Nothing at this instant or later (UTC).
    """

    person: str = ""
    org: str = ""
    case: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(session: Session, asked: Asked, *, before: Place | None = None, limit: int) -> list[Entry]:
    """Return what is asked for, the newest first, in two statements.

    Args:
        session: The books.
        asked: What is asked for.
        before: Only what stands below this place of the list.
        limit: How many at most.
    """
    found = [*_messages(session, asked, before, limit), *_acts(session, asked, before, limit)]
    return sorted(found, key=_order, reverse=True)[:limit]


def _order(entry: Entry) -> tuple[datetime, int, str, str]:
    place = entry.place
    return place.at, place.sort, place.first, place.second.rjust(20, "0") if place.sort == ACT else place.second


def _messages(session: Session, asked: Asked, before: Place | None, limit: int) -> list[Entry]:
    at, case_id, key = col(MessageRecord.handled_at), col(MessageRecord.case_id), col(MessageRecord.key)
    query = select(MessageRecord).where(*_days(at, asked))
    for word in words_of(asked.person):
        query = query.where(col(MessageRecord.by).icontains(word, autoescape=True))
    if asked.org:
        holders = select(CaseRecord.case_id).where(col(CaseRecord.facility_id) == asked.org)
        sent_for = col(MessageRecord.sender)["org"].as_string() == asked.org
        query = query.where(or_(case_id.in_(holders), sent_for))
    if asked.case:
        query = query.where(case_id.icontains(asked.case, autoescape=True))
    if before is not None:
        below = tuple_(case_id, key) < (before.first, before.second)
        same = and_(at == before.at, below) if before.sort == MESSAGE else at == before.at
        query = query.where(or_(at < before.at, same))
    rows = session.exec(query.order_by(at.desc(), case_id.desc(), key.desc()).limit(limit))
    return [_of_message(row) for row in rows]


def _of_message(row: MessageRecord) -> Entry:
    sender: dict[str, Any] = row.sender or {}
    return Entry(
        place=Place(row.handled_at, MESSAGE, row.case_id, row.key),
        name=str(sender.get("person") or row.by),
        role=str(sender.get("role") or ""),
        org=str(sender.get("org") or ""),
        key=str(sender.get("key") or ""),
        what=row.name,
        about=row.case_id,
        accepted=row.accepted,
        rule=row.rule or "",
        at=row.at,
    )


def _acts(session: Session, asked: Asked, before: Place | None, limit: int) -> list[Entry]:
    at, number = col(AuditEntry.at), col(AuditEntry.id)
    query = select(AuditEntry).where(*_days(at, asked))
    for word in words_of(asked.person):
        query = query.where(col(AuditEntry.name).icontains(word, autoescape=True))
    if asked.org:
        query = query.where(col(AuditEntry.org) == asked.org)
    if asked.case:
        query = query.where(col(AuditEntry.about).icontains(asked.case, autoescape=True))
    if before is not None and before.sort == ACT:
        query = query.where(or_(at < before.at, and_(at == before.at, number < int(before.second))))
    elif before is not None:
        query = query.where(at < before.at)
    return [_of_act(row) for row in session.exec(query.order_by(at.desc(), number.desc()).limit(limit))]


def _of_act(row: AuditEntry) -> Entry:
    return Entry(
        place=Place(row.at, ACT, "", str(row.id)),
        name=row.name,
        role="",
        org=row.org,
        key="",
        what=row.act,
        about=row.about,
        accepted=None,
        rule="",
        at=row.at,
    )


def _days(at: Any, asked: Asked) -> Sequence[ColumnElement[bool]]:
    return [
        *([at >= asked.since] if asked.since else []),
        *([at < asked.until] if asked.until else []),
    ]
