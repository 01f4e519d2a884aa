"""A step tells what has changed since the last one, while the same version goes on and the books have that one."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from activities.contract import ISSUE_INVOICES, RECORD_EVENTS, SEND_NOTICES, Step
from embedded.server import EmbeddedServer
from records.queries import case_by_id, deadlines
from records.tables import CaseRecord
from services import deployment, workers
from services.security.converter import data_converter
from tests.workflows.driving import Driven, a_place, at_work, until
from tests.workflows.stories import Story, accepted, begun, chosen, deficient

pytestmark = pytest.mark.server

STEPS = {ISSUE_INVOICES, SEND_NOTICES, RECORD_EVENTS}


async def steps(case: Driven) -> list[Step]:
    """Return the steps of a case's run, as its history has them."""
    history = await case.handle.fetch_history()
    orders = [event.activity_task_scheduled_event_attributes for event in history.events]
    payloads = [order.input.payloads for order in orders if order.activity_type.name in STEPS]
    return [(await data_converter().decode(found, [Step]))[0] for found in payloads]


def row(case: Driven) -> CaseRecord:
    with case.place.books.reading() as session:
        found = case_by_id(session, case.plan.case_id)
    assert found is not None
    return found


def in_books(case: Driven) -> dict[str, Any]:
    """Return where the books say that a case stands."""
    return row(case).status


async def in_case(case: Driven) -> dict[str, Any]:
    """Return where the case says that it stands, by the names that the books keep."""
    told = await case.status()
    return {name: told[name] for name in in_books(case)}


async def test_what_another_version_has_told_is_told_anew(
    temporal_server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> None:
        for module in (deployment, workers):
            monkeypatch.setattr(module, "build_id", lambda: name)

    async with a_place(temporal_server, tmp_path) as place:
        case = Driven(place, Story(deficient()))
        version("before")
        async with at_work(place, versioned=True):
            await case.begin()
            await case.come_to(6)
        before = await _with_worker_gone(case)
        _say_otherwise(case)  # as a version would have that shows less, or says it in other words
        version("after")
        async with at_work(place, versioned=True):
            await case.tell(chosen(6.5, "repeat"))
            await case.tell(accepted(6.6))  # refused, which is a step too
            assert in_books(case) == await in_case(case)
            told = (await steps(case))[before:]
        assert told[0].row.as_before is None
        assert {one.name for one in told[0].deadlines} >= {"testing_package", "option_form"}
        assert told[-1].row.as_before
        assert not {one.name for one in told[-1].deadlines} & {"testing_package"}


async def _with_worker_gone(case: Driven) -> int:
    """Return how many steps a case has taken; the last of them left out what had not changed."""
    taken = await steps(case)
    assert taken[-1].row.as_before
    return len(taken)


def _say_otherwise(case: Driven) -> None:
    with case.place.books.writing() as session:
        found = case_by_id(session, case.plan.case_id)
        assert found is not None
        found.status = {name: told for name, told in found.status.items() if name != "areas"} | {"edition": "otherwise"}


async def test_books_that_were_restored_to_an_earlier_moment_are_told_everything(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(begun()))
        await case.begin()
        _copy(tmp_path / "books.db", backup)
        for one in deficient()[len(begun()) :]:
            assert (await case.tell(one)).accepted
        await case.come_to(6)
        _copy(backup, tmp_path / "books.db")
        assert row(case).stage == "testing"
        await case.tell(accepted(6.5))  # refused: nothing changes where it stands

        async def told() -> bool:
            return in_books(case) == await in_case(case)

        assert await until(told, bool)
        with place.books.reading() as session:
            names = {one.name for one in deadlines(session, case.plan.case_id)}
        assert {"testing_package", "option_form", "appeal"} <= names
        last = (await steps(case))[-1]
        assert (last.row.as_before, last.entries, last.notices) == (None, (), ())


def _copy(source: Path, target: Path) -> None:
    """Copy the books into a file, as SQLite's own backup does, also into one that is open."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)
