"""A step says of deadlines and status what the books have not heard from its run yet, and names what stays."""

from datetime import UTC, datetime
from typing import Any

from activities.contract import CaseRow, DeadlineEntry, Step
from activities.steps import take
from records.books import Books
from records.queries import case_by_id, deadlines
from tests.activities.orders import a_row, a_step, an_office
from tests.records.rows import CASE
from workflows.case.told import Told

DAY = datetime(2027, 5, 27, tzinfo=UTC)
AREAS = [{"id": "chest", "state": "untested"}]


def a_deadline(number: int, **changes: Any) -> DeadlineEntry:
    return DeadlineEntry(number=number, name="closure", opens_at=DAY, due_at=DAY, **changes)


def test_a_deadline_is_told_again_only_when_it_has_changed() -> None:
    told, first, second = Told(), a_deadline(0), a_deadline(1)
    assert told.new_deadlines([first]) == (first,)
    assert told.new_deadlines([first, second]) == (second,)
    assert told.new_deadlines([first, second]) == ()
    met = a_deadline(0, met=True, over=True)
    assert told.new_deadlines([met, second]) == (met,)


def test_what_was_never_told_is_told_also_where_it_is_null() -> None:
    told = Told()
    assert told.row(a_row(status={"areas": AREAS})).as_before is None
    row = told.row(a_row(status={"areas": AREAS, "renewal": None}))
    assert (row.status, row.as_before) == ({"renewal": None}, ("areas",))


def test_the_books_end_up_with_the_same_as_if_all_were_told(books: Books) -> None:
    told = Told()
    statuses: list[dict[str, Any]] = [
        {"areas": AREAS, "edition": "2021-03-08"},
        {"areas": AREAS, "edition": "2021-03-08", "options": [{"option": "repeat"}]},
        {"areas": [], "edition": "2021-03-08", "renewal": None},
    ]
    known = [a_deadline(0), a_deadline(1)]
    for number, status in enumerate(statuses, start=1):
        known[0] = known[0].model_copy(update={"met": number == 3})
        row: CaseRow = told.row(a_row(status=status))
        step: Step = a_step(number, row=row, deadlines=told.new_deadlines(known))
        take(books, step, an_office())
        with books.reading() as session:
            case, kept = case_by_id(session, CASE), deadlines(session, CASE)
        assert case
        assert case.status == status
        assert [(one.number, one.met) for one in kept] == [(0, number == 3), (1, None)]


def test_what_another_version_has_told_does_not_count() -> None:
    told, first = Told(), a_deadline(0)
    told.begin_step("0.1.0-before")
    assert (told.new_deadlines([first]), told.row(a_row(status={"areas": AREAS})).as_before) == ((first,), None)
    told.begin_step("0.1.0-before")
    assert (told.new_deadlines([first]), told.row(a_row(status={"areas": AREAS})).status) == ((), {})
    told.begin_step("0.1.0-after")
    row = told.row(a_row(status={"areas": AREAS}))
    assert (told.new_deadlines([first]), row.status, row.as_before) == ((first,), {"areas": AREAS}, None)


def test_books_that_lack_the_step_before_say_so_unless_everything_is_told(books: Books) -> None:
    def missed(number: int, as_before: tuple[str, ...] | None) -> bool:
        return take(books, a_step(number, row=a_row(as_before=as_before)), an_office()).missed_before

    assert [missed(1, None), missed(2, ("areas",)), missed(4, ("areas",)), missed(5, ("areas",))] == [
        False,
        False,
        True,
        False,
    ]
    assert not missed(7, None)
