"""Plays a scenario: starts its case, sends what is to be sent, goes on to the end, and reports."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.failure.v1 import Failure
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.service import RPCError

from policy.messages import StartRenewal
from rehearsal.acting import Outcome, act, bring
from rehearsal.clock import CaseStuck
from rehearsal.clocks import CaseClocks
from rehearsal.preparation import PreparedScenario
from rehearsal.report import days_since, is_recorded, life_in_books, status_in_days, weigh
from rehearsal.scenario import Event, ExternalEvent
from rehearsal.scenes import Scene, Tell, turned_away
from rehearsal.world import World
from services.errors import ServiceError
from services.opening import start_case
from services.queries import ask

STACK_LINES = 2
"""Lines of a failure's stack that are told, the innermost."""


async def why(error: BaseException, case: WorkflowHandle[Any, Any]) -> str:
    """Return what broke a life off: the error with its causes, and the last failure of the case's own code, if any.

    Args:
        error: What was raised.
        case: The case, whose history knows what its code failed by.
    """
    told = [_said(each) for each in _causes(error)]
    if isinstance(error, CaseStuck):
        told += [failure] if (failure := await _failure_of_code(case)) else []
    return "; because ".join(dict.fromkeys(text for text in told if text))


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return an error and what caused it, step by step; Temporal's errors keep their cause in a field of that name."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = getattr(error, "cause", None) or error.__cause__
    return found


def _said(error: BaseException) -> str:
    text = str(error).strip().rstrip(".")
    return text or type(error).__name__


async def _failure_of_code(case: WorkflowHandle[Any, Any]) -> str:
    """Return by what the case's code failed last, with the place; empty where it did not."""
    try:
        history = await case.fetch_history()
    except RPCError:
        return ""
    failed = [e for e in history.events if e.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED]
    return _told(failed[-1].workflow_task_failed_event_attributes.failure) if failed else ""


def _told(failure: Failure) -> str:
    kind = failure.application_failure_info.type
    stack = [line.strip() for line in failure.stack_trace.strip().splitlines()][-STACK_LINES:]
    where = f" ({' '.join(stack)})" if stack else ""
    return f"its code failed: {f'{kind}: ' if kind else ''}{failure.message}{where}"


Watch = Callable[[str], None]
"""Told how far a life has come."""
Look = Callable[[Event | ExternalEvent, str, bool], Awaitable[None]]
"""Looks at a case (by its id) that has come to rest: before an event is sent to it (false), and after it (true)."""
DEADLINE = ("name", "opens_day", "due_day", "met")
"""What a report says of each deadline."""
ANSWER_WITHIN = timedelta(seconds=10)
"""Real time in which a case must say where it stands."""


@dataclass
class LifeSoFar:
    """A life that is being lived.

    Attributes:
        clocks: The clocks of its cases.
        sent: How many of its events have been sent.
        outcomes: What came of them.
        failures: In what it went otherwise than written.
    """

    clocks: CaseClocks
    sent: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


async def live(plan: PreparedScenario, world: World, watch: Watch, look: Look | None = None) -> dict[str, Any]:
    """Live a scenario through and report on it.

    Args:
        plan: What is to be lived.
        world: Where.
        watch: Told how far the life has come.
        look: Looks at the case before and after each event; time stands still meanwhile.

    A case whose code is at fault, or that does not come to rest, ends its own scenario only: the report says so.

    Raises:
        ServiceError: The case cannot be started.
    """
    await start(plan, world)
    return await go_on(plan, world, LifeSoFar(CaseClocks(world.client, plan.case_id)), watch, look)


async def start(plan: PreparedScenario, world: World) -> None:
    """Start the case for the instant at which it opens: until then its clock does not run. Raises `ServiceError`."""
    delay = max(plan.opened_at - datetime.now(UTC), timedelta(0))
    await start_case(world.client, plan.case_id, plan.part, plan.opened_at, world.settings.zone, start_delay=delay)


async def go_on(
    plan: PreparedScenario, world: World, life: LifeSoFar, watch: Watch, look: Look | None = None
) -> dict[str, Any]:
    """Live a life on from where it stands to its end, and report on it; the rest is as with `live`."""
    try:
        if not life.sent:
            await life.clocks.open(plan.opened_at)
        await _send_all(plan, world, life, watch, look)
        watch("living on")
        await life.clocks.live_on(plan.end)
    except (CaseStuck, ServiceError, RPCError, WorkflowUpdateFailedError) as error:
        life.failures.append(f"The life broke off: {await why(error, life.clocks.first.handle)}")
    return await _report(plan, world, life)


async def _send_all(plan: PreparedScenario, world: World, life: LifeSoFar, watch: Watch, look: Look | None) -> None:
    """Send every event that has not been sent yet on its day, up to the last day of the scenario."""
    ahead = [event for event in plan.scenario.events if event.instant(plan.opened_at) <= plan.end][life.sent :]
    for event, following in zip(ahead, [*ahead, None][1:], strict=True):
        watch(str(event))
        await life.clocks.come_to(event.instant(plan.opened_at))
        life.sent += 1
        case_id = _addressee(event, life.clocks)
        if case_id is None:
            life.failures.append(f"{event}: no renewal has been opened that it could be sent to.")
            continue
        if look:
            await look(event, case_id, False)
        renewed = await _send(plan, world, case_id, event, life)
        await life.clocks.settle(until=following.instant(plan.opened_at) if following else None)
        if look:
            await look(event, case_id, True)
        if world.tell and life.outcomes:
            _tell_turned_away(world, world.tell, case_id, life.outcomes[-1], event)
        if renewed:
            await life.clocks.look_for_renewal()


async def _send(
    plan: PreparedScenario, world: World, case_id: str, event: Event | ExternalEvent, life: LifeSoFar
) -> bool:
    """Send one event to its case, and say whether a renewal follows from it."""
    if isinstance(event, ExternalEvent):
        await bring(world, case_id, event, plan.opened_at)
        return False
    outcome = await act(world, case_id, event, plan.opened_at)
    life.outcomes.append(outcome)
    life.failures += [failure] if (failure := outcome.failure()) else []
    return event.model is StartRenewal and outcome.verdict.accepted


def _tell_turned_away(world: World, tell: Tell, case_id: str, outcome: Outcome, event: Event | ExternalEvent) -> None:
    """Tell of the event that has just been sent, where it left no trace in the books."""
    if outcome.event is not event or outcome.verdict.accepted:
        return
    with world.books.reading() as session:
        recorded = is_recorded(session, case_id, outcome)
    if not recorded:
        tell(turned_away(case_id, outcome.at, event.model.NAME, outcome.verdict))


def _addressee(event: Event | ExternalEvent, clocks: CaseClocks) -> str | None:
    if event.case is None:
        return clocks.first.handle.id
    return clocks.renewal.handle.id if clocks.renewal else None


async def _report(plan: PreparedScenario, world: World, life: LifeSoFar) -> dict[str, Any]:
    status = await ask(world.client, plan.case_id, "status", within=ANSWER_WITHIN) or {}
    reading = await life.clocks.first.look()
    closed_at = datetime.fromisoformat(status["closed_at"]) if status.get("closed_at") else None
    ended_at = closed_at or min(reading.now, plan.end)
    if world.tell:
        world.tell(Scene(ended_at, plan.case_id))
    told = status_in_days(status, plan.opened_at)
    mine = [outcome for outcome in life.outcomes if outcome.event.case is None]
    with world.books.reading() as session:
        books = life_in_books(session, plan.case_id, plan.opened_at, ended_at, mine)
    agenda = [] if closed_at else await ask(world.client, plan.case_id, "agenda", within=ANSWER_WITHIN) or []
    history = await life.clocks.first.handle.fetch_history()
    unsent = [str(event) for event in plan.scenario.events if event.instant(plan.opened_at) > plan.end]
    return {
        "title": plan.scenario.title,
        "case": plan.case_id,
        "facility": plan.facility,
        "ok": not life.failures,
        "failures": life.failures,
        "opened_at": plan.opened_at.isoformat(),
        "lived_to_day": days_since(plan.opened_at, ended_at),
        "status": told,
        **books,
        "deadlines": [{name: each[name] for name in DEADLINE} for each in told.get("deadlines", [])],
        "ahead": [_ahead(mark, plan.opened_at) for mark in agenda],
        "history": weigh(history.events)._asdict(),
        "not_sent": unsent,
    }


def _ahead(mark: dict[str, Any], opened_at: datetime) -> dict[str, Any]:
    """Return a mark of the agenda, with the day on which it will come."""
    at = datetime.fromisoformat(mark["at"])
    return {"day": days_since(opened_at, at), "label": mark["label"], "kind": mark["kind"]}
