"""A namespace is made ready once, for whom it is meant, and a rehearsal never takes an office's."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError

from embedded.server import EmbeddedServer, embedded_server
from embedded.time_skipping import server_version, supports_time_skipping
from services.connect import connect
from services.namespace import (
    KEYWORD,
    RETENTION,
    SEARCH_ATTRIBUTES,
    NamespaceUnfit,
    holds_office_cases,
    is_rehearsal,
    prepare_namespace,
)
from tests.patience import WITHIN

pytestmark = pytest.mark.server

SECONDS = 20


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[EmbeddedServer]:
    async with embedded_server(fast=True, use_configured=False) as started:
        yield started


async def registered(client: Client, namespace: str, days: int = 1) -> None:
    request = RegisterNamespaceRequest(namespace=namespace)
    request.workflow_execution_retention_period.FromTimedelta(timedelta(days=days))
    await client.workflow_service.register_namespace(request)


async def retention_of(client: Client, namespace: str) -> timedelta:
    answer = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    return answer.config.workflow_execution_retention_ttl.ToTimedelta()


async def a_case(server: EmbeddedServer, namespace: str, workflow: str = "AccreditationCycle") -> None:
    client = await connect(server.address, namespace)
    await client.start_workflow(workflow, id=f"{workflow}-{namespace}", task_queue="nobody")


async def test_server_namespace_and_search_attributes_are_ready_within_a_second_on_an_idle_machine() -> None:
    began = time.monotonic()
    async with embedded_server(fast=True, use_configured=False) as server:
        done = await prepare_namespace(server.address, rehearsal=True)
        took = time.monotonic() - began

    assert took < SECONDS  # measured: 0.2 s; the bound leaves room for a machine that does other things
    assert any("1096 days" in line for line in done)
    assert any("Program, Facility" in line for line in done)


async def test_a_case_can_be_started_and_found_by_every_search_attribute_at_once(server: EmbeddedServer) -> None:
    await prepare_namespace(server.address, "found-by", rehearsal=True)
    client = await connect(server.address, "found-by")
    texts = ("Program", "Facility", "State", "Modality", "Stage", "AwaitedParty")
    due = datetime(2030, 5, 28, 4, tzinfo=UTC)
    pairs: list[SearchAttributePair[Any]] = [
        *(SearchAttributePair(SearchAttributeKey.for_keyword(name), f"a {name}") for name in texts),
        SearchAttributePair(SearchAttributeKey.for_datetime("DueAt"), due),
        SearchAttributePair(SearchAttributeKey.for_int("Deficiencies"), 2),
        SearchAttributePair(SearchAttributeKey.for_bool("NeedsAttention"), True),
    ]
    attributes = TypedSearchAttributes(pairs)
    await client.start_workflow("AccreditationCycle", id="c", task_queue="nobody", search_attributes=attributes)
    texts_match = [f"{name} = 'a {name}'" for name in texts]
    due_that_day = "DueAt BETWEEN '2030-05-28T00:00:00Z' AND '2030-05-29T00:00:00Z'"
    query = " AND ".join([*texts_match, due_that_day, "Deficiencies = 2", "NeedsAttention = true"])

    async with asyncio.timeout(WITHIN):
        while not [case.id async for case in client.list_workflows(query)]:
            pass

    assert [case.id async for case in client.list_workflows(query.replace("= 2", "= 3"))] == []


async def test_preparing_again_changes_nothing(server: EmbeddedServer) -> None:
    await prepare_namespace(server.address, "twice")

    assert await prepare_namespace(server.address, "twice") == ()


async def test_a_namespace_that_forgets_too_soon_keeps_three_years_and_a_longer_memory_stays(
    server: EmbeddedServer,
) -> None:
    client = await connect(server.address)
    await registered(client, "forgetful", days=1)
    await registered(client, "elephant", days=3650)

    await prepare_namespace(client, "forgetful")
    await prepare_namespace(client, "elephant")

    assert timedelta(days=3 * 365) < RETENTION == await retention_of(client, "forgetful")
    assert await retention_of(client, "elephant") == timedelta(days=3650)


async def test_a_rehearsal_is_marked_and_an_office_is_not(server: EmbeddedServer) -> None:
    await prepare_namespace(server.address, "a-rehearsal", rehearsal=True)
    await prepare_namespace(server.address, "an-office")

    assert await is_rehearsal(server.address, "a-rehearsal")
    assert not await is_rehearsal(server.address, "an-office")


async def test_an_empty_namespace_may_become_a_rehearsals_but_one_with_cases_never(server: EmbeddedServer) -> None:
    client = await connect(server.address)
    for name in ("empty", "busy"):
        await prepare_namespace(client, name)
    await a_case(server, "busy")
    async with asyncio.timeout(WITHIN):
        while "busy" not in await holds_office_cases(client):
            pass

    await prepare_namespace(client, "empty", rehearsal=True)
    with pytest.raises(NamespaceUnfit, match="holds cases of an office"):
        await prepare_namespace(client, "busy", rehearsal=True)

    assert await is_rehearsal(client, "empty")
    assert not await is_rehearsal(client, "busy")


async def test_an_office_does_not_open_in_a_rehearsals_namespace(server: EmbeddedServer) -> None:
    await prepare_namespace(server.address, "played", rehearsal=True)

    with pytest.raises(NamespaceUnfit, match="marked as a rehearsal's"):
        await prepare_namespace(server.address, "played")


async def test_an_offices_cases_are_counted_over_all_namespaces_and_nothing_else_is() -> None:
    async with embedded_server(fast=True, use_configured=False) as server:
        client = await connect(server.address)
        for name, rehearsal in (("default", False), ("second-office", False), ("stage", True)):
            await prepare_namespace(client, name, rehearsal=rehearsal)
        assert await holds_office_cases(client) == {}

        await a_case(server, "stage")
        await a_case(server, "default", "SomethingElse")
        await a_case(server, "second-office", "AccreditationCycle")
        await a_case(server, "second-office", "DicoeDesignation")
        async with asyncio.timeout(WITHIN):
            while sum((await holds_office_cases(server.address)).values()) < 2:
                pass

        assert await holds_office_cases(client) == {"second-office": 2}


async def test_a_search_attribute_of_another_type_is_named_with_both_types(server: EmbeddedServer) -> None:
    client = await connect(server.address)
    await registered(client, "other-types")
    adding = AddSearchAttributesRequest(namespace="other-types", search_attributes={"DueAt": KEYWORD})
    await client.operator_service.add_search_attributes(adding, retry=True)

    with pytest.raises(NamespaceUnfit, match="DueAt is of type Keyword and has to be of type Datetime"):
        await prepare_namespace(client, "other-types")

    assert len(SEARCH_ATTRIBUTES) == 9


async def test_a_server_with_time_skipping_says_so_and_one_without_it_too(server: EmbeddedServer) -> None:
    await prepare_namespace(server.address, "skipping", rehearsal=True)
    async with embedded_server(use_configured=False) as plain:
        await prepare_namespace(plain.address)

        assert await supports_time_skipping(await connect(server.address, "skipping"))
        assert not await supports_time_skipping(await connect(plain.address))
        assert (await server_version(await connect(plain.address))).startswith("1.")


async def test_time_skipping_is_not_judged_in_a_namespace_that_does_not_exist(server: EmbeddedServer) -> None:
    with pytest.raises(RPCError, match="not found"):
        await supports_time_skipping(await connect(server.address, "nowhere"))
