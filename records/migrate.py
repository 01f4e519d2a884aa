"""Bring a database to the tables of this code, in one transaction: whole or not at all.

`python -m records.migrate MESSAGE` drafts the next revision.
"""

import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from records.engine import foreign_keys, make_engine, read_url
from records.problems import BooksTooNew

if TYPE_CHECKING:  # Alembic is read when books are opened: a command that opens none need not wait for it
    from alembic.config import Config

FOLDER = Path(__file__).with_name("migrations")


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing, in the connection's open transaction.

    Raises:
        BooksTooNew: The database knows a revision that this code does not.
    """
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(alembic_config(connection))
    present = MigrationContext.configure(connection).get_current_revision()
    if present == script.get_current_head():
        return
    if present is not None and present not in {revision.revision for revision in script.walk_revisions()}:
        raise BooksTooNew(
            f"The books are at revision {present}, which this version does not know (newest: "
            f"{script.get_current_head()}). They were opened by a newer version: update this one."
        )
    command.upgrade(alembic_config(connection), "head")


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
