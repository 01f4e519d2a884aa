"""What single notices must say: the advice of the programs' texts where it is due, and dates in the office's words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.notices.compose import NotWritten, compose, unit_in_words
from policy.rules import RULES
from records.tables import Deadline
from tests.activities.orders import an_office
from tests.records.rows import CASE, NOON, a_case, an_application

A_SECOND = timedelta(seconds=1)
LEAST = {"rule": "report.deficiency", "source": RULES["report.deficiency"]}
FAILED_CHEST = {"area": "chest", "acceptable": False, "comments": "Centre the patient.", "equipment_concern": ""}
FAILED_PHANTOM = {"area": "phantom", "acceptable": False, "comments": "Scan again.", "equipment_concern": "Tube"}
PASSED_HEAD = {"area": "head", "acceptable": True, "comments": "", "equipment_concern": ""}


def a_deadline(name: str, number: int = 0, **changes: Any) -> Deadline:
    columns: dict[str, Any] = {"case_id": CASE, "number": number, "name": name, "opens_at": NOON, "met": None}
    return Deadline(**columns | {"due_at": datetime(2027, 6, 19, 4, tzinfo=UTC)} | changes)


def said(kind: str, deadlines: tuple[Deadline, ...] = (), **facts: Any) -> str:
    """Return a notice's text in one line."""
    return " ".join(compose(kind, a_case(), LEAST | facts, NOON, an_office(), deadlines).body.split())


def test_the_report_gives_the_recommendations_for_each_area() -> None:
    text = said("final_report", findings=[FAILED_CHEST, PASSED_HEAD], deficiencies=1)
    assert "chest (chest, adult): NOT acceptable Recommendation: Centre the patient." in text
    assert "head (head, adult): acceptable" in text


def test_only_on_a_first_attempt_the_facility_corrects_on_its_own() -> None:
    assert "begin with corrective action of your own" in said("final_report", deficiencies=1)
    assert "begin with corrective action of your own" not in said("final_report", deficiencies=2)


def test_the_report_sends_the_facility_to_its_supervising_physician() -> None:
    assert "report and your options with your supervising physician" in said("final_report")


def test_a_phantom_is_scanned_again_with_a_physicist_or_mr_scientist() -> None:
    advice = "new scan with your medical physicist or MR scientist"
    assert advice in said("final_report", findings=[FAILED_PHANTOM])
    assert advice not in said("final_report", findings=[FAILED_CHEST])


def test_a_concern_about_equipment_names_possible_causes_only() -> None:
    text = said("final_report", findings=[FAILED_PHANTOM])
    assert "noted a concern about equipment or protocol. Ask your medical physicist or MR scientist" in text
    assert "possible ones only" in text
    assert "If you think that equipment or protocol" in said("final_report", findings=[FAILED_CHEST])


def test_no_letter_names_a_window_in_which_the_office_itself_must_act() -> None:
    text = said("case_resumed", (a_deadline("option_form"), a_deadline("fda_notice", 1)), days=3)
    assert "Option form: by" in text
    assert "FDA" not in text
    assert "No date runs for you now." in said("case_resumed", (a_deadline("fda_notice"),), days=3)


def test_the_report_names_the_windows_that_run() -> None:
    opens = NOON + timedelta(hours=48)
    deadlines = (
        a_deadline("appeal", 1),
        a_deadline("option_form", 2, opens_at=opens, due_at=NOON + timedelta(days=18)),
    )
    text = said("final_report", deadlines)
    assert "The option form opens on 5 June 2027, 12:00 ET" in text
    assert "An appeal must reach us by 18 June 2027, 24:00 ET." in text


@pytest.mark.parametrize("change", [{"met": True}, {"met": False}, {"over": True}, {"due_at": NOON}])
def test_a_window_that_does_not_run_is_not_named(change: dict[str, Any]) -> None:
    assert "An appeal must reach us" not in said("final_report", (a_deadline("appeal", **change),))


WORDS = {
    ("appeal", 1): "Appeal, if you disagree",
    ("repeat", 1): "Repeat the areas",
    ("reinstate", 2): "Reinstate with corrective action",
    ("reinstate", 3): "Reinstate after a scheduled on-site survey",
    ("reinstate", 4): "Reinstate after a scheduled on-site survey",
    ("withdraw_areas", 1): "Withdraw chest (chest, adult), which was not acceptable",
    ("withdraw", 1): "Withdraw from accreditation altogether",
}


@pytest.mark.parametrize(("option", "deficiencies"), list(WORDS))
def test_the_form_offers_what_the_case_says_and_nothing_else(option: str, deficiencies: int) -> None:
    text = said("option_form_open", deficiencies=deficiencies, options=[option], withdrawable=["chest"])
    every = {words for words in WORDS.values() if f"- {words}" in text}
    assert every == {WORDS[option, deficiencies]}


def test_a_form_whose_notice_names_no_options_sends_the_reader_to_the_form() -> None:
    assert "The form itself names what is open to you" in said("option_form_open")


def test_what_leaves_nothing_to_accredit_says_so() -> None:
    told: dict[str, Any] = {"options": ["withdraw_areas"], "withdrawable": ["chest"], "withdraws_all": True}
    assert "this withdraws the unit" in said("option_form_open", **told)


def test_areas_are_withdrawn_with_another_option_also_where_a_phantom_failed() -> None:
    text = said("option_form_open", options=["appeal", "repeat", "withdraw"], withdrawable=["chest"])
    assert "together with an appeal or a repeat: chest (chest, adult)" in text
    assert "may be faxed to 703-295-6776" in text


@pytest.mark.parametrize(("announced", "uploads"), [(True, True), (False, False), (None, True)])
def test_images_are_asked_for_only_where_the_form_announced_some(announced: bool | None, uploads: bool) -> None:
    text = said("option_received", option="appeal", additional_images=announced)
    assert ("uploads them in the testing package" in text) is uploads


def test_cd_and_film_are_told_to_call_before_they_appeal() -> None:
    case = a_case(application=an_application(medium="cd"))
    text = compose("option_form_open", case, LEAST | {"options": ["appeal"]}, NOON, an_office()).body
    assert "call us first for instructions" in " ".join(text.split())


@pytest.mark.parametrize(
    ("kind", "facts", "advice"),
    [
        ("withdrawn", {}, "Take down all ACR accreditation signage"),
        ("withdrawn", {}, "Insurers and other payers may ask for accreditation, or for more than we do"),
        ("option_received", {"option": "withdraw"}, "All ACR accreditation signage must come down"),
        ("option_received", {"option": "withdraw_areas"}, "Insurers and other payers may ask for more than we do"),
        ("option_received", {"option": "repeat"}, "Patient images come from another patient"),
        ("option_received", {"option": "reinstate"}, "no patient information of any kind"),
        ("option_received", {"option": "appeal"}, "not the whole exam again"),
        ("corrective_action_decision", {"approved": False}, "Keep patient information of any kind out"),
        ("corrective_action_decision", {"approved": True}, "confirm them with at least one document"),
        (
            "option_form_open",
            {"options": ["appeal"]},
            "It takes a letter, signed by the supervising physician where patient images",
        ),
        ("option_form_open", {"options": ["withdraw_areas"]}, "may be faxed to 703-295-6776"),
        ("application_accepted", {}, "Names, dates of birth and numbers of patients must not reach us"),
        ("testing_reminder", {}, "call us before it has passed"),
        ("inactive", {}, "the fee is not refunded"),
        ("appeal_result", {"findings": [FAILED_CHEST]}, "another appeal of the same result is not possible"),
        ("appeal_packet", {"findings": [FAILED_CHEST]}, "chest (chest, adult): NOT acceptable"),
        ("appeal_packet", {"letters": [{"name": "a.pdf", "signed_by": None}]}, "The letter of appeal: - a.pdf"),
        ("option_form_overdue", {"until": "2027-07-18T04:00:00Z"}, "the case closes after 17 July 2027, 24:00 ET"),
        ("closed", {"outcome": "renewed", "text": "Renewed by the next cycle."}, "Renewed by the next cycle."),
        ("appeal_packet", {"arbitrator": "Dr. Arbiter"}, "the images, the previous reviews and the facility's letter"),
        ("needs_attention", {}, "A. Sample, administrator, administrator@example.org"),
    ],
)
def test_advice_stands_where_it_is_due(kind: str, facts: dict[str, Any], advice: str) -> None:
    assert advice in said(kind, **facts)


def test_amounts_and_dates_are_written_as_the_office_writes_them() -> None:
    line = {"description": "CT: application fee", "quantity": 2, "unit_price": "1250.5", "amount": "2501.00"}
    text = said("invoice", invoice="2027-000001", lines=[line], total="2501.00", due_at="2027-07-04T04:00:00Z")
    assert "CT: application fee: 2 x $1,250.50 = $2,501.00 Total: $2,501.00 (US dollars)" in text
    assert "By 3 July 2027, 24:00 ET." in text


PAID = [
    ("0.01", "2899.99", "Still to be paid: $0.01"),
    ("0.00", "2900.00", "Nothing more is owed"),
    ("0.00", "2900.01", "more than it asked for"),
]


@pytest.mark.parametrize(("outstanding", "paid", "words"), PAID)
def test_a_payment_says_what_is_left(outstanding: str, paid: str, words: str) -> None:
    assert words in said("payment_received", total="2900.00", paid=paid, outstanding=outstanding)


DUE: dict[str, Any] = {"due_at": "2027-07-04T04:00:00Z"}


@pytest.mark.parametrize("kind", ["payment_received", "credit_note"])
def test_what_is_left_of_an_invoice_is_due_on_its_day(kind: str) -> None:
    assert "has not changed: 3 July 2027, 24:00 ET" in said(kind, outstanding="0.01", **DUE)
    assert "No date runs for you" in said(kind, outstanding="0.00", **DUE)


def test_nothing_waits_for_travel_expenses_and_after_them_no_word_is_the_offices() -> None:
    travel: dict[str, Any] = {"purpose": "travel_expenses", "total": "900.00"}
    part = said("payment_received", outstanding="400.00", paid="500.00", **travel)
    assert "Nothing waits for this payment." in part
    assert "The case goes on" not in part + said("credit_note", outstanding="400.00", **travel)
    assert "next word" not in said("payment_received", outstanding="0.00", paid="900.00", **travel)


@pytest.mark.parametrize("kind", ["withdrawn", "inactive", "not_granted", "closed", "expired"])
def test_a_last_letter_names_what_is_still_owed(kind: str) -> None:
    owed = [{"invoice": "2027-000001", "outstanding": "1000.00", **DUE}]
    text = said(kind, owed=owed)
    assert "Still to be paid: $1,000.00 on invoice 2027-000001, due date 3 July 2027." in text
    assert "The due date of what is still to be paid has not changed." in text
    assert "Still to be paid" not in said(kind)


def test_a_reminder_of_a_fee_points_at_the_invoices_date_and_any_other_has_none() -> None:
    assert "The invoice names the day" in said("waiting", awaited="the repeat fee", party="facility")
    assert "No date runs" in said("waiting", awaited="the quote of the repeat fee", party="acr")
    assert "No date runs" in said("waiting", awaited="the final report", party="acr")


@pytest.mark.parametrize(("deficiencies", "words"), [(3, "the third deficiency"), (11, "the 11th deficiency")])
def test_deficiencies_are_counted_in_words(deficiencies: int, words: str) -> None:
    assert words in said("final_report", deficiencies=deficiencies)
    assert words in said("option_form_open", deficiencies=deficiencies)


def test_a_decision_names_what_was_directed_before_and_is_still_to_be_taken_up() -> None:
    facts: dict[str, Any] = {"approved": False, "directed_actions": ["D2: Two"], "open_actions": ["D1: One", "D2: Two"]}
    assert "We direct these actions: - D2: Two Directed before, and still to be taken up: - D1: One" in said(
        "corrective_action_decision", **facts
    )


def test_the_numbers_of_the_rules_are_those_of_the_cases_edition_or_else_of_the_day() -> None:
    for edition in ("2021-03-08", "1999-01-01", None):
        body = compose("final_report", a_case(edition=edition), LEAST | {"options": ["repeat"]}, NOON, an_office()).body
        assert "within 15 days of your receiving the report" in " ".join(body.split())


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"due_at": "soon"}, "ValueError"),
        ({"due_at": "2027-07-04"}, "time zone is expected"),
        ({"lines": [{"quantity": 1}]}, "UndefinedError"),
        ({"total": "a lot"}, "InvalidOperation"),
    ],
)
def test_a_fact_that_makes_no_sense_is_told_with_its_text(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(NotWritten, match=f"(?s)invoice.txt cannot be filled.*{message}"):
        compose("invoice", a_case(), LEAST | facts, NOON, an_office())


def test_a_notice_without_its_rule_is_not_written() -> None:
    with pytest.raises(NotWritten, match="'source' is undefined"):
        compose("invoice", a_case(), {}, NOON, an_office())


def test_a_kind_that_nobody_knows_is_not_written() -> None:
    with pytest.raises(NotWritten, match="no kind of notice is called 'gossip'"):
        compose("gossip", a_case(), LEAST, NOON, an_office())


def test_a_fact_cannot_take_the_place_of_what_is_known() -> None:
    words = compose("invoice", a_case(), LEAST | {"case_id": "another", "zone": "Mars"}, NOON, an_office())
    assert "Please name the case" in words.body
    assert "another" not in words.body


def test_what_is_accredited_is_a_unit_or_a_service() -> None:
    assert unit_in_words(a_case()) == "CT unit CT-1"
    site = a_case("accreditation.OH-0417.breast_ultrasound.site.1", modality="breast_ultrasound")
    assert unit_in_words(site) == "breast ultrasound"


def test_a_move_that_is_told_after_its_days_gets_no_letter_that_asks_for_a_day_in_the_past() -> None:
    due_at = NOON + timedelta(days=3)
    told = {"address": "2 Sample Street", "due_at": due_at.isoformat()}
    for at, late in ((due_at - A_SECOND, False), (due_at, False), (due_at + A_SECOND, True)):
        letter = compose("relocation_reported", a_case(), LEAST | told, at, an_office())
        text = " ".join(letter.body.split())
        assert ("must be complete by 6 June 2027" in text) is not late
        assert ("had to be complete by the end of 6 June 2027" in text) is late
        assert ("Complete the relocation application now" in text) is late
        assert ("was due 6 June 2027" in letter.subject) is late
        assert bool(letter.dues) is not late, "what is past stands in no calendar"
