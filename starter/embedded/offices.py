"""Tell a rehearsal's namespace from an office's.

What a rehearsal does to a server (years in a second, the same case ids again and again) must never meet an office's
cases. So the namespace of a rehearsal carries a mark in its data, and every other one counts as an office's.
"""

from collections.abc import AsyncIterator, Mapping

from temporalio.api.namespace.v1 import NamespaceInfo
from temporalio.api.workflowservice.v1 import (
    CountWorkflowExecutionsRequest,
    DescribeNamespaceRequest,
    ListNamespacesRequest,
)
from temporalio.client import Client

from starter.connect import connect

MARK: Mapping[str, str] = {"accredit": "rehearsal"}
CASE_TYPES = ("AccreditationCycle", "DicoeDesignation")
SYSTEM = "temporal-system"
PAGE = 100


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
