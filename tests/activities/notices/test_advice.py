"""Every advice that the programs' pages give to a facility stands in the notice where it is due.

One row for each: what is advised, in our words, and where it stands; then the notice, what it must know, and the words
that carry the advice. The pages are "Options following a failure or deficiency" (revised 03-08-2021) and the page of the
Diagnostic Imaging Center of Excellence.
"""

# ruff: noqa: E501 (a row of a table is a line)
from typing import Any, NamedTuple

import pytest

from activities.notices.compose import compose
from policy.rules import RULES
from tests.activities.notices import test_dicoe_texts
from tests.activities.notices.test_compose import FAILED_CHEST, FAILED_PHANTOM, PASSED_HEAD, a_deadline
from tests.activities.orders import an_office
from tests.records.rows import NOON, a_case, an_application

LEAST = {"rule": "report.deficiency", "source": RULES["report.deficiency"]}


class Advice(NamedTuple):
    """What is advised, in which notice, with which facts, by which words."""

    advises: str
    kind: str
    facts: dict[str, Any]
    words: str


WITHDRAWN = ["withdraw_areas", "withdraw"]
FIRST: dict[str, Any] = {"deficiencies": 1, "options": ["appeal", "repeat", *WITHDRAWN], "withdrawable": ["chest"]}
SECOND: dict[str, Any] = FIRST | {"deficiencies": 2, "options": ["appeal", "reinstate", *WITHDRAWN]}
THIRD: dict[str, Any] = SECOND | {"deficiencies": 3}
REPORT: dict[str, Any] = FIRST | {"findings": [FAILED_CHEST, FAILED_PHANTOM, PASSED_HEAD]}
LOST: dict[str, Any] = REPORT | {"options": ["repeat", *WITHDRAWN]}
APPEAL, REPEAT, REINSTATE = ({"option": option} for option in ("appeal", "repeat", "reinstate"))

OPTIONS = [
    # The introduction, and what comes before any option
    Advice("the report gives recommendations for improvement", "final_report", REPORT, "Recommendation: Centre the patient."),
    Advice("on a first attempt, act on your own", "final_report", REPORT, "begin with corrective action of your own"),
    Advice("any denial may be appealed", "final_report", REPORT, "You may appeal this result if you disagree"),
    Advice("where the form is found", "option_form_open", FIRST, "My Final Reports, then Select Option, then Other Options"),
    Advice("the form opens 48 hours after the report", "final_report", REPORT, "The option form opens on 5 June 2027, 12:00 ET"),
    Advice("the form is due 15 days later", "option_form_open", {"due_at": "2027-06-21T04:00:00Z"}, "due by 20 June 2027"),
    Advice("review report and options with the supervising physician", "final_report", REPORT, "options with your supervising physician before you choose"),
    Advice("the same, with the form", "option_form_open", FIRST, "Choose one of these with your supervising physician"),
    Advice("the same, with the reminder", "option_form_reminder", {}, "the options with your supervising physician"),
    Advice("view the report first", "final_report", REPORT, "cannot be sent before somebody at the facility has viewed it"),
    Advice("view the report first, once more", "option_form_reminder", {}, "the form cannot be sent before that"),
    # Appeals
    Advice("appeal within 15 days of the report", "final_report", REPORT, "An appeal must reach us by 18 June 2027"),
    Advice("why one appeals", "option_form_open", FIRST, "if the wrong images were chosen, images were missing, or data forms were wrong or incomplete"),
    Advice("no new cases", "option_form_open", FIRST, "No new patients: only the exam you submitted is looked at again"),
    Advice("reviewers take it for your best work", "application_accepted", {}, "take what you submit for your best work, seen by the modality's supervising physician"),
    Advice("the same, before the package is due", "testing_reminder", {}, "our reviewers take it for your best work"),
    Advice("sequences left out may be added", "option_form_open", FIRST, "sequences that were left out may be added"),
    Advice("check the attestation box, and submit", "option_form_open", FIRST, "check the attestation box at the bottom, and submit"),
    Advice("check no modules but those to withdraw", "option_form_open", FIRST, "Name no modules or patient types in it except those you want to withdraw"),
    Advice("appeal the way you submitted", "option_form_open", FIRST, "You appeal the way you submitted: electronically"),
    Advice("who signs the letter", "option_form_open", FIRST, "signed by the supervising physician where patient images are in question, by the medical physicist where a phantom is"),
    Advice("supporting documents, such as corrected data forms", "option_form_open", FIRST, "Corrected data forms and other papers go with the letter"),
    Advice("no images with the letter", "option_form_open", FIRST, "go with the letter; images do not"),
    Advice("say whether images follow", "option_form_open", FIRST, "Say in the form whether images follow"),
    Advice("missing images go into the testing package", "option_received", APPEAL, "the facility uploads them in the testing package, not with the letter"),
    Advice("do not upload the exam again", "option_received", APPEAL, "not the whole exam again"),
    Advice("then submit the package", "option_received", APPEAL, "then it submits the package"),
    Advice("an arbitrator who did not review", "option_received", APPEAL, "an arbitrator who had no part in the review gets the images, the previous reviews and the letter"),
    Advice("the determination is final", "appeal_result", REPORT, "The determination is final"),
    Advice("a result within 30 to 45 days of all materials", "appeal_materials_complete", {}, "30 to 45 days from now"),
    Advice("the same, with both dates", "appeal_materials_complete", {"opens_at": "2027-07-04T04:00:00Z", "due_at": "2027-07-19T04:00:00Z"}, "from 3 July 2027 until 18 July 2027, 24:00 ET"),
    Advice("after a failed appeal", "appeal_result", LOST, "You may choose a repeat, the withdrawal of modules or patient types, or withdrawal from accreditation"),
    # Repeats
    Advice("repeat what was not acceptable", "option_form_open", FIRST, "Repeat the areas that were not acceptable, and only those"),
    Advice("no change of the exam", "option_form_open", FIRST, "The exam stays the same"),
    Advice("another patient", "option_form_open", FIRST, "patient images must come from another patient"),
    Advice("phantoms with a physicist or MR scientist", "option_form_open", FIRST, "phantoms are scanned again, best with a qualified medical physicist or MR scientist"),
    Advice("the same, once chosen", "option_received", REPEAT, "best with a qualified medical physicist or MR scientist"),
    Advice("ask for a repeat within 15 days", "final_report", REPORT, "should be asked for within 15 days of your receiving the report"),
    Advice("application and payment of the repeat", "option_received", REPEAT, "The repeat's invoice comes in a notice of its own"),
    Advice("the package's date follows the acceptance", "option_received", REPEAT, "the testing package has a new due date"),
    Advice("after a failed repeat: appeal its images only", "option_form_open", SECOND, "Only the images of this last attempt can be contested"),
    # Reinstatement
    Advice("no patient information", "option_form_open", SECOND, "Keep patient information out of all these documents: we cannot take any"),
    Advice("no patient information in the plan", "option_received", REINSTATE, "no patient information of any kind"),
    Advice("no patient information in proofs", "corrective_action_decision", {"approved": True}, "Keep patient information of any kind out"),
    Advice("answer every deficiency", "option_form_open", SECOND, "answers every deficiency of every report so far"),
    Advice("the plan must be approved", "option_form_open", SECOND, "our approval"),
    Advice("actions may be directed", "option_form_open", SECOND, "we may direct actions of our own"),
    Advice("completed and documented", "corrective_action_decision", {"approved": True}, "confirm them with at least one document"),
    Advice("everything is tested again", "option_form_open", SECOND, "a test of all areas of the original application"),
    Advice("failing again leads to a survey", "option_form_open", SECOND, "Should that fail too, a scheduled on-site survey comes before"),
    Advice("who comes", "option_form_open", THIRD, "a radiologist, a medical physicist and an ACR staff technologist visit you"),
    Advice("progress and training", "option_form_open", THIRD, "review your progress and train where help is needed"),
    Advice("it takes time, and costs", "option_form_open", THIRD, "It takes time; the base fee of the visit and all travel expenses of the team are the facility's"),
    # Withdrawal
    Advice("areas may be withdrawn with another option", "option_form_open", FIRST, "Withdraw a module or patient type together with an appeal or a repeat: chest (chest, adult)"),
    Advice("too few exams", "option_form_open", FIRST, "because you perform too few of its exams"),
    Advice("the emergency use clause", "option_form_open", FIRST, "emergency use clause of your modality's requirements"),
    Advice("all patient types", "option_form_open", FIRST, "Some modalities need all patient types, and may have no such clause"),
    Advice("the requirements hold", "accredited", {}, "the requirements of the program hold for as long as the accreditation does"),
    Advice("payers may be stricter: ask them first", "option_form_open", FIRST, "ask yours before you drop a module"),
    Advice("no list of payers is kept", "withdrawn", {}, "We keep no list of their requirements: ask yours"),
    Advice("the form, signed and faxed", "option_form_open", FIRST, "a form signed by the supervising physician named in your application, which may be faxed to 703-295-6776"),
    Advice("take the signage down", "option_form_open", FIRST, "All ACR accreditation signage must then come down"),
    Advice("take the signage down, now", "withdrawn", {}, "Take down all ACR accreditation signage"),
    # Equipment and protocol
    Advice("ask physicist or MR scientist", "final_report", REPORT, "Ask your medical physicist or MR scientist to look into it"),
    Advice("causes are possible ones", "final_report", REPORT, "possible ones only: images do not always show why"),
    Advice("how they help", "final_report", REPORT, "by reviewing your protocols or testing the equipment"),
]  # fmt: skip

CD = [
    Advice("the form opens 48 hours after the return of images", "final_report", REPORT, "opens 48 hours after we have returned your images"),
    Advice("a repeat's 15 days run from the return of the images", "final_report", REPORT, "within 15 days of your receiving the report; on CD these days run from the return of your images"),
    Advice("call before an appeal on CD or film", "option_form_open", FIRST, "You submitted on CD, so the appeal goes the same way: call us first for instructions"),
    Advice("the same, once chosen", "option_received", APPEAL, "calls the office for instructions"),
]  # fmt: skip

DESIGNATIONS = [
    Advice("complete when all sheets are filled", "application_received", {}, "the facility, modality and payment sheets"),
    Advice("no changes after submission: call", "application_received", {}, "You cannot change the application yourself any more. If something in it is wrong, call us."),
    Advice("whom to call", "application_received", {}, "1-800-770-0145 x4542, dicoe@acr.org"),
    Advice("at least one location is surveyed", "application_accepted", {}, "at least one of your locations"),
    Advice("who surveys", "application_accepted", {}, "a radiologist, a medical physicist and ACR staff"),
    Advice("X-ray and fluoroscopy are looked at", "application_accepted", {}, "routine X-ray and fluoroscopy included"),
    Advice("travel and expenses are the practice's", "application_accepted", {}, "The travel and the expenses of the team are yours"),
    Advice("what eligibility asks for goes on", "designated", {}, "accreditation in every service that ACR accredits, both pledges, at least two registries"),
    Advice("a radiologist to consult", "designated", {}, "a radiologist whom referring providers can consult during working hours"),
    Advice("one application for each state", "designated", {}, "A location in another state needs an application of its own"),
    Advice("locations are added at mid-cycle", "designated", {}, "Locations can be added from mid-cycle on"),
    Advice("what an added location costs", "mid_cycle", {}, "at $300.00 each"),
    Advice("added locations are of the same practice", "mid_cycle", {}, "meets the same requirements as the first ones and lies in the same state"),
    Advice("surveys may be virtual", "renewal_notice", {}, "which may be held by video"),
]  # fmt: skip


def named(advice: Advice) -> str:
    return f"{advice.kind}: {advice.advises}"


@pytest.mark.parametrize("advice", OPTIONS, ids=named)
def test_the_advice_to_a_facility_stands_where_it_is_due(advice: Advice) -> None:
    opens = NOON.replace(day=5)
    windows = (a_deadline("appeal", 0), a_deadline("option_form", 1, opens_at=opens))
    body = compose(advice.kind, a_case(), LEAST | advice.facts, NOON, an_office(), windows).body
    assert advice.words in " ".join(body.split())


@pytest.mark.parametrize("advice", CD, ids=named)
def test_the_advice_to_a_facility_that_submits_on_cd(advice: Advice) -> None:
    case = a_case(application=an_application(medium="cd"))
    body = compose(advice.kind, case, LEAST | advice.facts, NOON, an_office()).body
    assert advice.words in " ".join(body.split())


@pytest.mark.parametrize("advice", DESIGNATIONS, ids=named)
def test_the_advice_to_a_practice_stands_where_it_is_due(advice: Advice) -> None:
    assert advice.words in test_dicoe_texts.said(advice.kind, **advice.facts)
