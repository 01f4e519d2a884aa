"""Whether a server skips time, and which server it is."""

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest, PollWorkflowExecutionTimeSkippingRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

ASKED_ABOUT = "accredit.asks-whether-time-is-skipped"
"""The id of a case that never exists."""


async def supports_time_skipping(client: Client) -> bool:
    """Tell whether the server skips time in the client's namespace.

    It is asked how far a forwarding has come that nobody ordered, of a case that does not exist. Where time is skipped
    it has to look for the case, and does not find it; where the setting is off, and on a server that is older than 1.32
    and does not know the question, it says that this is not implemented. A start with time skipping would not tell: an
    older server takes it and keeps to the wall clock. Nothing is left behind.

    Raises:
        RPCError: The namespace does not exist, or the server cannot be asked.
    """
    request = PollWorkflowExecutionTimeSkippingRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=ASKED_ABOUT),
        fast_forward_id=ASKED_ABOUT,
    )
    try:
        await client.workflow_service.poll_workflow_execution_time_skipping(request)
    except RPCError as error:
        if error.status == RPCStatusCode.UNIMPLEMENTED:
            return False
        if error.status == RPCStatusCode.NOT_FOUND and not _lacks_namespace(error):
            return True
        raise
    return True


async def server_version(client: Client) -> str:
    """Return the server's version, for example 1.32.0."""
    return (await client.workflow_service.get_system_info(GetSystemInfoRequest(), retry=True)).server_version


def _lacks_namespace(error: RPCError) -> bool:
    return "namespace" in error.message.lower()
