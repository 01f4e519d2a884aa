"""A PostgreSQL of the measurement's own: a cluster in a temporary folder, without a network port, gone at the end."""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from bench.measuring.processes import Child, running
from embedded.postgres import as_another, unprivileged

OWNER = "bench"
ACCEPTS = "database system is ready to accept connections"


class Cluster(NamedTuple):
    """A cluster that runs: its process, and the address of its one database."""

    process: Child
    url: str


@asynccontextmanager
async def postgres(bin_folder: Path) -> AsyncIterator[Cluster]:
    """Run a cluster with PostgreSQL's own default settings, for as long as a block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-", dir="/tmp"))  # a socket's path must be short
    as_user: list[str | Path] = [*as_another()]
    try:
        if as_user:
            shutil.chown(folder, unprivileged())
        data = folder / "data"
        initdb = [*as_user, bin_folder / "initdb", "-D", data, "-U", OWNER, "--auth=trust", "--encoding=UTF8"]
        made = await asyncio.create_subprocess_exec(*map(str, initdb), cwd=folder, stdout=asyncio.subprocess.DEVNULL)
        if await made.wait():
            raise RuntimeError("PostgreSQL's initdb failed")
        command = [*as_user, bin_folder / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
        async with running("postgres", command, folder, stop_by=signal.SIGINT) as process:
            await process.says(ACCEPTS)
            yield Cluster(process, f"postgresql://{OWNER}@/postgres?host={folder}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
