"""The Temporal server itself on a PostgreSQL of its own, as an office runs it; it skips time, as a rehearsal's does.

The Temporal command's development server keeps SQLite alone, so this is the bare server: `embedded.build` makes it with
the Go toolchain, some minutes the first time. Its schema comes out of the same module.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from chaos.place.postgres import OWNER, Postgres
from chaos.place.program import Program, running
from embedded import build
from embedded.cache import cache_folder, sole_maker
from embedded.configuration import ServerConfiguration, commands, write_bare_server
from embedded.errors import NotThisWay
from embedded.obtain import obtain as any_server
from embedded.process import HOST, free_ports
from embedded.program import ServerProgram
from embedded.progress import Progress
from embedded.server import INNER_PORTS, serves

SHARDS = 4
CASES, LISTS = "temporal", "temporal_visibility"
PARTS = {CASES: ("temporal", "Version"), LISTS: ("visibility", "VisibilityVersion")}
"""The databases: the folder of each one's schema, and what the version of that schema is called in `version.go`."""
VERSIONS = """
CREATE TABLE schema_version(version_partition INT NOT NULL, db_name VARCHAR(255) NOT NULL, creation_time TIMESTAMP,
    curr_version VARCHAR(64), min_compatible_version VARCHAR(64), PRIMARY KEY (version_partition, db_name));
INSERT INTO schema_version VALUES (0, '{database}', now(), '{version}', '{version}');
"""
"""What Temporal's own schema tool adds to a schema, and the server reads when it starts."""


class Obtained(NamedTuple):
    """A server that can be started.

    Attributes:
        program: Its program.
        schema: The folder of its schema on PostgreSQL; null: it keeps its cases in a file (SQLite).
    """

    program: ServerProgram
    schema: Path | None


async def obtain(progress: Progress, *, build_it: bool = True) -> Obtained:
    """Return the bare server and its schema.

    Args:
        progress: Who is told what takes long.
        build_it: Whether it may be built, which takes minutes, where it was not built before.

    Raises:
        NotThisWay: It is not here, and cannot be built.
    """
    cache = cache_folder()
    if build.find_built(cache) is None and not build_it:
        raise NotThisWay("the bare server was not built here", "`python -m chaos --obtain` builds it, with Go.")
    async with sole_maker(cache, progress):
        program = build.find_built(cache) or await build.build(cache, progress)
        return Obtained(program, await build.schema(cache, progress))


async def obtain_either(progress: Progress) -> Obtained:
    """Return the bare server where it was built before, else whichever server comes along, which keeps a file.

    Raises:
        NoServer: There is none.
    """
    try:
        return await obtain(progress, build_it=False)
    except NotThisWay:
        return Obtained(await any_server(progress), None)


class TemporalServer(Program):
    """The server, on a database that is there, or on a file of its own.

    Attributes:
        address: Host and port, for clients.
    """

    def __init__(self, program: ServerProgram, folder: Path, database: Postgres | None) -> None:
        super().__init__("temporal", folder)
        folder.mkdir(parents=True, exist_ok=True)
        port, *inner = free_ports(INNER_PORTS + 1)
        self.address = f"{HOST}:{port}"
        plan = ServerConfiguration(folder, False, True, port, None, tuple(inner))
        if database is None:
            self._command = commands(plan, program)["server"]
            return
        stores = {name: {"sql": self._store(name, database)} for name in (CASES, LISTS)}
        persistence = {"defaultStore": CASES, "visibilityStore": LISTS, "datastores": stores}
        written = write_bare_server(plan, {**persistence, "numHistoryShards": SHARDS})
        self._command = [program.server, "--config-file", written, "start"]

    @staticmethod
    def _store(name: str, database: Postgres) -> dict[str, object]:
        return {
            "pluginName": "postgres12_pgx",
            "databaseName": name,
            "connectAddr": f"{HOST}:{database.port}",
            "connectProtocol": "tcp",
            "user": OWNER,
            "password": "unused",
            "maxConns": 20,
            "maxIdleConns": 20,
            "maxConnLifetime": "1h",
        }

    def command(self) -> list[str | Path]:
        """Return what starts the server."""
        return self._command

    async def works(self) -> bool:
        """Whether it answers as healthy."""
        return await serves(self.address)


def set_up(database: Postgres, schema: Path) -> None:
    """Give the databases of a server their tables.

    Args:
        database: The cluster, which runs; its two databases are there and empty.
        schema: The folder that `obtain` returned.
    """
    versions = (schema / "version.go").read_text("utf-8")
    for name, (folder, word) in PARTS.items():
        found = re.search(rf'const {word} = "([0-9.]+)"', versions)
        assert found, f"no version of the schema of {name}"
        database.run(name, (schema / folder / "schema.sql").read_text("utf-8"))
        database.run(name, VERSIONS.format(database=name, version=found[1]))


@asynccontextmanager
async def server_databases(found: Obtained, data: Path) -> AsyncIterator[Postgres]:
    """Have a PostgreSQL with the tables of a server run for as long as a block lasts.

    Args:
        found: The server; its schema is here.
        data: Where PostgreSQL keeps its data. Its user must reach the folder, and its path be short.

    Raises:
        NotReady: It does not come up.
        NoPostgres: PostgreSQL is not installed.
    """
    assert found.schema is not None
    database = Postgres("server-database", data, free_ports(1)[0])
    try:
        await database.make(CASES, LISTS)
        await asyncio.to_thread(set_up, database, found.schema)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def temporal_on_postgres(
    found: Obtained, folder: Path, data: Path
) -> AsyncIterator[tuple[TemporalServer, Postgres]]:
    """Run the server on a PostgreSQL of its own, for as long as a block lasts. Measured: some six seconds to start.

    Args:
        found: The server; its schema is here.
        folder: Where the server runs.
        data: Where PostgreSQL keeps its data, as `server_databases` has it.

    Raises:
        NotReady: One of them does not come up.
        NoPostgres: PostgreSQL is not installed.
    """
    async with (
        server_databases(found, data) as database,
        running(TemporalServer(found.program, folder, database)) as server,
    ):
        yield server, database
