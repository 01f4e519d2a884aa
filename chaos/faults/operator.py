"""What an operator does when a worker has died: tells the server that nobody is left to finish what it held.

Untold, the server waits ten seconds for the dead worker's own queue, and as long as a step may take for its activity.
"""

import asyncio
from contextlib import suppress

from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest, UpdateActivityOptionsRequest
from temporalio.client import Client
from temporalio.service import RPCError

STARTED = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
SOON = 1


async def give_up(client: Client, case_id: str) -> None:
    """Have the server give up on what a case had under way, and let the next try take its own time again."""
    execution, service = WorkflowExecution(workflow_id=case_id), client.workflow_service
    with suppress(RPCError):  # the server may be away itself, or the case has gone on
        await service.reset_sticky_task_queue(
            ResetStickyTaskQueueRequest(namespace=client.namespace, execution=execution)
        )
        described = await client.get_workflow_handle(case_id).describe()
        if not any(one.state == STARTED for one in described.raw_description.pending_activities):
            return
        asked = UpdateActivityOptionsRequest(namespace=client.namespace, execution=execution, match_all=True)
        shorter = UpdateActivityOptionsRequest()
        shorter.CopyFrom(asked)
        shorter.activity_options.CopyFrom(ActivityOptions(start_to_close_timeout=Duration(seconds=SOON)))
        shorter.update_mask.CopyFrom(FieldMask(paths=["start_to_close_timeout"]))
        await service.update_activity_options(shorter)
        await asyncio.sleep(1.5 * SOON)
        asked.restore_original = True
        await service.update_activity_options(asked)
