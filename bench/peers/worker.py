"""`python -m bench.peers.worker`: the worker of a peer on Temporal, a process of its own, until it is told to stop."""

import argparse
import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from bench.measuring.processes import READY
from bench.peers.lean import FLOOR_QUEUE, LEAN_QUEUE, FloorCycle, LeanCycle
from bench.peers.ledger import Ledger
from bench.peers.null import NullActivities, Writing
from policy.identity import TASK_QUEUE
from services.connect import connect
from services.deployment import build_id
from services.versions.changing import become_current
from services.workers import ACTIVITIES_AT_ONCE, WORKFLOWS, workflow_runner


def lean_runner() -> SandboxedWorkflowRunner:
    """Return the product's sandbox for the lean workflows: they share their modules with it, as its own do."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules("bench"))


def lean_worker(client: Client, ledger: Ledger, peer: str) -> Worker:
    """Return a worker of a lean workflow."""
    return Worker(
        client,
        task_queue=FLOOR_QUEUE if peer == "floor" else LEAN_QUEUE,
        workflows=[FloorCycle if peer == "floor" else LeanCycle],
        activities=[Writing(ledger).write],
        activity_executor=ThreadPoolExecutor(ACTIVITIES_AT_ONCE),
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        workflow_runner=lean_runner(),
        build_id="bench",
    )


def null_worker(client: Client, ledger: Ledger) -> Worker:
    """Return a worker of the product's workflows whose activities answer at once; versioned, as an office's is."""
    version = WorkerDeploymentVersion(deployment_name=TASK_QUEUE, build_id=build_id())
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=WORKFLOWS,
        activities=NullActivities(ledger).every(),
        activity_executor=ThreadPoolExecutor(ACTIVITIES_AT_ONCE),
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        workflow_runner=workflow_runner(),
        deployment_config=WorkerDeploymentConfig(
            version=version,
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
        ),
    )


async def main() -> None:
    """Work for the peer that the arguments name."""
    reads = argparse.ArgumentParser(prog="python -m bench.peers.worker", description=__doc__)
    reads.add_argument("peer", choices=["floor", "lean", "null"])
    for name in ("--address", "--namespace", "--ledger"):
        reads.add_argument(name, required=True)
    asked = reads.parse_args()
    ledger = Ledger(asked.ledger)
    if asked.peer == "floor":
        client = await Client.connect(asked.address, namespace=asked.namespace)
    else:
        client = await connect(asked.address, asked.namespace)
    worker = null_worker(client, ledger) if asked.peer == "null" else lean_worker(client, ledger, asked.peer)
    async with worker:
        if asked.peer == "null":
            await become_current(client, TASK_QUEUE, build_id())
        sys.stderr.write(f"{READY}\n")
        sys.stderr.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
