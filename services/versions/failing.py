"""Cases whose tasks fail: a mistake in the code, or a version that cannot read what another one wrote.

Nothing is lost by that, and nothing goes on: the server tries again without end, and no letter tells it. It marks such
a case after some tries, by the search attribute `TemporalReportedProblems`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from temporalio.client import Client
from temporalio.common import SearchAttributeValues
from temporalio.service import RPCError, RPCStatusCode

from services.queries import ANSWER_WITHIN

PROBLEMS = "TemporalReportedProblems"
QUERY = f'ExecutionStatus = "Running" AND {PROBLEMS} IS NOT NULL'
MOST = 100
"""Cases that are told by their ids; more of them are one trouble, and not a hundred."""
CASE_WITHIN = timedelta(seconds=2)
"""How long a page about one case waits to hear whether its tasks fail."""
UNKNOWN = (RPCStatusCode.NOT_FOUND, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
CAUSES = {
    "NonDeterministicError": "this version would decide otherwise than its history says",
    "WorkflowWorkerUnhandledFailure": "the code fails",
}


class FailingCase(NamedTuple):
    """A case whose tasks fail, and why, in words."""

    case_id: str
    why: str


async def failing_cases(client: Client, *, most: int = MOST) -> list[FailingCase] | None:
    """Return the cases whose tasks fail, by their ids; None: this server does not tell it.

    Raises:
        RPCError: The server does not answer.
    """
    try:
        found = client.list_workflows(QUERY, limit=most, rpc_timeout=ANSWER_WITHIN)
        return sorted([FailingCase(one.id, problem_of(one.search_attributes)) async for one in found])
    except RPCError as error:
        if error.status == RPCStatusCode.INVALID_ARGUMENT:  # a server of before the attribute
            return None
        raise


async def problem_of_case(client: Client, case_id: str) -> str:
    """Return why a case's tasks fail, in words; empty: they do not, or the server knows no such case.

    Raises:
        RPCError: The server cannot be reached.
    """
    try:
        described = await client.get_workflow_handle(case_id).describe(rpc_timeout=CASE_WITHIN)
    except RPCError as error:
        if error.status in UNKNOWN:
            return ""
        raise
    return problem_of(described.search_attributes)


def problem_of(attributes: Mapping[str, SearchAttributeValues]) -> str:
    """Return what the search attributes of a case say of its tasks, in words; empty: nothing."""
    return _in_words([str(one) for one in attributes.get(PROBLEMS, ())])


def _in_words(problems: Sequence[str]) -> str:
    causes = [one.partition("=")[2].removeprefix("WorkflowTaskFailedCause") for one in problems if "cause=" in one]
    if not problems:
        return ""
    named = [f"{CAUSES[one]} ({one})" if one in CAUSES else one for one in causes]
    return "; ".join(named) or "; ".join(problems)
