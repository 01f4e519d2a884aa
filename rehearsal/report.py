"""What is reported of a rehearsed life: one object, in days since the case opened, and what its history weighs.

Timeline, invoices, notices and refusals are read from the books, as an office would read them years later; what a
validator turned away left no trace there and is added from what the senders were told.

Counted as if no time had been skipped: skipping adds events of its own, which no office will ever see.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlmodel import Session
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from records.money_queries import Bill, bills
from records.outbox import notices
from records.queries import timeline
from records.tables import MessageRecord, Notice, TimelineEntry
from rehearsal.acting import Outcome

IN_DAYS = {
    "granted_at": "granted_day",
    "counts_from": "counts_from_day",
    "expires_at": "expires_day",
    "opens_at": "opens_day",
    "due_at": "due_day",
    "since": "since_day",
    "added_at": "added_day",
    "designated_at": "designated_day",
    "mid_cycle_at": "mid_cycle_day",
    "closed_at": "closed_day",
    "on": "on_day",
    "respond_by": "respond_by_day",
}
"""Names of instants in the query `status`, and what they are called where days stand in their place."""
DAY = timedelta(days=1)


def days_since(opened_at: datetime, instant: datetime) -> float:
    """Return an instant as days of 86,400 seconds since the case opened, to the tenth of a second."""
    return round((instant - opened_at) / DAY, 6)


def status_in_days(status: Any, opened_at: datetime) -> Any:
    """Return the answer to the query `status` with days in the place of instants."""
    if isinstance(status, list):
        return [status_in_days(part, opened_at) for part in status]
    if not isinstance(status, dict):
        return status
    told = {}
    for name, value in status.items():
        if name in IN_DAYS and (value is None or isinstance(value, str)):
            told[IN_DAYS[name]] = value and days_since(opened_at, datetime.fromisoformat(value))
        else:
            told[name] = status_in_days(value, opened_at)
    return told


def life_in_books(
    session: Session, case_id: str, opened_at: datetime, ended_at: datetime, outcomes: Sequence[Outcome]
) -> dict[str, Any]:
    """Return timeline, invoices, notices and refusals of a case.

    Args:
        session: The books.
        case_id: The case.
        opened_at: When it opened: day 0.
        ended_at: The instant as of which invoices are overdue or not.
        outcomes: What came of every message that was sent to the case.
    """
    entries = timeline(session, case_id)
    told = [_entry(entry, opened_at) for entry in sorted(entries, key=lambda entry: entry.at)]
    recorded = [_recorded_refusal(entry, opened_at) for entry in entries if entry.kind == "refusal"]
    unrecorded = [_refusal(o, opened_at) for o in outcomes if o.verdict.rule and not is_recorded(session, case_id, o)]
    return {
        "timeline": told,
        "invoices": [_invoice(bill, opened_at) for bill in bills(session, ended_at, case_id)],
        "notices": [_notice(notice, opened_at) for notice in notices(session, case_id)],
        "refusals": sorted(recorded + unrecorded, key=lambda refusal: refusal["day"]),
    }


def _entry(entry: TimelineEntry, opened_at: datetime) -> dict[str, Any]:
    return {
        "day": days_since(opened_at, entry.at),
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "by": entry.by,
        "text": entry.text,
        "detail": entry.detail,
    }


def _invoice(bill: Bill, opened_at: datetime) -> dict[str, Any]:
    invoice = bill.invoice
    return {
        "number": invoice.number,
        "purpose": invoice.purpose,
        "lines": [
            {
                "description": line.description,
                "quantity": line.quantity,
                "unit_price": _dollars(line.unit_price),
                "amount": _dollars(line.amount),
            }
            for line in bill.lines
        ],
        "total": _dollars(invoice.total),
        "paid": _dollars(invoice.paid),
        "credited": _dollars(invoice.credited),
        "written_off": _dollars(invoice.written_off),
        "issued_day": days_since(opened_at, invoice.issued_at),
        "due_day": days_since(opened_at, invoice.due_at),
        "status": invoice.status,
        "overdue": bill.overdue,
    }


def _notice(notice: Notice, opened_at: datetime) -> dict[str, Any]:
    return {
        "day": days_since(opened_at, notice.at),
        "kind": notice.kind,
        "to": notice.recipients,
        "subject": notice.subject,
        "status": notice.status,
    }


def _recorded_refusal(entry: TimelineEntry, opened_at: datetime) -> dict[str, Any]:
    told = {name: entry.detail.get(name) for name in ("message", "rule", "reason", "source")}
    return {"day": days_since(opened_at, entry.at), **told}


def _refusal(outcome: Outcome, opened_at: datetime) -> dict[str, Any]:
    told = outcome.verdict.model_dump(mode="json", include={"rule", "reason", "source"})
    return {"day": days_since(opened_at, outcome.at), "message": outcome.event.model.NAME, **told}


def is_recorded(session: Session, case_id: str, outcome: Outcome) -> bool:
    """Whether the case judged and recorded the refusal: the books keep one answer for each key.

    A signal has no validator: whatever it is refused for, the case has an entry of it.
    """
    if outcome.event.via == "signal" and outcome.verdict.rule == "message.id_reused":
        return True
    record = session.get(MessageRecord, (case_id, outcome.key))
    return record is not None and record.rule == outcome.verdict.rule


def _dollars(amount: Decimal) -> str:
    return f"{amount:.2f}"


OF_SKIPPING = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
}
BILLED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,  # a start, also the one of a continue-as-new
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    EventType.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED,  # the memo
}
LOCAL_ACTIVITY = "core_local_activity"
"""The name of the marker that a local activity leaves."""


class Weight(NamedTuple):
    """What a history weighs; `bytes` are those of its events."""

    events: int
    bytes: int
    actions: int


def weigh(events: Iterable[HistoryEvent]) -> Weight:
    """Weigh a history."""
    counted = [event for event in events if event.event_type not in OF_SKIPPING]
    size = sum(event.ByteSize() for event in counted)
    return Weight(len(counted), size, sum(_actions(event) for event in counted))


def _actions(event: HistoryEvent) -> int:
    """Return how many actions an event stands for; an activity is billed for every attempt."""
    match event.event_type:
        case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            return 1
        case EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:  # written at its end, with the number of the last attempt
            return event.activity_task_started_event_attributes.attempt - 1
        case EventType.EVENT_TYPE_MARKER_RECORDED:
            return int(event.marker_recorded_event_attributes.marker_name == LOCAL_ACTIVITY)
        case _:
            return int(event.event_type in BILLED)
