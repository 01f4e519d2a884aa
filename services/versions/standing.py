"""How the versions of a deployment stand: which one is current, which one ramps, which were replaced, who works.

Temporal calls it a worker deployment; its name is the task queue's, and a version of it is a build id
(`services.deployment`). A case goes on with the current version; while a ramp is under way some of them go on with the
ramping one: always the same, by their ids.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from policy.identity import TASK_QUEUE
from services.queries import ANSWER_WITHIN, Poller, pollers

WORKFLOW, ACTIVITY = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
Asking = dict[TaskQueueType.ValueType, list[Poller]]
"""The workers that have asked lately, by the kind of tasks."""


class Place(StrEnum):
    """Where a version stands in the order of versions."""

    CURRENT = "current"
    RAMPING = "ramping"
    NEW = "new"
    """It was never current."""
    REPLACED = "replaced"
    """It was current once, and another version is now."""


@dataclass(frozen=True)
class VersionStanding:
    """One version.

    Attributes:
        build_id: Its name.
        place: Where it stands.
        workers: How many of its workers have asked for workflow tasks and for activity tasks lately.
        known_since: When its first worker came (UTC).
        current_since: Since when it is current, if it is.
        last_current: When it was current last, if it was and is not now.
    """

    build_id: str
    place: Place
    workers: int
    known_since: datetime | None = None
    current_since: datetime | None = None
    last_current: datetime | None = None


@dataclass(frozen=True)
class DeploymentStanding:
    """All versions, the newest first.

    Attributes:
        name: The deployment, as its task queue.
        versions: The versions that the server knows.
        percent: Of cases that go on with the ramping version.
        token: What the server takes a change by: one that somebody else makes meanwhile is noticed.
    """

    name: str
    versions: tuple[VersionStanding, ...] = ()
    percent: float = 0.0
    token: bytes = b""

    @property
    def current(self) -> VersionStanding | None:
        """The version that cases go on with; None: there is none yet."""
        return self._at(Place.CURRENT)

    @property
    def ramping(self) -> VersionStanding | None:
        """The version that some of the cases go on with."""
        return self._at(Place.RAMPING)

    @property
    def before(self) -> VersionStanding | None:
        """The version that was current last, before the one that is: what one goes back to."""
        replaced = [one for one in self.versions if one.place is Place.REPLACED and one.last_current]
        return max(replaced, key=lambda one: one.last_current or datetime.min.replace(tzinfo=UTC), default=None)

    @property
    def unattended(self) -> list[VersionStanding]:
        """The versions that cases go on with and that no worker works for: these cases stand still."""
        return [one for one in self.versions if one.place in (Place.CURRENT, Place.RAMPING) and not one.workers]

    def version(self, build_id: str) -> VersionStanding | None:
        """Return a version by its name, None where the server has not seen a worker of it."""
        return next((one for one in self.versions if one.build_id == build_id), None)

    def _at(self, place: Place) -> VersionStanding | None:
        return next((one for one in self.versions if one.place is place), None)


async def asking_of(client: Client, name: str = TASK_QUEUE) -> Asking:
    """Ask the server which workers have asked for tasks lately, of both kinds.

    Raises:
        RPCError: The server does not answer.
    """
    return {kind: await pollers(client, kind=kind, task_queue=name) for kind in (WORKFLOW, ACTIVITY)}


async def standing_of(
    client: Client, name: str = TASK_QUEUE, asking: Asking | None = None
) -> DeploymentStanding | None:
    """Ask the server how the versions of a deployment stand; None: it knows none, because no worker is versioned.

    Args:
        client: A connected client.
        name: The deployment.
        asking: Who asks for its tasks, where that is known; else the server is asked for it, too.

    Raises:
        RPCError: The server does not answer.
    """
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=name)
    try:
        described = await client.workflow_service.describe_worker_deployment(request, retry=True, timeout=ANSWER_WITHIN)
    except RPCError as error:
        if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.UNIMPLEMENTED):
            return None
        raise
    workers = _workers(asking if asking is not None else await asking_of(client, name))
    found = described.worker_deployment_info
    versions = [_version(one, found, workers) for one in found.version_summaries]
    return DeploymentStanding(
        name,
        tuple(sorted(versions, key=lambda one: one.known_since or datetime.max.replace(tzinfo=UTC), reverse=True)),
        found.routing_config.ramping_version_percentage
        if found.routing_config.ramping_deployment_version.build_id
        else 0,
        described.conflict_token,
    )


def _workers(asking: Asking) -> Counter[str]:
    """Count the workers of each version that have asked for both kinds of tasks."""
    each = [{(one.identity, one.build_id) for one in asking[kind]} for kind in (WORKFLOW, ACTIVITY)]
    return Counter(build_id for _, build_id in set.intersection(*each))


def _version(
    summary: WorkerDeploymentInfo.WorkerDeploymentVersionSummary, info: WorkerDeploymentInfo, workers: Counter[str]
) -> VersionStanding:
    build_id, routing = summary.deployment_version.build_id, info.routing_config
    if build_id == routing.current_deployment_version.build_id:
        place = Place.CURRENT
    elif build_id == routing.ramping_deployment_version.build_id:
        place = Place.RAMPING
    else:
        place = Place.REPLACED if _instant(summary.last_current_time) else Place.NEW
    return VersionStanding(
        build_id,
        place,
        workers[build_id],
        _instant(summary.create_time),
        _instant(summary.current_since_time),
        _instant(summary.last_current_time) if place is not Place.CURRENT else None,
    )


def _instant(stamp: Timestamp) -> datetime | None:
    return stamp.ToDatetime(UTC) if stamp.seconds else None
