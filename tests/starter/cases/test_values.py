"""The values of the rules in words: every one that ships has a sentence that its value completes."""

from datetime import date

import pytest

from policy.designation.edition import dicoe_edition_in_force
from policy.edition import Certainty, Edition, Rules, edition_in_force
from policy.editions.own import OwnEditions
from policy.rules import RULES
from policy.status import CaseStatus
from services.editions.known import known_editions
from services.forms.option import explained
from starter.cases.values import Value, rule_certainty, source_in_words, value_in_words

TODAY = date(2026, 1, 1)
KNOWN = {one.rules.edition: one.rules for one in known_editions(OwnEditions())}
ACCREDITATION, DESIGNATION = edition_in_force("accreditation", TODAY), dicoe_edition_in_force(TODAY)


@pytest.mark.parametrize(
    ("edition", "name", "words"),
    [
        (ACCREDITATION, "testing.package", "45 days after acceptance"),
        (ACCREDITATION, "testing.reminders", "10 and 2 days before the due date"),
        (ACCREDITATION, "survey.team", "radiologist, medical physicist and ACR staff technologist"),
        (ACCREDITATION, "time_zone", "America/New_York"),
        (ACCREDITATION, "withdrawal.all_patient_types", "none"),
        (ACCREDITATION, "certificate.term", "36 months"),
        (DESIGNATION, "additions.fee", "$300.00"),
        (DESIGNATION, "eligibility.consultation", "yes"),
        (DESIGNATION, "pledges.asked", "12-01 and 01-02"),
        (DESIGNATION, "tiers.block", "5"),
    ],
)
def test_a_value_is_said_with_its_unit_where_that_says_something(edition: Rules, name: str, words: str) -> None:
    assert value_in_words(edition.provisions()[name]) == words


@pytest.mark.parametrize("name", KNOWN)
def test_every_value_of_every_edition_that_ships_is_said_with_how_sure_it_is(name: str) -> None:
    edition = KNOWN[name]
    for value, provision in edition.provisions().items():
        words, sure = Value(value, provision, edition).lines()
        assert words.endswith(": not known.") is (provision.certainty is Certainty.UNKNOWN), words
        assert sure.startswith(("  Stated in ", "  Inferred from ", "  Decided by ", "  Not said by ")), sure


def test_what_no_text_says_is_told_as_that_and_has_no_unit_and_no_day() -> None:
    edition = KNOWN["2022-11-09"]
    assert Value("supplemental_review.fee", edition.provisions()["supplemental_review.fee"], edition).lines() == [
        "A supplemental review costs: not known.",
        '  Not said by "Options following a failure or deficiency (revised 11-9-2022)": no text at hand says whether '
        "there is one: the office names one, or none, by set_supplemental_review.",
    ]


@pytest.mark.parametrize("name", [name for name, one in KNOWN.items() if isinstance(one, Edition)])
def test_by_every_edition_a_case_without_an_outcome_is_told_why_no_option_is_open(name: str) -> None:
    case = CaseStatus(case="accreditation.OH-0417.ct.CT-1.1", stage="application", edition=name)
    found = explained(case, OwnEditions())
    assert {(one.open, one.rule) for one in found} == {(False, "case.wrong_stage")}
    surveyed = "A survey accredits this program: no option form follows its report."
    assert {one.reason == surveyed for one in found} == {KNOWN[name].edition.startswith("radiation-oncology")}


def test_where_a_value_stands_and_how_sure_it_is_are_one_sentence() -> None:
    values = ACCREDITATION.provisions()
    assert Value("certificate.term", values["certificate.term"], ACCREDITATION).lines()[1] == (
        '  Stated in "Passing results (revised 12-12-19)": 3 years from the day the first area passed. '
        "In force since 12 December 2019."
    )
    decided = Value("silence.attention", values["silence.attention"], ACCREDITATION).lines()[1]
    assert decided.startswith("  Decided by the office, because the source is silent: after three reminders ")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("case.wrong_stage", "Decided by the office, because the source is silent: order of the stages."),
        (
            "testing.area_missing",
            'Stated in "Time requirements (revised 12-17-19)": the testing package covers every area under test.',
        ),
        (
            "survey.no_location",
            'Stated in "DICOE payment policy: surveyors are required to survey at least one location".',
        ),
    ],
)
def test_where_a_rule_stands_is_said_with_how_sure_it_is(rule: str, words: str) -> None:
    assert source_in_words(RULES[rule], rule_certainty(RULES[rule])) == words


def test_what_the_table_marks_as_inferred_is_inferred() -> None:
    terms = "offered: the newest images only, once (inferred)"
    assert rule_certainty(RULES["option.chosen"], terms) is Certainty.INFERRED
