"""What certificates and letters say comes from the books: the notice's facts, the case, its windows and signatures."""

from datetime import timedelta
from typing import Any

import pytest

from records.tables import Deadline, Signature
from tests.activities.orders import an_office
from tests.activities.papers.office import GRANT, PRACTICE, PaperDesk
from tests.records.rows import CASE, LATER, NOON, a_case, an_application

PASSED = {"area": "chest", "acceptable": True, "comments": "", "equipment_concern": ""}
FAILED = {"area": "head", "acceptable": False, "comments": "Rescan.", "equipment_concern": "Rings."}
PHYSICIAN = {"name": "Dr. Sample", "role": "supervising_physician"}


def a_deadline(number: int, name: str, **changes: Any) -> Deadline:
    columns: dict[str, Any] = {"case_id": CASE, "number": number, "name": name, "opens_at": NOON, "due_at": LATER}
    return Deadline(**columns | changes)


def a_practice(**changes: Any) -> Any:
    """Return a designation of two locations."""
    address = {"street": "31 Sample Street", "city": "Sampleton", "state": "OH", "postal_code": "43001"}
    locations = [{"id": f"OH-{n}", "name": f"Sample Location {n}", "address": address} for n in (1, 2)]
    application = {"program": "dicoe", "practice": {"id": "P-1", "name": "Sample Practice"}, "locations": locations}
    columns = {"program": "dicoe", "facility_id": "P-1", "facility_name": "Sample Practice", "modality": None}
    return a_case(PRACTICE, **columns | {"unit": None, "application": application} | changes)


def test_every_paper_names_office_holder_unit_case_and_day(terminal: PaperDesk) -> None:
    terminal.open()
    told = terminal.told("accredited", **GRANT)["certificate"]
    assert (told["number"], told["kind"], told["case"]) == ("AC2027-000001", "certificate", CASE)
    assert told["issued"] == "3 June 2027"
    assert told["issuer"]["name"] == "Sample Accreditation Office"
    assert told["holder"]["name"] == "Sample Imaging Center"
    assert told["holder"]["address"] == ["1 Example Way", "Sampleville, OH"]
    assert told["subject"] == "CT unit CT-1"
    assert told["sample"] is False


def test_a_sample_office_makes_sample_papers(terminal: PaperDesk) -> None:
    terminal.open()
    terminal.office = an_office(sample=True)
    assert terminal.told("accredited", **GRANT)["certificate"]["sample"] is True


def test_a_certificate_says_what_for_from_when_and_until_the_end_of_which_day(terminal: PaperDesk) -> None:
    terminal.open()
    told = terminal.told("accredited", **GRANT, withdrawn=["abdomen"])["certificate"]
    assert (told["granted"], told["counts_from"], told["expires"]) == ("3 June 2027", "1 June 2027", "31 May 2030")
    assert told["expires_at"] == GRANT["expires_at"]
    assert [area["label"] for area in told["areas"]] == ["chest, adult", "head, adult"]
    assert told["withdrawn"] == ["abdomen"]


def test_a_certificate_of_a_notice_without_areas_names_those_of_the_application(terminal: PaperDesk) -> None:
    terminal.open()
    told = terminal.told("accredited", expires_at=GRANT["expires_at"], withdrawn=["head"])["certificate"]
    assert [area["label"] for area in told["areas"]] == ["chest, adult"]


def test_a_service_is_accredited_where_no_unit_is(terminal: PaperDesk) -> None:
    site = "accreditation.OH-0417.breast_ultrasound.site.1"
    units = [{"id": "site", "manufacturer": None, "areas": [{"id": "phantom", "kind": "phantom"}]}]
    terminal.open(a_case(site, modality="breast_ultrasound", application=an_application(units=units)))
    told = terminal.told("accredited", case_id=site, expires_at=GRANT["expires_at"])["certificate"]
    assert told["subject"] == "breast ultrasound service"
    assert [area["label"] for area in told["areas"]] == ["phantom"]
    assert told["equipment"] is None


def test_the_maker_and_model_of_the_unit_are_named(terminal: PaperDesk) -> None:
    units = [{"id": "CT-1", "manufacturer": "Sample Imaging", "model": "CT 64", "areas": []}]
    terminal.open(a_case(application=an_application(units=units)))
    assert terminal.told("accredited", **GRANT)["certificate"]["equipment"] == "Sample Imaging, CT 64"


def test_the_report_goes_with_the_certificate_where_the_grant_follows_from_it(terminal: PaperDesk) -> None:
    terminal.open()
    told = terminal.told("accredited", **GRANT, findings=[PASSED], round="application")
    assert sorted(told) == ["certificate", "final_report"]
    assert told["final_report"]["passed"] is True
    assert "options" not in told["final_report"]
    assert sorted(terminal.told("accredited", 2, **GRANT)) == ["certificate"]


def test_a_final_report_says_findings_options_and_windows(terminal: PaperDesk) -> None:
    windows = [
        a_deadline(1, "option_form", opens_at=NOON + timedelta(hours=48)),
        a_deadline(2, "appeal"),
        a_deadline(3, "testing_package", met=True),
    ]
    terminal.open(None, *windows)
    options = ["appeal", "repeat", "withdraw_areas", "withdraw"]
    findings = [PASSED, FAILED]
    told = terminal.told("final_report", findings=findings, deficiencies=1, options=options, round="repeat")[
        "final_report"
    ]
    assert [(one["label"], one["acceptable"]) for one in told["findings"]] == [
        ("chest, adult", True),
        ("head, adult", False),
    ]
    assert (told["passed"], told["concerns"], told["deficiencies"], told["round"]) == (False, True, 1, "repeat")
    assert told["options"] == options
    assert told["form_opens"] == "5 June 2027, 12:00 ET"
    assert told["form_due"] == told["appeal_due"] == "3 July 2027, 24:00 ET"
    assert told["by_post"] is False
    assert told["holder"]["attention"] == "Dr. Sample"


def test_windows_that_are_over_or_met_are_not_told(terminal: PaperDesk) -> None:
    over = a_deadline(1, "option_form", over=True), a_deadline(2, "appeal", due_at=NOON)
    terminal.open(a_case(application=an_application(medium="film")), *over)
    told = terminal.told("final_report", findings=[FAILED], deficiencies=1)["final_report"]
    assert (told["form_opens"], told["form_due"], told["appeal_due"], told["by_post"]) == (None, None, None, True)


@pytest.mark.parametrize(
    ("deficiencies", "way"), [(1, "repeat"), (2, "reinstate"), (3, "reinstate"), (7, "reinstate"), (None, "repeat")]
)
def test_an_older_notice_has_the_options_of_the_table(terminal: PaperDesk, deficiencies: int | None, way: str) -> None:
    terminal.open()
    told = terminal.told("final_report", findings=[FAILED], deficiencies=deficiencies)["final_report"]
    assert told["options"] == ["appeal", way, "withdraw_areas", "withdraw"]


@pytest.mark.parametrize("options", [None, ["appeal", "repeat", "withdraw_areas", "withdraw"]])
def test_no_area_is_withdrawn_where_a_phantom_failed(terminal: PaperDesk, options: list[str] | None) -> None:
    terminal.open()
    findings = [PASSED, FAILED | {"area": "phantom"}]
    told = terminal.told("final_report", findings=findings, deficiencies=1, options=options)["final_report"]
    assert told["options"] == ["appeal", "repeat", "withdraw"]


def test_an_appeal_that_was_decided_cannot_be_made_again(terminal: PaperDesk) -> None:
    terminal.open()
    lost = terminal.told("appeal_result", findings=[FAILED], deficiencies=1)["appeal_result"]
    won = terminal.told("appeal_result", 2, findings=[PASSED], deficiencies=0)["appeal_result"]
    assert (lost["passed"], lost["options"]) == (False, ["repeat", "withdraw_areas", "withdraw"])
    assert won["passed"] is True
    assert "options" not in won


def test_the_summary_says_who_attested_and_what_came_with_the_form(terminal: PaperDesk) -> None:
    signed = Signature(
        case_id=CASE,
        key="choose_option:c-1",
        position=1,
        sort="signature",
        at=NOON,
        document="form.pdf",
        sha256="b" * 64,
        **PHYSICIAN,
    )
    terminal.open(None, signed)
    documents = [
        {"name": "letter.pdf", "sha256": "a" * 64, "signed_by": {"role": "medical_physicist", "name": None}},
        {"name": "form.pdf", "sha256": "b" * 64, "signed_by": None},
        {"name": "data.pdf", "sha256": "c" * 64, "signed_by": None},
    ]
    form: dict[str, Any] = {
        "option": "withdraw_areas",
        "areas": ["head"],
        "attested_by": PHYSICIAN,
        "documents": documents,
    }
    told = terminal.told("option_received", message="choose_option:c-1", grounds="below_minimum", **form)[
        "option_summary"
    ]
    assert told["option_words"] == "the withdrawal of modules or patient types"
    assert told["received"] == "3 June 2027, 12:00 ET"
    assert told["attested_by"] == {"name": "Dr. Sample", "role": "supervising physician"}
    assert told["areas"] == ["head, adult"]
    assert told["grounds"] == "fewer exams than the recommended minimum"
    assert [one["signed_by"] for one in told["documents"]] == [
        {"name": None, "role": "medical physicist"},
        {"name": "Dr. Sample", "role": "supervising physician"},
        None,
    ]


@pytest.mark.parametrize(
    ("name", "role", "words"),
    [("Sample Officer", "acr", "the office"), ("The facility", "facility", None), (None, "facility", "the facility")],
)
def test_a_role_is_said_in_words_where_it_says_more_than_the_name(
    terminal: PaperDesk, name: str | None, role: str, words: str | None
) -> None:
    terminal.open()
    told = terminal.told("option_received", option="repeat", entered_by={"name": name, "role": role})["option_summary"]
    assert told["entered_by"] == {"name": name, "role": words}


def test_the_summary_of_an_older_notice_has_the_attestation_of_the_books(terminal: PaperDesk) -> None:
    attested = Signature(
        case_id=CASE,
        key="choose_option:1",
        position=1,
        sort="attestation",
        at=NOON,
        document="f",
        sha256="b" * 64,
        **PHYSICIAN,
    )
    terminal.open(None, attested)
    told = terminal.told("option_received", message="choose_option:1", option="repeat")["option_summary"]
    assert told["attested_by"] == {"name": "Dr. Sample", "role": "supervising physician"}


def test_a_designation_names_every_location_since_when_and_the_programs_own_phone(terminal: PaperDesk) -> None:
    terminal.open(a_practice())
    told = terminal.told("designated", case_id=PRACTICE, **GRANT | {"areas": ["OH-2", "OH-1"]})["designation"]
    assert (told["counts_from"], told["expires"], told["state"]) == ("1 June 2027", "31 May 2030", "OH")
    assert [(one["id"], one["name"], one["since"]) for one in told["locations"]] == [
        ("OH-1", "Sample Location 1", "3 June 2027"),
        ("OH-2", "Sample Location 2", "3 June 2027"),
    ]
    assert told["locations"][0]["address"] == ["31 Sample Street", "Sampleton, OH 43001"]
    assert told["issuer"]["phone"] == terminal.office.office.dicoe_phone
    assert told["replaces"] is None


def test_added_locations_get_a_document_that_takes_the_place_of_the_one_before(terminal: PaperDesk) -> None:
    terminal.open(a_practice())
    terminal.told("designated", case_id=PRACTICE, **GRANT | {"areas": ["OH-1"]})
    told = terminal.told("locations_added", 2, PRACTICE, LATER, areas=["OH-2"])["designation"]
    assert (told["number"], told["replaces"]) == ("DC2027-000002", "DC2027-000001")
    assert [(one["id"], one["since"]) for one in told["locations"]] == [
        ("OH-1", "3 June 2027"),
        ("OH-2", "4 July 2027"),
    ]
    assert (told["counts_from"], told["expires"]) == ("1 June 2027", "31 May 2030")
