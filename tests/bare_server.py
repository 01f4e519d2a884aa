"""The Temporal server itself with PostgreSQL, for tests: what was built before, else the test is left."""

import os

import pytest

from chaos.place.postgres import programs
from chaos.place.server import Obtained, obtain
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


async def bare_server() -> Obtained:
    """Return the server, which `python -m chaos --obtain` builds in minutes of both cores: no test does that."""
    needs_postgres()
    try:
        return await obtain(Progress(), build_it=False)
    except NotThisWay as closed:
        never_run(f"Temporal on PostgreSQL: {closed.reason}. {closed.mend}")
        raise AssertionError("the test has been left") from closed
