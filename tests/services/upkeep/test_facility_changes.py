"""A change of a facility as it is entered: by which ids, which change it is, and whom it hands what."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from policy.messages import ChangeFacility, ReportContactLeft
from policy.verdict import Refused, Verdict
from records.books import Books
from records.facility.changes import end_sign_in, follow, people_of
from records.facility.ids import Held, as_known
from records.tables import FacilityChange, MessageRecord
from services.errors import Unusable
from services.upkeep.contacts import departure, messages_of
from services.upkeep.facility_change import Plan, for_one_case_alone, is_over, planned
from services.upkeep.telling import Told
from tests.records.rows import CASE, LATER, NOON, a_case, a_message
from tests.records.test_facilities import NEW, OLD, put_person

MERGER = {"facility": OLD, "kind": "merged", "new_id": NEW, "reason": "deed"}
OTHER = f"accreditation.{NEW}.ct.CT-1.1"


def entered(session: Session, plan: Plan, *, days: int = 0, finished: bool = True) -> FacilityChange:
    """Enter a change, as carried out to the end or cut short."""
    change = session.get(FacilityChange, plan.change.change_id) or FacilityChange(**plan.change.model_dump())
    change.at = NOON + timedelta(days=days)
    change.finished_at = LATER + timedelta(days=days) if finished else None
    session.add(change)
    session.flush()
    return change


def plan_of(session: Session, **fields: Any) -> Plan:
    return planned(session, {"facility": OLD, "reason": "by telephone", **fields}, by="Office", at=LATER)


def test_ids_are_taken_as_the_books_write_them_and_the_plan_names_the_other_one(books: Books) -> None:
    with books.writing() as session:
        session.add_all([a_case(), a_case(OTHER, facility_id=NEW, facility_name="Sample Health")])
        put_person(session, "Ann", (OLD, "administrator", True), (NEW.lower(), "technologist", False))
        session.flush()
        plan = planned(session, {**MERGER, "facility": OLD.lower(), "new_id": NEW.lower()}, by="Office", at=LATER)
        assert (plan.change.facility, plan.change.new_id, plan.into) == (OLD, NEW, Held("Sample Health", 1, 1))
        assert plan.change.content == MERGER
        assert plan.people == (("Ann", "administrator"),)
        assert plan_of(session, kind="merged", new_id="OH-0600").into is None
        assert (as_known(session, "oh-0417"), as_known(session, "oh-0600")) == (OLD, "oh-0600")
        with pytest.raises(Unusable):
            planned(session, {**MERGER, "new_id": OLD.lower()}, by="Office", at=LATER)


def test_a_change_that_is_finished_is_another_one_when_it_is_entered_again(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        shouted, mended = (
            plan_of(session, kind="renamed", name="SAMPLE"),
            plan_of(session, kind="renamed", name="Sample"),
        )
        assert shouted.change.change_id != mended.change.change_id
        first = entered(session, plan_of(session, kind="moved", street="2 Sample Street"), finished=False)
        again = plan_of(session, kind="moved", street="2 Sample Street", reason="said once more")
        assert (again.change.change_id, again.resumes) == (first.change_id, True)
        entered(session, again)
        entered(session, plan_of(session, kind="moved", street="1 Example Way"), days=1)
        back = plan_of(session, kind="moved", street="2 Sample Street")
        assert (back.change.change_id, back.resumes) == (f"{first.change_id}-2", False)


def test_a_merger_of_which_nothing_is_left_to_do_is_the_one_that_was_entered(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case(OTHER, facility_id=NEW))
        put_person(session, "Ann", (OLD, "administrator", True))
        first = entered(session, plan_of(session, **MERGER))
        follow(session, OLD, NEW, by="Office", at=LATER)
        session.flush()
        plan = plan_of(session, **MERGER)
        assert (plan.change.change_id, plan.people, plan.resumes) == (first.change_id, (), False)


def test_a_change_that_says_nothing_is_not_entered(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        with pytest.raises(Refused) as refused:
            plan_of(session, kind="renamed", name=" ")
        assert refused.value.rule == "facility.nothing_changes"


def test_a_case_that_says_so_already_holds_no_change_up() -> None:
    change = FacilityChange(change_id="X", facility=OLD, kind="renamed", content={}, at=NOON, by="Office")
    verdict = Verdict(accepted=False, rule="facility.nothing_changes", reason="Nothing would be another.")
    assert is_over(Told(CASE, verdict), change)
    assert not is_over(Told(CASE, None, "it did not answer"), change)
    change.content = {"new_certificate": True}
    assert not is_over(Told(CASE, verdict), change)


def test_a_role_that_was_ended_there_stays_ended_and_all_ways_of_writing_the_old_id_follow(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
        put_person(session, "Ann", (OLD.lower(), "administrator", True), (NEW, "administrator", True))
        put_person(session, "Bob", (OLD, "technologist", False))
        session.flush()
        assert end_sign_in(session, NEW, ["ann@example.org"], NOON) == ["Ann"]
        session.flush()
        assert plan_of(session, **MERGER).people == (("Bob", "technologist"),)
        follow(session, OLD, NEW, by="Office", at=LATER)
        session.flush()
        assert people_of(session, OLD) == []
        assert [person.name for person, _ in people_of(session, NEW)] == ["Bob"]


def test_who_went_along_by_a_merger_comes_back_by_another_one(books: Books) -> None:
    """The role ended by no one there: it went with the facility."""
    with books.writing() as session:
        session.add(a_case())
        put_person(session, "Ann", (OLD, "administrator", True))
        session.flush()
        change = entered(session, plan_of(session, **MERGER))
        follow(session, OLD, NEW, by="Office", at=LATER)
        session.flush()
        assert change.finished_at == LATER
        follow(session, NEW, OLD, by="Office", at=LATER + timedelta(days=1))
        session.flush()
        assert [(person.name, held.manages) for person, held in people_of(session, OLD)] == [("Ann", True)]


def test_who_comes_back_and_leaves_again_is_another_departure(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        leaving = departure(session, OLD.lower(), "a. sample")
        (first,) = messages_of(leaving, None, "by telephone", "Office").values()
        assert (leaving.org, list(leaving.cases)) == (OLD, [CASE])
        assert (
            messages_of(departure(session, OLD, "A. Sample"), None, "", "Office")[CASE].message_id == first.message_id
        )
        key = f"{ReportContactLeft.NAME}:{first.message_id}"
        session.add(a_message(key=key, name=ReportContactLeft.NAME))
        session.flush()
        assert len(session.exec(select(MessageRecord)).all()) == 1
        (second,) = messages_of(departure(session, OLD, "A. Sample"), None, "by mail", "Office").values()
        assert second.message_id == f"{first.message_id}-2"


def test_a_merger_sent_to_one_case_alone_is_told_what_stays_behind() -> None:
    by = {"name": "Sample Officer", "role": "acr"}
    merger = ChangeFacility.model_validate({**MERGER, "by": by, "message_id": "m-1"})
    assert f"accredit facility merge {OLD} --into {NEW}" in (for_one_case_alone(merger) or "")
    renamed = merger.model_copy(update={"kind": "renamed", "new_id": None, "name": "Sample Health"})
    assert for_one_case_alone(renamed) is None
