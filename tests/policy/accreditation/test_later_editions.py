"""What the editions of 2022-11-09 and 2026-01-14 say beside that of 2021-03-08, each beside what the older one says."""

from datetime import date, datetime, timedelta

import pytest

from policy.accreditation import windows
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.option_table import option_table, row_of
from policy.accreditation.options import form_offer, offers
from policy.accreditation.rounds import AreaState
from policy.application import Medium, Modality
from policy.edition import Edition
from policy.messages import (
    Exam,
    SubmitTestingPackage,
)
from tests.applications import an_application
from tests.policy.cycles import (
    CHEST,
    HEAD,
    PHANTOM,
    REPORTED,
    SECOND,
    TERMS,
    a_cycle,
    a_cycle_with_a_deficient_report,
    end_of,
    et,
    exams,
    finding,
    under_test,
)
from tests.policy.later import OF_2022, OF_2026, answer
from tests.policy.said import a_choice, a_withdrawal_form, said

EVERY = {"2021": TERMS, "2022": OF_2022, "2026": OF_2026}
SOON = REPORTED + timedelta(hours=2)
ACCEPTED, SENT = et("2027-03-01 11:00"), et("2027-03-15 10:00")
"""When a package comes: six months before is 15 September 2026, fourteen 15 January 2026."""


# The option form


@pytest.mark.parametrize(
    ("terms", "medium", "opens"),
    [
        (TERMS, Medium.UPLOAD, REPORTED + timedelta(hours=48)),
        (TERMS, Medium.CD, REPORTED + timedelta(hours=48)),
        (OF_2022, Medium.UPLOAD, REPORTED),
        (OF_2022, Medium.CD, REPORTED + timedelta(hours=48)),
        (OF_2026, Medium.FILM, REPORTED + timedelta(hours=48)),
    ],
)
def test_since_2022_the_form_of_an_upload_opens_with_the_report(
    terms: Edition, medium: Medium, opens: datetime
) -> None:
    window = windows.form_window(REPORTED, terms, medium)
    assert (window.opens_at, window.due_at) == (opens, end_of(opens, 15))


def reported(terms: Edition, *, viewed: bool = True) -> CycleFacts:
    """A first deficiency whose form runs as an edition has it."""
    facts = a_cycle_with_a_deficient_report(CHEST)
    form = facts.round.form
    assert form is not None
    window = windows.form_window(REPORTED, terms, facts.medium)
    form.opens_at = window.opens_at
    facts.deadlines[form.form].due_at = window.due_at
    facts.round.viewed_at = REPORTED + timedelta(hours=1) if viewed else None
    return facts


@pytest.mark.parametrize(("terms", "rule"), [(TERMS, "option_form.not_yet_open"), (OF_2022, None)])
def test_a_viewed_report_is_answered_at_once_since_2022(terms: Edition, rule: str | None) -> None:
    assert answer(reported(terms), a_choice("repeat"), SOON, terms) == rule


@pytest.mark.parametrize("terms", EVERY.values(), ids=list(EVERY))
def test_no_form_is_sent_before_the_report_was_viewed(terms: Edition) -> None:
    facts = reported(terms, viewed=False)
    assert answer(facts, a_choice("repeat"), REPORTED + timedelta(days=4), terms) == "option_form.report_not_viewed"


def test_the_fifteen_days_of_the_form_run_from_the_report_whoever_views_it_when() -> None:
    last = end_of(REPORTED, 15)
    assert answer(reported(OF_2022), a_choice("repeat"), last, OF_2022) is None
    assert answer(reported(OF_2022), a_choice("repeat"), last + SECOND, OF_2022) == "option_form.past_due"


# What is offered


@pytest.mark.parametrize(
    ("deficiencies", "terms", "offered"),
    [
        (1, TERMS, "appeal repeat withdraw_areas withdraw"),
        (1, OF_2022, "appeal repeat supplemental_review withdraw_areas withdraw_unit withdraw"),
        (2, TERMS, "appeal reinstate withdraw_areas withdraw"),
        (2, OF_2022, "appeal supplemental_review reinstate withdraw_areas withdraw_unit withdraw"),
        (3, TERMS, "appeal reinstate withdraw_areas withdraw"),
        (3, OF_2022, "appeal reinstate withdraw_areas withdraw_unit withdraw"),
        (4, OF_2026, "appeal reinstate withdraw_areas withdraw_unit withdraw"),
    ],
)
def test_each_edition_offers_what_its_text_says(deficiencies: int, terms: Edition, offered: str) -> None:
    assert [option for option, cell in row_of(deficiencies, terms).items() if cell] == offered.split()


def test_an_edition_knows_nothing_of_options_that_came_later() -> None:
    assert {*row_of(1, TERMS)} == {"appeal", "repeat", "reinstate", "withdraw_areas", "withdraw"}
    facts = reported(TERMS)
    later = REPORTED + timedelta(days=4)
    assert answer(facts, a_choice("supplemental_review"), later, TERMS) == "option.not_offered"
    assert answer(facts, a_choice("withdraw_unit"), later, TERMS) == "option.not_offered"
    assert [offer.option for offer in offers(facts, TERMS, later)] == [*row_of(1, TERMS)]


def test_the_tables_cite_the_text_that_they_follow() -> None:
    assert "03-08-2021" in option_table(TERMS)[0]["reinstate"]
    assert "11-9-2022" in option_table(OF_2022)[0]["reinstate"]
    assert "11-9-2022" in option_table(OF_2022)[2]["supplemental_review"]


@pytest.mark.parametrize("modality", ["ultrasound", "breast_ultrasound"])
def test_where_a_facility_is_tested_no_unit_is_withdrawn(modality: Modality) -> None:
    assert "withdraw_unit" not in row_of(1, OF_2022, Modality(modality))
    assert "withdraw_unit" in row_of(1, OF_2022, Modality.CT)


def test_a_unit_is_withdrawn_without_a_form_although_its_phantom_failed() -> None:
    facts = a_cycle_with_a_deficient_report(PHANTOM)
    facts.round.viewed_at = REPORTED
    assert answer(facts, a_choice("withdraw_unit"), REPORTED + timedelta(days=4), OF_2022) is None


# Parts of a module


def ultrasound(**parts: str) -> CycleFacts:
    """An obstetrical service whose trimesters are areas of their own; the first was not acceptable."""
    areas = [
        {"id": "first", "kind": "clinical", "module": "obstetrical", "submodule": "1st trimester"},
        {"id": "second", "kind": "clinical", "module": "Obstetrical", "submodule": "2nd trimester"},
        {"id": "general", "kind": "clinical", "module": "general"},
    ]
    application = an_application(modality=parts.get("modality", "ultrasound"), units=[{"id": "US-1", "areas": areas}])
    facts = a_cycle(application)
    for area in facts.areas:
        area.state = AreaState.NOT_ACCEPTABLE if area.id == "first" else AreaState.ACCEPTABLE
    this = a_cycle_with_a_deficient_report(CHEST)
    facts.deadlines, facts.stage, facts.deficiencies = this.deadlines, this.stage, this.deficiencies
    facts.rounds = [this.round.model_copy(update={"findings": [finding("first", acceptable=False)]})]
    return facts


A_TRIMESTER = a_choice("withdraw_areas", areas_withdrawn=["first"], withdrawal_form=a_withdrawal_form())
LATER = REPORTED + timedelta(days=4)


def test_a_trimester_goes_by_itself_since_2022_and_before_with_its_whole_module() -> None:
    facts = ultrasound()
    assert answer(facts, A_TRIMESTER, LATER, OF_2022) is None
    assert answer(facts, A_TRIMESTER, LATER, TERMS) == "withdrawal.part_not_offered"
    assert form_offer(facts, OF_2022, LATER).withdrawable == ["first"]
    assert form_offer(facts, TERMS, LATER).withdrawable == []


def test_a_whole_module_with_all_its_parts_goes_by_any_edition() -> None:
    facts = ultrasound()
    facts.areas[1].state = AreaState.NOT_ACCEPTABLE
    choice = A_TRIMESTER.model_copy(update={"areas_withdrawn": ("first", "second")})
    assert answer(facts, choice, LATER, TERMS) is None
    assert form_offer(facts, TERMS, LATER).withdrawable == ["first", "second"]


@pytest.mark.parametrize("modality", ["nuclear_medicine", "pet", "ct"])
def test_what_is_part_of_a_module_depends_on_the_modality(modality: str) -> None:
    """Isotopes of nuclear medicine and PET; no text divides a module of CT, so that it goes as a whole."""
    facts = ultrasound(modality=modality)
    expected = "withdrawal.part_not_offered" if modality == "ct" else None
    assert answer(facts, A_TRIMESTER, LATER, OF_2022) == expected


# How old images may be


def packaged(clinical: str | None, phantom: str | None, terms: Edition, at: datetime = SENT) -> str | None:
    """Return what a package meets with whose images were made on these days."""
    facts = under_test(a_cycle(), ACCEPTED)
    days = {True: phantom, False: clinical}
    made = [
        Exam.model_validate(exam.model_dump() | {"performed_on": days[exam.area == PHANTOM]})
        for exam in exams([CHEST, HEAD, "abdomen-adult", PHANTOM], "P1")
    ]
    return answer(facts, said(SubmitTestingPackage, medium="upload", exams=made), at, terms)


OLD, WRONG, MISSING = "testing.images_too_old", "testing.date_in_future", "testing.date_missing"


@pytest.mark.parametrize(
    ("clinical", "phantom", "by_2022", "by_2026"),
    [
        ("2026-09-14", "2027-03-01", OLD, OLD),
        ("2026-09-15", "2027-03-01", None, None),
        ("2026-09-16", "2027-03-01", None, None),
        ("2027-03-01", "2026-09-14", OLD, None),
        ("2027-03-01", "2026-09-15", None, None),
        ("2027-03-01", "2026-01-14", OLD, OLD),
        ("2027-03-01", "2026-01-15", OLD, None),
        ("2027-03-01", "2026-01-16", OLD, None),
        ("2027-03-15", "2027-03-15", None, None),
        ("2027-03-16", "2027-03-15", WRONG, WRONG),
        ("2027-03-15", "2027-03-16", WRONG, WRONG),
        (None, "2027-03-01", MISSING, MISSING),
        ("2027-03-01", None, MISSING, MISSING),
    ],
)
def test_images_are_as_old_as_the_edition_lets_them_be(
    clinical: str | None, phantom: str | None, by_2022: str | None, by_2026: str | None
) -> None:
    assert packaged(clinical, phantom, OF_2022) == by_2022
    assert packaged(clinical, phantom, OF_2026) == by_2026
    assert packaged(clinical, phantom, TERMS) is None, "the edition of 2021 asks for no dates"


@pytest.mark.parametrize(("made", "rule"), [("2026-09-29", OLD), ("2026-09-30", None)])
def test_months_are_clamped_to_the_end_of_the_month(made: str, rule: str | None) -> None:
    """Six months before 31 March is the last of September."""
    assert packaged(made, "2027-03-01", OF_2022, et("2027-03-31 10:00")) == rule


def test_a_message_without_dates_is_what_it_was() -> None:
    exam = Exam(area=CHEST, exam="chest", subject="P-1")
    assert exam.model_dump(mode="json") == {"area": CHEST, "exam": "chest", "subject": "P-1"}


# Unpaid applications


def test_an_unpaid_application_expires_after_55_days_since_2022() -> None:
    opened = et("2027-01-11 09:00")
    assert windows.unpaid_until(opened, OF_2022) == et("2027-03-07 24:00")
    assert windows.unpaid_until(opened, TERMS) is None


def test_an_edition_is_of_its_day() -> None:
    assert {name: one.effective for name, one in EVERY.items()} == {
        "2021": date(2021, 3, 8),
        "2022": date(2022, 11, 9),
        "2026": date(2026, 1, 14),
    }
