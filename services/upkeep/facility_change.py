"""A facility is renamed, moves, merges or is taken over: all its open cases hear of it, and the rest follows.

First the change is entered in the books, then each open case gets its message, then closed cases, people and what they
have begun follow, and the change is finished. Whatever is cut short goes on when the same change is entered again: its
messages are called by its content, and a case that has taken one takes no second one. Once it is finished, the same
content is another change: a facility that moved and came back may move again.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlmodel import Session, col, select

from policy.keeping.facility import judge_kind
from policy.messages import ChangeFacility, Message
from records.books import Books
from records.facility.changes import cases_to_tell, changes_of, closed_cases, follow, following
from records.facility.ids import Held, as_known, held_under
from records.money_queries import bills
from records.tables import FacilityChange
from records.words import STARTING
from services.composition import compose
from services.errors import InputFault, Unusable
from services.people.audit import note_act
from services.upkeep.telling import Told, tell_each

if TYPE_CHECKING:
    from temporalio.client import Client

    from services.security.signing import Sign


class Concerned(NamedTuple):
    """An open case that hears of a change. `begun`: whether it has taken a step; before that nothing reaches it."""

    case_id: str
    stage: str
    begun: bool
    unpaid: tuple[str, ...]


class Plan(NamedTuple):
    """What a change will do.

    Attributes:
        change: The change, as it is or would be entered.
        cases: Open cases that hear of it.
        closed: Closed cases that are found under the new id, with the old name on their papers.
        people: Who signs in for the new one then, by name and role.
        into: What hangs on the new id already; None: nothing does, or there is none.
        resumes: Whether it was begun before and goes on.
    """

    change: FacilityChange
    cases: tuple[Concerned, ...]
    closed: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    into: Held | None
    resumes: bool


def planned(session: Session, fields: dict[str, Any], *, by: str, at: datetime) -> Plan:
    """Return what a change will do; nothing is written.

    Args:
        session: Of the books.
        fields: The message that each case gets (`policy.messages.ChangeFacility`), as JSON values.
        by: Who enters it, in words.
        at: Now (UTC).

    Raises:
        Unusable: It is no such message, nothing hangs on that facility, or it leads back to itself.
        Refused: `facility.nothing_changes` and the like: it does not say what its kind is about.
    """
    fields = _as_known(session, fields)
    message = _message(fields, _named(fields), by)
    judge_kind(message)
    if message.new_id and message.new_id.lower() == message.facility.lower():
        raise Unusable([InputFault("--into", "", message.new_id, "the id of another one than it has")])
    cases = _concerned(session, message.facility, at)
    joins = message.new_id or ""
    closed = tuple(row.case_id for row in closed_cases(session, message.facility)) if joins else ()
    people = tuple((who.name, held.role) for who, held in following(session, message.facility, joins)) if joins else ()
    before = _entered(session, _named(fields))
    resumed = next((one for one in before if one.finished_at is None), None)
    known = resumed or (before[-1] if before and not (cases or closed or people) else None)
    if known is None and not (cases or closed or people):
        expected = "a facility, practice or location of which the books have an open case"
        raise Unusable([InputFault("ID", "", repr(message.facility), expected)])
    change = known or FacilityChange(
        change_id=f"{_named(fields)}-{len(before) + 1}" if before else _named(fields),
        facility=message.facility,
        new_id=message.new_id,
        kind=message.kind,
        content=fields,
        at=at,
        by=by,
    )
    into = held_under(session, joins) if joins else None
    return Plan(change, cases, closed, people, into, resumed is not None)


def _concerned(session: Session, facility: str, at: datetime) -> tuple[Concerned, ...]:
    """Return the open cases that hear of a change, each with what is unpaid."""
    rows = cases_to_tell(session, facility)
    money = {row.case_id: [bill for bill in bills(session, at, row.case_id) if bill.outstanding > 0] for row in rows}
    return tuple(
        Concerned(
            row.case_id,
            row.stage,
            row.stage != STARTING,
            tuple(bill.invoice.number for bill in money[row.case_id] if bill.invoice.status in ("open", "partly_paid")),
        )
        for row in rows
    )


async def carry_out(
    client: "Client",
    books: Books,
    plan: Plan,
    within: timedelta,
    sign: "Sign | None",
    *,
    at: datetime,
    advance: Callable[[], None] = lambda: None,
) -> list[Told]:
    """Tell every open case, then let the rest follow; return what became of each message.

    A case that has not begun, or did not answer, leaves the change unfinished: entered again it goes on.

    Args:
        client: A connected client.
        books: The office's books.
        plan: What is to be done.
        within: How long to wait for each verdict.
        sign: Proves that the office sends it.
        at: Now (UTC).
        advance: Called after each case.
    """
    change = plan.change
    with books.writing() as session:
        if session.get(FacilityChange, change.change_id) is None:
            session.add(FacilityChange(**change.model_dump()))
            act = f"entered that it was {change.kind.replace('_', ' ')}:"
            note_act(session, at=at, name=change.by, org="office", act=act, about=change.facility)
    message = _message(change.content, change.change_id, change.by)
    told = [Told(one.case_id, None, "the case has not begun yet") for one in plan.cases if not one.begun]
    begun = {one.case_id: message for one in plan.cases if one.begun}
    told += await tell_each(client, begun, within, sign, advance)
    if all(is_over(one, change) for one in told):
        with books.writing() as session:
            kept = session.get_one(FacilityChange, change.change_id)
            if change.new_id:
                follow(session, change.facility, change.new_id, by=change.by, at=at)
            kept.finished_at = kept.finished_at or at
    return told


def is_over(one: Told, change: FacilityChange) -> bool:
    """Whether a case need not be told again: it has taken the change, has closed, or says so already."""
    rule = one.verdict.rule if one.verdict else None
    says_so = rule == "facility.nothing_changes" and not change.content.get("new_certificate")
    return one.taken or one.closed or says_so


def for_one_case_alone(message: Message) -> str | None:
    """Return why a message should not be sent to one case by itself: the others and the people would stay behind."""
    if not isinstance(message, ChangeFacility) or message.new_id is None:
        return None
    command = f"accredit facility {'merge' if message.kind == 'merged' else 'take-over'} {message.facility}"
    return (
        f"This moves one case to {message.new_id}, and neither the other cases of {message.facility} nor its people; "
        f"`{command} --into {message.new_id}` moves all of it"
    )


def unfinished(session: Session) -> Sequence[FacilityChange]:
    """Return the changes of which not every case has heard yet."""
    return [one for one in changes_of(session) if one.finished_at is None]


def _as_known(session: Session, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what was entered with both ids as the books write them, so that all that hangs on them follows."""
    ids = {name: as_known(session, str(fields[name])) for name in ("facility", "new_id") if fields.get(name)}
    return {**fields, **ids}


def _named(fields: dict[str, Any]) -> str:
    """Return what a change is called by its content; whoever enters it, and why, makes no other one of it."""
    said = {name: value for name, value in fields.items() if name not in ("reason", "by") and value not in (None, "")}
    text = json.dumps(said, sort_keys=True, default=str)
    return f"facility-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _entered(session: Session, name: str) -> Sequence[FacilityChange]:
    """Return the changes of one content that were entered before, oldest first."""
    of_it = select(FacilityChange).where(col(FacilityChange.change_id).startswith(name))
    return session.exec(of_it.order_by(col(FacilityChange.at), col(FacilityChange.change_id))).all()


def _message(fields: dict[str, Any], identity: str, by: str) -> ChangeFacility:
    message = compose(ChangeFacility, {**fields, "message_id": identity}, folder=Path.cwd(), user=by)
    if not isinstance(message, ChangeFacility):
        raise TypeError("a change of a facility was composed as another message")
    return message
