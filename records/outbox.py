"""The outbox of notices: put in with the step that caused them, taken out when the mail has them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, insert, select, update

from records.tables import CaseRecord, Notice, TimelineEntry
from records.words import NoticeStatus

BOUNCED = "notice.bounced"
"""The rule of a letter that came back after a mail server had taken it."""


# Statements of every step are made once: SQLAlchemy takes longer to put one together than to carry it out.
_OF_CASE, _OF_NUMBER = col(Notice.case_id) == bindparam("of_case"), col(Notice.number) == bindparam("of_number")
_NOTICE = select(Notice).where(_OF_CASE, _OF_NUMBER)
_STATUS = select(Notice.status).where(_OF_CASE, _OF_NUMBER)
_PENDING = select(Notice).where(_OF_CASE, col(Notice.status) == NoticeStatus.PENDING.value).order_by(col(Notice.number))
_TROUBLED = (
    select(Notice)
    .where(
        _OF_CASE,
        col(Notice.run_id) == bindparam("of_run"),
        col(Notice.step) == bindparam("of_step"),
        col(Notice.problem).is_not(None),
    )
    .order_by(col(Notice.number))
)
_DATES_TOLD = (
    select(TimelineEntry)
    .where(col(TimelineEntry.case_id) == bindparam("of_case"), col(TimelineEntry.kind).in_(("deadline", "extension")))
    .order_by(col(TimelineEntry.id))
)
_WHAT_WAS_SENT = (
    "status", "sent_at", "recipients", "subject", "body", "file", "reached", "attachments", "problem_rule", "problem",
)  # fmt: skip
_PUT = insert(Notice.metadata.tables["notices"])
_UNSENT: dict[str, Any] = {
    "status": NoticeStatus.PENDING.value,
    "recipients": [],
    "reached": [],
    "attachments": [],
} | dict.fromkeys(("subject", "body", "file", "sent_at", "bounces", "problem_rule", "problem"))
"""What a notice's row says until it is sent: written without the ORM, which takes longer than the database."""
_NOTICES = Notice.metadata.tables["notices"].c
_SENT = (
    update(Notice.metadata.tables["notices"])
    .where(_NOTICES.case_id == bindparam("of_case"), _NOTICES.number == bindparam("of_number"))
    .values({name: bindparam(name) for name in _WHAT_WAS_SENT})
)


class DeliveryFault(NamedTuple):
    """Why a notice did not go out, or not to everybody: a rule id, and the same in words."""

    rule: str
    text: str


class Sent(NamedTuple):
    """What the mail took.

    Attributes:
        at: When, on the case's clock.
        recipients: Whose mail server has it, or for whom its file lies in the folder.
        subject: Its subject line.
        body: Its text.
        file: The name of its copy.
        attachments: The names of what went with it.
        mailed: Whether a mail server has it; else it is a file in the folder.
    """

    at: datetime
    recipients: list[str]
    subject: str
    body: str
    file: str
    attachments: list[str]
    mailed: bool = True


def put_notice(
    session: Session,
    case_id: str,
    number: int,
    *,
    run_id: str,
    step: int,
    kind: str,
    at: datetime,
    facts: dict[str, Any],
) -> None:
    """Put a notice into the outbox, once. One that had a problem is tried again with what is now known of it.

    It then goes to those whom it has not reached; `send_again` sends it to everybody. One that went out before says so
    (`first_sent_at`).
    """
    notice = session.exec(_NOTICE, params={"of_case": case_id, "of_number": number}).first()
    if notice is None:
        own = {"case_id": case_id, "number": number, "run_id": run_id, "step": step, "kind": kind}
        session.execute(_PUT, _UNSENT | own | {"at": at, "facts": facts})
    elif notice.problem is not None:
        told = facts or notice.facts
        if notice.bounces and notice.sent_at:
            told = {"first_sent_at": notice.sent_at.isoformat()} | told
        notice.run_id, notice.step, notice.facts = run_id, step, told
        _hold(notice)


def send_again(session: Session, case_id: str, number: int) -> bool:
    """Put a notice back into the outbox, whatever became of it; the case's next delivery sends it to everybody again.

    Return False where there is no such notice.
    """
    notice = session.get(Notice, (case_id, number))
    if notice is None:
        return False
    _hold(notice)
    notice.reached = []
    return True


def pending_notices(session: Session, case_id: str) -> list[Notice]:
    """Return a case's notices that wait to be sent, in their order."""
    return list(session.exec(_PENDING, params={"of_case": case_id}))


def last_notice(session: Session, case_id: str) -> int:
    """Return the number of a case's newest notice; 0 where it has none."""
    newest = select(Notice.number).where(col(Notice.case_id) == case_id).order_by(col(Notice.number).desc()).limit(1)
    return session.exec(newest).first() or 0


def last_notices(session: Session) -> dict[str, int]:
    """Return the number of each case's newest notice."""
    newest = select(Notice.case_id, func.max(Notice.number)).group_by(col(Notice.case_id))
    return dict(session.exec(newest).all())


def closed_cases_with_letters(session: Session) -> list[str]:
    """Return the closed cases whose outbox holds something that no step of theirs will deliver any more."""
    return list(
        session.exec(
            select(Notice.case_id)
            .join(CaseRecord, col(Notice.case_id) == col(CaseRecord.case_id))
            .where(col(Notice.status) == NoticeStatus.PENDING, col(CaseRecord.closed_at).is_not(None))
            .distinct()
            .order_by(col(Notice.case_id))
        )
    )


def waits(session: Session, notice: Notice) -> bool:
    """Return whether a notice still waits: another delivery of its case may have sent it in the meantime."""
    own = {"of_case": notice.case_id, "of_number": notice.number}
    return session.exec(_STATUS, params=own).first() == NoticeStatus.PENDING


def dates_told(session: Session, case_id: str) -> list[TimelineEntry]:
    """Return the entries of a case's timeline that set, extended or ended a window, in their order."""
    return list(session.exec(_DATES_TOLD, params={"of_case": case_id}))


def troubled_notices(session: Session, case_id: str, run_id: str, step: int) -> list[Notice]:
    """Return the notices of a step that did not go out as they should."""
    return list(session.exec(_TROUBLED, params={"of_case": case_id, "of_run": run_id, "of_step": step}))


def notices(session: Session, case_id: str | None = None) -> list[Notice]:
    """Return every notice, or those of one case, in the order of the cases and their numbers."""
    query = select(Notice).order_by(col(Notice.case_id), col(Notice.number))
    return list(session.exec(query if case_id is None else query.where(col(Notice.case_id) == case_id)))


def mark_reached(session: Session, notice: Notice, reached: Sequence[str]) -> None:
    """Note whose mail server has a notice already, while it waits for the others."""
    session.get_one(Notice, (notice.case_id, notice.number)).reached = list(reached)


def mark_sent(session: Session, notice: Notice, sent: Sent, trouble: DeliveryFault | None = None) -> None:
    """Note that the mail has a notice; `trouble`: somebody else should have had it too."""
    rule, problem = trouble or (None, None)
    said = {
        "status": NoticeStatus.SENT.value,
        "sent_at": sent.at,
        "recipients": sent.recipients,
        "subject": sent.subject,
        "body": sent.body,
        "file": sent.file,
        "reached": sent.recipients if sent.mailed else [],
        "attachments": sent.attachments,
        "problem_rule": rule,
        "problem": problem,
    }
    if notice in session:
        notice.sqlmodel_update(said)
    else:
        session.execute(_SENT, {"of_case": notice.case_id, "of_number": notice.number} | said)


def mark_bounced(session: Session, case_id: str, number: int, *, address: str, said: str, at: datetime) -> bool:
    """Note that a letter came back from an address, once; it is sent there again when somebody says so, not by itself.

    Return False where there is no such letter, or where it came back from there before and was not sent again since.
    """
    notice = session.get(Notice, (case_id, number))
    if notice is None or (notice.problem_rule == BOUNCED and _came_back(notice, address)):
        return False
    known = {one.casefold() for one in notice.recipients}
    stranger = "" if address.casefold() in known else " It did not go to that address as far as the books know."
    answer = f": {said}" if said else ""
    notice.bounces = [*(notice.bounces or []), {"address": address, "at": at.isoformat(), "said": said}]
    notice.reached = [one for one in notice.reached if one.casefold() != address.casefold()]
    notice.problem_rule = BOUNCED
    notice.problem = (
        f"Notice {number} came back from {address}{answer}.{stranger} Correct the address, then send it again."
    )
    return True


def troubled_since(session: Session, case_id: str, at: datetime) -> list[Notice]:
    """Return the letters of a case that came back since an instant, or of since then that did not reach everybody."""
    troubled = select(Notice).where(col(Notice.case_id) == case_id, col(Notice.problem).is_not(None))
    return [
        notice
        for notice in session.exec(troubled.order_by(col(Notice.number)))
        if notice.at >= at or any(datetime.fromisoformat(one["at"]) >= at for one in notice.bounces or [])
    ]


def _came_back(notice: Notice, address: str) -> bool:
    return any(one["address"].casefold() == address.casefold() for one in notice.bounces or [])


def mark_undeliverable(session: Session, notice: Notice, trouble: DeliveryFault) -> None:
    """Note why a notice cannot go out; it waits until it is ordered or sent again."""
    kept = session.get_one(Notice, (notice.case_id, notice.number))
    kept.status, kept.sent_at = NoticeStatus.UNDELIVERABLE.value, None
    kept.problem_rule, kept.problem = trouble


def _hold(notice: Notice) -> None:
    notice.status, notice.sent_at = NoticeStatus.PENDING.value, None
    notice.problem_rule = notice.problem = None
