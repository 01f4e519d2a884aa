"""Options of mammography: the days left on the certificate decide, and the office where no source speaks."""

from datetime import timedelta

import pytest

from policy.accreditation.mammography.facts import FailureDecision
from policy.accreditation.option_table import MAMMOGRAPHY, TABLE, table_of
from policy.accreditation.options import form_offer, offered_options, offers
from policy.accreditation.rounds import AreaState
from policy.messages import DecideAfterFailure, Option, ViewFinalReport
from tests.policy.accreditation.mammography.cycles import FFDM, PHANTOM, TERMS, deficient, failed
from tests.policy.cycles import REPORTED, a_cycle_with_a_deficient_report
from tests.policy.cycles import TERMS as DIAGNOSTIC
from tests.policy.said import FACILITY, a_choice, a_document, a_withdrawal_form, refusal, refused_by, said, taken

SOON = REPORTED + timedelta(days=5)
LEAD = {"name": "Sample Lead Interpreting Physician", "role": "lead_interpreting_physician"}


@pytest.mark.parametrize(
    ("left", "way", "closed"),
    [(61, "repeat", "reinstate"), (60, "reinstate", "repeat"), (59, "reinstate", "repeat"), (0, "reinstate", "repeat")],
)
def test_more_than_60_days_left_lead_to_a_repeat_and_60_or_fewer_to_reinstatement(
    left: int, way: str, closed: str
) -> None:
    facts = deficient(left)
    assert offered_options(facts, TERMS) == [Option.APPEAL, Option(way), Option.WITHDRAW]
    assert taken(facts, a_choice(way), SOON, TERMS) == []
    refused = refusal(facts, a_choice(closed), SOON, TERMS)
    assert refused.rule == "option.certificate_days"
    assert "Options following deficiencies and failures, mammography" in refused.source
    assert refused.instead[-1] == (
        "Choose an appeal, a repeat, or withdrawal from accreditation."
        if way == "repeat"
        else "Choose an appeal, reinstatement with corrective action, or withdrawal from accreditation."
    )


def test_days_that_have_passed_since_the_report_do_not_change_what_its_letter_offered() -> None:
    facts = deficient(61)
    assert taken(facts, a_choice("repeat"), REPORTED + timedelta(days=15), TERMS) == []


def test_a_certificate_that_was_never_told_is_asked_for() -> None:
    facts = deficient(None)
    for option in ("repeat", "reinstate"):
        assert refused_by(facts, a_choice(option), SOON, TERMS) == "mqsa_certificate.not_on_file"
    assert offered_options(facts, TERMS) == [Option.APPEAL, Option.WITHDRAW]


@pytest.mark.parametrize(("times", "open_ones"), [(2, ["appeal", "reinstate", "withdraw"]), (3, ["withdraw"])])
def test_what_a_failure_leaves(times: int, open_ones: list[str]) -> None:
    facts = failed(times)
    at = REPORTED + timedelta(days=60 * (times - 1) + 5)
    assert [one.option for one in offers(facts, TERMS, at) if one.refusal is None] == open_ones
    assert form_offer(facts, TERMS, at).options == open_ones


def test_the_office_opens_what_the_third_row_would_say() -> None:
    facts, at = failed(3), REPORTED + timedelta(days=125)
    message = said(DecideAfterFailure, unit_stops=True, options=["reinstate"], reason="Sample")
    assert taken(facts, message, at, TERMS) == []
    assert facts.mammography is not None
    facts.mammography.decisions.append(FailureDecision(round=3, unit_stops=True, options=[Option.REINSTATE]))
    assert offered_options(facts, TERMS) == [Option.REINSTATE, Option.WITHDRAW]
    assert refused_by(facts, a_choice("appeal"), at, TERMS) == "option.office_decides"


def test_nothing_of_a_unit_is_withdrawn_alone() -> None:
    facts = deficient()
    withdrawn = {"areas_withdrawn": [FFDM], "withdrawal_form": a_withdrawal_form()}
    assert refused_by(facts, a_choice("withdraw_areas", **withdrawn), SOON, TERMS) == "option.not_offered"
    assert refused_by(facts, a_choice("repeat", **withdrawn), SOON, TERMS) == "withdrawal.patient_types_required"
    assert form_offer(facts, TERMS, SOON).withdrawable == []


@pytest.mark.parametrize("role", ["lead_interpreting_physician", "administrator"])
def test_the_report_and_its_form_are_opened_by_two_roles(role: str) -> None:
    by = {"name": "Sample", "role": role}
    assert taken(deficient(), said(ViewFinalReport, by=by), SOON, TERMS) == []
    assert taken(deficient(), a_choice("repeat", by=by), SOON, TERMS) == []


@pytest.mark.parametrize("role", ["facility", "medical_physicist", "technologist", "supervising_physician"])
def test_and_by_nobody_else(role: str) -> None:
    by = {"name": "Sample", "role": role}
    assert refused_by(deficient(), said(ViewFinalReport, by=by), SOON, TERMS) == "option_form.wrong_role"
    assert refused_by(deficient(), a_choice("repeat", by=by), SOON, TERMS) == "option_form.wrong_role"


def test_elsewhere_everybody_of_the_facility_opens_it() -> None:
    by = {"name": "Sample", "role": "technologist"}
    assert taken(a_cycle_with_a_deficient_report(), said(ViewFinalReport, by=by), SOON) == []


def test_an_appeal_of_clinical_images_is_signed_by_the_lead_interpreting_physician() -> None:
    facts = deficient()
    by_another = a_choice("appeal", by=FACILITY)
    assert refused_by(facts, by_another, SOON, TERMS) == "appeal.wrong_signer"
    right = a_choice("appeal", letters=[a_document("letter.pdf", LEAD)])
    assert taken(facts, right, SOON, TERMS) == []
    assert form_offer(facts, TERMS, SOON).signers == ["lead_interpreting_physician"]
    facts.areas[0].state, facts.areas[1].state = AreaState.ACCEPTABLE, AreaState.NOT_ACCEPTABLE
    assert facts.areas[1].id == PHANTOM
    assert form_offer(facts, TERMS, SOON).signers == ["medical_physicist"]


def test_an_edition_says_by_which_table_its_cases_are_judged() -> None:
    assert table_of(TERMS) is MAMMOGRAPHY
    assert table_of(DIAGNOSTIC) is TABLE
    assert MAMMOGRAPHY.keys() == TABLE.keys()
