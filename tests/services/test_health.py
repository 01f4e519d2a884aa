"""A worker's health says what is away, and nothing else than what has just been seen."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from threading import Event
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg
import pytest
from sqlalchemy.engine import make_url
from temporalio.client import Client

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from embedded.process import HOST
from embedded.server import embedded_server
from records.books import open_books
from services import health
from services.connect import connect
from services.errors import PortTaken
from services.health import OK, Checkup, Health, answering
from services.namespace import prepare_namespace
from services.settings import load_settings
from services.workers import build_worker
from tests.postgres import fresh_database
from tests.worker_process import a_worker, health_of, until

WELL = {"ok": True, "worker": OK, "server": OK, "database": OK, "current": OK, "failing_cases": []}


@pytest.mark.server
@pytest.mark.postgres
async def test_a_worker_is_unwell_for_as_long_as_its_database_is_away(client: Client, tmp_path: Path) -> None:
    with fresh_database() as url:
        open_books(url).close()
        async with a_worker(client, url, tmp_path) as worker:
            ask = await health_of(worker)
            assert await until(ask, lambda answer: answer[0] == 200) == (200, WELL)
            with away(url):
                status, body = await ask()
                assert status == 503
                assert body | {"database": OK} == WELL | {"ok": False}
                assert body["database"] == "it cannot be read (OperationalError)"
                assert "not currently accepting connections" in await worker.says("accredit.health")
            assert await ask() == (200, WELL)


@contextmanager
def away(url: str) -> Iterator[None]:
    """Have a database end every connection and take no new one."""
    address = make_url(url)
    server = f"host={address.query['host']} user={address.username} dbname=postgres"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{address.database}" ALLOW_CONNECTIONS false'.encode())
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [address.database])
        yield
        admin.execute(f'ALTER DATABASE "{address.database}" ALLOW_CONNECTIONS true'.encode())


@pytest.mark.server
async def test_a_worker_whose_server_has_stopped_is_unwell(tmp_path: Path) -> None:
    async with AsyncExitStack() as running:
        server = await running.enter_async_context(embedded_server(fast=True, use_configured=False))
        await prepare_namespace(server.address)
        client = await connect(server.address, "default")
        async with a_worker(client, f"sqlite:///{tmp_path}/books.db", tmp_path) as worker:
            ask = await health_of(worker)
            assert await until(ask, lambda answer: answer[0] == 200) == (200, WELL)
            await worker.says("works in namespace")  # until then it takes over, and ends with whoever it asks for that
            await running.aclose()
            status, body = await ask()
            assert status == 503
            assert body["server"] not in ("", OK)
            assert body["worker"] == health.NOT_KNOWN
            assert body["database"] == OK


@pytest.mark.server
async def test_a_worker_is_unwell_unless_the_server_has_seen_it_ask_for_tasks(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    books = open_books(f"sqlite:///{tmp_path}/books.db")
    activities = CaseActivities(books, load_settings, MailFolder(tmp_path), client)
    worker = build_worker(client, activities=activities, versioned=False)
    address = client.service_client.config.target_host
    another = await Client.connect(address, namespace=client.namespace, identity="another")

    async def health_with(polling: Client) -> Health:
        checkup = Checkup(worker, polling, lambda: None, asyncio.get_running_loop())
        return await asyncio.to_thread(checkup.look)

    assert await health_with(client) == Health("it does not run", OK, OK)
    async with worker:
        assert await until(lambda: health_with(client), lambda now: now.well) == Health(OK, OK, OK)
        assert await health_with(another) == Health("it has not asked for workflow and activity tasks lately", OK, OK)
        monkeypatch.setattr(health, "FAILING_WITHIN", 0)  # a store of visibility that says nothing in time
        assert await health_with(client) == Health(OK, OK, OK)
        assert "Which cases fail is not known" in caplog.text
    assert not (await health_with(client)).well
    books.close()


async def test_a_database_that_says_nothing_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ANSWER_WITHIN", 0.2)
    silent = Event()
    checked = await asyncio.to_thread(health._tried, silent.wait)
    silent.set()
    assert checked == "no answer within 0.2 s"


def test_only_the_one_question_is_answered() -> None:
    well = Health(OK, OK, OK)
    with answering(lambda: well, HOST, 0) as url:
        assert urlopen(url).status == 200
        with pytest.raises(PortTaken, match="health check"), answering(lambda: well, HOST, int(url.split(":")[2][:5])):
            pass
        with pytest.raises(HTTPError, match="404"):
            urlopen(url.replace("healthz", "anything"))
    with pytest.raises(URLError, match="refused"):
        urlopen(url)
