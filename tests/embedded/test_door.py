"""A web page that has found a port of this machine gets nothing from it, whatever name it goes by."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Error, async_playwright
from temporalio.client import Client, WorkflowExecutionStatus

from embedded.build import WAY as BUILT
from embedded.door import Refused, looked_at
from embedded.process import UNSEEN
from embedded.server import EmbeddedServer, embedded_server
from services.connect import connect
from services.namespace import prepare_namespace
from tests.chromium import MISSING, program
from tests.embedded.sockets import LOOPBACK, asked, listening

CASE = "accreditation.OH-0417.ct.CT-1.1"
WORKFLOWS = "/api/v1/namespaces/default/workflows"
TERMINATE = f"{WORKFLOWS}/{CASE}/terminate"
FOREIGN = "evil.example"


def a_head(*fields: str, first: str = "GET / HTTP/1.1") -> bytes:
    return "\r\n".join((first, *fields, "", "")).encode()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8233", "127.0.0.1:8233", "[::1]:9000", "localhost:9000"])
def test_a_request_that_names_this_machine_is_passed_on_and_its_connection_ends_with_it(host: str) -> None:
    head = a_head(f"Host: {host}", "Connection: keep-alive", f"Origin: http://{host}", "Accept: */*")

    assert looked_at(head) == a_head(f"Host: {host}", f"Origin: http://{host}", "Accept: */*", "Connection: close")


@pytest.mark.parametrize(
    "fields",
    [
        [f"Host: {FOREIGN}:8233"],
        ["Host: localhost.evil.example"],
        ["Host: evil.example#localhost"],
        ["Host: 127.0.0.1.nip.io"],
        ["Host: 127.0.0.1@evil.example"],
        ["Host: localhost", f"Host: {FOREIGN}"],
        ["Host: localhost", f"Origin: https://{FOREIGN}"],
        ["Host: localhost", "Origin: null"],
        ["Host: localhost:8233", "Origin: http://localhost:3000"],
        ["Host: localhost:8233", "Origin: http://127.0.0.1:8233"],
        ["Host: localhost", "Origin: http://localhost", f"Origin: https://{FOREIGN}"],
        ["Host:"],
        [],
    ],
    ids=str,
)
def test_another_name_another_site_and_none_are_refused(fields: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        looked_at(a_head(*fields))

    assert refused.value.status == 403


@pytest.mark.parametrize(
    "head",
    [
        a_head("Host: localhost", first=f"GET http://{FOREIGN}/ HTTP/1.1"),
        a_head("Host: localhost", first="GET / HTTP/2.0"),
        a_head("Host: localhost", first="CONNECT localhost:7233 HTTP/1.1"),
        a_head(f"Host: localhost\nHost: {FOREIGN}"),
        a_head(f"Host: localhost\rHost: {FOREIGN}"),
        a_head("Host: localhost", f" {FOREIGN}"),
        a_head("Host : localhost"),
        a_head("Host: localhost\0"),
    ],
    ids=repr,
)
def test_what_two_programs_could_read_in_two_ways_is_refused(head: bytes) -> None:
    with pytest.raises(Refused) as refused:
        looked_at(head)

    assert refused.value.status == 400


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[EmbeddedServer]:
    async with embedded_server(ui=True, use_configured=False) as started:
        client = await connect(started.address, "default")
        await prepare_namespace(client, "default")
        await client.start_workflow("AccreditationCycle", id=CASE, task_queue="nobody")
        yield started


def door_of(server: EmbeddedServer) -> int:
    return int(str(server.ui_url).rpartition(":")[2])


async def is_running(client: Client) -> bool:
    return (await client.get_workflow_handle(CASE).describe()).status == WorkflowExecutionStatus.RUNNING


def purpose_of(port: int) -> str:
    """Return what a port is for, by what it answers to a page of another site."""
    if asked(port, "/metrics", FOREIGN)[1].startswith("# HELP"):
        return "counters"
    status, body = asked(port, "/api/v1/namespaces", FOREIGN)
    if status == 0:
        return "gRPC"
    return {200: "UI"}.get(status, f"{status} {body.strip()}")


@pytest.mark.server
@pytest.mark.skipif(sys.platform != "linux", reason="open ports are read from Linux's /proc")
async def test_everything_listens_on_loopback_and_a_page_of_another_site_learns_counts_at_most(
    server: EmbeddedServer,
) -> None:
    found = {one for pid in server.pids.values() for one in listening(pid)}
    purposes = {port: await asyncio.to_thread(purpose_of, port) for _, port in found}
    closed = '403 {"code": 7, "message": "Host not allowed"}'

    assert {address for address, _ in found | listening("self")} <= {LOOPBACK}
    assert Counter(purposes.values()) == (
        {"gRPC": 8, "UI": 1} if server.way == BUILT else {"gRPC": 4, "UI": 1, closed: 1, "counters": 1}
    )
    assert {port for port, purpose in purposes.items() if purpose == "UI"} <= set(UNSEEN)
    for port in (port for port, purpose in purposes.items() if purpose == "counters"):
        assert "OH-0417" not in (await asyncio.to_thread(asked, port, "/metrics", "localhost"))[1]
    for port in (port for port, purpose in purposes.items() if purpose == closed):
        for host in ("localhost", f"127.0.0.1:{port}", FOREIGN, "<none>", ""):
            path = TERMINATE.removeprefix("/api/v1")
            assert (await asyncio.to_thread(asked, port, path, host, "POST"))[0] in (400, 403)
    assert await is_running(await connect(server.address, "default"))


@pytest.mark.server
async def test_a_page_under_a_name_of_its_own_neither_reads_a_case_nor_ends_one(server: EmbeddedServer) -> None:
    if (browser := program()) is None:
        pytest.skip(MISSING)
    rebinding = ["--no-sandbox", f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1"]
    ends = "async path => (await fetch(path, {method: 'POST', headers: {Authorization: 'x'}, body: '{}'})).status"
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=rebinding)
        page = await chromium.new_page()
        seen = await page.goto(f"http://{FOREIGN}:{door_of(server)}{WORKFLOWS}")
        assert seen is not None
        assert (seen.status, CASE in await page.content()) == (403, False)
        assert await page.evaluate(ends, TERMINATE) == 403
        for port in UNSEEN:
            with pytest.raises(Error, match="ERR_UNSAFE_PORT"):
                await page.goto(f"http://{FOREIGN}:{port}{WORKFLOWS}")
        page = await chromium.new_page()
        await page.goto(f"{server.ui_url}/namespaces/default/workflows")
        await page.get_by_text(CASE).first.wait_for()
        await chromium.close()

    assert await is_running(await connect(server.address, "default"))


@pytest.mark.server
async def test_the_door_ends_with_its_server_and_answers_for_a_ui_that_is_away() -> None:
    async with embedded_server(ui=True, use_configured=False) as server:
        assert (await asyncio.to_thread(asked, door_of(server), "/healthz", "localhost"))[0] == 200
        server.programs[-1].process.kill()
        server.programs[-1].process.wait()
        status, said = await asyncio.to_thread(asked, door_of(server), "/healthz", "localhost")
        assert (status, said) == (502, "The UI does not answer.\n")
    assert await asyncio.to_thread(asked, door_of(server), "/healthz", "localhost") == (0, "")
