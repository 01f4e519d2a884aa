"""A PostgreSQL of the measurement's own: a cluster in a temporary folder, without a network port, gone at the end."""

import asyncio
import os
import pwd
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from bench.measuring.processes import Child, running

OWNER = "bench"
ACCEPTS = "database system is ready to accept connections"


class Cluster(NamedTuple):
    """A cluster that runs: its process, and the address of its one database."""

    process: Child
    url: str


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest version's where there are several; None: not here."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@asynccontextmanager
async def postgres(bin_folder: Path) -> AsyncIterator[Cluster]:
    """Run a cluster with PostgreSQL's own default settings, for as long as a block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-", dir="/tmp"))  # a socket's path must be short
    user = _unprivileged() if os.geteuid() == 0 else None
    as_user: list[str | Path] = [*_as(user)] if user else []
    try:
        if user:
            shutil.chown(folder, user)
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


def _as(user: str) -> list[str]:
    """Return what runs a program as another user, which still ends with whoever started it."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise RuntimeError("PostgreSQL does not serve root, and there is no setpriv (util-linux) to run it as another")
    return [setpriv, f"--reuid={user}", f"--regid={user}", "--init-groups", "--pdeathsig", "INT"]


def _unprivileged() -> str:
    """Return a user who may run PostgreSQL: it refuses to serve root."""
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
