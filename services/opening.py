"""Opens cases: one workflow for each part of an application, each announced in the books before it is started."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import (
    Priority,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from policy.dates import as_instant, local_day
from policy.designation.application import DicoeApplication
from policy.identity import TASK_QUEUE
from policy.incoming import judge_time
from policy.messages.values import EARLIEST_YEAR, YEARS_AHEAD
from policy.office import OfficeSettings
from policy.verdict import Finding, Refused
from policy.words import Party, Stage
from records.books import Books
from services import ui_summary
from services.admission import Admitted, admit, cycle_of
from services.clock import now
from services.errors import ExitCode, InputFault, ServiceError, Unusable
from services.programs import AnyEdition, Application, Part, edition_of, findings_of, is_quoted, parts_of, refusal
from workflows.accreditation.workflow import AccreditationCycle
from workflows.case.opening import OpenCase
from workflows.case.view import ATTRIBUTES
from workflows.designation.workflow import DicoeDesignation, OpenDesignation


class OpenedCase(NamedTuple):
    """A case of an application; `new` where this call announced or started it."""

    case_id: str
    opened_at: datetime
    new: bool


class JudgedApplication(NamedTuple):
    """An application with all its units or locations, and what the rules say of it.

    Attributes:
        application: The application.
        edition: The rules by which it was judged: those in force when its cases begin.
        begins: When new cases begin (UTC).
        findings: All that stands against it; nothing: its cases can begin.
    """

    application: Application
    edition: AnyEdition
    begins: datetime
    findings: list[Finding]


def judge_application(application: Application, settings: OfficeSettings, begins: datetime) -> JudgedApplication:
    """Judge an application on its way to its cases, once: whoever opens them does not judge it again.

    Args:
        application: The application.
        settings: The office's settings, with its fees.
        begins: When new cases are to begin (UTC).

    Raises:
        EditionError: No edition of the rules was in force on that day.
    """
    edition = edition_of(application, local_day(begins, settings.zone), settings)
    return JudgedApplication(application, edition, begins, findings_of(application, edition, settings))


async def open_cases(
    judged: JudgedApplication, client: Client, books: Books, *, adopted: bool = False
) -> list[OpenedCase]:
    """Open the cases of an application, in the order of its units. The same application again opens nothing twice.

    Args:
        judged: The application, as it was judged.
        client: The server that holds the cases.
        books: The office's books.
        adopted: Whether what has happened since they begin is entered before anything falls due by itself.

    Raises:
        RefusedByRule: The application is incomplete or not eligible, or a unit has an open case; nothing is opened.
        ServiceError: The server's namespace is not set up.
    """
    if judged.findings:
        raise refusal(judged.findings)
    parts = parts_of(judged.application, judged.edition)
    subjects = [part.case_id(1).subject for part in parts]
    on_server = {subject: await cycles_on_server(client, subject) for subject in subjects}
    admitted = await asyncio.to_thread(admit, parts, books, judged.begins, on_server)  # the books are not asynchronous
    opened = []
    for case in admitted:
        siblings = [other.case_id for other in admitted if other.case_id != case.case_id]
        new = not case.started and await start_admitted(client, case, judged.edition.zone, siblings, adopted=adopted)
        opened.append(OpenedCase(case.case_id, case.opened_at, new))
    return opened


async def cycles_on_server(client: Client, subject: str) -> dict[int, bool]:
    """Return the cycles of a subject that the server remembers, and whether they run.

    It asks for ids from one to another, for which the server has an index: those that begin like another it only finds
    by looking at every case that it has. A cycle begins with a digit, and letters come after digits in every order. A
    stranger's case, which may lack every search attribute, is found as well.
    """
    found: dict[int, bool] = {}
    async for case in client.list_workflows(f'WorkflowId BETWEEN "{subject}.1" AND "{subject}.a"'):
        cycle = cycle_of(case.id, subject)
        if cycle is not None:
            found[cycle] = found.get(cycle, False) or case.status == WorkflowExecutionStatus.RUNNING
    return found


async def start_admitted(
    client: Client,
    case: Admitted,
    zone: ZoneInfo,
    siblings: Sequence[str],
    *,
    adopted: bool = False,
    start_delay: timedelta | None = None,
    priority: Priority = Priority.default,
) -> bool:
    """Start an announced case, as `start_case` does. Return False where somebody has started it already."""
    try:
        await start_case(
            client,
            case.case_id,
            case.part,
            case.opened_at,
            zone,
            siblings=siblings,
            adopted=adopted,
            start_delay=start_delay,
            priority=priority,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True


async def start_case(
    client: Client,
    case_id: str,
    part: Part,
    opened_at: datetime,
    zone: ZoneInfo,
    *,
    siblings: Sequence[str] = (),
    predecessor: str | None = None,
    adopted: bool = False,
    start_delay: timedelta | None = None,
    priority: Priority = Priority.default,
) -> WorkflowHandle[Any, dict[str, Any]]:
    """Start the workflow of one case, readable in the Temporal UI and found by its search attributes.

    Args:
        client: The server.
        case_id: The id of the case and of its workflow.
        part: The case's part of its application.
        opened_at: When the case begins; it waits for a later instant.
        zone: The office's time zone, for what people read.
        siblings: The cases of the application's other units.
        predecessor: The case that it renews.
        adopted: Whether what has happened since it began is entered before anything falls due by itself.
        start_delay: How long the server waits before the workflow begins (rehearsals).
        priority: Before or behind which other tasks its own come.

    Raises:
        WorkflowAlreadyStartedError: A case of that id runs or has run.
        ServiceError: The namespace lacks the search attributes.
    """
    others = list(siblings)
    opening = _opening(part, opened_at, others, predecessor, adopted)
    shown = ShownInUi(opened_at, zone, others, predecessor)
    return await start_opening(client, case_id, opening, shown, start_delay=start_delay, priority=priority)


class ShownInUi(NamedTuple):
    """What the Temporal UI tells of a case that begins, beside its application.

    Attributes:
        opened_at: When it begins.
        zone: The office's time zone, for what people read.
        siblings: The cases of the application's other units.
        predecessor: The case that it renews.
    """

    opened_at: datetime
    zone: ZoneInfo
    siblings: list[str]
    predecessor: str | None


async def start_opening(
    client: Client,
    case_id: str,
    opening: OpenCase | OpenDesignation,
    shown: ShownInUi,
    *,
    reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.REJECT_DUPLICATE,
    start_delay: timedelta | None = None,
    priority: Priority = Priority.default,
) -> WorkflowHandle[Any, dict[str, Any]]:
    """Start a workflow of a case with what it opens with.

    Args:
        client: The server.
        case_id: The id of the case and of its workflow.
        opening: What it opens with.
        shown: What the Temporal UI tells of it.
        reuse: Whether the id may have been another run's, which has ended.
        start_delay: How long the server waits before the workflow begins (rehearsals).
        priority: Before or behind which other tasks its own come.

    Raises:
        WorkflowAlreadyStartedError: A case of that id runs, or has run and must not again.
        ServiceError: The namespace lacks the search attributes.
    """
    workflow = DicoeDesignation if isinstance(opening, OpenDesignation) else AccreditationCycle
    application = opening.application
    at_once = opening.carried is None and _begins_at_once(shown.opened_at, start_delay)
    try:
        return await client.start_workflow(
            workflow.__name__,
            opening,
            id=case_id,
            task_queue=TASK_QUEUE,
            id_reuse_policy=reuse,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            search_attributes=first_attributes(application, at_once=at_once),
            static_summary=ui_summary.summary(case_id, application),
            static_details=ui_summary.details(
                case_id, application, shown.opened_at, shown.zone, shown.siblings, shown.predecessor
            ),
            start_delay=start_delay,
            priority=priority,
        )
    except RPCError as error:
        raise _not_set_up(error, client.namespace) or error from None


def _opening(
    part: Part, opened_at: datetime, siblings: list[str], predecessor: str | None, adopted: bool
) -> OpenCase | OpenDesignation:
    """Return what the workflow of a case is started with."""
    if isinstance(part.application, DicoeApplication):
        return OpenDesignation(
            application=part.application, opened_at=opened_at, predecessor=predecessor, adopted=adopted
        )
    return OpenCase(
        application=part.application,
        opened_at=opened_at,
        position=part.position,
        siblings=siblings,
        predecessor=predecessor,
        adopted=adopted,
    )


def _begins_at_once(opened_at: datetime, start_delay: timedelta | None) -> bool:
    """Whether a case opens in its first task; else it waits for its day, and meanwhile for nobody."""
    return opened_at <= now() + (start_delay or timedelta(0))


def first_attributes(application: Application, *, at_once: bool = True) -> TypedSearchAttributes:
    """Return the search attributes with which a case begins: those that it would set itself at its first rest.

    Each time that it sets some itself costs its server two milliseconds. What it finds otherwise there it mends.

    Args:
        application: What it begins with.
        at_once: Whether it opens at once, and awaits its fee.
    """
    values: dict[str, Any] = {"Program": application.program, "Stage": Stage.APPLICATION.value, "NeedsAttention": False}
    if isinstance(application, DicoeApplication):
        values["Facility"] = application.practice.id if application.practice else None
        values["State"] = application.state
    else:
        facility = application.facility
        values["Facility"] = facility.id if facility else None
        values["State"] = facility.address.state if facility and facility.address else None
        values["Modality"] = application.modality.value if application.modality else None
        values["Deficiencies"] = 0
    if at_once:
        values["AwaitedParty"] = (Party.ACR if is_quoted(application) else Party.FACILITY).value
    known = {name: value for name, value in values.items() if value is not None and value != ""}
    return TypedSearchAttributes([SearchAttributePair(ATTRIBUTES[name], value) for name, value in known.items()])


def _not_set_up(error: RPCError, namespace: str) -> ServiceError | None:
    """Return the problem of a namespace that does not know the search attributes, None for any other error."""
    if error.status != RPCStatusCode.INVALID_ARGUMENT or "search attribute" not in error.message.lower():
        return None
    lines = [
        f"The namespace {namespace} does not know the search attributes of cases: {error.message}.",
        "`accredit doctor` says how to add them. The case is announced in the books: start it again afterwards.",
    ]
    return ServiceError(lines, {"problem": lines[0], "next_step": lines[1]}, ExitCode.NOT_REACHABLE)


OPENS = time(9, 0)
"""The office's hour at which a case begins that is to open on a day, local time."""


def read_opening(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant at which a case begins; a date is 09:00 of that day on the office's clock.

    Raises:
        Unusable: It is neither an ISO date nor an ISO date-time, a local time that the clocks leave out, or lies before
            2000 or more than 20 years ahead.
    """
    try:
        if len(text) == len("2028-02-28"):
            when = datetime.combine(date.fromisoformat(text), OPENS)
        else:
            when = datetime.fromisoformat(text)
    except ValueError:
        expected = "a date such as 2028-02-28 or a date-time such as 2028-02-28T09:00-05:00"
        raise Unusable([InputFault("--opened-at", "", text, expected)]) from None
    try:
        judge_time("--opened-at", when, zone)
    except Refused as refused:
        expected = " ".join(["a time that the clocks show.", refused.reason, *refused.instead])
        raise Unusable([InputFault("--opened-at", "", text, expected)]) from None
    if not EARLIEST_YEAR <= when.year <= datetime.now(UTC).year + YEARS_AHEAD:
        expected = f"a day from {EARLIEST_YEAR} on, {YEARS_AHEAD} years ahead at most"
        raise Unusable([InputFault("--opened-at", "", text, expected)])
    return as_instant(when, zone)
