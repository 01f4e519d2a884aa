"""The checks of `accredit doctor` that ask the Temporal server."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from temporalio.api.enums.v1 import IndexedValueType, TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeNamespaceResponse,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from embedded.time_skipping import server_version
from embedded.versions import parse, show
from policy.identity import TASK_QUEUE
from policy.messages.proofs import LEEWAY
from services.clock import now
from services.connect import ChosenServer
from services.deployment import build_id
from services.namespace import RETENTION, SEARCH_ATTRIBUTES, marked
from services.queries import patient_pollers, server_time
from services.versions.failing import failing_cases
from services.versions.standing import standing_of
from starter.operation.checks import Check

OLDEST_SERVER = (1, 29, 1)
"""From here on workers of several versions live side by side, as the deployment of a new version needs it."""
CLOCK_OFF = timedelta(seconds=10)
"""From here on a clock is worth a word."""
MEND = "Run `accredit doctor --mend`"
TOLD = 10
"""Cases that are named; `accredit deploy status` names all of them."""
START_WORKER = "Start one with `make up`, or `python -m worker`."


async def check_server(client: Client, chosen: ChosenServer) -> list[Check]:
    """Ask the server everything that cases need of it."""
    checks: list[Callable[[Client], Awaitable[Check]]] = [
        partial(_check_version, chosen), _check_clock, _check_namespace, _check_retention,
        _check_search_attributes, _check_worker, _check_tasks,
    ]  # fmt: skip
    return [await _answered(check, client) for check in checks]


async def _answered(check: Callable[[Client], Awaitable[Check]], client: Client) -> Check:
    """Carry out a check; a server that does not answer it is found wrong, and the others are asked all the same."""
    try:
        return await check(client)
    except RPCError as error:
        carried_out = check.func if isinstance(check, partial) else check
        name = carried_out.__name__.removeprefix("_check_").replace("_", " ")
        mend = "Ask whoever runs the server; this client may lack the permission, or the namespace is missing."
        return Check(name, "wrong", f"the server answers {error.message!r}", mend)


async def _check_version(chosen: ChosenServer, client: Client) -> Check:
    version = await server_version(client)
    where = f"{chosen.address}, version {version}: {chosen.because}{f', by {chosen.way}' if chosen.way else ''}"
    if parse(version) < OLDEST_SERVER:
        mend = f"Use version {show(OLDEST_SERVER)} or newer: older ones cannot keep versions of workers apart."
        return Check("server", "wrong", where, mend)
    return Check("server", "ok", where)


async def _check_clock(client: Client) -> Check:
    """Hold this machine's clock against the server's: whatever is signed here is believed by the hour that it names."""
    there = await server_time(client)
    off = now() - there
    found = f"{abs(off).total_seconds():.1f} s {'ahead of' if off > timedelta(0) else 'behind'} the server's"
    if abs(off) < CLOCK_OFF:
        return Check("clock", "ok", found)
    mend = (
        f"Have both machines keep the time (NTP). By a clock that is wrong by more than {LEEWAY.total_seconds():.0f} "
        "seconds what people sign is refused: where it is signed, and where a worker is to believe it."
    )
    return Check("clock", "wrong" if abs(off) > LEEWAY else "warning", found, mend)


async def _check_namespace(client: Client) -> Check:
    try:
        described = await _described(client)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return Check("namespace", "wrong", f"there is no namespace {client.namespace}", f"{MEND}: it registers it.")
    if marked(described.namespace_info):
        mend = "Name the office's own by TEMPORAL_NAMESPACE (or a profile)."
        return Check("namespace", "wrong", f"{client.namespace} is marked as a rehearsal's", mend)
    return Check("namespace", "ok", client.namespace)


async def _check_retention(client: Client) -> Check:
    kept = (await _described(client)).config.workflow_execution_retention_ttl.ToTimedelta()
    found = f"closed cases are kept for {kept / timedelta(days=1):g} days"
    if kept >= RETENTION:
        return Check("retention", "ok", found)
    mend = (
        f"{MEND}, or `temporal operator namespace update --namespace {client.namespace} --retention "
        f"{RETENTION.days}d`; the books keep every case for good, the UI does not."
    )
    return Check("retention", "warning", found, mend)


async def _described(client: Client) -> DescribeNamespaceResponse:
    request = DescribeNamespaceRequest(namespace=client.namespace)
    return await client.workflow_service.describe_namespace(request)


async def _check_search_attributes(client: Client) -> Check:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    standing = (await client.operator_service.list_search_attributes(request)).custom_attributes
    missing = [name for name in SEARCH_ATTRIBUTES if name not in standing]
    other = [name for name, kind in SEARCH_ATTRIBUTES.items() if standing.get(name, kind) != kind]
    if other:
        mend = (
            f"Remove {', '.join(other)} (`temporal operator search-attribute remove`), then `accredit doctor --mend`."
        )
        return Check("search attributes", "wrong", f"of another type than needed: {', '.join(other)}", mend)
    if missing:
        adds = " ".join(f"--name {name} --type {_kind(SEARCH_ATTRIBUTES[name])}" for name in missing)
        mend = f"{MEND}, or `temporal operator search-attribute create {adds}`."
        return Check("search attributes", "wrong", f"missing: {', '.join(missing)}", mend)
    return Check("search attributes", "ok", ", ".join(SEARCH_ATTRIBUTES))


def _kind(kind: IndexedValueType.ValueType) -> str:
    return IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").title()


async def _check_worker(client: Client) -> Check:
    """Look for workers that ask for tasks, and for one of the version that cases go on with."""
    workers = await patient_pollers(client, kind=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)
    activities = await patient_pollers(client, kind=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
    if not workers or not activities:
        which = " and ".join(kind for kind, found in {"workflow": workers, "activity": activities}.items() if not found)
        return Check("worker", "wrong", f"nobody asks for {which} tasks on {TASK_QUEUE}", START_WORKER)
    standing = await standing_of(client)
    current = standing.current.build_id if standing and standing.current else None
    versions = {worker.build_id for worker in workers}
    found = (
        f"{len(workers)} worker(s), {', '.join(sorted(f'version {one}' if one else 'unversioned' for one in versions))}"
    )
    if standing and standing.unattended:
        lonely = " and ".join(f"the {one.place} version {one.build_id}" for one in standing.unattended)
        mend = "Start its worker, or a newer one, which becomes current; `accredit deploy back` is the way back."
        return Check("worker", "wrong", f"{found}; but nobody works for {lonely}, with which cases go on", mend)
    if current and current != build_id():
        mend = "Deploy this version (`accredit replay-check` first), or use the program of that one here."
        return Check("worker", "warning", f"{found}; this program is of version {build_id()}", mend)
    return Check("worker", "ok", found)


async def _check_tasks(client: Client) -> Check:
    """Look for cases whose tasks fail: nobody is told by a letter that they stand still."""
    failing = await failing_cases(client)
    if failing is None:
        return Check("tasks", "warning", "this server does not tell whether tasks of cases fail", "Use 1.30 or newer.")
    if not failing:
        return Check("tasks", "ok", "no case's tasks fail")
    told = "; ".join(f"{one.case_id}: {one.why}" for one in failing[:TOLD])
    more = f"; and {len(failing) - TOLD} more" if len(failing) > TOLD else ""
    mend = (
        "Nothing is lost, and they go on with a version that can. `accredit replay-check` says which ones this program "
        "can carry on; `accredit deploy back` is the way back. One that the books do not know "
        "(`accredit cases`) is nobody's, since whoever reaches the server can start it: end it in the Temporal UI."
    )
    return Check("tasks", "wrong", f"tasks fail of {len(failing)} case(s): {told}{more}", mend)
