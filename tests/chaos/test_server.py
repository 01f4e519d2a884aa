"""The Temporal server on PostgreSQL: what it is told, and what is said where it was never built."""

import json
from pathlib import Path

import pytest

from chaos.place.postgres import Postgres
from chaos.place.server import CASES, LISTS, TemporalServer, obtain, obtain_either
from embedded.cache import CACHE_VARIABLE
from embedded.errors import NotThisWay
from embedded.program import ServerProgram
from embedded.progress import Progress
from tests.bare_server import needs_postgres

BARE = ServerProgram("go", "test", "1.32.0", Path("/programs/server"), Path("/programs/ui"))


def test_the_server_keeps_its_cases_and_their_lists_in_two_databases_of_one_cluster(tmp_path: Path) -> None:
    needs_postgres()
    server = TemporalServer(BARE, tmp_path / "temporal", Postgres("database", tmp_path / "data", 12345))
    settings = json.loads((tmp_path / "temporal" / "config" / "server.yaml").read_text("utf-8"))
    kept = settings["persistence"]
    assert (kept["defaultStore"], kept["visibilityStore"], kept["numHistoryShards"]) == (CASES, LISTS, 4)
    assert {name: store["sql"]["databaseName"] for name, store in kept["datastores"].items()} == {
        CASES: CASES,
        LISTS: LISTS,
    }
    assert {store["sql"]["connectAddr"] for store in kept["datastores"].values()} == {"127.0.0.1:12345"}
    assert server.address == f"127.0.0.1:{settings['services']['frontend']['rpc']['grpcPort']}"


async def test_where_it_was_never_built_that_is_said_and_the_one_that_comes_along_serves_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    with pytest.raises(NotThisWay) as closed:
        await obtain(Progress(), build_it=False)
    assert "python -m chaos --obtain" in closed.value.mend
    found = await obtain_either(Progress())
    assert found.schema is None
    assert "server" in map(str, TemporalServer(found.program, tmp_path / "temporal", None).command())
