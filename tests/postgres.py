"""A PostgreSQL of the tests' own: a cluster in a temporary folder, without a network port, gone when the run ends."""

import atexit
import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

from embedded import postgres
from records.books import open_books

OWNER = "office"
PREFIX = "accredit-pg-"
_numbers = count(1)


@contextmanager
def fresh_database(template: str = "template1") -> Iterator[str]:
    """Give the address of a database that is a copy of another one; left out: an empty one.

    Where PostgreSQL is not installed the test is skipped, on CI it fails.
    """
    folder = _folder()
    name = f"books_{next(_numbers)}"
    with psycopg.connect(f"host={folder} user={OWNER} dbname=postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield f"postgresql://{OWNER}@/{name}?host={folder}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def has_programs() -> bool:
    """Whether PostgreSQL is installed."""
    return postgres.programs("pg_ctl") is not None


def copied_books() -> AbstractContextManager[str]:
    """Give the address of new books: a copy of those that are made at the first call."""
    return fresh_database(_made_books())


@cache
def _made_books() -> str:
    """Have the migrations make books and return the name of their database; it goes with the cluster."""
    name, folder = "made_books", _folder()
    with psycopg.connect(f"host={folder} user={OWNER} dbname=postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    open_books(f"postgresql://{OWNER}@/{name}?host={folder}").close()
    return name


def _folder() -> Path:
    """Return the folder of the cluster's socket."""
    folder = _cluster()
    if folder is None:
        reason = "PostgreSQL is not installed (initdb, pg_ctl): books on PostgreSQL are not tested"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@cache
def _cluster() -> Path | None:
    """Start the cluster at the first call and return the folder of its socket; None: there is no PostgreSQL here."""
    programs = postgres.programs("pg_ctl")
    if programs is None:
        return None
    _sweep(programs)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/tmp"))  # a socket's path must be short
    if os.geteuid() == 0:
        owner = pwd.getpwnam(postgres.unprivileged())
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    _run(programs / "initdb", "-D", data, "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
    _run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    atexit.register(_stop, programs, folder)
    return folder


def _sweep(programs: Path) -> None:
    """Stop the clusters of runs that were killed and could not do it themselves; their folders name their process."""
    for folder in Path("/tmp").glob(f"{PREFIX}*-*"):
        try:
            os.kill(int(folder.name.removeprefix(PREFIX).partition("-")[0]), 0)
        except ProcessLookupError:
            with contextlib.suppress(RuntimeError):  # it may be gone already, or another user's
                _stop(programs, folder)
        except PermissionError:
            continue


def _stop(programs: Path, folder: Path) -> None:
    try:
        _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: object) -> None:
    as_user = ["runuser", "-u", postgres.unprivileged(), "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_user, *map(str, command)], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
