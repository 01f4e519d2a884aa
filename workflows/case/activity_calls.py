"""The only module that calls activities: time-outs, retries and summaries stand in one place.

What a case has to record, invoice and send gathers while it runs, and goes out as one step when it has come to rest. A
step is carried out in the background: no message and no deadline ever waits for a database or a mail server.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from activities.contract import (
    ASK_BOOKS,
    OPEN_RENEWAL,
    RECONCILE,
    RENEWAL_RULES,
    REOPEN,
    TERMS_IN_FORCE,
    VERIFY_SENDER,
    AccreditationNews,
    CaseStart,
    NewsFound,
    NewsToAsk,
    Problem,
    RenewalGranted,
    RenewalOrder,
    RenewalRules,
    RenewalToJudge,
    Reopened,
    ReopeningAsked,
    SignalToVerify,
    SignalVerified,
    Step,
    StepTaken,
    TermsRequest,
)
from activities.documents.contract import READ_DOCUMENTS, DocumentsRead, DocumentsToRead
from policy.edition import Rules
from policy.facts import Answer
from policy.messages import Message
from policy.text.visible import as_markdown
from workflows.case.outbox import Call

RulesT = TypeVar("RulesT", bound=Rules)

ID_TAKEN = "renewal.id_taken"
"""The rule, and the type of the failure, of a renewal whose id is another case's."""
LABEL = 60
"""The UI cuts a label that is longer than so many characters."""
STEP_WITHIN = timedelta(seconds=40)
"""A step takes milliseconds, but may wait half a minute for a locked database; then a killed worker is noticed."""
READ_AT_LAST = timedelta(days=1)
"""A store that is away for longer is a matter for people: the message is judged without its documents."""
READ_WITHIN = timedelta(minutes=10)
"""A few large documents from a store far away; one that hangs is given up by the reader long before."""
MISSED_AFTER = timedelta(seconds=30)
"""A worker that reads gives a sign every ten seconds; one that was killed is missed after this, and another reads."""
SOMEBODY_WAITS, BY_ITSELF, PAST = Priority(priority_key=1), Priority(priority_key=4), Priority(priority_key=5)
"""What comes first where activities have piled up: what somebody waits for, a verdict or the answer to what was sent;
then what sets itself off, as the deadlines of a thousand cases do on one morning; at last what was before an adoption.
Everything else is between the first two. No replay compares it."""
PATIENTLY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)
"""Infrastructure comes back: try without end, at most five minutes apart."""


class Delivery(NamedTuple):
    """Work for the background: a step of the books, a renewal to open, or news for another case.

    Attributes:
        activity: The activity that carries out a step, by its name; empty for anything else.
        summary: What it is called in the Temporal UI.
        order: What is to be done.
        priority: How much it presses, where it is a step.
    """

    activity: str
    summary: str
    order: Step | Call
    priority: Priority = BY_ITSELF


async def terms_in_force(program: str, start: CaseStart, kind: type[RulesT]) -> RulesT:
    """Resolve the edition of the day on which a case begins, once; it is kept in the history and with the case.

    Raises:
        ActivityError: The case may not begin with that, or nobody has announced it.
    """
    terms: RulesT = await workflow.execute_local_activity(
        TERMS_IN_FORCE,
        TermsRequest(program=program, at=start.opened_at, start=start),
        result_type=kind,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=PATIENTLY,
        summary="Rules in force",
    )
    return terms


async def reopening(asked: ReopeningAsked) -> Reopened:
    """Have the books bound to this run, which goes on with a closed case; the answer is kept in the history."""
    found: Reopened = await workflow.execute_local_activity(
        REOPEN,
        asked,
        result_type=Reopened,
        start_to_close_timeout=STEP_WITHIN,
        retry_policy=PATIENTLY,
        summary="May the case go on?",
    )
    return found


async def rules_named(program: str, edition: str, at: datetime, kind: type[RulesT]) -> RulesT | None:
    """Resolve an edition by its name, of those that ship or the office's own; None where there is none."""
    terms: RulesT | None = await workflow.execute_local_activity(
        TERMS_IN_FORCE,
        TermsRequest(program=program, at=at, edition=edition),
        result_type=kind,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=PATIENTLY,
        summary="The edition to move to",
    )
    return terms


async def renewal_rules(program: str, application: dict[str, Any], at: datetime) -> RenewalRules:
    """Resolve by what a renewal is judged: the edition and the fees when it is applied for; kept in the history."""
    rules: RenewalRules = await workflow.execute_local_activity(
        RENEWAL_RULES,
        RenewalToJudge(program=program, application=application, at=at),
        result_type=RenewalRules,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=PATIENTLY,
        summary="Rules in force for a renewal",
    )
    return rules


async def verify_signal(message: Message, zone: str) -> SignalVerified:
    """Have the sender of a signal verified, and its bounds looked at; the answer is kept in the history.

    No local activity: where one outlasts its workflow task and another signal comes meanwhile, a replay found the
    markers of the two in another order.
    """
    verified: SignalVerified = await workflow.execute_activity(
        VERIFY_SENDER,
        SignalToVerify(message=message.NAME, content=message.model_dump(mode="json"), zone=zone),
        result_type=SignalVerified,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=PATIENTLY,
        summary=f"Verify who sends {message.NAME}"[:LABEL],
        priority=SOMEBODY_WAITS,
    )
    return verified


async def read_documents(request: DocumentsToRead, given_up: Callable[[], bool]) -> DocumentsRead | None:
    """Have a message's documents fetched and read; a store that is away is tried again for a day.

    Args:
        request: The documents.
        given_up: Whether nobody waits for them any more, because the case has closed.

    Returns:
        What came of reading them; None: they could not be read.
    """
    reading = workflow.start_activity(
        READ_DOCUMENTS,
        request,
        result_type=DocumentsRead,
        start_to_close_timeout=READ_WITHIN,
        schedule_to_close_timeout=READ_AT_LAST,
        heartbeat_timeout=MISSED_AFTER,
        retry_policy=PATIENTLY,
        summary=as_markdown(f"Read the documents of {request.message}")[:LABEL],
        priority=SOMEBODY_WAITS,
    )
    await workflow.wait_condition(lambda: reading.done() or given_up())
    if not reading.done():
        reading.cancel()
    try:
        read: DocumentsRead = await reading
    except (ActivityError, asyncio.CancelledError):
        return None
    return read


async def reconcile() -> str:
    """Have the books brought in line with the server; return what was found and done."""
    found: str = await workflow.execute_activity(
        RECONCILE,
        result_type=str,
        start_to_close_timeout=timedelta(hours=1),
        retry_policy=RetryPolicy(maximum_attempts=5),
        summary="Bring the books in line with the server",
    )
    return found


async def keep_books(
    ready: Callable[[], bool],
    next_delivery: Callable[[], Delivery],
    delivered: Callable[[StepTaken], None],
    found: Callable[[NewsToAsk, NewsFound], None],
    taken: Callable[[RenewalOrder], None],
) -> None:
    """Carry out what the case has gathered, one thing after the other, for as long as the case runs.

    Args:
        ready: Whether there is something to carry out and the case is at rest.
        next_delivery: Returns it.
        delivered: Hears what came of it.
        found: Hears what the books say of news.
        taken: Hears of a renewal that cannot be opened, because somebody else's case has its id.
    """
    while True:
        await workflow.wait_condition(ready)
        activity, summary, order, priority = next_delivery()
        match order:
            case Step():
                delivered(await _carry_out(activity, order, summary, priority))
            case RenewalOrder():
                problem = await _open_renewal(order)
                if problem:
                    taken(order)
                delivered(StepTaken(problems=(problem,) if problem else ()))
            case NewsToAsk():
                found(order, await _ask_books(order))
                delivered(StepTaken())
            case RenewalGranted():
                signal = "renewal_granted" if order.granted else "renewal_closed"
                await _signal(order.predecessor, signal, order.case_id, order.at)
                delivered(StepTaken())
            case AccreditationNews(outcome=None):
                await _signal(order.designation, "accreditation_granted", order.facility, order.modality, order.at)
                delivered(StepTaken())
            case AccreditationNews():
                said = order.facility, order.modality, order.outcome, order.at
                await _signal(order.designation, "accreditation_ended", *said)
                delivered(StepTaken())


async def _carry_out(activity: str, step: Step, summary: str, priority: Priority) -> StepTaken:
    result: StepTaken = await workflow.execute_activity(
        activity,
        step,
        result_type=StepTaken,
        start_to_close_timeout=STEP_WITHIN,
        retry_policy=PATIENTLY,
        summary=summary[:LABEL],
        priority=priority,
    )
    return result


async def _open_renewal(order: RenewalOrder) -> Problem | None:
    """Have the next case opened; return what somebody must look at where its id is another case's."""
    try:
        await workflow.execute_activity(
            OPEN_RENEWAL,
            order,
            result_type=str,
            start_to_close_timeout=timedelta(minutes=1),
            retry_policy=PATIENTLY,
            summary=as_markdown(f"Open {order.case_id}")[:LABEL],
        )
    except ActivityError as error:
        if not isinstance(error.cause, ApplicationError) or error.cause.type != ID_TAKEN:
            raise
        text = f"The renewal cannot be opened: {error.cause.message}."
        return Problem(item=f"renewal.{order.case_id}", rule=ID_TAKEN, text=text)
    return None


async def answer_before(case_id: str, key: str) -> Answer | None:
    """Return what a message was answered in an earlier run, as the books have it; None: they do not know it."""
    return (await _ask_books(NewsToAsk(case_id=case_id, message=key))).answer


async def _ask_books(news: NewsToAsk) -> NewsFound:
    found: NewsFound = await workflow.execute_activity(
        ASK_BOOKS,
        news,
        result_type=NewsFound,
        start_to_close_timeout=STEP_WITHIN,
        retry_policy=PATIENTLY,
        summary=as_markdown(_question(news))[:LABEL],
    )
    return found


def _question(news: NewsToAsk) -> str:
    if news.message:
        return f"What was answered? {news.message}"
    return f"Is it so? {news.renewal or f'{news.facility} {news.modality}'}"


async def _signal(case_id: str, signal: str, *said: object) -> None:
    """Tell another case; one that has closed meanwhile has its outcome, and nothing changes that."""
    handle = workflow.get_external_workflow_handle(case_id)
    try:
        await handle.signal(signal, args=said)
    except ApplicationError:
        workflow.logger.info("%s is closed already and did not hear of %s", case_id, signal)
