"""Drawing units for validation surveys: the same seed, the same units; not those that were surveyed."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from policy.facts import Stage
from records.books import Books, Session
from records.tables import CaseRecord
from records.validations import DECIDED, ORDERED, REPORTED, Drawable, Surveyed, accredited_units, draw
from tests.records.rows import NOON, a_case, an_entry

NEW_YORK = ZoneInfo("America/New_York")
IN_2029 = datetime(2029, 3, 15, 16, tzinfo=NOON.tzinfo)


def a_unit(number: int, cycle: int = 1, **changes: Any) -> CaseRecord:
    until = IN_2029 + timedelta(days=300)
    granted = {"stage": Stage.ACCREDITED.value, "certificate_from": NOON, "certificate_until": until}
    case_id = f"accreditation.OH-0417.ct.CT-{number}.{cycle}"
    return a_case(case_id, awaited_party=None, application_id=f"APP-{number}", **granted | changes)


def told(session: Session, case_id: str, *what: tuple[str, datetime], decision: str = "stands") -> None:
    for step, (text, at) in enumerate(what, start=1):
        message = {"decision": decision} if text == DECIDED else {}
        session.add(an_entry(case_id=case_id, step=step, kind="message", text=text, at=at, detail={"message": message}))


def looked(books: Books, months: int = 36, modality: str | None = None) -> dict[str, Drawable]:
    with books.reading() as session:
        found = accredited_units(session, IN_2029, NEW_YORK, months=months, modality=modality)
    return {unit.case.unit or "": unit for unit in found}


def test_the_same_seed_draws_the_same_units_whatever_else_is_accredited() -> None:
    units = [Drawable(a_unit(n), Surveyed()) for n in range(1, 31)]
    first = [unit.case.case_id for unit in draw(units, "2029-Q1", 5)]
    assert first == [unit.case.case_id for unit in draw(reversed(units), "2029-Q1", 5)]
    assert first != [unit.case.case_id for unit in draw(units, "2029-Q2", 5)]
    fewer = [unit for unit in units if unit.case.case_id != first[0]]
    assert [unit.case.case_id for unit in draw(fewer, "2029-Q1", 4)] == first[1:]
    assert len(draw(units, "2029-Q1", 100)) == 30


def test_only_accredited_units_whose_certificate_runs_are_there(books: Books) -> None:
    with books.writing() as session:
        session.add_all([a_unit(1), a_unit(2, stage="testing"), a_unit(3, modality="mri")])
        session.add(a_unit(4, certificate_until=IN_2029 - timedelta(days=1)))
    assert set(looked(books)) == {"CT-1", "CT-3"}
    assert set(looked(books, modality="mri")) == {"CT-3"}


def test_whoever_was_surveyed_within_the_months_is_left_out_to_the_day(books: Books) -> None:
    with books.writing() as session:
        for number, day in ((1, 14), (2, 15), (3, 16)):
            session.add(a_unit(number))
            session.flush()
            at = datetime(2027, 3, day, 16, tzinfo=NOON.tzinfo)
            told(session, f"accreditation.OH-0417.ct.CT-{number}.1", (ORDERED, at), (REPORTED, at), (DECIDED, at))
    assert [unit.why_not for unit in looked(books, months=24).values()] == ["", "", "surveyed on 2027-03-16"]
    assert all(not unit.why_not for unit in looked(books, months=0).values())


def test_a_survey_of_the_cycle_before_counts_too(books: Books) -> None:
    with books.writing() as session:
        session.add_all([a_unit(1, stage="closed", outcome="renewed", closed_at=NOON), a_unit(1, 2)])
        session.flush()
        told(session, "accreditation.OH-0417.ct.CT-1.1", (ORDERED, NOON), (REPORTED, NOON), (DECIDED, NOON))
    (unit,) = looked(books).values()
    assert unit.why_not == "surveyed on 2027-06-03"


def test_a_survey_under_way_is_left_out_however_long_ago_it_was_ordered(books: Books) -> None:
    with books.writing() as session:
        session.add_all([a_unit(1), a_unit(2), a_unit(3)])
        session.flush()
        told(session, "accreditation.OH-0417.ct.CT-1.1", (ORDERED, NOON))
        correcting = (ORDERED, NOON), (REPORTED, NOON), (DECIDED, NOON)
        told(session, "accreditation.OH-0417.ct.CT-2.1", *correcting, decision="under_corrective_action")
        told(session, "accreditation.OH-0417.ct.CT-3.1", *correcting)
    assert [unit.why_not for unit in looked(books, months=1).values()] == ["a survey is under way"] * 2 + [""]
