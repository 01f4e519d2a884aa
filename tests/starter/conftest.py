"""What the tests of the front desk share: one living office for each file of tests, and its command line."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from starter.embedded.server import EmbeddedServer
from tests.office import LivingOffice, a_living_office
from tests.office_desk import OfficeDesk


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(
    temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LivingOffice]:
    """An office with a worker at work."""
    async with a_living_office(temporal_server.address, tmp_path_factory.mktemp("office")) as living:
        yield living


@pytest.fixture
def desk(office: LivingOffice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> OfficeDesk:
    """The command line of that office."""
    return OfficeDesk(office, monkeypatch, capsys)
