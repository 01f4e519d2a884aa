"""Bring a database to the tables of this code, in one transaction: whole or not at all.

A migration expands: it adds what code from before leaves empty, so that a worker of the version before goes on writing
beside it. What nobody writes any more is taken away by a later one, which names in `contracts` the migration that it
completes. `books` says since which revision nothing was taken away: code that knows that one may still write.

`python -m records.migrate MESSAGE` drafts the next revision.
"""

import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from records.engine import foreign_keys, make_engine, read_url
from records.problems import BooksTooNew, BooksTooOld, NoWayBack

if TYPE_CHECKING:  # Alembic is read when books are opened: a command that opens none need not wait for it
    from alembic.config import Config
    from alembic.script import ScriptDirectory

FOLDER = Path(__file__).with_name("migrations")
EXPANDING_SINCE = "0011"
"""The first migration that keeps to the rule: what came before may not be written by code from before it."""


def migrate(connection: Connection, *, may: bool = True) -> None:
    """Run the migrations that are missing, in the connection's open transaction.

    Args:
        connection: The connection.
        may: Whether books that stand already are brought up to date; new ones always are.

    Raises:
        BooksTooNew: The database was migrated by a version that has taken away what this one writes.
        BooksTooOld: Migrations are missing, and it is not for the caller to run them.
    """
    present = revision_of(connection)
    if present == newest_revision():
        return
    from alembic import command

    script = _script(connection)
    known = [revision.revision for revision in script.walk_revisions()]
    if present is not None and present not in known:
        if _open_since(connection, present) not in known:
            raise BooksTooNew(
                f"The books are at revision {present}, which this version does not know (newest: "
                f"{script.get_current_head()}). They were opened by a newer version: update this one."
            )
        return
    if present is not None and not may:
        raise BooksTooOld(
            f"The books are at revision {present}, and this version needs {script.get_current_head()}. The worker of "
            "this version brings them up to date when it starts, or you do: `accredit books migrate` (back them up "
            "before)."
        )
    command.upgrade(alembic_config(connection), "head")
    note(connection)


def migrate_back(connection: Connection, to: str) -> None:
    """Take migrations back, in the connection's open transaction.

    Args:
        connection: The connection.
        to: The revision to go back to.

    Raises:
        NoWayBack: There is no such revision before the present one, or something would be lost: what is said.
    """
    from alembic import command

    script, present = _script(connection), revision_of(connection)
    newer = [*_newer_than(script, to)]
    if present is None or present not in newer:
        known = ", ".join(sorted(revision.revision for revision in script.walk_revisions()))
        raise NoWayBack(f"The books are at revision {present}: there is no way back to {to!r} from there ({known}).")
    if min(newer) < EXPANDING_SINCE:
        raise NoWayBack(
            f"There is no way back beyond revision {_before(EXPANDING_SINCE)}: migrations from before give words "
            "another meaning when they are taken back. Restore a backup instead (docs/restore.md)."
        )
    for revision in (one for one in newer if one <= present):
        if lost := script.get_revision(revision).module.loses(connection):
            raise NoWayBack(f"Revision {revision} cannot be taken back: {lost}. Nothing was changed.")
    command.downgrade(alembic_config(connection), to)
    if to >= EXPANDING_SINCE:
        note(connection)


def revision_of(connection: Connection) -> str | None:
    """Return the revision that a database is at; None: it holds no books.

    Read as Alembic notes it, but without Alembic: books are opened by every command, and nearly always up to date.
    """
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


@cache
def newest_revision() -> str:
    """Return the revision that this code needs: the files are named by their revisions, each higher than the last."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


@cache
def contracting() -> dict[str, str]:
    """Return the migrations that take something away, each with the one that it completes.

    To read them all takes ten times as long as the rest of what new books need.
    """
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(FOLDER))
    found = {one.revision: getattr(one.module, "contracts", None) for one in script.walk_revisions()}
    return {revision: completes for revision, completes in found.items() if completes}


def _script(connection: Connection) -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(alembic_config(connection))


def _newer_than(script: "ScriptDirectory", revision: str) -> Iterator[str]:
    """Yield the revisions that came after one, the newest first; nothing where there is none of that name."""
    known = [one.revision for one in script.walk_revisions()]
    yield from known[: known.index(revision)] if revision in known else ()


def _before(revision: str) -> str:
    return f"{int(revision) - 1:04d}"


def _open_since(connection: Connection, present: str) -> str | None:
    """Return the oldest revision whose code may write at the present one; None where nobody has said so."""
    row: Any = connection.execute(text("SELECT revision, open_since FROM books")).first()
    return row.open_since if row is not None and row.revision == present else None


def note(connection: Connection) -> None:
    """Note which code may write at the present revision; books that are being made are noted by who makes them."""
    present = revision_of(connection) or ""
    taken_away = [revision for revision in contracting() if revision <= present]
    values = {"revision": present, "since": max([*taken_away, EXPANDING_SINCE])}
    connection.execute(text("UPDATE books SET revision = :revision, open_since = :since"), values)


@cache
def empty_books() -> bytes:
    """Return an SQLite file as the migrations leave it, with all tables and nothing in them.

    They take a tenth of a second; a rehearsal of forty lives has forty books.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "books.db"
        engine = make_engine(read_url(f"sqlite:///{path}"))
        with engine.connect() as connection:
            foreign_keys(connection, enforced=False)
            with connection.begin():
                migrate(connection)
        engine.dispose()  # the last connection moves what it wrote from the log into the file
        return path.read_bytes()


def alembic_config(connection: Connection) -> "Config":
    """Return the settings under which Alembic works on a connection."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    return config


def _draft(message: str) -> None:
    """Write a new revision: what the tables say and the newest one lacks. To be read and mended before it is kept."""
    from alembic import command
    from alembic.script import ScriptDirectory

    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(read_url(f"sqlite:///{folder}/books.db"))
        with engine.connect() as connection, connection.begin():
            migrate(connection)
            number = len(list(ScriptDirectory.from_config(alembic_config(connection)).walk_revisions())) + 1
            command.revision(alembic_config(connection), message=message, autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()


if __name__ == "__main__":
    _draft(" ".join(sys.argv[1:]))
