"""Questions about cases: what is open, what was forgotten."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from records import queries
from records.books import Books
from records.tables import Deadline, StepRecord
from tests.records.rows import CASE, LATER, NOON, a_case, a_message, an_entry

CLOSED = {"stage": "closed", "outcome": "withdrawn", "closed_at": LATER, "awaited_party": None}


def case_id(unit: str, cycle: int = 1, facility: str = "OH-0417", modality: str = "ct") -> str:
    return f"accreditation.{facility}.{modality}.{unit}.{cycle}"


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """Books with cases in every situation, in a transaction."""
    rows: list[tuple[str, dict[str, Any]]] = [
        (case_id("LATE"), {"due_at": NOON - timedelta(hours=1)}),
        (case_id("SOON"), {"due_at": NOON + timedelta(days=2), "awaited_party": "acr"}),
        (case_id("NOW"), {"due_at": NOON}),
        (case_id("UNDATED"), {"due_at": None, "awaited_party": "acr"}),
        (case_id("MRI", modality="mri"), {"due_at": LATER, "modality": "mri", "state": "PA"}),
        (case_id("CALM"), {"stage": "accredited", "awaited_party": None}),
        (case_id("ODD"), {"stage": "accredited", "awaited_party": None, "needs_attention": True}),
        (case_id("ANNOUNCED"), {"stage": "starting", "awaited_party": None, "opened_at": NOON - timedelta(days=1)}),
        (case_id("FRESH"), {"stage": "starting", "awaited_party": None, "opened_at": NOON}),
        (case_id("GONE"), CLOSED | {"closed_at": LATER}),
        (case_id("GONE", 2), CLOSED | {"closed_at": NOON}),
        (case_id("KEPT"), CLOSED | {"history_exported_at": LATER}),
    ]
    with books.writing() as opened:
        opened.add_all(a_case(name, **changes) for name, changes in rows)
        opened.flush()
        yield opened


def units(cases: list[Any]) -> list[str]:
    return [case.unit for case in cases]


def test_a_subject_is_found_open_whatever_its_cycle(session: Session) -> None:
    session.add_all([a_case(case_id("TWO")), a_case(case_id("TWO", 2))])
    assert [case.cycle for case in queries.open_cases_of(session, "accreditation.OH-0417.ct.TWO")] == [2, 1]
    assert queries.open_cases_of(session, "accreditation.OH-0417.ct.GONE") == []
    assert queries.open_cases_of(session, "accreditation.OH-0417.ct.NEVER") == []


def test_the_newest_cycle_counts_closed_ones_too(session: Session) -> None:
    assert queries.newest_cycle(session, "accreditation.OH-0417.ct.GONE") == 2
    assert queries.newest_cycle(session, "accreditation.OH-0417.ct.NEVER") == 0


def test_an_application_finds_the_cases_of_its_units_in_order(session: Session) -> None:
    session.add_all(
        a_case(case_id(f"UNIT-{position}"), application_id="APP-9", position=position) for position in (2, 1, 3)
    )
    assert units(queries.cases_of_application(session, "OH-0417", "APP-9")) == ["UNIT-1", "UNIT-2", "UNIT-3"]
    assert queries.cases_of_application(session, "PA-0001", "APP-9") == []


def test_open_cases_are_all_that_are_not_closed(session: Session) -> None:
    assert "GONE" not in units(queries.open_cases(session))
    assert len(queries.open_cases(session)) == 9


def test_closed_cases_wait_for_the_export_of_their_history_the_oldest_first(session: Session) -> None:
    assert [(case.unit, case.cycle) for case in queries.cases_to_export(session)] == [("GONE", 2), ("GONE", 1)]
    queries.mark_history_exported(session, case_id("GONE", 2), LATER)
    assert [(case.unit, case.cycle) for case in queries.cases_to_export(session)] == [("GONE", 1)]


def test_the_timeline_stands_in_the_order_in_which_it_was_written(session: Session) -> None:
    session.add(a_case())
    session.flush()
    for position, at in enumerate((LATER, NOON, LATER)):
        session.add(an_entry(position=position, at=at, text=str(position)))
        session.flush()
    assert [entry.text for entry in queries.timeline(session, CASE)] == ["0", "1", "2"]
    assert queries.timeline(session, case_id("LATE")) == []


def test_messages_and_deadlines_of_a_case_come_in_their_order(session: Session) -> None:
    session.add(a_case())
    session.flush()
    session.add_all(
        [
            a_message(key="b:1", handled_at=LATER),
            a_message(key="a:1", handled_at=NOON),
            Deadline(case_id=CASE, number=1, name="appeal", opens_at=NOON, due_at=LATER),
            Deadline(case_id=CASE, number=0, name="option_form", opens_at=NOON, due_at=LATER),
        ]
    )
    assert [message.key for message in queries.messages(session, CASE)] == ["a:1", "b:1"]
    assert [deadline.name for deadline in queries.deadlines(session, CASE)] == ["option_form", "appeal"]


def test_a_step_is_known_by_its_run_and_number(session: Session) -> None:
    session.add(a_case())
    session.flush()
    session.add(StepRecord(case_id=CASE, run_id="run", number=1, at=NOON, taken={"invoices": []}))
    assert queries.step_taken(session, CASE, "run", 1) is not None
    assert queries.step_taken(session, CASE, "other", 1) is None
    assert queries.case_by_id(session, CASE) is not None
    assert queries.case_by_id(session, "none") is None
