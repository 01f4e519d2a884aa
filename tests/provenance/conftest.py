"""An office whose worker lets only announced cases begin, and a case of it that strangers would like to have."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from tests.office import LivingOffice, a_living_office


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def guarded(
    temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LivingOffice]:
    """The office."""
    folder = tmp_path_factory.mktemp("guarded") / "office"
    folder.mkdir()
    async with a_living_office(temporal_server.address, folder, announced_only=True) as living:
        yield living
