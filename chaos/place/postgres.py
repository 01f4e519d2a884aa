"""A PostgreSQL of one's own: a cluster in a folder, on a port of loopback, that can be killed and started again."""

import asyncio
import os
import shutil
from pathlib import Path

import psycopg

from chaos.place.program import Program
from embedded import postgres
from embedded.postgres import NoPostgres, as_another, unprivileged
from embedded.process import HOST

OWNER = "office"
ANSWERS_WITHIN = 3


def programs() -> Path:
    """Return the folder of PostgreSQL's programs.

    Raises:
        NoPostgres: It is not installed.
    """
    found = postgres.programs()
    if found is None:
        raise NoPostgres("PostgreSQL is not installed here (Debian: apt-get install postgresql)")
    return found


class Postgres(Program):
    """A cluster.

    Attributes:
        port: Where it listens, on loopback. Whoever reaches that port is let in: nothing but samples is kept here.
    """

    def __init__(self, name: str, folder: Path, port: int) -> None:
        super().__init__(name, folder)
        self.port = port
        self._bin = programs()
        self._data = folder / "data"

    def url(self, database: str, port: int | None = None) -> str:
        """Return the address of one of its databases; `port`: where it is reached instead."""
        return f"postgresql://{OWNER}@{HOST}:{port or self.port}/{database}"

    def command(self) -> list[str | Path]:
        """Return what runs the cluster: durable, as PostgreSQL is unless it is told otherwise."""
        return [
            *as_another(),
            *(self._bin / "postgres", "-D", self._data, "-k", self.folder, "-p", str(self.port)),
            *("-c", f"listen_addresses={HOST}", "-c", "max_connections=120", "-c", "max_wal_size=96MB"),
        ]

    async def works(self) -> bool:
        """Whether it takes connections."""
        return await asyncio.to_thread(self._answers)

    def _answers(self) -> bool:
        try:
            self.run("postgres", "SELECT 1")
        except psycopg.Error:
            return False
        return True

    def run(self, database: str, statements: str) -> None:
        """Run statements in one of its databases. Raises `psycopg.Error`."""
        address = self.url(database)
        with psycopg.connect(address, autocommit=True, connect_timeout=ANSWERS_WITHIN) as connection:
            connection.execute(statements.encode())

    async def make(self, *databases: str) -> None:
        """Make the cluster with empty databases, and start it.

        Raises:
            NotReady: It does not come up.
            RuntimeError: initdb fails.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "log").mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, unprivileged())
        initdb = [*as_another(), self._bin / "initdb", "-D", self._data, "-U", OWNER, "--auth=trust", "-E", "UTF8"]
        made = await asyncio.create_subprocess_exec(
            *map(str, [*initdb, "--no-sync", "--wal-segsize=4"]),
            cwd="/",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await made.communicate()
        if made.returncode:
            raise RuntimeError(f"PostgreSQL's initdb fails: {said.decode(errors='replace')[-400:]}")
        await self.start()
        for database in databases:
            self.run("postgres", f"CREATE DATABASE {database}")
