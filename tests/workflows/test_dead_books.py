"""No message ever waits for the books: a choice is answered while the database is away, and written when it is back."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from embedded.server import EmbeddedServer
from records.queries import case_by_id, timeline
from records.tables import CaseRecord
from tests.postgres import OWNER, fresh_database
from tests.workflows.driving import Driven, a_place, at_work, told_of, until
from tests.workflows.stories import Said, Story, accepted, chosen, deficient, paid

pytestmark = pytest.mark.server


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the write lock of the SQLite books: every writer hangs."""
    with closing(sqlite3.connect(folder / "books.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def shut(url: str) -> Iterator[None]:
    """Shut a PostgreSQL database: every connection is cut off, and none is made."""
    address = urlsplit(url)
    name, host = address.path.removeprefix("/"), parse_qs(address.query)["host"][0]
    with psycopg.connect(f"host={host} user={OWNER} dbname=postgres", autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


@asynccontextmanager
async def a_case(
    database: str, server: EmbeddedServer, folder: Path
) -> AsyncIterator[tuple[Driven, AbstractContextManager[None]]]:
    """A case on day 6, whose form is open, and how its books are made unavailable."""
    if database == "sqlite":
        async with a_place(server, folder) as place, at_work(place):
            case = Driven(place, Story(deficient()))
            await case.begin()
            await case.come_to(6)
            yield case, locked(folder)
    else:
        with fresh_database() as url:
            async with a_place(server, folder, url=url) as place, at_work(place):
                case = Driven(place, Story(deficient()))
                await case.begin()
                await case.come_to(6)
                yield case, shut(url)


def row(case: Driven) -> CaseRecord:
    with case.place.books.reading() as session:
        found = case_by_id(session, case.plan.case_id)
    assert found is not None
    return found


def in_books(case: Driven) -> list[dict[str, Any]]:
    with case.place.books.reading() as session:
        entries = timeline(session, case.plan.case_id)
    return [{"at": entry.at.isoformat(), "kind": entry.kind, "text": entry.text} for entry in entries]


async def in_case(case: Driven) -> list[tuple[str, str, str]]:
    return [(at.replace("Z", "+00:00"), kind, text) for at, kind, text in told_of(await case.timeline())]


async def say_all(case: Driven, *said: Said) -> list[str | None]:
    """Send messages and return the rules by which they were refused."""
    return [(await case.update(case.message(one, f"m-{number}"))).rule for number, one in enumerate(said)]


DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.mark.parametrize("database", DATABASES)
async def test_a_choice_is_answered_while_the_books_are_away_and_written_when_they_are_back(
    database: str, temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with a_case(database, temporal_server, tmp_path) as (case, away):
        with away:
            form = case.message(chosen(6, "repeat"), "the-form")
            assert (await case.update(form)).accepted
            assert await say_all(case, chosen(6, "withdraw"), accepted(6)) == [
                "option_form.already_chosen",
                "case.wrong_stage",
            ]
            status = await case.status()
            assert (status["stage"], status["invoices"][-1]["number"]) == ("application", None)
            described = (await case.handle.describe()).raw_description
            assert [one.activity_type.name for one in described.pending_activities] == ["issue_invoices"]
        await until(case.status, lambda told: bool(told["invoices"][-1]["number"]))
        await case.settle()
        assert (row(case).stage, row(case).awaited_party) == ("application", "facility")
        assert sorted(told_of(in_books(case))) == sorted(await in_case(case))
        assert [one["purpose"] for one in (await case.status())["invoices"]] == ["application", "repeat"]
        assert (await case.tell(paid(7))).accepted


@pytest.mark.parametrize("database", DATABASES)
async def test_a_deadline_passes_on_its_day_although_the_books_come_back_later(
    database: str, temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with a_case(database, temporal_server, tmp_path) as (case, away):
        with away:
            withdrawal = case.message(chosen(6, "withdraw"), "the-form")
            assert (await case.signal(withdrawal)).accepted
            assert (await case.status())["outcome"] == "withdrawn"
        assert (await case.handle.result())["outcome"] == "withdrawn"  # it ends only when everything is written
        assert (row(case).stage, row(case).outcome) == ("closed", "withdrawn")
        assert row(case).closed_at == case.instant(6)
        assert sorted(told_of(in_books(case))) == sorted(await in_case(case))
