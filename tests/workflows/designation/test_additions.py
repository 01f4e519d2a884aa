"""Locations that are added to a living designation: when, which, how many, at what price, and where they are known."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from embedded.server import EmbeddedServer
from intake.applications import read_application
from policy.designation.application import DicoeApplication
from policy.designation.cases import designation_part
from records.accreditations import designations_resting_on
from records.queries import case_by_id
from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenarios
from rehearsal.runner import Report, rehearse_in
from rehearsal.world import world
from services.admission import admit
from services.settings import SAMPLE, load_settings
from tests.rehearsal.scenarios import shipped
from tests.workflows.designation.lived import DESIGNATED, MID_CYCLE, Lives, days, money, near, refusals
from tests.workflows.shipped import Life

pytestmark = pytest.mark.server


def test_locations_belong_to_it_from_the_day_on_which_they_are_paid(lives: Lives) -> None:
    locations = {one["id"]: one["added_day"] for one in lives["whole-life"]["status"]["locations"]}
    assert locations == {
        "OH-4301": DESIGNATED,
        "OH-4302": DESIGNATED,
        "OH-4303": DESIGNATED,
        "OH-4304": 610.0,
        "OH-4305": 610.0,
    }
    assert days(lives["whole-life"], "locations_added") == [610.0]


def test_locations_are_added_from_the_first_instant_of_mid_cycle(lives: Lives) -> None:
    report = lives["too-early"]
    assert refusals(report) == ["designation.not_mid_cycle"] * 2
    added = [entry["day"] for entry in report["timeline"] if entry["text"] == "add locations"]
    assert added == [MID_CYCLE]
    assert [one["added_day"] for one in report["status"]["locations"]] == [DESIGNATED, DESIGNATED, 600.0]


def test_an_added_location_is_in_the_books_and_the_designation_rests_on_it(shipped_lives: dict[str, Life]) -> None:
    case_id = "dicoe.PRACTICE-04.OH.1"
    with shipped_lives["dicoe-too-early"].books() as books, books.reading() as session:
        case = case_by_id(session, case_id)
        assert case is not None
        assert [place["id"] for place in case.application["locations"]] == ["OH-4331", "OH-4332", "OH-4333"]
        assert designations_resting_on(session, "OH-4333", "ct") == [case_id]


def test_the_application_of_a_designation_that_grew_is_still_its_own(shipped_lives: dict[str, Life]) -> None:
    submission = read_application(shipped("dicoe-too-early").parent / "applications" / "dicoe-too-early.json")
    assert isinstance(submission, DicoeApplication)
    with shipped_lives["dicoe-too-early"].books() as books:
        (again,) = admit([designation_part(submission)], books, datetime.now(UTC), {})
    assert (again.case_id, again.started) == ("dicoe.PRACTICE-04.OH.1", True)


def test_what_is_not_eligible_or_elsewhere_is_not_added(lives: Lives) -> None:
    report = lives["other-state"]
    assert refusals(report) == [
        "designation.other_state",
        "eligibility.accreditation",
        "eligibility.registries",
        "eligibility.pledge",
        "eligibility.consulting_radiologist",
        "designation.location_known",
    ]
    assert [one["id"] for one in report["status"]["locations"]] == ["OH-4341", "OH-4342", "OH-4344"]
    assert money(report)[1:] == [("additional_locations", "300.00", "paid")]


def test_an_unpaid_location_counts_toward_the_tier(lives: Lives) -> None:
    report = lives["tier-full"]
    assert refusals(report) == ["designation.tier_full"] * 2
    assert len(report["status"]["locations"]) == 5


def test_in_the_top_tier_the_fourth_location_is_quoted_and_the_quote_used_once(lives: Lives) -> None:
    report = lives["top-tier"]
    assert refusals(report) == ["designation.case_by_case"] * 2
    assert money(report) == [
        ("designation", "9000.00", "paid"),
        ("additional_locations", "900.00", "paid"),
        ("additional_locations", "450.00", "paid"),
    ]
    (line,) = report["invoices"][2]["lines"]
    assert line["description"] == "Additional locations, as quoted: OH-4403"
    assert len(report["status"]["locations"]) == 21


def test_abroad_there_is_no_invoice_before_the_quote(lives: Lives) -> None:
    report = lives["abroad"]
    assert refusals(report) == ["payment.unknown_invoice", "designation.case_by_case"]
    assert [(invoice["issued_day"], invoice["total"]) for invoice in report["invoices"]] == [
        (2.0, "9500.00"),
        (630.0, "700.00"),
    ]


FORGIVEN = """
[[event]]
day = 650.0
send = "write_off"
invoice = "$invoice"
amount = "$due"
reason = "Agreed."
"""
TAKEN_BACK = """
[[event]]
day = 650.0
send = "issue_credit_note"
invoice = "$invoice"
amount = "$due"
reason = "The practice does not want it any more."

[[event]]
day = 651.0
send = "add_locations"
refused = "payment.amount_differs"
payment = { amount = "299.99", method = "check" }
LOCATION
[[event]]
day = 652.0
send = "add_locations"
payment = { amount = "300.00", method = "check", reference = "1041" }
LOCATION
[[event]]
day = 653.0
send = "record_payment"
invoice = "$invoice"
amount = "$due"
"""


async def test_what_becomes_of_locations_whose_fee_is_written_off_or_taken_back(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    file = shipped("dicoe-tier-full")
    told, _, _ = (
        file.read_text("utf-8").replace("applications/", f"{file.parent}/applications/").rpartition("[[event]]")
    )
    location = told[told.rindex("[[event.locations]]") :]
    for name, last in {"forgiven": FORGIVEN, "taken-back": TAKEN_BACK.replace("LOCATION", location)}.items():
        (tmp_path / f"{name}.toml").write_text(told + last, "utf-8")
    settings = load_settings(SAMPLE)
    files = [tmp_path / "forgiven.toml", tmp_path / "taken-back.toml"]
    plans = make_plans(read_scenarios(files), settings, datetime.now(UTC))
    reports: list[Report] = []
    for number, plan in enumerate(plans):
        folder = tmp_path / f"world-{number}"
        async with world(temporal_server.address, f"additions-{uuid4()}", settings, folder) as place:
            reports += await rehearse_in(place, [plan], lambda plan, text: None)
    forgiven, taken_back = reports
    assert (forgiven["failures"], taken_back["failures"]) == ([], [])
    assert days(forgiven, "locations_added") == near(650.0)
    assert all(one["added_day"] is not None for one in forgiven["status"]["locations"])
    said = [(one["day"], one["text"]) for one in taken_back["timeline"]]
    assert [day for day, text in said if text.startswith("The addition of OH-4355 has ended")] == near(650.0)
    assert days(taken_back, "locations_added") == near(653.0)
    added = {one["id"]: one["added_day"] for one in taken_back["status"]["locations"]}
    assert ([added["OH-4356"]], "OH-4355" in added) == (near(653.0), False)
    assert [one["status"] for one in taken_back["invoices"]][-2:] == ["void", "paid"]
