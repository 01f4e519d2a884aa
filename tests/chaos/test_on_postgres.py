"""Temporal on PostgreSQL, as an office runs it: shipped scenarios of both programs go there as they are written."""

from datetime import timedelta
from pathlib import Path

import pytest

from chaos.lives.kinds import BRIEF, SCENARIOS
from chaos.place.server import TemporalServer
from chaos.upcoming.check import skips_time
from embedded.server import EmbeddedServer
from embedded.time_skipping import server_version
from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenarios
from rehearsal.runner import rehearse
from services.clock import now
from services.connect import connect
from services.namespace import prepare_namespace
from services.settings import SAMPLE, load_settings
from tests.patience import WITHIN

pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.timeout(600)]


async def test_shipped_scenarios_go_as_they_are_written(
    temporal_on_its_postgres: TemporalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asks in ("playing", "clocks"):
        monkeypatch.setattr(f"rehearsal.{asks}.ANSWER_WITHIN", timedelta(seconds=WITHIN))
    scenarios = read_scenarios([SCENARIOS / f"{name}.toml" for name in BRIEF])
    plans = make_plans(scenarios, load_settings(SAMPLE, {}), now())
    reports = await rehearse(plans, lambda plan, text: None, temporal_on_its_postgres.address)
    assert [report["failures"] for report in reports] == [[]] * len(BRIEF)


async def test_a_server_that_is_killed_comes_back_with_what_it_knew(temporal_on_its_postgres: TemporalServer) -> None:
    server = temporal_on_its_postgres
    await prepare_namespace(server.address, "kept", rehearsal=True)
    await server.kill()
    assert not await server.works()
    await server.start()
    assert await prepare_namespace(server.address, "kept", rehearsal=True) == ()


async def test_a_server_that_does_not_skip_time_is_named_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], temporal_server: EmbeddedServer
) -> None:
    """The server of an office, which keeps to the wall clock, stands for the next one that may not skip time."""
    from embedded.server import embedded_server

    async with embedded_server(tmp_path / "office", use_configured=False) as server:
        await prepare_namespace(server.address, "next")
        client = await connect(server.address, "next")
        assert not await skips_time(client, "9.9.9")
        version = await server_version(client)
    said = capsys.readouterr().out
    assert said.startswith(f"NO   Temporal server {version} with temporalio 9.9.9 skips time: it does not know")
    assert "Stay with the versions that pyproject.toml and embedded/versions.py name" in said
    await prepare_namespace(temporal_server.address, "next-skips", rehearsal=True)
    assert await skips_time(await connect(temporal_server.address, "next-skips"), "1.35.0")
