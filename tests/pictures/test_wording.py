"""Every entry is said in plain words; what an older program wrote otherwise is still said somehow."""

import pytest

from pictures.wording import saying
from policy.status import EntryView
from services.message_fields import messages
from services.words import message_words
from tests.pictures.tales import ZONE, day, entry, midnight, opens, passes, sent, stage

BAD = {"area": "head-adult", "acceptable": False}
GOOD = {"area": "phantom", "acceptable": True}


def said(line: EntryView, *, designation: bool = False) -> str:
    return saying(line, ZONE, designation=designation).text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (sent(1, "issue_final_report", findings=[BAD, GOOD]), "Final report: head-adult not acceptable"),
        (sent(1, "issue_final_report", findings=[GOOD]), "Final report: everything acceptable"),
        (sent(1, "choose_option", option="reinstate"), "Option: reinstatement"),
        (
            sent(1, "choose_option", option="withdraw_areas", areas_withdrawn=["knee", "spine"]),
            "Option: withdrawal of areas: without knee and spine",
        ),
        (sent(1, "decide_corrective_action_plan", approved=False), "Decision on the plan: actions directed"),
        (
            sent(1, "file_survey_report", findings=[BAD], satisfactory=False),
            "Survey report: not satisfactory, head-adult not acceptable",
        ),
        (sent(1, "schedule_survey", on="2027-03-05"), "Survey scheduled: 5 March 2027"),
        (sent(1, "record_payment", invoice="2027-1", amount="2.00"), "Payment recorded: 2.00 USD for invoice 2027-1"),
        (sent(1, "confirm_pledge", pledge="image_wisely", year=2028), "Pledge confirmed: Image Wisely, 2028"),
        (
            sent(1, "view_final_report", on_behalf_of={"name": "Ann Sample", "role": "administrator"}),
            "Report viewed (the office for administrator)",
        ),
        (
            entry(1, "refusal", "Refused", message="choose_option", rule="option.not_offered", reason="Not offered."),
            "Refused: option form. Not offered. (option.not_offered)",
        ),
        (entry(1, "notice", "Notice: waiting", kind="waiting"), "Still awaited"),
        (stage(1, "application", attempt="repeat"), "Repeat: fee"),
        (stage(1, "closed", outcome="not_granted"), "Closed: not granted"),
        (opens(1, "testing_package", midnight(45)), "Testing package: due 18 February 2027, 24:00 ET"),
        (opens(1, "renewal_notice", day(45)), "Renewal notice: on 18 February 2027, 09:00 ET"),
        (opens(1, "expiry", midnight(45)), "Certificate: until 18 February 2027, 24:00 ET"),
        (passes(midnight(45), "expiry"), "Certificate: has ended"),
        (entry(1, "warning", "It is late."), "It is late."),
    ],
)  # fmt: skip
def test_an_entry_is_said_in_a_sentence(line: EntryView, text: str) -> None:
    assert said(line) == text


def test_what_expires_is_a_designation_where_the_case_is_one() -> None:
    assert said(passes(midnight(45), "expiry"), designation=True) == "Designation: has ended"


def test_an_invoice_shows_its_amount_where_there_is_little_room() -> None:
    whole = entry(1, "invoice", "Invoice 2027-1 (site_survey): 2500.00 USD", invoice="2027-1", total="2500.00")
    cents = entry(1, "payment", "Payment of 1858.50 USD", invoice="2027-1", amount="1858.50")
    assert [saying(one, ZONE, designation=False).short for one in (whole, cents)] == ["$2,500", "$1,858.50"]
    assert said(whole) == "Invoice 2027-1 (site survey): 2500.00 USD"


@pytest.mark.parametrize("name", sorted(messages()))
def test_every_message_has_plain_words(name: str) -> None:
    assert "_" not in message_words(name)
    assert said(sent(1, name)).startswith(message_words(name)[:6])


@pytest.mark.parametrize(
    "line",
    [
        entry(1, "message", "a message of tomorrow"),
        entry(1, "message", "choose option", message="not an object"),
        entry(1, "message", "issue final report", message={"findings": ["?"]}),
        entry(1, "message", "schedule survey", message={"on": "soon"}),
        entry(1, "message", "view final report", message={"on_behalf_of": "Ann"}),
        entry(1, "deadline", "Something has passed"),
        entry(1, "deadline", "Something", deadline="something", due_at="soon"),
        entry(1, "extension", "Extended"),
        entry(1, "extension", "Moved", deadline="option_form", paused_days=20),
        entry(1, "invoice", "Invoice", total="a lot"),
        entry(1, "notice", "Notice: of tomorrow"),
        entry(1, "refusal", "Refused"),
        entry(1, "stage", "Stage: of tomorrow"),
        entry(1, "a_kind_of_tomorrow", "What it says"),
    ],
)
def test_an_entry_of_another_version_is_said_too(line: EntryView) -> None:
    spoken = saying(line, ZONE, designation=False)
    assert spoken.short.strip()
    assert spoken.text.strip()
    assert "None" not in spoken.text


def test_a_window_that_stood_still_was_moved_and_says_by_how_many_days_and_until_when() -> None:
    moved = entry(1, "extension", "Moved", deadline="option_form", paused_days=20, until="2028-04-07T04:00:00+00:00")
    assert saying(moved, ZONE, designation=False).text == "Option form moved by 20 days: until 6 April 2028, 24:00 ET"
