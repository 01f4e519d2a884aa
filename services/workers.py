"""Workers of cases: what they run, how they are built, and how long they work."""

from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlmodel import select
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.converter import DataConverter, StorageDriverStoreContext
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import (
    Plugin,
    Replayer,
    Worker,
    WorkerDeploymentConfig,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

from activities.case_activities import CaseActivities
from activities.precedence import Precedence
from activities.provenance import Provenance
from activities.senders import SenderActivities
from policy.identity import TASK_QUEUE
from records.books import Books
from records.tables import Book
from services.deployment import build_id
from services.namespace import NamespaceUnfit
from services.security.converter import data_converter
from services.security.senders import SenderInterceptor, Senders, verify_by
from services.versions.changing import become_current
from services.versions.patches import may_use
from workflows.accreditation.workflow import AccreditationCycle
from workflows.designation.workflow import DicoeDesignation

WORKFLOWS = [AccreditationCycle, DicoeDesignation]
ACTIVITIES_AT_ONCE = 10
"""As many as the books keep connections for."""
NO_VERSION = "none"
"""The build id where nobody asks for one. Left out, the SDK reads every module to make one up: 1.6 CPU seconds."""
_NO_STORE = StorageDriverStoreContext(target=None)
FINISH_WITHIN = timedelta(seconds=30)
"""Time for activities that run when the worker is told to stop; what they have not done is tried again elsewhere."""


def build_worker(
    client: Client,
    *,
    activities: CaseActivities,
    task_queue: str = TASK_QUEUE,
    versioned: bool,
    senders: Senders | None = None,
) -> Worker:
    """Return a worker that runs cases and carries out their activities; whoever gets it runs it.

    Args:
        client: What it polls with.
        activities: The activities, with all that they need.
        task_queue: Where it takes its tasks from.
        versioned: Whether Temporal tells versions of it apart. An office's cases outlive many of them; such a worker
            gets no task until its version has become current. A rehearsal's do not, and start 0.4 s sooner without.
        senders: Who looks at the senders of messages; left out: nobody needs to prove who he is, and nobody can.
    """
    senders = senders or Senders()
    return Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=[
            activities.issue_invoices,
            activities.send_notices,
            activities.record_events,
            activities.take_step,
            activities.read_documents,
            activities.terms_in_force,
            activities.renewal_rules,
            activities.open_renewal,
            activities.ask_books,
            SenderActivities(verify_by(senders)).verify_sender,
            activities.reopening(verify_by(senders)).reopen,
        ],
        interceptors=[Provenance(client, task_queue), Precedence(client), SenderInterceptor(senders)],
        activity_executor=ThreadPoolExecutor(ACTIVITIES_AT_ONCE, thread_name_prefix="activity"),
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        workflow_runner=workflow_runner(),
        patch_activation_callback=may_use,
        graceful_shutdown_timeout=FINISH_WITHIN,
        build_id=None if versioned else NO_VERSION,
        deployment_config=WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(deployment_name=task_queue, build_id=build_id()),
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
        )
        if versioned
        else None,
    )


def replayer(
    converter: DataConverter | None = None, runner: WorkflowRunner | None = None, plugins: Sequence[Plugin] = ()
) -> Replayer:
    """Return what replays the histories of cases as a worker would load them.

    Args:
        converter: What reads their payloads, with the keys of what is encrypted; left out: without any.
        runner: What runs workflow code; left out: a worker's own.
        plugins: What a worker would have beside.
    """
    return Replayer(
        workflows=WORKFLOWS,
        workflow_runner=runner or workflow_runner(),
        data_converter=converter or data_converter(),
        plugins=plugins,
        build_id=NO_VERSION,
    )


def workflow_runner(*, strict: bool = False) -> SandboxedWorkflowRunner:
    """Return what runs workflow code.

    The sandbox imports again, for each case that it loads, whatever it is not told to share. Measured, to load a case:
    246 ms sharing nothing, 52 ms sharing the rules and the contract, 5 ms sharing the workflows too.

    Args:
        strict: Share only the rules and the contract: a call in a workflow that no replay could repeat is refused.
    """
    shared = ("policy", "activities") if strict else ("policy", "activities", "workflows")
    return _Sandbox(restrictions=SandboxRestrictions.default.with_passthrough_modules(*shared))


class _Sandbox(SandboxedWorkflowRunner):
    """The SDK's sandbox, which workflow code alone enters."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Return an instance of a workflow."""
        return _Instance(super().create_instance(det))


class _Instance(WorkflowInstance):
    """A workflow in the sandbox.

    For each payload on its way in or out the SDK enters the sandbox some five times, and compiles the code for it, to
    ask which context converter and codec get: a sixth of all that a worker did. Ours take no context.
    """

    def __init__(self, inside: WorkflowInstance) -> None:
        self._inside = inside

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """Handle an activation."""
        return self._inside.activate(act)

    def get_serialization_context(self, command_info: object) -> None:
        """Return no context."""

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        """Return no context: there is no store of large payloads."""
        return _NO_STORE

    def get_info(self) -> Info:
        """Return what is known of the workflow."""
        return self._inside.get_info()

    def get_thread_id(self) -> int | None:
        """Return the thread that it runs on, if it does."""
        return self._inside.get_thread_id()


@asynccontextmanager
async def working(
    client: Client,
    *,
    activities: CaseActivities,
    task_queue: str = TASK_QUEUE,
    versioned: bool = True,
    current: bool = True,
    take_back: bool = False,
    senders: Senders | None = None,
) -> AsyncIterator[Worker]:
    """Have a worker work for as long as a block lasts. Entered once it gets tasks; left when its activities are done.

    Takes what `build_worker` takes, and raises what `become_current` raises.

    Args:
        client: What it polls with.
        activities: The activities, with all that they need.
        task_queue: Where it takes its tasks from.
        versioned: Whether Temporal tells versions of it apart.
        current: Whether its version becomes current, if it may; else somebody else sees to that.
        take_back: Whether it may although another version has replaced it.
        senders: Who looks at the senders of messages.
    """
    senders = senders or Senders()
    worker = build_worker(client, activities=activities, task_queue=task_queue, versioned=versioned, senders=senders)
    async with senders.kept_current(), worker:
        if versioned and current:
            await become_current(client, task_queue, build_id(), take_back=take_back)
        yield worker


def read_books(books: Books) -> None:
    """Read in the books, to see that they are there.

    Raises:
        SQLAlchemyError: The database does not answer, or is none of ours any more.
        FileNotFoundError: The file of an SQLite database is gone. An open connection would not notice, and write on
            into what nobody can ever open again.
    """
    url = books.engine.url
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise FileNotFoundError(f"the file {url.database} is gone")
    with books.reading() as session:
        session.exec(select(Book)).one()


async def find_namespace(client: Client) -> None:
    """See that the server has the client's namespace: without it a worker fails in words that say little.

    Raises:
        NamespaceUnfit: It has not.
    """
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        step = "Name another one by TEMPORAL_NAMESPACE, or set it up: `accredit doctor --mend` does."
        raise NamespaceUnfit(client.namespace, "the server does not have it", step) from None
