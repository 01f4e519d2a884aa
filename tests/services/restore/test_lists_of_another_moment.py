"""A server's lists are a database of their own: a restore believes the cases themselves, not what the lists say."""

from collections.abc import AsyncIterator
from copy import copy
from typing import Any

import pytest
from temporalio.client import (
    Client,
    Interceptor,
    ListWorkflowsInput,
    OutboundInterceptor,
    WorkflowExecution,
    WorkflowExecutionStatus,
)

from services.restore.histories import executions
from tests.office import LivingOffice

pytestmark = pytest.mark.server


class Lists(Interceptor):
    """Lists that say what a test has them say."""

    def __init__(self, *says: WorkflowExecution) -> None:
        self.says = says

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Answer each question for a list."""
        says = self.says

        class Outbound(OutboundInterceptor):
            def list_workflows(self, input: ListWorkflowsInput) -> Any:
                return _each(says)

        return Outbound(next)


async def _each(several: tuple[WorkflowExecution, ...]) -> AsyncIterator[WorkflowExecution]:
    for one in several:
        yield one


def with_lists(client: Client, *says: WorkflowExecution) -> Client:
    """Return a client whose server lists those."""
    return Client(
        client.service_client,
        namespace=client.namespace,
        data_converter=client.data_converter,
        interceptors=[Lists(*says)],
    )


async def test_a_case_that_the_lists_lack_is_found_by_its_id(office: LivingOffice) -> None:
    case_id = await office.start()
    (found,) = await executions(with_lists(office.client), [case_id])
    assert (found.id, found.status) == (case_id, WorkflowExecutionStatus.RUNNING)


async def test_a_case_that_only_the_lists_name_is_none(office: LivingOffice) -> None:
    listed: WorkflowExecution = copy(await office.client.get_workflow_handle(await office.start()).describe())
    listed.id += "0"
    assert await executions(with_lists(office.client, listed), [listed.id]) == []


async def test_a_case_that_the_lists_have_as_ended_runs_if_it_runs(office: LivingOffice) -> None:
    case_id = await office.start()
    listed: WorkflowExecution = copy(await office.client.get_workflow_handle(case_id).describe())
    listed.status = WorkflowExecutionStatus.COMPLETED
    (found,) = await executions(with_lists(office.client, listed), [])
    assert (found.id, found.status) == (case_id, WorkflowExecutionStatus.RUNNING)
