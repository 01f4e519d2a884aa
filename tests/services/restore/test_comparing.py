"""What restored books and a restored server lack of each other, where a closed case was opened again meanwhile."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from activities.contract import StepTaken
from activities.retaking import Told
from records.books import Books, open_books
from records.cases import OUTSIDE
from records.restore.steps import put_unmended, untold
from records.tables import CaseRecord
from records.tables.base import Table
from services.restore.comparing import REOPENED, Findings, find_lost, hold_against
from services.restore.histories import Run
from tests.activities.orders import LATER, a_row, a_step
from tests.records.rows import CASE, NOON, a_case, a_message, an_entry

BEFORE, AFTER = "run-that-closed", "run-that-goes-on"
CLOSED: dict[str, Any] = {"stage": "closed", "closed_at": LATER, "outcome": "closed_by_acr"}


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """Empty books."""
    with closing(open_books(f"sqlite:///{tmp_path}/books.db")) as opened:
        yield opened


def a_run(run_id: str, *, running: bool = False, stage: str = "testing") -> Run:
    """Return a run that began its case and has taken one step."""
    step = a_step(run_id=run_id, first_run_id=run_id, row=a_row(stage=stage))
    return Run(CASE, run_id, run_id, running, [Told(step, StepTaken(), LATER)])


def compared(books: Books, row: CaseRecord, run: Run, *more: Table) -> Findings:
    """Hold a case of the books against the one run of it that the server has."""
    with books.writing() as session:
        session.add(row)
        session.flush()
        session.add_all(more)
    found, rows, runs = Findings(), {CASE: row}, {CASE: [run]}
    hold_against(books, rows, runs, {CASE} if run.running else set(), found)
    find_lost(rows, {(CASE, run.run_id)}, runs, found)
    return found


def test_books_of_before_a_reopening_have_nothing_sent_to_the_run_that_goes_on_and_tell_of_it(books: Books) -> None:
    row = a_case(first_run_id=BEFORE, run_id=BEFORE, **CLOSED)
    found = compared(
        books, row, a_run(AFTER, running=True), a_message(), an_entry(kind="message", text="return images")
    )
    assert [item for item, _ in found.left[CASE]] == [REOPENED]
    assert (found.behind, found.ahead, found.is_in_line()) == ([], [], False)


def test_a_server_of_before_a_reopening_is_not_in_line_though_it_knows_the_id(books: Books) -> None:
    found = compared(books, a_case(first_run_id=AFTER, run_id=AFTER), a_run(BEFORE, stage="closed"))
    assert [item for item, _ in found.left[CASE]] == [REOPENED]
    assert (found.behind, found.lost, found.is_in_line()) == ([], [], False)


def test_a_case_of_which_the_server_has_a_run_of_its_own_is_not_lost(books: Books) -> None:
    found = compared(books, a_case(first_run_id=BEFORE, run_id="a later one"), a_run(BEFORE, running=True))
    assert (found.lost, found.left) == ([], {})


@pytest.mark.parametrize(("kind", "items"), [("stage", ["restored.closing"]), ("attention", [])])
def test_a_letter_that_came_back_from_a_closed_case_has_not_closed_it(
    books: Books, kind: str, items: list[str]
) -> None:
    entry = an_entry(run_id=OUTSIDE, step=0, kind=kind, text="what was entered")
    found = compared(books, a_case(first_run_id=BEFORE, run_id=BEFORE, **CLOSED), a_run(BEFORE, running=True), entry)
    assert [item for item, _ in found.left.get(CASE, [])] == items


def test_what_another_restore_leaves_behind_once_more_is_told_once_more(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        put_unmended(session, CASE, [(REOPENED, "the first time")], NOON)
        for one in untold(session, CASE):
            one.told_at = NOON
        session.flush()
        assert untold(session, CASE) == []
        put_unmended(session, CASE, [(REOPENED, "the second time")], LATER)
        assert [(one.text, one.found_at) for one in untold(session, CASE)] == [("the second time", LATER)]
