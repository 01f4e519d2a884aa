"""What the server is told: its ports, its settings, and the command that starts each kind of program.

Settings are written as JSON, which is YAML as well. The server's own schema of them is `common/config/config.go` and
`common/dynamicconfig/constants.go` of its module; what the Temporal command sets for itself is set for the bare server
too, so that a case meets the same server whichever way it came.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded.process import HOST
from embedded.program import ServerProgram

DATABASE = "temporal.db"
"""Named without its folder, in which the server runs: the driver takes the name unescaped into a URI."""

NO_HOST = "<none>"
"""The only name under which the HTTP API answers: one that no request can carry, because HTTP refuses its signs."""

OFFICE: dict[str, Any] = {
    "frontend.httpAllowedHosts": [NO_HOST],
    "system.forceSearchAttributesCacheRefreshOnRead": True,
    "frontend.persistenceMaxQPS": 10_000,
    "history.persistenceMaxQPS": 45_000,
    "frontend.namespaceRPS.visibility": 100,
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": 2,
}
"""What an office needs: an HTTP API that answers nobody (the bare server opens none; the Temporal command cannot do
without, and by it any web page could end cases), search attributes that count as soon as they are registered (without
this each of the server's parts learns of them within two seconds, and a case that starts before then fails its first
task), the room in the limits that this costs, lists that the UI may ask for more than ten times a second, and a case
whose tasks fail marked after the second try: seconds, where the fifth one comes after minutes."""

REHEARSAL: dict[str, Any] = OFFICE | {
    "frontend.WorkflowTimeSkippingEnabled": True,
    "history.timerProcessorMaxTimeShift": "1ms",
    "history.timerProcessorMaxPollRPS": 5000,
    "history.transferProcessorMaxPollRPS": 5000,
    "history.workflowIdReuseMinimalInterval": "0s",
    "history.hostLevelCacheMaxSize": 64,
}
"""What a rehearsal needs beside it: time skipping, queues that are looked at without pause, a workflow id that may be
used again at once, and few cases that are kept ready (some two megabytes each, and most are never looked at again).
Measured: a life of three years takes 0.8 s with these and 13 s with time skipping alone."""

LIVES_BRIEFLY: dict[str, str] = {"GOMAXPROCS": "1", "GOGC": "400", "GOMEMLIMIT": "2GiB"}
"""How Go runs a rehearsal's server: on one core, for its worker, a process of Python, keeps no more than one busy; and
looking for garbage once the heap is five times what is used instead of twice, up to two gibibytes
(https://pkg.go.dev/runtime#hdr-Environment_Variables). Measured: a fifth less processor time for the same lives."""


@dataclass(frozen=True)
class ServerConfiguration:
    """One run of the server.

    Attributes:
        folder: Where it runs; holds its database (where it has one), settings and logs.
        in_memory: Whether its data end with it.
        rehearsal: Whether it skips time.
        port: The server's.
        ui_port: Where its UI is found, which is the door's (`embedded.door`); None: no UI.
        inner_ports: Seven further ports, by which the parts of the bare server find each other.
        unseen_port: Where the UI itself listens: one that no browser connects to; None: no UI.
        codec: Where the UI has payloads decoded; None: it shows them as they are.
    """

    folder: Path
    in_memory: bool
    rehearsal: bool
    port: int
    ui_port: int | None
    inner_ports: tuple[int, ...]
    unseen_port: int | None = None
    codec: str | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """The server's dynamic configuration, value by name."""
        return REHEARSAL if self.rehearsal else OFFICE

    @property
    def variables(self) -> dict[str, str]:
        """What its program is told by its environment."""
        return LIVES_BRIEFLY if self.rehearsal else {}

    @property
    def ports(self) -> dict[str, Any]:
        """The ports to use again in the next run on the same data, by their names in this class."""
        without_ui = {"port": self.port, "inner_ports": self.inner_ports}
        return without_ui if self.ui_port is None else {**without_ui, "ui_port": self.ui_port}


def commands(plan: ServerConfiguration, program: ServerProgram) -> dict[str, list[str | Path]]:
    """Return the commands that start a program as planned, by name; writes the files that they need."""
    if program.kind == "cli":
        return {"server": _start_dev(plan, program.server)}
    written = _write_server(plan)
    started: dict[str, list[str | Path]] = {"server": [program.server, "--config-file", written, "start"]}
    if plan.unseen_port is not None and program.ui is not None:
        place = _write_ui(plan, plan.unseen_port)
        started["ui"] = [program.ui, "--root", place.parent, "--config", place.name, "--env", "ui", "start"]
    return started


def _start_dev(plan: ServerConfiguration, command: Path) -> list[str | Path]:
    line: list[str | Path] = [command, "server", "start-dev", "--ip", HOST, "--port", str(plan.port)]
    line += ["--log-level", "warn", "--color", "never"]
    if plan.unseen_port is None:
        line += ["--headless"]
    else:
        line += ["--ui-port", str(plan.unseen_port), "--ui-ip", HOST, "--ui-disable-news-fetch"]
        line += ["--ui-codec-endpoint", plan.codec] if plan.codec else []
    if not plan.in_memory:
        line += ["--db-filename", DATABASE, "--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=1"]
    for name, value in plan.settings.items():
        line += ["--dynamic-config-value", f"{name}={json.dumps(value)}"]
    return line


def _write_server(plan: ServerConfiguration) -> Path:
    database = {"sql": _database(plan)}
    stores = {"defaultStore": "sqlite", "visibilityStore": "sqlite", "datastores": {"sqlite": database}}
    return write_bare_server(plan, {**stores, "numHistoryShards": 1})


def write_bare_server(plan: ServerConfiguration, persistence: Mapping[str, Any]) -> Path:
    """Write the settings of the bare server, and return their file.

    Args:
        plan: The run of the server; its folder gets a folder `config`.
        persistence: Where it keeps what it knows, in the server's own words.
    """
    dynamic = {name: [{"value": value}] for name, value in plan.settings.items()}
    filed = _write(plan.folder / "config" / "dynamic.yaml", dynamic)
    off = {"state": "disabled"}
    server = {
        "log": {"stdout": True, "level": "warn", "format": "console"},
        "persistence": dict(persistence),
        "global": {"membership": {"maxJoinDuration": "30s", "broadcastAddress": HOST}},
        "services": _services(plan.port, plan.inner_ports),
        "clusterMetadata": _cluster(plan.port),
        "dcRedirectionPolicy": {"policy": "noop"},
        "archival": {"history": off, "visibility": off},
        "namespaceDefaults": {"archival": {"history": off, "visibility": off}},
        "dynamicConfigClient": {"filepath": str(filed), "pollInterval": "60s"},
    }
    return _write(plan.folder / "config" / "server.yaml", server)


def _services(port: int, ports: tuple[int, ...]) -> dict[str, Any]:
    """Give each of the server's four parts its ports: two each, one for requests and one for the ring of parts.

    The front has a third one, for HTTP. It is off: 0.
    """
    front, *others = ports
    parts = {"frontend": {"grpcPort": port, "membershipPort": front, "httpPort": 0}}
    for place, name in enumerate(("history", "matching", "worker")):
        parts[name] = {"grpcPort": others[2 * place], "membershipPort": others[2 * place + 1]}
    return {name: {"rpc": {**rpc, "bindOnLocalHost": True}} for name, rpc in parts.items()}


def _cluster(port: int) -> dict[str, Any]:
    """Describe a cluster of one, under the name that the Temporal command gives it as well."""
    name = "active"
    itself = {
        "enabled": True,
        "initialFailoverVersion": 1,
        "rpcName": "frontend",
        "rpcAddress": f"{HOST}:{port}",
    }
    return {
        "enableGlobalNamespace": False,
        "failoverVersionIncrement": 10,
        "masterClusterName": name,
        "currentClusterName": name,
        "clusterInformation": {name: itself},
    }


def _database(plan: ServerConfiguration) -> dict[str, Any]:
    """One connection: with more SQLite answers "database is locked". It is never renewed: in memory it is the data."""
    place = {"mode": "memory", "cache": "private"}
    if not plan.in_memory:
        place = {"mode": "rwc", "setup": "true", "journal_mode": "wal", "synchronous": "1"}
    return {
        "pluginName": "sqlite",
        "databaseName": "memory" if plan.in_memory else DATABASE,
        "connectAddr": "localhost",  # this and the next are demanded of every database, and mean nothing for SQLite
        "connectProtocol": "tcp",
        "connectAttributes": place,
        "maxConns": 1,
        "maxIdleConns": 1,
    }


def _write_ui(plan: ServerConfiguration, port: int) -> Path:
    """Write the UI's settings, return their folder. Without the cookie's setting its forms fail on plain HTTP."""
    origins = [f"http://{name}:{plan.ui_port}" for name in (HOST, "localhost")]
    ui = {
        "temporalGrpcAddress": f"{HOST}:{plan.port}",
        "host": HOST,
        "port": port,
        "enableUi": True,
        "cors": {"cookieInsecure": True, "allowOrigins": origins},
        "disableNewsFetch": True,
        "codec": {"endpoint": plan.codec or "", "includeCredentials": plan.codec is not None},
    }
    return _write(plan.folder / "config" / "ui.yaml", ui).parent


def _write(path: Path, content: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path
