"""What tests of chaos share: the Temporal server on a PostgreSQL of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from chaos.__main__ import a_folder
from chaos.place.server import TemporalServer, temporal_on_postgres
from tests.bare_server import bare_server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def temporal_on_its_postgres() -> AsyncIterator[TemporalServer]:
    """The Temporal server itself, on a PostgreSQL of its own."""
    found = await bare_server()
    with a_folder() as folder:
        async with temporal_on_postgres(found, folder / "temporal", folder / "postgres") as (server, _):
            yield server
