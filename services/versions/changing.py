"""Changing which version cases go on with: by a worker that starts, and by a person.

A worker takes over when it is new: its version was never current, and nobody is ramping. One that was replaced does not
take back by itself: a machine that starts again with yesterday's program must not stop today's cases, which may have
written what yesterday's cannot read. Whoever means it says so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio.api.enums.v1 import RoutingConfigUpdateState
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from services.queries import pollers
from services.versions.standing import ACTIVITY, WORKFLOW, DeploymentStanding, Place, standing_of

log = logging.getLogger("accredit.versions")
KNOWN_WITHIN = 30.0
"""Seconds in which the server has seen a new worker ask for tasks; measured: 0.1 to 0.5."""
ASK_EVERY = 0.1
READY_EVERY = 2.0
"""Seconds between two looks at a worker that cannot work yet."""
UNDER_WAY = RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS
AGAIN = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.ABORTED)
"""What the server says of a worker that it has not seen yet, and of a change that crossed another one."""


@dataclass(frozen=True)
class Decision:
    """Whether a worker that starts makes its version current.

    Attributes:
        takes_over: Whether it does.
        why: Why not, as a sentence; empty where it does, or where its version is current already.
    """

    takes_over: bool
    why: str = ""

    @property
    def migrates(self) -> bool:
        """Whether the worker brings the books up to date: its version is current, or is about to be."""
        return self.takes_over or not self.why


def decide(standing: DeploymentStanding | None, build_id: str, *, take_back: bool = False) -> Decision:
    """Judge whether a worker that starts makes its version current.

    Args:
        standing: How the versions stand; None: the server knows none yet.
        build_id: The worker's version.
        take_back: Whether somebody has said that a version which was replaced is to be current again.
    """
    current = standing.current if standing else None
    if standing is None or current is None:
        return Decision(True)
    if current.build_id == build_id:
        return Decision(False)
    mine, ramping = standing.version(build_id), standing.ramping
    if ramping is not None and not take_back:
        whose = "this version" if ramping.build_id == build_id else f"version {ramping.build_id}"
        return Decision(False, f"Somebody ramps {whose} at {standing.percent:g} %: what it gets is left as it is.")
    if mine is not None and mine.place is Place.REPLACED and not take_back:
        return Decision(
            False,
            f"Version {build_id} was replaced by version {current.build_id} and does not take back by itself. If that "
            "is meant: `accredit deploy back`, or start this worker with --take-back.",
        )
    return Decision(True)


async def become_current(client: Client, name: str, build_id: str, *, take_back: bool = False) -> Decision:
    """Let all cases go on with a version, once the server has seen its worker ask for tasks, if it may take over.

    Args:
        client: What the worker polls with.
        name: Its deployment, as its task queue.
        build_id: Its version.
        take_back: Whether it takes over although it was replaced, or although somebody ramps.

    Raises:
        RPCError: The server refuses, or has not seen the worker ask for tasks within `KNOWN_WITHIN`.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + KNOWN_WITHIN
    while True:
        try:
            if await _is_seen(client, name):
                standing = await standing_of(client, name)
                decision = decide(standing, build_id, take_back=take_back)
                if decision.takes_over:
                    await set_current(client, name, build_id, standing.token if standing else b"")
                return decision
        except RPCError as error:
            if error.status not in AGAIN or loop.time() > deadline:
                raise
        if loop.time() > deadline:
            raise RPCError(f"the worker was not seen within {KNOWN_WITHIN:g} s", RPCStatusCode.DEADLINE_EXCEEDED, b"")
        await asyncio.sleep(ASK_EVERY)


async def _is_seen(client: Client, name: str) -> bool:
    """Whether the server has seen this client's worker ask for both kinds of tasks."""
    for kind in (WORKFLOW, ACTIVITY):
        asking = await pollers(client, kind=kind, task_queue=name)
        if not any(one.identity == client.identity for one in asking):
            return False
    return True


async def take_over(
    client: Client, name: str, build_id: str, trouble: Callable[[], Awaitable[str]], *, take_back: bool = False
) -> Decision:
    """Let all cases go on with a worker's version, not before the worker can work; until then it goes on looking.

    Args:
        client: What the worker polls with.
        name: Its deployment.
        build_id: Its version.
        trouble: Says what keeps the worker from working, for the log; empty: nothing does.
        take_back: Whether it takes over although it was replaced, or although somebody ramps.

    Raises:
        RPCError: The server refuses.
    """
    told = ""
    while found := await trouble():
        if found != told:
            log.warning("Version %s does not become current as long as it cannot work: %s", build_id, found)
            told = found
        await asyncio.sleep(READY_EVERY)
    decision = await become_current(client, name, build_id, take_back=take_back)
    if decision.takes_over:
        log.info("Version %s is current: cases go on with it.", build_id)
    elif decision.why:
        log.warning("%s", decision.why)
    return decision


async def set_current(client: Client, name: str, build_id: str, token: bytes = b"") -> None:
    """Let all cases go on with a version, a ramp of it ends by that; return once every queue of the server knows it.

    Args:
        client: The server.
        name: The deployment.
        build_id: The version.
        token: That of the standing by which it was decided; the server refuses if somebody has changed it since.

    Raises:
        RPCError: The server refuses: it knows no such version, no worker of it asks for tasks, or somebody was faster.
    """
    await client.workflow_service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace,
            deployment_name=name,
            build_id=build_id,
            identity=client.identity,
            conflict_token=token,
        )
    )
    await _until_routed(client, name)


async def set_ramp(client: Client, name: str, build_id: str, percent: float, token: bytes = b"") -> None:
    """Let some of the cases go on with a version; return once every queue of the server knows it.

    Args:
        client: The server.
        name: The deployment.
        build_id: The version; empty: the ramp ends, and all cases go on with the current version.
        percent: How many of a hundred, by their ids: always the same ones.
        token: As for `set_current`.

    Raises:
        RPCError: The server refuses, as for `set_current`.
    """
    await client.workflow_service.set_worker_deployment_ramping_version(
        SetWorkerDeploymentRampingVersionRequest(
            namespace=client.namespace,
            deployment_name=name,
            build_id=build_id,
            percentage=percent,
            identity=client.identity,
            conflict_token=token,
        )
    )
    await _until_routed(client, name)


async def _until_routed(client: Client, name: str) -> None:
    """Wait until the server has told a change to all its queues, which it does in the background.

    What takes longer goes on there; a case may be carried on by the version before until it has arrived.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + KNOWN_WITHIN
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=name)
    while loop.time() < deadline:
        told = await client.workflow_service.describe_worker_deployment(request)
        if told.worker_deployment_info.routing_config_update_state != UNDER_WAY:
            return
        await asyncio.sleep(ASK_EVERY)
