"""Drills of a restore, by the commands that docs/restore.md shows: nothing is lost, nothing happens twice."""

import os
import shutil
from pathlib import Path

import pytest

from chaos.__main__ import a_folder
from chaos.page import RESTORE, commands, headings
from chaos.place.server import server_databases
from chaos.restore_drill.drills import MEND, POSTGRES_BOOKS, POSTGRES_SERVER, SERVER, SQLITE_BOOKS, Outcome, carry_out
from chaos.restore_drill.office import Drilled, DrilledOnPostgres
from tests.bare_server import bare_server
from tests.postgres import fresh_database

pytestmark = [pytest.mark.server, pytest.mark.timeout(1500)]
LINE = "Books and server are in line"


@pytest.fixture(autouse=True)
def programs() -> None:
    """The page's commands need SQLite's and PostgreSQL's programs; on CI they are installed."""
    missing = [name for name in ("sqlite3", "pg_dump", "pg_restore") if shutil.which(name) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}: restores are not drilled")


def hold(outcome: Outcome) -> None:
    """See that a drill lost something, that it was mended row by row, and that no letter went out twice."""
    assert outcome.lost_rows > 50
    assert outcome.differing == []
    assert outcome.letters_again == []
    look, mended, again = outcome.told
    assert "Nothing was changed" in look
    assert LINE in mended
    assert LINE in again


@pytest.mark.drill
async def test_books_on_sqlite_that_are_restored_to_an_earlier_moment_get_every_row_back(tmp_path: Path) -> None:
    hold(await carry_out(SQLITE_BOOKS, Drilled(tmp_path)))


@pytest.mark.drill
@pytest.mark.postgres
async def test_books_on_postgresql_that_are_restored_to_an_earlier_moment_get_every_row_back(tmp_path: Path) -> None:
    with fresh_database() as url:
        hold(await carry_out(POSTGRES_BOOKS, Drilled(tmp_path, url)))


@pytest.mark.drill
async def test_a_server_that_is_restored_to_an_earlier_moment_hears_every_message_again(tmp_path: Path) -> None:
    outcome = await carry_out(SERVER, Drilled(tmp_path))
    hold(outcome)
    assert "1 cases begun anew" in outcome.told[1]


@pytest.mark.drill
@pytest.mark.postgres
async def test_a_server_on_postgresql_that_is_restored_hears_every_message_again(
    tmp_path: Path,
) -> None:
    found = await bare_server()
    with a_folder() as data:
        async with server_databases(found, data / "postgres") as database:
            outcome = await carry_out(POSTGRES_SERVER, DrilledOnPostgres(tmp_path, found, database))
    hold(outcome)
    assert "1 cases begun anew" in outcome.told[1]


def test_every_command_of_the_page_is_run_by_a_drill() -> None:
    drills = (SQLITE_BOOKS, POSTGRES_BOOKS, SERVER, POSTGRES_SERVER)
    run = {MEND} | {heading for drill in drills for heading in (drill.back_up, drill.restore)}
    assert {*headings(RESTORE)} - {"Drills"} == run, "the drills' own section shows how they are begun"
    assert all(commands(RESTORE, heading) for heading in run)
