"""A PostgreSQL of the tests' own: a cluster in a temporary folder, without a network port, gone when the run ends."""

import atexit
import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from embedded import postgres
from records.books import open_books

OWNER = "office"
PREFIX = "accredit-pg-"
_numbers = count(1)
_spare: list[str] = []
"""Databases of books that a test has had, with nothing left in them of what it wrote."""


@contextmanager
def fresh_database(template: str = "template1") -> Iterator[str]:
    """Give the address of a database that is a copy of another one; left out: an empty one.

    Where PostgreSQL is not installed the test is skipped, on CI it fails.
    """
    name = _copy_of(template)
    try:
        yield _address(name)
    finally:
        _drop(name)


def _copy_of(template: str) -> str:
    """Copy a database and return the copy's name. Its files are copied: to log them takes twice the processor time."""
    name = f"books_{next(_numbers)}"
    with _connected("postgres") as admin:
        way = "STRATEGY file_copy" if admin.info.server_version >= 150_000 else ""  # before, there is no other one
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} {way}")
    return name


def _drop(name: str) -> None:
    with _connected("postgres") as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _connected(database: str) -> "psycopg.Connection[tuple[Any, ...]]":
    return psycopg.connect(f"host={_folder()} user={OWNER} dbname={database}", autocommit=True)


def _address(name: str) -> str:
    return f"postgresql://{OWNER}@/{name}?host={_folder()}"


def has_programs() -> bool:
    """Whether PostgreSQL is installed."""
    return postgres.programs("pg_ctl") is not None


@contextmanager
def copied_books() -> Iterator[str]:
    """Give the address of new books: a copy of those that are made at the first call.

    To copy and drop a database takes a tenth of a second. So the next test is given the same one, as it was: what was
    written is taken out. One whose tables were changed, or that nobody gets into any more, is dropped.
    """
    made = _made_books()
    name = _spare.pop() if _spare else _copy_of(made.name)
    try:
        yield _address(name)
    finally:
        if _is_as_made(name, made):
            _spare.append(name)
        else:
            _drop(name)


class _Made(NamedTuple):
    """Books that others are copies of: the name of their database, its shape, and the rows of its tables as JSON."""

    name: str
    shape: tuple[Any, ...]
    rows: dict[str, str]


CATALOGS = (
    *("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_namespace", "pg_policy"),
    *("pg_proc", "pg_trigger", "pg_type"),
)
"""Where PostgreSQL keeps what a database consists of: each change of it leaves a row of a later transaction."""
EMPTIED = """
    DO $$ DECLARE one text; BEGIN
        SET LOCAL session_replication_role = replica;  -- no order among tables
        FOR one IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE 'DELETE FROM ' || one;
        END LOOP;
    END $$
"""
BEGUN_ANEW = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""
OTHERS_OUT = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@cache
def _made_books() -> _Made:
    """Have the migrations make books; they go with the cluster."""
    name = _copy_of("template1")
    open_books(_address(name)).close()
    with _connected(name) as there:
        tables = [str(one) for (one,) in there.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        held = {one: there.execute(f'SELECT json_agg(t)::text FROM "{one}" t').fetchone() for one in tables}
        rows = {one: str(found[0]) for one, found in held.items() if found and found[0]}
        return _Made(name, _shape(there), rows)


def _shape(there: "psycopg.Connection[tuple[Any, ...]]") -> tuple[Any, ...]:
    """Return what changes with any table, index, constraint, function or trigger of a database."""
    parts = [f"(SELECT count(*) FROM {one}), (SELECT max(xmin::text::bigint) FROM {one})" for one in CATALOGS]
    shape = there.execute(f"SELECT {', '.join(parts)}").fetchone()
    assert shape
    return shape


def _is_as_made(name: str, made: _Made) -> bool:
    """Take out what was written in a copy of books; false: it is no longer a copy."""
    try:
        with _connected(name) as there:
            there.execute(OTHERS_OUT)
            if _shape(there) != made.shape:
                return False
            there.execute(EMPTIED)
            there.execute(BEGUN_ANEW)
            for table, rows in made.rows.items():
                there.execute(
                    f'INSERT INTO "{table}" SELECT * FROM json_populate_recordset(NULL::"{table}", %s)', [rows]
                )
    except psycopg.Error:
        return False
    return True


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
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c autovacuum=off -c max_connections=60"
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
