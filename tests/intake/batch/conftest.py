"""What the tests of imports share."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from tests.office import LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office_at_night(
    temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LivingOffice]:
    """An office whose worker is away: what is started there begins to live later."""
    folder = tmp_path_factory.mktemp("night")
    async with a_living_office(temporal_server.address, folder, at_work=False) as office:
        yield office


@pytest.fixture
def at_night(
    office_at_night: LivingOffice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> OfficeTerminal:
    """Its command line. An import starts cases and waits for none, so nobody needs to do the steps of hundreds."""
    return OfficeTerminal(office_at_night, monkeypatch, capsys)
