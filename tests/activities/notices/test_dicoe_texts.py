"""The notices of a designation: each says its five things, and none advises what only accreditation needs."""

import ast
from typing import Any

import pytest
from jinja2 import Environment, meta

from activities.notices.compose import NotWritten, compose
from activities.notices.filters import FILTERS
from activities.notices.index import TEXTS, index, index_of
from activities.notices.layout import WIDTH
from activities.recipients import recipients
from policy.rules import RULES
from records.tables import CaseRecord
from tests.activities.notices.test_orders import PLACE_OF_KIND, WORKFLOWS
from tests.activities.notices.test_texts import ALWAYS, HEADINGS, sections
from tests.activities.orders import an_office
from tests.policy.designation.practices import an_application
from tests.records.rows import NOON, a_case

OWN = (
    "designated", "not_designated", "mid_cycle", "locations_added", "pledge_renewal", "accreditation_ended",
    "accreditation_regained", "designation_reissued",
)  # fmt: skip
SHARED = (
    "application_received", "invoice", "payment_received", "application_accepted", "application_returned",
    "survey_scheduled", "survey_report", "renewal_notice", "renewal_reminder", "expired", "withdrawn", "closed",
    "due_date_extended", "waiting", "needs_attention", "credit_note", "payment_undone", "invoice_reminder",
    "case_paused", "case_resumed", "case_reopened", "invoice_replaced", "contact_left", "facility_changed",
)  # fmt: skip
KINDS = OWN + SHARED
LEAST = {"rule": "designation.granted", "source": RULES["designation.granted"]}
MOST: dict[str, Any] = {
    "first_sent_at": "2027-05-28T16:00:00Z",
    "person": "Ann Sample",
    "stays": False,
    "roles": ["administrator"],
    "change": "renamed",
    "former_id": "OH-0001",
    "former_name": "Sample Imaging East",
    "new_id": "OH-0001",
    "new_name": "Sample Health Imaging East",
    "address": "2 Sample Street, Sampleton, OH 43001",
    "location": True,
    "amount": "300.00",
    "areas": ["OH-0001", "OH-0009"],
    "awaited": "the pledge for 2029",
    "closed": False,
    "counts_from": "2027-02-10T15:00:00Z",
    "credit_note": "C2027-000001",
    "days": 30,
    "closed_at": "2027-06-03T16:00:00Z",
    "corrects": "2027-05-28T16:00:00Z",
    "correction": "The finding was that of another unit.",
    "deadline": "renewal_application",
    "due_at": "2029-08-10T04:00:00Z",
    "expires_at": "2030-02-11T05:00:00Z",
    "findings": [
        {"area": "nuclear_medicine", "acceptable": False, "comments": "Review the protocols.", "equipment_concern": ""},
        {"area": "xray", "acceptable": True, "comments": "", "equipment_concern": ""},
    ],
    "invoice": "2027-000001",
    "item": "accreditation.OH-0001.ct",
    "lines": [{"description": "Additional", "quantity": 2, "unit_price": "300.00", "amount": "600.00"}],
    "locations": ["OH-0001"],
    "mode": "virtual",
    "on": "2027-02-01T05:00:00Z",
    "opens_at": "2028-08-10T04:00:00Z",
    "outcome": "expired",
    "outstanding": "0.00",
    "owed": [{"invoice": "2027-000001", "outstanding": "1858.50", "due_at": "2027-06-21T04:00:00Z"}],
    "paid": "600.00",
    "party": "facility",
    "payment": "record_payment:p-1",
    "previous": "2029-08-10T04:00:00Z",
    "purpose": "additional_locations",
    "replaces": "2027-000000",
    "reason": "A letter was lost.",
    "reasons": ["The protocols are not reviewed."],
    "satisfactory": True,
    "since": "2027-05-04T12:00:00Z",
    "taken_back": False,
    "team": ["Sample Radiologist (radiologist)"],
    "text": "the ct accreditation of OH-0001 ended: expired",
    "total": "600.00",
    "training": [{"area": "ct", "text": "positioning"}],
    "until": "2029-09-10T04:00:00Z",
    "year": 2029,
}
ACCREDITATION_ONLY = (
    "testing", " unit ", "phantom", "option form", "appeal", "certificate", "accreditation signage",
    "supervising physician", "final report", "on-site survey", "reinstat", "703-295-6776",
    "accreditation granted", "accreditation expired",
)  # fmt: skip


def a_designation(locations: int = 3, **application: Any) -> CaseRecord:
    columns: dict[str, Any] = {
        "program": "dicoe",
        "facility_id": "SAMPLE-RAD",
        "facility_name": "Sample Radiology Group",
        "modality": None,
        "unit": None,
        "state": "OH",
        "edition": "2021-01-01",
        "application": an_application(locations, **application).model_dump(mode="json"),
    }
    return a_case("dicoe.SAMPLE-RAD.OH.1", **columns)


def said(kind: str, case: CaseRecord | None = None, **facts: Any) -> str:
    """Return a notice's subject and text in one line."""
    words = compose(kind, case or a_designation(), LEAST | facts, NOON, an_office())
    return f"{words.subject}: {' '.join(words.body.split())}"


@pytest.mark.parametrize("facts", [{}, MOST], ids=["least", "most"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_says_its_five_things_and_whom_to_call_about_designations(kind: str, facts: dict[str, Any]) -> None:
    words = compose(kind, a_designation(), LEAST | facts, NOON, an_office())
    told = sections(words.body)
    assert tuple(told) == HEADINGS
    assert all(told.values())
    calling = told["WHOM TO CALL"].replace("\n", " ")
    assert "1-800-770-0145 x4542, dicoe@acr.org" in calling
    assert "Monday-Friday 8:30 a.m.-5 p.m. ET" in calling
    assert "dicoe.SAMPLE-RAD.OH.1" in words.body
    for trace in ("None", "{{", "{%", "Undefined", "[]", "  -"):
        assert trace not in words.body + words.subject
    assert max(len(line) for line in words.body.splitlines()) <= WIDTH


@pytest.mark.parametrize("facts", [{}, MOST], ids=["least", "most"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_notice_of_a_designation_advises_what_belongs_to_accreditation(kind: str, facts: dict[str, Any]) -> None:
    for purpose in ("designation", "additional_locations", "travel_expenses"):
        for outcome in ("expired", "renewed", "withdrawn", "closed_by_acr"):
            known = facts | ({"purpose": purpose, "outcome": outcome} if facts else {})
            text = said(kind, **known).casefold()
            assert [word for word in ACCREDITATION_ONLY if word in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_fact_alone_may_be_missing(kind: str) -> None:
    facts = index_of("dicoe").kinds[kind].facts
    for missing in facts:
        assert said(kind, **{name: MOST[name] for name in facts if name != missing})


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_uses_only_facts_that_the_index_names_for_it(kind: str) -> None:
    environment = Environment(autoescape=False)
    environment.filters.update(FILTERS)
    known, file = index_of("dicoe").kinds[kind], TEXTS / "dicoe" / f"{kind}.txt"
    text = (file if file.exists() else TEXTS / f"{kind}.txt").read_text("utf-8")
    used = {name for part in (text, known.subject) for name in meta.find_undeclared_variables(environment.parse(part))}
    of_the_office = {"assessment_areas", "survey_focus"}  # lists that stand in its settings
    given = ALWAYS | of_the_office | {"abroad", "location_names", "program", "tier_is_full"}
    assert used - given <= {*known.facts, *index().common_facts}


def test_every_text_of_the_designation_has_a_kind() -> None:
    texts = {path.stem for path in (TEXTS / "dicoe").glob("*.txt")}
    assert texts <= set(KINDS)
    assert set(OWN) <= texts
    assert set(KINDS) <= set(index_of("dicoe").kinds)
    assert not set(OWN) & set(index_of("accreditation").kinds)


def test_every_notice_that_a_designation_sends_has_words_for_every_fact() -> None:
    wrong = []
    for module in sorted((WORKFLOWS / "designation").glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = PLACE_OF_KIND.get(node.func.attr, len(node.args))
            kind = node.args[place] if place < len(node.args) else None
            if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                facts = {keyword.arg for keyword in node.keywords if keyword.arg}
                known = index_of("dicoe").kinds.get(kind.value)
                if known is None or kind.value not in KINDS or facts - {*known.facts}:
                    wrong.append((module.name, kind.value, facts))
    assert wrong == []


def test_accreditation_knows_nothing_of_the_kinds_of_a_designation() -> None:
    with pytest.raises(NotWritten, match="no kind of notice is called 'designated'"):
        compose("designated", a_case(), LEAST, NOON, an_office())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_finds_somebody(kind: str) -> None:
    assert recipients(kind, a_designation(), {}, an_office()).to


def test_an_accreditation_that_ended_is_told_to_both_sides() -> None:
    told = recipients("accreditation_ended", a_designation(), {}, an_office())
    assert (told.to, told.cc) == (("administrator@practice.example.org",), ("office@example.org",))
