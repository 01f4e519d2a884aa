"""A namespace for cases: made ready (retention, search attributes), and whose it is: an office's or a rehearsal's.

What a rehearsal does to a server (years in a second, the same case ids again and again) must never meet an office's
cases. So the namespace of a rehearsal carries a mark in its data, and every other one counts as an office's.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig, NamespaceInfo, UpdateNamespaceInfo
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import (
    CountWorkflowExecutionsRequest,
    DescribeNamespaceRequest,
    DescribeNamespaceResponse,
    DescribeWorkflowExecutionRequest,
    ListNamespacesRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from services.connect import connect
from services.errors import ExitCode, ServiceError

MARK: Mapping[str, str] = {"accredit": "rehearsal"}
CASE_TYPES = ("AccreditationCycle", "DicoeDesignation")
SYSTEM = "temporal-system"
PAGE = 100


class NamespaceUnfit(ServiceError):
    """A namespace exists already, as something else than was asked for."""

    code = ExitCode.NOT_REACHABLE

    def __init__(self, namespace: str, reason: str, next_step: str) -> None:
        text = f"The namespace {namespace} cannot be used: {reason}."
        super().__init__([text, next_step], {"problem": text, "namespace": namespace, "next_step": next_step})


def marked(info: NamespaceInfo) -> bool:
    """Tell whether a namespace's description carries the mark of a rehearsal."""
    return all(info.data.get(key) == value for key, value in MARK.items())


async def is_rehearsal(server: Client | str, namespace: str) -> bool:
    """Tell whether a namespace was marked as a rehearsal's.

    Args:
        server: A connected client, or the server's address.
        namespace: The name of one that exists.
    """
    client = await client_of(server)
    answer = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace), retry=True)
    return marked(answer.namespace_info)


async def holds_office_cases(server: Client | str) -> dict[str, int]:
    """Return how many cases, open and closed, each namespace holds that is not marked as a rehearsal's.

    Empty (false): a rehearsal may use this server.

    Args:
        server: A connected client, or the server's address.
    """
    client = await client_of(server)
    counted = {name: await count_cases(client, name) async for name in _offices(client)}
    return {name: cases for name, cases in counted.items() if cases}


async def count_cases(client: Client, namespace: str) -> int:
    """Return how many cases a namespace holds, open and closed."""
    types = ", ".join(f"'{name}'" for name in CASE_TYPES)
    request = CountWorkflowExecutionsRequest(namespace=namespace, query=f"WorkflowType IN ({types})")
    return (await client.workflow_service.count_workflow_executions(request, retry=True)).count


async def client_of(server: Client | str) -> Client:
    """Return the client itself, or a new one for an address."""
    return await connect(server) if isinstance(server, str) else server


async def _offices(client: Client) -> AsyncIterator[str]:
    page = b""
    while True:
        request = ListNamespacesRequest(page_size=PAGE, next_page_token=page)
        answer = await client.workflow_service.list_namespaces(request, retry=True)
        for found in answer.namespaces:
            if found.namespace_info.name != SYSTEM and not marked(found.namespace_info):
                yield found.namespace_info.name
        page = answer.next_page_token
        if not page:
            return


RETENTION = timedelta(days=1096)
"""Three years, one of them a leap year: so long a closed case can be looked at in the UI."""

KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
SEARCH_ATTRIBUTES: Mapping[str, IndexedValueType.ValueType] = {
    **dict.fromkeys(("Program", "Facility", "State", "Modality", "Stage", "AwaitedParty"), KEYWORD),
    "DueAt": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    "Deficiencies": IndexedValueType.INDEXED_VALUE_TYPE_INT,
    "NeedsAttention": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
}
"""What cases are found by."""

READY_WITHIN = 30.0
"""Seconds; measured: 0.1 s on an embedded server. The parts of another one learn of a namespace within some seconds."""
ASK_EVERY = 0.03
_MAY_STAND = (RPCStatusCode.ALREADY_EXISTS, RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED)
"""Answers to a registration after which the namespace may be there: it is, or others are in charge of registering."""
_NOT_YET = (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.UNAVAILABLE)
NO_CASE = "accredit.asks-whether-the-namespace-is-ready"


async def prepare_namespace(
    server: Client | str, namespace: str = "default", *, retention: timedelta = RETENTION, rehearsal: bool = False
) -> tuple[str, ...]:
    """Register a namespace and its search attributes, where they are missing, and wait until they can be used.

    Args:
        server: A connected client, or the server's address.
        namespace: The name.
        retention: How long closed cases are kept at least; a namespace that keeps them longer stays so.
        rehearsal: Mark it as a rehearsal's. One that exists unmarked is marked only while it holds no case.

    Returns:
        What was done, a line each; nothing where everything stood already.

    Raises:
        NamespaceUnfit: It is an office's and was to be a rehearsal's, or the other way round; a search attribute has
            another type; the server does not let this client change it; it was not usable in time.
    """
    client = await client_of(server)
    try:
        done = await _register(client, namespace, retention, rehearsal)
        await _until(client, namespace, _known)
        done += await _add_search_attributes(client, namespace)
        await _until(client, namespace, _usable)
    except RPCError as error:
        step = "Ask whoever runs that server to prepare it, or use another server."
        raise NamespaceUnfit(namespace, f"the server answers {error.message!r}", step) from error
    return tuple(done)


async def _register(client: Client, namespace: str, retention: timedelta, rehearsal: bool) -> list[str]:
    """Register it, or adapt it where it stands.

    It is not asked for before: a server remembers for a second that there was no such namespace.
    """
    request = RegisterNamespaceRequest(
        namespace=namespace,
        description="Rehearsals of accreditation cases" if rehearsal else "Accreditation cases",
        workflow_execution_retention_period=_duration(retention),
        data=MARK if rehearsal else None,
    )
    try:
        await client.workflow_service.register_namespace(request, retry=True)
    except RPCError as error:
        if error.status not in _MAY_STAND:
            raise
        asking = DescribeNamespaceRequest(namespace=namespace)
        found = await client.workflow_service.describe_namespace(asking, retry=True)
        return await _adapt(client, found, retention, rehearsal)
    return [f"registered the namespace {namespace}, which keeps closed cases for {retention.days} days"]


async def _adapt(client: Client, found: DescribeNamespaceResponse, retention: timedelta, rehearsal: bool) -> list[str]:
    """Bring a namespace that exists to what was asked for."""
    name, done = found.namespace_info.name, []
    change = UpdateNamespaceRequest(namespace=name)
    if rehearsal and not marked(found.namespace_info):
        if cases := await count_cases(client, name):
            step = "Rehearse in another namespace, or on a server that is started for it."
            raise NamespaceUnfit(name, f"it holds cases of an office ({cases})", step)
        change.update_info.CopyFrom(UpdateNamespaceInfo(data=MARK))
        done.append(f"marked the namespace {name} as a rehearsal's")
    if not rehearsal and marked(found.namespace_info):
        raise NamespaceUnfit(name, "it is marked as a rehearsal's", "Open the office's cases in another namespace.")
    if found.config.workflow_execution_retention_ttl.ToTimedelta() < retention:
        change.config.CopyFrom(NamespaceConfig(workflow_execution_retention_ttl=_duration(retention)))
        done.append(f"the namespace {name} now keeps closed cases for {retention.days} days")
    if done:
        await client.workflow_service.update_namespace(change, retry=True)
    return done


async def _add_search_attributes(client: Client, namespace: str) -> list[str]:
    request = ListSearchAttributesRequest(namespace=namespace)
    standing = (await client.operator_service.list_search_attributes(request, retry=True)).custom_attributes
    for name, kind in SEARCH_ATTRIBUTES.items():
        if standing.get(name, kind) != kind:
            standing_kind, needed_kind = _kind(standing[name]), _kind(kind)
            reason = f"its search attribute {name} is of type {standing_kind} and has to be of type {needed_kind}"
            step = f"Use another namespace, or `temporal operator search-attribute remove --name {name}` in this one."
            raise NamespaceUnfit(namespace, reason, step)
    missing = {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name not in standing}
    if not missing:
        return []
    try:
        adding = AddSearchAttributesRequest(namespace=namespace, search_attributes=missing)
        await client.operator_service.add_search_attributes(adding, retry=True)
    except RPCError as error:
        if error.status != RPCStatusCode.ALREADY_EXISTS:  # somebody else added them in between
            raise
    return [f"registered the search attributes {', '.join(missing)}"]


async def _until(client: Client, namespace: str, asked: Callable[[Client, str], Awaitable[object]]) -> None:
    """Ask until the server answers the question: its parts learn of a namespace one after the other."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_WITHIN
    while True:
        try:
            await asked(client, namespace)
        except RPCError as error:
            if error.status not in _NOT_YET or loop.time() > deadline:
                raise
        else:
            return
        await asyncio.sleep(ASK_EVERY)


async def _known(client: Client, namespace: str) -> None:
    """Ask something that needs the namespace."""
    await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=namespace))


async def _usable(client: Client, namespace: str) -> None:
    """Filter a list by every attribute, then look for a case, which only the part that keeps the cases can deny."""
    filters = " AND ".join(f"{name} IS NULL" for name in SEARCH_ATTRIBUTES)
    counting = CountWorkflowExecutionsRequest(namespace=namespace, query=filters)
    await client.workflow_service.count_workflow_executions(counting)
    asking = DescribeWorkflowExecutionRequest(namespace=namespace, execution=WorkflowExecution(workflow_id=NO_CASE))
    try:
        await client.workflow_service.describe_workflow_execution(asking)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise


def _duration(length: timedelta) -> Duration:
    duration = Duration()
    duration.FromTimedelta(length)
    return duration


def _kind(kind: IndexedValueType.ValueType) -> str:
    return IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").title()
