"""An order to skip time whose answer is lost on a real connection: it is carried out once, and the clock arrives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import Client

from embedded.process import HOST
from rehearsal.clock import CaseClock

pytestmark = pytest.mark.server
DAY = timedelta(days=1)
QUESTION = 100
"""Bytes that a request has at least; what keeps a connection alive has fewer."""


@workflow.defn(sandboxed=False)
class Asleep:
    """A case that does nothing for a year."""

    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(365 * DAY)


@dataclass
class LosesAnswers:
    """A wire to a server on which the answer to a request is lost: the connection breaks in its place.

    Attributes:
        to: The server's port.
        on_the_way: Whether the request is lost on its way there instead.
        next: Whether that happens to the next request.
    """

    to: int
    on_the_way: bool = False
    next: bool = False

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[str]:
        """Lay it, and yield its address."""
        server = await asyncio.start_server(self._join, HOST, 0)
        try:
            yield f"{HOST}:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(HOST, self.to)
        loses = asyncio.Event()

        async def asks() -> None:
            while piece := await reader.read(65_536):
                if self.next and len(piece) > QUESTION:
                    self.next = False
                    loses.set()
                    if self.on_the_way:
                        return
                there_writer.write(piece)

        async def answers() -> None:
            while (piece := await there_reader.read(65_536)) and not loses.is_set():
                writer.write(piece)

        with suppress(OSError):
            await asyncio.wait(
                [asyncio.create_task(asks()), asyncio.create_task(answers())], return_when=asyncio.FIRST_COMPLETED
            )
        for end in (writer, there_writer):
            end.transport.abort()


async def asleep(client: Client) -> str:
    """Start a case that sleeps; nobody works here, so that nothing but its clock goes on."""
    case_id = f"asleep-{uuid4().hex}"
    await client.start_workflow(Asleep.run, id=case_id, task_queue="nobody", start_delay=300 * DAY)
    return case_id


async def by_way_of(wire: str, client: Client) -> Client:
    """Return another client of the same namespace, over a wire."""
    return await Client.connect(wire, namespace=client.namespace)


def port_of(client: Client) -> int:
    """Return a server's port."""
    return int(client.service_client.config.target_host.rpartition(":")[2])


async def orders_of(client: Client, case_id: str) -> int:
    """Return how many orders a case's history has."""
    history = await client.get_workflow_handle(case_id).fetch_history()
    return sum(event.HasField("workflow_execution_options_updated_event_attributes") for event in history.events)


@pytest.mark.parametrize("on_the_way", [False, True])
async def test_an_order_that_or_whose_answer_is_lost_is_carried_out_once(client: Client, on_the_way: bool) -> None:
    case_id = await asleep(client)
    wire = LosesAnswers(port_of(client), on_the_way)
    async with wire.laid() as address:
        clock = CaseClock(await by_way_of(address, client), case_id)
        before = await clock.look()
        wire.next = True
        await clock.lead_to(before.now + 100 * DAY, before)
        after = await clock.look()
    assert not wire.next
    assert await orders_of(client, case_id) == 1
    assert 100 * DAY <= after.now - before.now < 100 * DAY + timedelta(minutes=1)
