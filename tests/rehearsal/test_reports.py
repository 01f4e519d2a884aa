"""What a rehearsed life reports: the shape that scripts rely on, in days, read from the books."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from embedded.server import EmbeddedServer
from rehearsal.report import days_since, status_in_days
from tests.rehearsal.rehearsing import lived, next_january, notices, texts
from tests.rehearsal.scenarios import PACKAGE, PAID_AND_ACCEPTED, REPORT, event, shipped, write_scenario

pytestmark = pytest.mark.server


async def test_a_straight_life_ends_with_the_certificate_and_every_notice_on_its_day(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    events = PAID_AND_ACCEPTED + event(33, PACKAGE) + event(61, REPORT)
    file = write_scenario(tmp_path, events, f"opens = {next_january()}")
    (report,) = await lived(temporal_server, tmp_path, file)
    assert (report["title"], report["case"]) == ("A life", "accreditation.OH-0417.ct.CT-1.1")
    assert (report["ok"], report["failures"], report["not_sent"]) == (True, [], [])
    status = report["status"]
    assert (status["stage"], status["outcome"], status["awaited_party"]) == ("closed", "expired", None)
    assert {area["state"] for area in status["areas"]} == {"acceptable"}
    certificate = status["certificate"]
    assert (certificate["granted_day"], certificate["counts_from_day"]) == (61.0, 61.0)
    # 36 calendar months later, at the end of that day: with a leap day or without, in summer time or not
    assert certificate["expires_day"] == pytest.approx(61 + 3 * 365 + 0.625, abs=1.05)
    assert [kind for _, kind in notices(report)] == [
        "application_received",
        "invoice",
        "payment_received",
        "application_accepted",
        "accredited",
        "renewal_notice",
        "renewal_reminder",
        "expired",
    ]
    assert texts(report, "message") == [
        (3.0, "record payment"),
        (5.0, "accept application"),
        (33.0, "submit testing package"),
        (61.0, "issue final report"),
    ]


async def test_invoices_notices_deadlines_and_history_have_the_shape_that_scripts_rely_on(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    file = write_scenario(tmp_path, PAID_AND_ACCEPTED, f"opens = {next_january()}\nuntil_day = 40")
    (report,) = await lived(temporal_server, tmp_path, file)
    (invoice,) = report["invoices"]
    assert re.fullmatch(r"\d{4}-\d+", invoice["number"])
    (line,) = invoice["lines"]
    assert (line["quantity"], line["unit_price"], line["amount"]) == (1, "2500.00", "2500.00")
    assert (invoice["purpose"], invoice["total"], invoice["status"]) == ("application", "2500.00", "paid")
    assert (invoice["paid"], invoice["credited"]) == ("2500.00", "0.00")
    assert (invoice["issued_day"], invoice["due_day"], invoice["overdue"]) == (0.0, 30.625, False)
    received = report["notices"][0]
    assert (received["day"], received["kind"]) == (0.0, "application_received")
    assert "administrator@facility.example.org" in received["to"]
    assert received["subject"]
    (deadline,) = report["deadlines"]
    assert deadline == {"name": "testing_package", "opens_day": 5.0, "due_day": 50.625, "met": None}
    history = report["history"]
    assert set(history) == {"events", "bytes", "actions"}
    assert 20 < history["events"] < 100
    assert 5 < history["actions"] < history["events"]


async def test_an_unpaid_invoice_is_overdue_once_its_due_day_has_passed(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    for last_day, overdue in ((30.6, False), (31.0, True)):
        file = write_scenario(tmp_path / str(last_day), "", f"opens = {next_january()}\nuntil_day = {last_day}")
        (report,) = await lived(temporal_server, tmp_path / str(last_day), file)
        assert [(one["status"], one["overdue"]) for one in report["invoices"]] == [("open", overdue)]


async def test_every_refusal_is_listed_those_of_a_validator_too(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    (report,) = await lived(temporal_server, tmp_path, shipped("refused-on-the-way"))
    assert report["failures"] == []
    assert [(refusal["day"], refusal["message"], refusal["rule"]) for refusal in report["refusals"]] == [
        (1.0, "accept_application", "case.wrong_stage"),
        (2.0, "record_payment", "payment.unknown_invoice"),
        (3.0, "record_payment", "actor.not_allowed"),
        (4.5, "record_payment", "message.id_reused"),
        (5.5, "record_payment", "payment.unknown_invoice"),
        (20.0, "submit_testing_package", "testing.area_missing"),
        (21.0, "submit_testing_package", "testing.different_medium"),
        (40.0, "issue_final_report", "report.area_missing"),
        (41.0, "issue_final_report", "report.recommendation_missing"),
        (43.0, "choose_option", "case.wrong_stage"),
        (44.0, "record_mqsa_certificate", "mammography.other_modality"),
    ]
    assert all(refusal["reason"] and refusal["source"] for refusal in report["refusals"])
    assert (43.0, "option_refused") in notices(report)


async def test_a_case_is_closed_as_renewed_on_the_day_on_which_the_next_one_is_granted(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    (report,) = await lived(temporal_server, tmp_path, shipped("renewed-in-time"))
    assert report["failures"] == []
    status = report["status"]
    assert (status["outcome"], status["closed_day"], status["renewal"]) == (
        "renewed",
        1000.0,
        "accreditation.OH-0417.ct.CT-2.2",
    )
    assert notices(report)[-1] == (1000.0, "closed")


async def test_what_went_otherwise_than_written_is_said_with_its_event(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    events = (
        event(1, 'send = "accept_application"')
        + event(
            2, 'send = "record_payment"\ninvoice = "$invoice"\namount = "$due"\nrefused = "payment.unknown_invoice"'
        )
        + event(3, 'send = "submit_testing_package"\nmedium = "upload"\nexams = []\nrefused = "testing.past_due"')
        + event(4, 'send = "accept_application"\ncase = "renewal"')
        + event(20, 'send = "accept_application"')
    )
    (report,) = await lived(temporal_server, tmp_path, write_scenario(tmp_path, events, "until_day = 10"))
    assert report["ok"] is False
    first, second, third, fourth = report["failures"]
    assert first.startswith("event 1 (day 1, accept_application): refused by case.wrong_stage: ")
    assert (
        second == "event 2 (day 2, record_payment): accepted; the scenario expects a refusal by payment.unknown_invoice"
    )
    assert "refused by case.wrong_stage" in third
    assert third.endswith("The scenario expects a refusal by testing.past_due.")
    assert fourth.startswith("event 4 (day 4, accept_application): no renewal has been opened")
    assert report["not_sent"] == ["event 5 (day 20, accept_application)"]


async def test_a_closed_case_answers_from_the_books(temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    (report,) = await lived(temporal_server, tmp_path, shipped("inactive-after-missed-package"))
    assert report["failures"] == []
    assert report["status"]["outcome"] == "inactive"
    assert [(refusal["day"], refusal["rule"]) for refusal in report["refusals"]] == [
        (52.0, "testing.past_due"),
        (80.0, "case.closed"),
    ]
    assert "inactive" in report["refusals"][1]["reason"]


def test_instants_become_days_wherever_they_stand_in_the_status() -> None:
    opened = datetime(2027, 3, 1, 14, tzinfo=UTC)
    status = {
        "opened_at": "2027-03-01T14:00:00+00:00",
        "closed_at": None,
        "certificate": {"granted_at": "2027-03-03T14:00:00+00:00", "counts_from": "2027-03-02T02:00:00+00:00"},
        "deadlines": [{"name": "appeal", "due_at": "2027-03-02T13:59:59+00:00", "met": None}],
        "attention": [{"item": "fee", "since": "2027-03-01T14:00:00+00:00"}],
        "locations": [{"id": "L-1", "added_at": "2027-03-11T14:00:00+00:00"}],
    }
    assert status_in_days(status, opened) == {
        "opened_at": "2027-03-01T14:00:00+00:00",
        "closed_day": None,
        "certificate": {"granted_day": 2.0, "counts_from_day": 0.5},
        "deadlines": [{"name": "appeal", "due_day": 0.999988, "met": None}],
        "attention": [{"item": "fee", "since_day": 0.0}],
        "locations": [{"id": "L-1", "added_day": 10.0}],
    }
    assert days_since(opened, datetime(2027, 2, 28, 14, tzinfo=UTC)) == -1.0
