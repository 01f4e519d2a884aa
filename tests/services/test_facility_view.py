"""What a facility sees of how its case stands: what is named, and nothing that the office keeps to itself."""

import json
from typing import Any

import pytest

from policy.status import CaseStatus, EntryView, is_secret
from records.worklist import WorkItem
from services.case_snapshot import CaseSnapshot
from services.export.gathering import Source, parts_of
from services.export.parts import Audience
from services.facility.duties import office_steps
from services.facility.entries import FIELDS, facility_entries, facility_status
from tests.activities.orders import an_office
from tests.records.rows import CASE, a_case

AT = "2027-05-10T13:00:00Z"
OFFICES_OWN = {"correctable", "adopting", "attention", "follow_ups", "earlier_entries"}
REPORT = "the validation survey's report"
WINDOW = {"opens_at": AT, "due_at": "2027-05-12T04:00:00Z"}


def a_status(**changes: Any) -> CaseStatus:
    known: dict[str, Any] = {
        "case": CASE,
        "stage": "accredited",
        "awaited_party": "surveyor",
        "awaited": REPORT,
        "attention": [{"item": "x", "rule": "r", "since": AT, "text": "Hidden"}],
        "follow_ups": [{"item": "y", "text": "Hidden", "due_at": AT}],
        "corrections": [{"what": "final_report", "first_at": AT, "at": AT, "reason": "Hidden"}],
        "deadlines": [{"name": "fda_notice", **WINDOW}, {"name": "option_form", **WINDOW}],
    }
    return CaseStatus.model_validate(known | changes)


def test_of_every_part_of_a_status_it_is_decided_whether_a_facility_sees_it() -> None:
    assert FIELDS.isdisjoint(OFFICES_OWN)
    assert set(CaseStatus.model_fields) == FIELDS | OFFICES_OWN


def test_a_facility_sees_no_note_no_attention_no_window_of_the_office_and_no_survey_that_is_unannounced() -> None:
    seen = facility_status(a_status())
    assert "Hidden" not in seen.model_dump_json()
    assert [one.name for one in seen.deadlines] == ["option_form"]
    assert (seen.awaited_party, seen.awaited) == (None, "")


def test_of_an_announced_survey_it_sees_that_the_report_is_awaited() -> None:
    survey = {"number": 1, "announced": True, "mode": "on_site", "state": "ordered"}
    seen = facility_status(a_status(validation=survey))
    assert (seen.awaited_party, seen.awaited) == ("surveyor", REPORT)
    assert not is_secret("the final report", None)


@pytest.mark.parametrize(("validation", "titles"), [(None, []), ({"announced": True}, ["Validation survey's report"])])
def test_what_it_waits_for_holds_a_report_of_the_surveyors_once_it_knows_of_the_survey(
    validation: dict[str, Any] | None, titles: list[str]
) -> None:
    case = a_case(awaited_party="surveyor", awaited=REPORT, status={"validation": validation} if validation else {})
    assert [one.title for one in office_steps([WorkItem(case)])] == titles


@pytest.mark.parametrize("kind", ["deadline", "extension"])
def test_no_entry_tells_it_of_a_window_in_which_fda_must_be_told(kind: str) -> None:
    known = {"at": AT, "kind": kind, "by": "acr", "text": "Told"}
    hidden = EntryView.model_validate({**known, "detail": {"deadline": "fda_notice"}})
    shown = EntryView.model_validate({**known, "detail": {"deadline": "option_form"}})
    assert [one.detail["deadline"] for one in facility_entries(CASE, [hidden, shown])] == ["option_form"]


@pytest.mark.parametrize(("audience", "hidden"), [(Audience.FACILITY, True), (Audience.OFFICE, False)])
def test_an_export_for_a_facility_holds_neither_notes_nor_what_the_case_will_do(
    audience: Audience, hidden: bool
) -> None:
    case = a_status()
    told = case.model_dump(mode="json") | {"invented_later": "Hidden"}
    snapshot = CaseSnapshot(case, told, (), (), (), "Sample Imaging", live=False, told_by="the books")
    source = Source(None, snapshot, an_office(), audience)  # type: ignore[arg-type]  # how it stands needs no books
    part = next(parts_of(source, []))
    standing = json.loads(part.content)
    assert part.path == "case.json"
    assert ("Hidden" not in json.dumps(standing)) is hidden
    assert ("agenda" not in standing) is hidden
    assert standing["facility_name"] == "Sample Imaging"
