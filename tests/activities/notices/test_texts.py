"""Every kind of notice has its text, every text fills with little and with much, and says the five things it must."""

from typing import Any

import pytest
from jinja2 import Environment, meta

from activities.notices.compose import compose
from activities.notices.filters import FILTERS
from activities.notices.index import TEXTS, index
from activities.notices.layout import WIDTH
from policy.rules import RULES
from tests.activities.orders import an_office
from tests.records.rows import NOON, a_case

KINDS_OF_ACCREDITATION = {
    "application_received", "invoice", "payment_received", "application_accepted", "application_returned",
    "testing_reminder", "testing_overdue", "final_report", "option_form_open", "option_form_reminder",
    "option_form_overdue", "option_received", "option_refused", "appeal_packet", "appeal_materials_complete",
    "appeal_result_due", "appeal_result_overdue", "appeal_result", "supplemental_review_terms",
    "supplemental_review_result", "corrective_action_decision",
    "survey_scheduled", "survey_report", "accredited", "not_granted", "inactive", "withdrawn", "closed",
    "renewal_notice", "renewal_reminder", "expired", "needs_attention", "due_date_extended", "waiting",
    "credit_note", "payment_undone", "invoice_reminder", "case_paused", "case_resumed", "case_reopened",
    "invoice_replaced",
}  # fmt: skip
HEADINGS = ("WHAT HAPPENED", "WHAT YOU MAY DO NEXT", "BY WHEN", "THE RULE", "WHOM TO CALL")
ALWAYS = {
    "case_id", "facility", "unit", "medium", "area_names", "area_kinds", "contacts", "office", "zone", "at", "windows",
    "mqsa", "physician", "body", "on_file", "accredited",
    "terms", "audience", "failed", "failed_phantom", "concerns", "list_of", "offered", "repeat_by_when", "abroad",
    "correcting", "book", "unheld",
}  # fmt: skip
LEAST = {"rule": "option_form.past_due", "source": RULES["option_form.past_due"]}
MOST: dict[str, Any] = {
    "first_sent_at": "2027-05-28T16:00:00Z",
    "person": "Ann Sample",
    "stays": True,
    "roles": ["administrator", "technologist"],
    "change": "merged",
    "former_id": "OH-0417",
    "former_name": "Sample Imaging Center",
    "new_id": "OH-0500",
    "new_name": "Sample Health Imaging",
    "address": "2 Sample Street, Sampleton, OH 43001",
    "location": True,
    "granted_at": "2027-06-03T16:00:00Z",
    "actions": [{"area": "complaint notice", "text": "The notice hangs at the entrance."}],
    "announced": False,
    "before_accreditation": True,
    "holds_grant": True,
    "corrections": ["The administrator is Ann Sample since 1 April."],
    "decision": "under_corrective_action",
    "accepts": "The protocol of the neck.",
    "additional_images": True,
    "amount": "100.00",
    "approved": True,
    "arbitrator": "Dr. Arbiter",
    "areas": ["chest", "phantom"],
    "attested_by": {"role": "supervising_physician", "name": "Dr. Sample"},
    "awaited": "the testing package",
    "counts_from": "2027-06-03T16:00:00Z",
    "credit_note": "C2027-000001",
    "days": 30,
    "closed_at": "2027-06-03T16:00:00Z",
    "corrects": "2027-05-28T16:00:00Z",
    "correction": "The finding was that of another unit.",
    "deadline": "option_form",
    "deficiencies": 2,
    "closed": False,
    "directed_actions": ["D2: Replace the tube"],
    "documents": [{"name": "appeal-letter.pdf", "sha256": "5a" * 32, "sort": "letter", "signed_by": None}],
    "due_at": "2027-07-04T04:00:00Z",
    "entered_by": {"role": "acr", "name": "Sample Officer"},
    "expires_at": "2030-06-04T04:00:00Z",
    "findings": [
        {
            "area": "chest",
            "acceptable": False,
            "comments": "Centre the patient.",
            "equipment_concern": "Ring artefacts",
        },
        {"area": "phantom", "acceptable": False, "comments": "Scan again.", "equipment_concern": ""},
        {"area": "head", "acceptable": True, "comments": "", "equipment_concern": ""},
    ],
    "grounds": "other",
    "invoice": "2027-000001",
    "item": "fee.application.1",
    "enclosed": ["appeal-letter.pdf"],
    "leads_to": "accredited",
    "letters": [{"name": "appeal-letter.pdf", "signed_by": {"role": "supervising_physician", "name": None}}],
    "lines": [{"description": "Fee", "quantity": 1, "unit_price": "2900.00", "amount": "2900.00"}],
    "locations": ["L-1"],
    "medium": "upload",
    "message": "choose_option:m-1",
    "mode": "on_site",
    "undone": "It was a slip.",
    "on": "2027-09-02T04:00:00Z",
    "opens_at": "2027-06-05T16:00:00Z",
    "option": "appeal",
    "missing": {},
    "open_actions": ["D1: Train the technologists", "D2: Replace the tube"],
    "options": ["appeal", "reinstate", "withdraw"],
    "outcome": "closed_by_acr",
    "outstanding": "2800.00",
    "owed": [{"invoice": "2027-000001", "outstanding": "1858.50", "due_at": "2027-06-21T04:00:00Z"}],
    "paid": "100.00",
    "party": "facility",
    "payment": "record_payment:p-1",
    "previous": "2027-06-21T04:00:00Z",
    "purpose": "application",
    "replaces": "2027-000000",
    "reason": "A letter was lost.",
    "reasons": ["The address is missing."],
    "repeat_by": "2027-06-19T04:00:00Z",
    "reports": ["FR2027-000001"],
    "round": "repeat",
    "satisfactory": False,
    "signers": ["supervising_physician"],
    "serious_risk": True,
    "unit_stops": True,
    "since": "2027-05-04T12:00:00Z",
    "team": ["Dr. Sample (radiologist)"],
    "refund": "record_refund:r-1",
    "taken_back": False,
    "text": "A fee is not set.",
    "total": "2900.00",
    "training": [{"area": "chest", "text": "positioning"}],
    "unpaid": True,
    "until": "2027-07-18T04:00:00Z",
    "verdict": {"rule": "option.not_offered", "reason": "It is not offered.", "source": "S1", "instead": ["Repeat."]},
    "warnings": ["It was asked for late."],
    "withdrawable": ["chest"],
    "withdrawn": ["head"],
    "withdraws_all": False,
}


def sections(body: str) -> dict[str, str]:
    """Return what stands below each heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in body.splitlines():
        if line in HEADINGS:
            heading = line
        found.setdefault(heading, []).append(line)
    return {name: "\n".join(lines[1:]).strip() for name, lines in found.items() if name}


def test_every_kind_that_accreditation_sends_is_in_the_index() -> None:
    assert set(index().kinds) >= KINDS_OF_ACCREDITATION


def test_every_kind_has_a_text_and_every_text_a_kind() -> None:
    texts = {path.stem for path in TEXTS.glob("*.txt") if not path.stem.startswith("_")}
    assert texts == set(index().kinds)


@pytest.mark.parametrize("kind", sorted(index().kinds))
def test_a_text_uses_only_facts_that_the_index_names_for_it(kind: str) -> None:
    environment = Environment(autoescape=False)
    environment.filters.update(FILTERS)
    used = {
        name
        for source in ((TEXTS / f"{kind}.txt").read_text("utf-8"), index().kinds[kind].subject)
        for name in meta.find_undeclared_variables(environment.parse(source))
    }
    assert used - ALWAYS <= {*index().kinds[kind].facts, *index().common_facts}


@pytest.mark.parametrize("deficiencies", [1, 2, 3])
@pytest.mark.parametrize("facts", [{}, MOST], ids=["least", "most"])
@pytest.mark.parametrize("kind", sorted(index().kinds))
def test_a_notice_says_what_happened_what_next_by_when_which_rule_and_whom_to_call(
    kind: str, facts: dict[str, Any], deficiencies: int
) -> None:
    known = LEAST | (facts | {"deficiencies": deficiencies} if facts else {})
    words = compose(kind, a_case(), known, NOON, an_office())
    told = sections(words.body)
    assert tuple(told) == HEADINGS
    assert all(told.values())
    rule = f"{LEAST['rule']} - " if index().kinds[kind].audience == "office" else ""
    assert told["THE RULE"].replace("\n", " ") == f"{rule}{LEAST['source']}"
    calling = told["WHOM TO CALL"].replace("\n", " ")
    assert "555-0100" in calling
    assert "Monday-Friday 8:30 a.m.-5 p.m. ET" in calling
    assert a_case().case_id in words.body
    for trace in ("None", "{{", "{%", "Undefined", "[]", "  -"):
        assert trace not in words.body + words.subject
    assert words.subject == " ".join(words.subject.split())
    assert max(len(line) for line in words.body.splitlines()) <= WIDTH


@pytest.mark.parametrize("kind", sorted(index().kinds))
def test_each_fact_alone_may_be_missing(kind: str) -> None:
    facts = index().kinds[kind].facts
    for missing in facts:
        known = LEAST | {name: MOST[name] for name in facts if name != missing}
        assert compose(kind, a_case(), known, NOON, an_office()).body
        assert compose(kind, a_case(), known | {missing: None}, NOON, an_office()).body


@pytest.mark.parametrize("medium", ["upload", "cd", "film", None])
@pytest.mark.parametrize("kind", sorted(index().kinds))
def test_every_medium_has_its_words(kind: str, medium: str | None) -> None:
    case = a_case()
    case.application = case.application | {"medium": medium}
    for option in ("appeal", "repeat", "reinstate", "withdraw_areas", "withdraw"):
        assert compose(kind, case, LEAST | MOST | {"option": option}, NOON, an_office()).subject
