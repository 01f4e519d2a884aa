"""What tests of chaos share: the Temporal server on a PostgreSQL of its own."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chaos.__main__ import a_folder
from chaos.place.postgres import programs
from chaos.place.server import TemporalServer, obtain, temporal_on_postgres
from embedded.errors import NotThisWay
from embedded.postgres import NoPostgres
from embedded.progress import Progress
from tests.embedded.ways import never_run


def needs_postgres() -> None:
    """Skip a test where PostgreSQL is not installed; on CI it fails."""
    try:
        programs()
    except NoPostgres as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def temporal_on_its_postgres() -> AsyncIterator[TemporalServer]:
    """The Temporal server itself, on a PostgreSQL of its own.

    It is there where `python -m chaos --obtain` has built it, which takes minutes of both cores: no test does that.
    """
    needs_postgres()
    try:
        found = await obtain(Progress(), build_it=False)
    except NotThisWay as closed:
        never_run(f"Temporal on PostgreSQL: {closed.reason}. {closed.mend}")
        raise AssertionError("the test has been left") from closed
    with a_folder() as folder:
        async with temporal_on_postgres(found, folder / "temporal", folder / "postgres") as (server, _):
            yield server
