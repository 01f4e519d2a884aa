"""Validation surveys: when one is ordered, what its report needs, until when a response is in time, what is decided."""

from datetime import date, datetime

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.validation import (
    day_of_survey,
    response_reminders,
    to_address,
    told_of_calling_off,
    told_of_decision,
    told_of_order,
    told_of_report,
)
from policy.edition import edition_in_force
from policy.facts import Stage
from policy.messages import CallOffValidationSurvey, CorrectFinalReport, OrderValidationSurvey, SubmitValidationResponse
from tests.policy.cycles import AREAS, REPORTED, REVIEWERS, SECOND, TERMS, et, report
from tests.policy.said import refusal, refused_by, said, taken
from tests.policy.surveyed import (
    CHECK,
    DUE,
    FILED,
    NOTICE,
    ORDERED,
    SURVEYED,
    a_decision,
    a_report,
    a_response,
    early,
    ordered,
    responded,
    standing,
    surveyed,
    surveyed_early,
)

WHOLE = a_response(NOTICE, CHECK)
LATE = "It was due by 16 October 2027, 24:00 ET; the office decides with it all the same."


def an_order(**fields: object) -> OrderValidationSurvey:
    return said(OrderValidationSurvey, **{"announced": False} | fields)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in (Stage.ACCREDITED, Stage.CLOSED)])
def test_before_accreditation_a_unit_is_surveyed_from_its_acceptance_on(stage: Stage) -> None:
    facts = early()
    facts.stage = stage
    assert taken(facts, an_order(), ORDERED) == []
    facts.rounds[0].accepted_at = None
    assert refused_by(facts, an_order(), ORDERED) == "case.wrong_stage"


def test_a_case_that_refused_a_survey_before_accreditation_goes_on_refusing_it() -> None:
    facts = early()
    facts.surveyed_early = False
    assert refused_by(facts, an_order(), ORDERED) == "case.wrong_stage"
    assert taken(standing(), an_order(), ORDERED) == []


def test_where_a_survey_accredits_there_is_none_before_it() -> None:
    oncology = edition_in_force("accreditation", date(2027, 1, 1), "radiation_oncology")
    assert refused_by(early(), an_order(), ORDERED, oncology) == "case.wrong_stage"


def test_before_accreditation_a_survey_is_answered_and_decided_as_after_it() -> None:
    assert taken(surveyed_early(), WHOLE, FILED) == []
    for decision in ("stands", "under_corrective_action"):
        told = taken(surveyed_early(), a_decision(decision, reasons=["x"], respond_by="2027-11-01"), FILED)
        assert told == ["The facility may still respond until 16 October 2027, 24:00 ET."]


def test_a_survey_is_called_off_until_its_report_is_filed() -> None:
    off = said(CallOffValidationSurvey, reason="The radiologist is ill.")
    assert refused_by(standing(), off, FILED) == "case.wrong_stage"
    assert taken(ordered(), off, FILED) == []
    assert refused_by(surveyed(), off, FILED) == "validation.under_way"
    facts = ordered()
    facts.validations[-1].called_off = True
    assert refused_by(facts, off, FILED) == "case.wrong_stage"
    assert refused_by(facts, a_report(), FILED) == "case.wrong_stage"
    assert taken(facts, an_order(on="2027-10-01"), ORDERED) == []


def test_why_a_survey_is_called_off_stays_with_the_office() -> None:
    assert told_of_calling_off(SURVEYED) == {"on": SURVEYED.isoformat()}


def test_a_letter_before_accreditation_says_what_the_survey_holds_up() -> None:
    holding, beside = an_order(announced=True), an_order(announced=True, without_waiting=True)
    assert told_of_order(holding, TERMS, accredited=False)["holds_grant"] is True
    assert told_of_order(beside, TERMS, accredited=False)["holds_grant"] is False
    assert "holds_grant" not in told_of_order(holding, TERMS)


def test_a_report_is_not_corrected_while_its_certificate_waits_for_a_survey() -> None:
    facts = surveyed_early()
    report(facts, [], REPORTED)
    facts.stage, facts.deficiencies = Stage.REVIEW, 0
    found = [{"area": area, "acceptable": True} for area in AREAS]
    again = said(CorrectFinalReport, reviewers=REVIEWERS, findings=found, reason="A slip of the pen.")
    assert "call_off_validation_survey" in " ".join(refusal(facts, again, FILED).instead)


def test_a_survey_that_was_not_held_yet_is_ordered_anew() -> None:
    assert taken(ordered(), an_order(on="2027-10-01"), ORDERED) == []


def test_a_survey_is_ordered_for_a_day_that_is_still_to_come() -> None:
    assert refused_by(standing(), an_order(on="2027-08-31"), ORDERED) == "survey.in_past"
    assert taken(standing(), an_order(on="2027-09-01"), ORDERED) == []


def test_the_case_turns_to_an_unannounced_survey_only_once_its_day_is_over() -> None:
    assert day_of_survey(an_order(on="2027-09-15"), TERMS) == et("2027-09-15 24:00")
    assert day_of_survey(an_order(on="2027-09-15", announced=True), TERMS) == SURVEYED
    assert day_of_survey(an_order(on="2027-09-15T13:00:00-04:00"), TERMS) == et("2027-09-15 13:00")
    assert day_of_survey(an_order(), TERMS) is None


def test_a_report_is_of_a_survey_that_was_ordered_and_comes_once() -> None:
    assert refused_by(standing(), a_report(), FILED) == "case.wrong_stage"
    assert taken(ordered(), a_report(), FILED) == []
    assert refused_by(surveyed(), a_report(), FILED) == "case.wrong_stage"


def test_a_report_before_the_day_of_the_survey_is_warned_of() -> None:
    assert taken(ordered(), a_report(), et("2027-09-14 10:00")) == [
        "The survey was ordered for 15 September 2027, which is still to come."
    ]
    assert taken(ordered(), a_report(), et("2027-09-15 07:00")) == []


def test_a_finding_that_is_not_acceptable_says_what_was_found() -> None:
    silent = [{"area": NOTICE, "acceptable": False, "comments": " "}]
    assert refused_by(ordered(), a_report(findings=silent), FILED) == "report.recommendation_missing"


def test_a_text_alone_is_a_finding_on_the_whole_site() -> None:
    (finding,) = a_report(findings=["Nobody checks the list of exclusions."]).findings
    assert (finding.area, finding.acceptable) == ("site", False)
    (action,) = said(SubmitValidationResponse, actions=["It is checked now."]).actions
    assert (action.area, action.action) == ("site", "It is checked now.")


def test_a_satisfactory_survey_needs_no_window_and_waits_for_no_response() -> None:
    assert taken(ordered(), a_report(satisfactory=True, findings=[], respond_by=None), FILED) == []
    assert refused_by(surveyed(satisfactory=True), WHOLE, FILED) == "case.wrong_stage"


def test_a_response_is_awaited_from_the_report_to_the_decision() -> None:
    assert refused_by(standing(), WHOLE, FILED) == "case.wrong_stage"
    assert refused_by(ordered(announced=False), WHOLE, FILED) == "case.wrong_stage"
    assert taken(surveyed(), WHOLE, FILED) == []
    assert taken(responded(), WHOLE, FILED) == []
    facts = responded()
    facts.validations[-1].decision = "stands"
    assert refused_by(facts, WHOLE, FILED) == "case.wrong_stage"


@pytest.mark.parametrize(
    ("at", "warnings"),
    [
        (et("2027-10-15 12:00"), []),
        (et("2027-10-16 23:59"), []),
        (DUE, []),
        (DUE + SECOND, [LATE]),
        (et("2027-10-17 12:00"), [LATE]),
    ],
    ids=["the day before", "on the day", "at its end", "a second later", "the day after"],
)
def test_a_response_is_in_time_to_the_end_of_the_day_that_the_office_has_set(at: datetime, warnings: list[str]) -> None:
    assert taken(surveyed(), WHOLE, at) == warnings


def test_findings_are_answered_by_what_they_are_about_however_it_is_written() -> None:
    assert taken(surveyed(), a_response("Complaint  Notice", CHECK.upper()), FILED) == []


def test_a_window_begins_on_no_day_that_is_past() -> None:
    assert taken(ordered(), a_report(respond_by="2027-09-16"), FILED) == []
    assert refused_by(ordered(), a_report(respond_by="2027-09-16T10:00:00-04:00"), FILED) == (
        "validation.respond_by_past"
    )
    correcting = a_decision("under_corrective_action", reasons=["Not yet."], respond_by="2027-09-15")
    assert refused_by(responded(), correcting, FILED) == "validation.respond_by_past"


@pytest.mark.parametrize("facts", [standing(), ordered()])
def test_a_decision_follows_a_report(facts: CycleFacts) -> None:
    assert refused_by(facts, a_decision("stands"), FILED) == "case.wrong_stage"


def test_that_all_stands_needs_no_reason_and_everything_else_does() -> None:
    assert taken(responded(), a_decision("stands"), FILED) == []
    for decision in ("under_corrective_action", "revoked"):
        assert refused_by(responded(), a_decision(decision), FILED) == "validation.reasons_missing"
        assert taken(responded(), a_decision(decision, reasons=["Nothing was corrected."]), FILED) == []
        assert taken(responded(), a_decision(decision, reason="Nothing was corrected."), FILED) == []


def test_a_decision_before_the_facility_has_had_its_time_is_warned_of() -> None:
    warned = ["The facility may still respond until 16 October 2027, 24:00 ET."]
    assert taken(surveyed(), a_decision("stands"), DUE) == warned
    assert taken(surveyed(), a_decision("stands"), DUE + SECOND) == []


def test_a_decision_against_a_satisfactory_survey_is_warned_of() -> None:
    against = a_decision("revoked", reasons=["A complaint."])
    assert taken(surveyed(satisfactory=True), against, FILED) == ["The survey was satisfactory."]


def test_what_is_to_be_answered_is_named_once() -> None:
    twice = [{"area": NOTICE, "acceptable": False, "comments": f"{n}"} for n in range(2)]
    assert to_address(a_report(findings=[*twice, {"area": CHECK, "acceptable": True}])) == [NOTICE]


def test_letters_tell_a_window_only_where_one_begins() -> None:
    report = told_of_report(a_report(), announced=False, on=None, terms=TERMS)
    assert (report["due_at"], report["announced"]) == (DUE.isoformat(), False)
    assert told_of_decision(a_decision("stands", respond_by="2027-12-01"), TERMS)["due_at"] is None


def test_the_reason_of_an_order_goes_into_no_letter() -> None:
    told = told_of_order(an_order(reason="A complaint."), TERMS)
    assert "A complaint." not in str(told)


def test_an_unannounced_survey_is_known_to_the_facility_from_its_report_on() -> None:
    assert not ordered(announced=False).validations[-1].is_known_to_facility
    assert ordered().validations[-1].is_known_to_facility
    assert surveyed().validations[-1].is_known_to_facility


def test_what_is_said_of_a_survey_is_refused_once_the_accreditation_was_taken_back() -> None:
    for facts, message in (
        (ordered(), a_report()),
        (surveyed(), WHOLE),
        (responded(), a_decision("revoked", reasons=["x"])),
    ):
        taken(facts, message, FILED)
        facts.stage = Stage.OPTIONS
        assert refused_by(facts, message, FILED) == "case.wrong_stage"


def test_a_response_is_reminded_of_in_every_modality() -> None:
    oncology = edition_in_force("accreditation", date(2027, 1, 1), "radiation_oncology")
    assert response_reminders(oncology) == oncology.surveyed.plan_reminders.value
    assert response_reminders(TERMS) == TERMS.option_form.reminders.value
