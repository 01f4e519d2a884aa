"""What the tests of the lives share: each file's stories, lived side by side once."""

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from tests.workflows.lives import Reports, lived


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of what takes minutes, so that it can be left out: `pytest -m "not kills"`."""
    config.addinivalue_line("markers", "kills: kills worker and server outright, which takes minutes")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reports(
    request: pytest.FixtureRequest, temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> Reports:
    """The lives of a file's `STORIES`, by name. Many tests look at them; no test changes them."""
    return await lived(temporal_server, tmp_path_factory.mktemp("lives"), request.module.STORIES)
