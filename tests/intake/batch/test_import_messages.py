"""Adopting cases: their past is told by rows of messages, each judged as of the day on which it was received."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from temporalio.api.enums.v1 import EventType

from policy.dates import local_day
from tests.intake.batch.sheets import location, message, read_csv, unit, write_csv, write_xlsx
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server

AREAS = ("chest-adult", "head-adult", "phantom")
ON_BEHALF = {"for_name": "Sample Facility", "reason": "from the office's old books"}


NEW_YORK = ZoneInfo("America/New_York")


def days_ago(days: int) -> str:
    return (local_day(datetime.now(UTC), NEW_YORK) - timedelta(days=days)).isoformat()


def cycle(case: str, *, report_days_ago: int = 5) -> list[dict[str, str]]:
    """Return what happened in a cycle until its certificate was granted."""
    exams = [{"area": area, "exam": area, "subject": None if area == "phantom" else f"s-{area}"} for area in AREAS]
    findings = [{"area": area, "acceptable": True} for area in AREAS]
    report = {"reviewers": ["Reviewer One", "Reviewer Two"], "findings": findings}
    package = {"medium": "upload", "exams": exams}
    return [
        message(case, "record_payment", days_ago(38), "invoice=$invoice; amount=$due; method=check"),
        message(case, "accept_application", days_ago(36)),
        message(case, "submit_testing_package", days_ago(20), json.dumps(package), **ON_BEHALF),
        message(case, "issue_final_report", days_ago(report_days_ago), json.dumps(report)),
    ]


def a_unit(name: str) -> tuple[dict[str, str], str]:
    """Return the row of a unit whose case opened forty days ago, and the id of that case."""
    row = unit(1, application_id=name, facility_id=name, opened_at=days_ago(40))
    return row, f"accreditation.{name}.ct.CT-1.1"


async def test_a_cycle_is_brought_to_its_certificate_as_of_the_day_of_its_report(terminal: OfficeTerminal) -> None:
    row, case = a_unit(f"M{uuid4().hex[:8]}")
    file = write_xlsx(terminal.office.folder / "cycle.xlsx", {"Units": [row], "Messages": cycle(case)})
    ran = await terminal("import", str(file), "--json")
    assert ran.code == 0, ran.out
    assert (ran.data["started"], ran.data["sent"], ran.data["refused"]) == (1, 4, [])
    told = await terminal.office.until(case, "its certificate", lambda told: told["certificate"])
    assert told["stage"] == "accredited"
    granted = datetime.fromisoformat(told["certificate"]["granted_at"])
    assert timedelta(days=3) < datetime.now(UTC) - granted < timedelta(days=6)

    again = await terminal("import", str(file), "--json")
    assert again.code == 0
    assert (again.data["started"], again.data["started_before"]) == (0, 1)
    assert (again.data["sent"], again.data["sent_before"]) == (0, 4)


async def test_a_designation_of_last_year_is_adopted_with_its_old_dates(terminal: OfficeTerminal) -> None:
    name = f"P{uuid4().hex[:8]}"
    case = f"dicoe.{name}.OH.1"
    places = [location(1, application_id=name, practice_id=name, opened_at="2025-01-13")]
    team = [
        ("Sample Radiologist", "radiologist"),
        ("Sample Physicist", "medical_physicist"),
        ("Sample Staff", "acr_staff"),
    ]
    survey = {"team": [{"name": who, "role": role} for who, role in team], "on": "2025-03-03", "locations": ["OH-1"]}
    found = {"findings": [{"area": area, "acceptable": True} for area in ("ct", "mri", "xray")], "satisfactory": True}
    messages = [
        message(case, "record_payment", "2025-01-20", "invoice=$invoice; amount=$due"),
        message(case, "accept_application", "2025-01-24"),
        message(case, "schedule_survey", "2025-01-27", json.dumps(survey)),
        message(case, "file_survey_report", "2025-03-10", json.dumps(found)),
        message(case, "decide_designation", "2025-03-24", "designated=true"),
    ]
    file = write_xlsx(terminal.office.folder / "dicoe.xlsx", {"Practices": places, "Messages": messages})
    ran = await terminal("import", str(file), "--json")
    assert ran.code == 0, ran.out
    told = await terminal.office.until(case, "its designation", lambda told: told["designation"])
    assert told["stage"] == "designated"
    assert told["designation"]["designated_at"].startswith("2025-03-25T03:59:59")
    assert told["designation"]["expires_at"].startswith("2028-03-25T04:00:00")


async def test_what_is_refused_stops_its_own_case_only_and_goes_on_when_it_is_mended(terminal: OfficeTerminal) -> None:
    first, case = a_unit(f"R{uuid4().hex[:8]}")
    other, other_case = a_unit(f"S{uuid4().hex[:8]}")
    wrong, good = cycle(case), cycle(other_case)
    wrong[2] = wrong[2] | {"fields": '{"medium": "cd", "exams": []}'}
    rows = [row for pair in zip(wrong, good, strict=True) for row in pair]
    units = write_csv(terminal.office.folder / "units.csv", [first, other])
    past = write_csv(terminal.office.folder / "past.csv", rows)
    ran = await terminal("import", str(units), "--messages", str(past), "--json")
    assert ran.code == 3
    assert ran.data["sent"] == 6
    told = [(one["rows"][0], one["findings"][0]["rule"]) for one in ran.data["refused"]]
    assert told == [(6, "testing.area_missing"), (8, "message.not_sent")]
    assert (await terminal.office.status(other_case))["stage"] == "accredited"

    refused = read_csv(terminal.office.folder / "past.refused.csv")
    refused[0] = refused[0] | {"fields": cycle(case)[2]["fields"]}
    mended = await terminal("import", str(write_csv(terminal.office.folder / "mended.csv", refused)), "--json")
    assert (mended.code, mended.data["sent"]) == (0, 2), mended.out
    assert (await terminal.office.status(case))["stage"] == "accredited"


async def test_a_message_that_was_refused_goes_in_once_what_stood_in_its_way_is_done(terminal: OfficeTerminal) -> None:
    row, case = a_unit(f"T{uuid4().hex[:8]}")
    assert (await terminal("import", str(write_csv(terminal.office.folder / "unit.csv", [row])))).code == 0
    file = write_csv(terminal.office.folder / "accept.csv", [message(case, "accept_application", days_ago(0))])
    too_early = await terminal("import", str(file))
    assert too_early.code == 3
    assert "row 2, message: case.wrong_stage:" in too_early.out
    told = await terminal.office.until(
        case, "an invoice", lambda told: told["invoices"] and told["invoices"][0]["number"]
    )
    await terminal.office.tell(case, "record_payment", invoice=told["invoices"][0]["number"], amount="2500.00")
    assert (await terminal("import", str(file), "--json")).data["sent"] == 1
    assert (await terminal("import", str(file), "--json")).data["sent_before"] == 1


async def test_what_is_no_message_is_told_before_anything_is_sent(terminal: OfficeTerminal) -> None:
    case = "accreditation.NOBODY.ct.CT-1.1"
    rows = [
        message("OH-0417", "accept_application", days_ago(3)),
        message(case, "accept_aplication", days_ago(3)),
        message(case, "record_payment", days_ago(3), "amount=1.00"),
        message(case, "view_final_report", days_ago(3)),
        message(case, "accept_application", "last week"),
        message(case, "accept_application", ""),
        message(case, "view_final_report", days_ago(2), **ON_BEHALF),
        message(case, "accept_application", days_ago(9)),
        message(case, "choose_option", days_ago(1), 'option=appeal; letters=["no-such.pdf"]', **ON_BEHALF),
    ]
    ran = await terminal("import", str(write_csv(terminal.office.folder / "wrong.csv", rows)), "--check", "--json")
    assert ran.code == 3
    found = [(f["row"], f["column"], f["rule"]) for one in ran.data["refused"] for f in one["findings"]]
    unreadable = "message.unreadable"
    assert found == [
        (2, "case", unreadable),
        (3, "message", unreadable),
        (4, "fields", unreadable),
        (5, "for_name", unreadable),
        (6, "received_at", unreadable),
        (7, "received_at", unreadable),
        (9, "received_at", "message.out_of_order"),
        (10, "fields", "document.unreadable"),
    ]


async def test_a_message_to_a_case_that_does_not_run_is_told_at_its_row(terminal: OfficeTerminal) -> None:
    rows = [message("accreditation.NOBODY.ct.CT-1.1", "accept_application", days_ago(3))]
    ran = await terminal("import", str(write_csv(terminal.office.folder / "nobody.csv", rows)))
    assert ran.code == 3
    assert "row 2, case: case.not_running:" in ran.out


async def test_a_certificate_of_two_years_ago_is_adopted_and_nobody_is_written_to_about_it(
    terminal: OfficeTerminal,
) -> None:
    name = f"W{uuid4().hex[:8]}"
    case = f"accreditation.{name}.ct.CT-1.1"
    row = unit(1, application_id=name, facility_id=name, opened_at="2025-01-08")
    past = ["2025-01-10", "2025-01-13", "2025-02-12", "2025-03-11"]
    messages = [one | {"received_at": day} for one, day in zip(cycle(case), past, strict=True)]
    file = write_xlsx(terminal.office.folder / "long-ago.xlsx", {"Units": [row], "Messages": messages})
    assert (await terminal("import", str(file), "--check")).code == 0
    ran = await terminal("import", str(file), "--json")
    assert ran.code == 0, ran.out
    told = await terminal.office.status(case)
    assert (told["stage"], told["adopting"], told["attention"]) == ("accredited", False, [])
    assert told["certificate"]["granted_at"].startswith("2025-03-12T03:59:59")
    notices = await terminal("notices", case, "--json")
    assert notices.data == [], "nobody is written to about the past"
    again = await terminal("import", str(file), "--json")
    assert (again.code, again.data["sent"], again.data["sent_before"]) == (0, 0, 4)


async def test_a_case_waits_for_its_past_until_the_last_message_is_in(terminal: OfficeTerminal) -> None:
    name = f"X{uuid4().hex[:8]}"
    case = f"accreditation.{name}.ct.CT-1.1"
    row = unit(1, application_id=name, facility_id=name, opened_at="2025-01-08")
    past = ["2025-01-10", "2025-01-13", "2025-02-12", "2025-03-11"]
    messages = [one | {"received_at": day} for one, day in zip(cycle(case), past, strict=True)]
    wrong = [*messages[:2], messages[2] | {"fields": '{"medium": "upload", "exams": []}'}, messages[3]]
    file = write_xlsx(terminal.office.folder / "waits.xlsx", {"Units": [row], "Messages": wrong})
    ran = await terminal("import", str(file), "--json")
    assert [(one["rows"], one["findings"][0]["rule"]) for one in ran.data["refused"]] == [
        ([4], "testing.area_missing"),
        ([5], "message.not_sent"),
    ]
    told = await terminal.office.status(case)
    assert (told["stage"], told["adopting"]) == ("testing", True)
    assert [item["item"] for item in told["attention"]] == ["adoption"]
    events = terminal.office.client.get_workflow_handle(case).fetch_history_events()
    kinds = [event.event_type async for event in events]
    assert EventType.EVENT_TYPE_TIMER_STARTED not in kinds, "no clock runs while it waits"

    rest = write_csv(terminal.office.folder / "rest.csv", messages[2:])
    assert (await terminal("import", str(rest))).code == 0
    told = await terminal.office.status(case)
    assert (told["stage"], told["adopting"], told["attention"]) == ("accredited", False, [])


async def test_what_was_due_since_the_last_message_has_happened_when_the_case_lives_again(
    terminal: OfficeTerminal,
) -> None:
    name = f"Y{uuid4().hex[:8]}"
    case = f"accreditation.{name}.ct.CT-1.1"
    row = unit(1, application_id=name, facility_id=name, opened_at="2025-01-08")
    messages = [one | {"received_at": day} for one, day in zip(cycle(case), ["2025-01-10", "2025-01-13"], strict=False)]
    file = write_xlsx(terminal.office.folder / "silent.xlsx", {"Units": [row], "Messages": messages})
    ran = await terminal("import", str(file))
    assert ran.code == 3
    assert "row 3, case: case.closed: All messages are in; then: The case is closed: inactive." in ran.out


async def test_a_message_that_would_close_a_case_which_lives_already_is_not_sent(terminal: OfficeTerminal) -> None:
    name = f"Z{uuid4().hex[:8]}"
    case = f"accreditation.{name}.ct.CT-1.1"
    row = unit(1, application_id=name, facility_id=name, opened_at="2025-01-08")
    assert (await terminal("import", str(write_csv(terminal.office.folder / "lives.csv", [row])))).code == 0
    told = await terminal.office.until(
        case, "an invoice", lambda told: told["invoices"] and told["invoices"][0]["number"]
    )
    await terminal.office.tell(case, "record_payment", invoice=told["invoices"][0]["number"], amount="2500.00")
    past = ["2025-01-13", "2025-02-12", "2025-03-11"]
    messages = [one | {"received_at": day} for one, day in zip(cycle(case)[1:], past, strict=True)]
    file = write_csv(terminal.office.folder / "too-late.csv", messages)
    checked = await terminal("import", str(file), "--check", "--json")
    assert [(one["rows"], one["findings"][0]["rule"]) for one in checked.data["refused"]] == [
        ([2], "adoption.window_over")
    ]
    ran = await terminal("import", str(file), "--json")
    refused = [(one["rows"], one["findings"][0]["rule"]) for one in ran.data["refused"]]
    assert refused == [([2], "adoption.window_over"), ([3], "message.not_sent"), ([4], "message.not_sent")]
    assert (await terminal.office.status(case))["stage"] == "application", "it was not closed"
