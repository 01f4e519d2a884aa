"""What an operator does when a worker has died: tells the server that nobody is left to finish what it held.

Untold, the server waits ten seconds for the dead worker's own queue, and as long as a step may take for its activity.

Activities that may wait for a day only (`read_documents`) are left to the server, which misses the signs of life of the
one that read: where the options of such a one are changed between two attempts, of which the first has timed out, the
server (1.32.0) reckons its day from the year 1970 and calls it over.
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
        held = [
            one.activity_id
            for one in described.raw_description.pending_activities
            if one.state == STARTED and not one.HasField("expiration_time")
        ]
        for number in held:
            shorter = UpdateActivityOptionsRequest(namespace=client.namespace, execution=execution, id=number)
            shorter.activity_options.CopyFrom(ActivityOptions(start_to_close_timeout=Duration(seconds=SOON)))
            shorter.update_mask.CopyFrom(FieldMask(paths=["start_to_close_timeout"]))
            await service.update_activity_options(shorter)
        await asyncio.sleep(1.5 * SOON if held else 0)
        for number in held:
            asked = UpdateActivityOptionsRequest(namespace=client.namespace, execution=execution, id=number)
            asked.restore_original = True
            await service.update_activity_options(asked)
