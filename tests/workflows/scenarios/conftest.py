"""What the tests of the shipped scenarios share: their lives. They take long to live, so one process has them all."""

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from tests.workflows.shipped import Life, live_shipped


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shipped(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Life]:
    """The shipped scenarios, lived through once in a run of the tests."""
    return await live_shipped(temporal_server.address, tmp_path_factory.mktemp("shipped"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def designations(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Life]:
    """The shipped scenarios about designations, lived through once in a run of the tests."""
    return await live_shipped(temporal_server.address, tmp_path_factory.mktemp("designations"), "dicoe")
