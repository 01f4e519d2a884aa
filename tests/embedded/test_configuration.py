"""What the server is told: read by the server itself, on loopback, with one database that is never closed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embedded.configuration import LIVES_BRIEFLY, OFFICE, REHEARSAL, ServerConfiguration, commands
from embedded.program import ServerProgram

CLI = ServerProgram("cli", "test", "1.32.0", Path("/programs/temporal"))
GO = ServerProgram("go", "test", "1.32.0", Path("/programs/server"), Path("/programs/ui"))
PORTS = tuple(range(20_000, 20_007))
UNSEEN = 6667


def a_plan(
    folder: Path, *, in_memory: bool = False, rehearsal: bool = True, ui_port: int | None = 8233
) -> ServerConfiguration:
    unseen = None if ui_port is None else UNSEEN
    return ServerConfiguration(folder, in_memory, rehearsal, 7233, ui_port, PORTS, unseen)


def settings_of(folder: Path, name: str) -> Any:
    return json.loads((folder / "config" / f"{name}.yaml").read_text())


def settings_are_written(plan: ServerConfiguration, program: ServerProgram) -> Path:
    """Write what a start would need, and return the file of the server's dynamic settings."""
    commands(plan, program)
    return plan.folder / "config" / "dynamic.yaml"


def words(line: list[str | Path]) -> str:
    return " ".join(str(word) for word in line)


def test_the_temporal_command_listens_on_loopback_only_and_writes_ahead_into_its_file(tmp_path: Path) -> None:
    line = words(commands(a_plan(tmp_path), CLI)["server"])

    assert "--ip 127.0.0.1 --port 7233" in line
    assert "--ui-port 6667 --ui-ip 127.0.0.1" in line
    assert '--dynamic-config-value frontend.httpAllowedHosts=["<none>"]' in line
    assert "--db-filename temporal.db --sqlite-pragma journal_mode=wal --sqlite-pragma synchronous=1" in line
    assert "--dynamic-config-value frontend.WorkflowTimeSkippingEnabled=true" in line
    assert '--dynamic-config-value history.timerProcessorMaxTimeShift="1ms"' in line


def test_the_ui_is_told_where_what_is_encrypted_is_decoded_and_to_send_who_is_signed_in(tmp_path: Path) -> None:
    plan = replace(a_plan(tmp_path), codec="http://127.0.0.1:8234/codec")
    assert "--ui-codec-endpoint http://127.0.0.1:8234/codec" in words(commands(plan, CLI)["server"])
    commands(plan, GO)
    assert settings_of(tmp_path, "ui")["codec"] == {"endpoint": plan.codec, "includeCredentials": True}
    assert "codec" not in words(commands(a_plan(tmp_path), CLI)["server"])
    commands(a_plan(tmp_path), GO)
    assert settings_of(tmp_path, "ui")["codec"] == {"endpoint": "", "includeCredentials": False}


def test_an_office_gets_no_time_skipping_and_no_restless_queues(tmp_path: Path) -> None:
    line = words(commands(a_plan(tmp_path, rehearsal=False, ui_port=None, in_memory=True), CLI)["server"])
    commands(a_plan(tmp_path, rehearsal=False), GO)

    assert "--headless" in line
    assert "--db-filename" not in line
    assert "TimeSkipping" not in line
    assert settings_of(tmp_path, "dynamic") == {name: [{"value": value}] for name, value in OFFICE.items()}
    assert OFFICE.items() < REHEARSAL.items()


def test_the_bare_server_has_a_port_for_everything_and_each_once(tmp_path: Path) -> None:
    commands(a_plan(tmp_path), GO)

    services = settings_of(tmp_path, "server")["services"]
    ports = [port for part in services.values() for name, port in part["rpc"].items() if name.endswith("Port")]
    assert sorted(ports) == sorted([0, 7233, *PORTS])
    assert services["frontend"]["rpc"]["httpPort"] == 0
    assert all(part["rpc"]["bindOnLocalHost"] for part in services.values())
    assert (settings_of(tmp_path, "ui")["host"], settings_of(tmp_path, "ui")["port"]) == ("127.0.0.1", 6667)
    assert settings_of(tmp_path, "ui")["temporalGrpcAddress"] == "127.0.0.1:7233"


@pytest.mark.parametrize("in_memory", [True, False])
def test_the_database_has_one_connection_that_lives_as_long_as_the_server(tmp_path: Path, in_memory: bool) -> None:
    commands(a_plan(tmp_path, in_memory=in_memory), GO)

    stores = settings_of(tmp_path, "server")["persistence"]["datastores"].values()
    assert [(store["sql"]["maxConns"], store["sql"].get("maxConnLifetime")) for store in stores] == [(1, None)]


def test_no_ui_is_started_where_none_was_asked_for(tmp_path: Path) -> None:
    assert set(commands(a_plan(tmp_path, ui_port=None), GO)) == {"server"}
    assert set(commands(a_plan(tmp_path), GO)) == {"server", "ui"}


def test_only_a_rehearsals_server_is_told_how_go_runs_it(tmp_path: Path) -> None:
    assert a_plan(tmp_path, rehearsal=True).variables == LIVES_BRIEFLY
    assert a_plan(tmp_path, rehearsal=False).variables == {}
