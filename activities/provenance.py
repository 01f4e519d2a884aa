"""The one guard before the activities: each acts only for the case that calls it.

Whoever reaches the server can have a workflow of his own call any activity on the office's queue, with any content. So
nothing that an activity is told about its caller is believed. What the server says of the caller is held against it:
the type of its workflow, its id, its run, its queue, and the run with which it began. An activity without an entry in
`CLAIMS` is called by nobody.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.beginnings import beginning_of, first_run_of
from activities.contract import (
    ASK_BOOKS,
    ISSUE_INVOICES,
    OPEN_RENEWAL,
    RECONCILE,
    RECORD_EVENTS,
    RENEWAL_RULES,
    REOPEN,
    SEND_NOTICES,
    TAKE_STEP,
    TERMS_IN_FORCE,
    VERIFY_SENDER,
    NewsToAsk,
    RenewalOrder,
    RenewalToJudge,
    ReopeningAsked,
    SignalToVerify,
    Step,
    TermsRequest,
)
from activities.documents.contract import READ_DOCUMENTS, DocumentsToRead
from activities.starts import StartRefused
from policy.identity import PROGRAM_OF, follows, program_of_id
from records.provenance import AnotherRun

REFUSED = "caller.not_the_case"
RECONCILIATION = "Reconciliation"
"""The workflow of the nightly round; it is no case's, and calls nothing but `reconcile`."""
KNOWN_AT_ONCE = 10_000
"""Runs of which a worker remembers with which one they began, some 200 bytes each."""

security = logging.getLogger("accredit.security")


class Caller(NamedTuple):
    """Who calls an activity, as the server has it.

    Attributes:
        workflow: The type of its workflow.
        case_id: Its workflow's id.
        run_id: Its run.
    """

    workflow: str
    case_id: str
    run_id: str

    @property
    def program(self) -> str | None:
        """The program of the case, None where type and id are not those of a case."""
        program = PROGRAM_OF.get(self.workflow)
        return program if program == program_of_id(self.case_id) else None


def _of_step(caller: Caller, step: Step) -> bool:
    program = step.opening.program if step.opening else caller.program
    return (step.case_id, step.run_id, program) == (caller.case_id, caller.run_id, caller.program)


def _of_terms(caller: Caller, request: TermsRequest) -> bool:
    case_id = request.start.case_id if request.start else caller.case_id
    return (case_id, request.program) == (caller.case_id, caller.program)


def _of_renewal(caller: Caller, order: RenewalOrder) -> bool:
    return (order.predecessor, order.workflow) == (caller.case_id, caller.workflow) and follows(
        order.case_id, caller.case_id
    )


def _of_rules(caller: Caller, asked: RenewalToJudge) -> bool:
    return asked.program == caller.program


def _of_news(caller: Caller, news: NewsToAsk) -> bool:
    return news.case_id == caller.case_id


def _of_reopening(caller: Caller, asked: ReopeningAsked) -> bool:
    return asked.case_id == caller.case_id


def _of_any(caller: Caller, request: object) -> bool:  # it says nothing of a case
    return True


CLAIMS: Mapping[str, tuple[type[Any], Callable[[Caller, Any], bool]]] = {
    ISSUE_INVOICES: (Step, _of_step),
    SEND_NOTICES: (Step, _of_step),
    RECORD_EVENTS: (Step, _of_step),
    TAKE_STEP: (Step, _of_step),
    READ_DOCUMENTS: (DocumentsToRead, _of_any),
    TERMS_IN_FORCE: (TermsRequest, _of_terms),
    RENEWAL_RULES: (RenewalToJudge, _of_rules),
    OPEN_RENEWAL: (RenewalOrder, _of_renewal),
    ASK_BOOKS: (NewsToAsk, _of_news),
    REOPEN: (ReopeningAsked, _of_reopening),
    VERIFY_SENDER: (SignalToVerify, _of_any),
}
"""The activities of cases: what each is given, and whether what that says of the caller is so."""


class Provenance(Interceptor):
    """Stands before every activity of a worker of cases."""

    def __init__(self, client: Client, task_queue: str) -> None:
        """Guard for a server.

        Args:
            client: What the server is asked with who calls, once for each run.
            task_queue: Where the tasks of cases go.
        """
        self._client = client
        self._task_queue = task_queue
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Stand before an activity."""
        return _Guard(next, self)

    async def judge(self, name: str, caller: Caller, args: list[Any]) -> list[Any]:
        """Return what the activity is given: what it was called with, and the first run of its caller.

        Args:
            name: The activity.
            caller: Who calls it.
            args: With what.

        Raises:
            ApplicationError: `caller.not_the_case`.
            RPCError: The server does not answer; it is asked again when the activity is tried again.
        """
        kind, is_so = CLAIMS.get(name, (None, None))
        if kind is None or is_so is None or len(args) != 1 or not isinstance(args[0], kind):
            turn_away(name, caller, "no case calls it like that")
        if caller.program is None:
            turn_away(name, caller, "it is no case")
        if not is_so(caller, args[0]):
            turn_away(name, caller, "it speaks for another case, run or program")
        first_run_id = await self._first_run_of(caller)
        if first_run_id is None:
            turn_away(name, caller, "its runs are none of this office's workers")
        if "first_run_id" not in kind.model_fields:
            return args
        return [args[0].model_copy(update={"first_run_id": first_run_id})]

    async def _first_run_of(self, caller: Caller) -> str | None:
        key = caller.case_id, caller.run_id
        if known := self._known.get(key):
            return known
        found = await first_run_of(self._client, *key, workflow=caller.workflow, task_queue=self._task_queue)
        if found:
            self._known[key] = found
            if len(self._known) > KNOWN_AT_ONCE:
                self._known.popitem(last=False)
        return found


class _Guard(ActivityInboundInterceptor):
    """Stands before one activity."""

    def __init__(self, following: ActivityInboundInterceptor, provenance: Provenance) -> None:
        super().__init__(following)
        self._provenance = provenance

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Carry out the activity for the case that calls it, and for nobody else."""
        name, caller = activity.info().activity_type, caller_of(activity.info())
        input.args = await self._provenance.judge(name, caller, list(input.args))
        try:
            return await super().execute_activity(input)
        except AnotherRun as error:
            turn_away(name, caller, str(error))
        except StartRefused as refused:
            security.warning("%s does not begin: %s", _told(caller), refused)
            raise ApplicationError(str(refused), type=refused.rule, non_retryable=True) from None


class RoundProvenance(Interceptor):
    """Stands before the nightly round: it is called by the Schedule's workflow, which has the Schedule's name."""

    def __init__(self, client: Client, schedule: str, task_queue: str) -> None:
        """Guard for a Schedule whose workflow runs on a queue; the server is asked whether it does."""
        self._client, self._schedule, self._task_queue = client, schedule, task_queue

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Stand before an activity."""
        return _RoundGuard(next, self)

    async def judge(self, name: str, caller: Caller) -> None:
        """See that the round is asked for by the Schedule's workflow.

        Raises:
            ApplicationError: `caller.not_the_case`.
            RPCError: The server does not answer.
        """
        named = caller.case_id == self._schedule or caller.case_id.startswith(f"{self._schedule}-")
        if name != RECONCILE or not named:
            turn_away(name, caller, "it is not the nightly round")
        began = await beginning_of(self._client, caller.case_id, caller.run_id)
        if began is None or not began.is_of(RECONCILIATION, self._task_queue):
            turn_away(name, caller, "its runs are none of this office's workers")


class _RoundGuard(ActivityInboundInterceptor):
    """Stands before the round."""

    def __init__(self, following: ActivityInboundInterceptor, provenance: RoundProvenance) -> None:
        super().__init__(following)
        self._provenance = provenance

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Make the round for the Schedule, and for nobody else."""
        await self._provenance.judge(activity.info().activity_type, caller_of(activity.info()))
        return await super().execute_activity(input)


def caller_of(info: activity.Info) -> Caller:
    """Return who calls an activity."""
    return Caller(info.workflow_type or "", info.workflow_id or "", info.workflow_run_id or "")


def turn_away(name: str, caller: Caller, reason: str) -> NoReturn:
    """Write a line into the security log, and refuse for good.

    Raises:
        ApplicationError: `caller.not_the_case`.
    """
    security.warning("%s was not carried out for %s: %s", name, _told(caller), reason)
    raise ApplicationError(f"{name} was not carried out: {reason}", type=REFUSED, non_retryable=True)


def _told(caller: Caller) -> str:
    """Return a caller for the log: what a stranger chose is cut, and cannot begin a line of its own."""
    return f"{caller.workflow[:60]!r} {caller.case_id[:120]!r} (run {caller.run_id[:40]!r})"
