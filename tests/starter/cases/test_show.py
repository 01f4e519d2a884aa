"""`accredit show`: one page, from the case itself where a worker answers, else from the books, which is said."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from embedded.server import EmbeddedServer
from policy.status import CaseStatus
from services.case_snapshot import CaseSnapshot, running
from services.errors import ExitCode
from starter.cases.show import awaited_lines, head_lines
from tests.office import LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server
ZONE = ZoneInfo("America/New_York")


async def test_the_page_says_who_owes_what_by_when_and_what_happens_otherwise(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    ran = await terminal("show", case_id)
    assert ran.code == ExitCode.DONE, ran.err
    page = ran.out
    assert page.startswith(f"{case_id}: Sample Imaging Center\nStage: choice of an option\n")
    assert "head-neck-adult not acceptable" in page
    assert "As told by the case itself, just now" in page
    assert "Awaited: the facility: " in page
    assert "  Option form by " in page
    assert "otherwise both sides are told, and the case closes as not granted unless the office extends" in page
    assert "  repeat: open until " in page
    assert "\n    The not-acceptable areas.\n" in page
    assert (
        "  reinstate: not open (option.not_offered)\n    Reinstatement with corrective action is not offered after"
        in page
    )
    assert "Money open: none" in page
    assert re.search(r"Next, by itself:\n(  \d{4}-\d\d-\d\d \d\d:\d\d  .*\n)+Last entries:", page)
    assert re.search(r"  \d{4}-\d\d-\d\d 24:00  Option form due \(option_form.past_due\)\n", page)


async def test_a_deadline_that_was_dropped_is_not_said_to_run(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    assert "  Closure by " in (await terminal("show", case_id)).out
    await office.tell(case_id, "choose_option", option="repeat", attested=True, by={"name": "Ann Sample"})
    page = (await terminal("show", case_id)).out
    assert "  Closure by " not in page
    assert "  Appeal by " not in page


async def test_open_money_is_on_the_page_with_its_date_and_its_sum(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start(days_ago=40)
    ran = await terminal("show", case_id)
    assert "Money open: $2,500.00" in ran.out
    assert "(overdue)" in ran.out
    assert "Awaited: the facility: the application fee\n  Invoice by " in ran.out
    assert "10 days overdue); otherwise it is overdue" in ran.out
    assert "No date is stated" not in ran.out


async def test_json_holds_the_status_the_agenda_and_the_last_entries(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    ran = await terminal("show", case_id, "--json", "--last", "2")
    assert ran.data["live"] is True
    assert ran.data["stage"] == "application"
    assert len(ran.data["entries"]) == 2
    assert [mark["at"] for mark in ran.data["agenda"]] == sorted(mark["at"] for mark in ran.data["agenda"])


async def test_a_closed_case_is_shown_from_the_books(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.tell(case_id, "close_case", reason="opened by mistake")
    await office.until_books(case_id, "closed")
    ran = await terminal("show", case_id)
    assert ran.code == ExitCode.DONE, ran.err
    assert "Stage: closed, closed by the office on " in ran.out
    assert "As told by the books, as of " in ran.out
    assert "Awaited: nobody; the case is closed." in ran.out


async def test_without_a_worker_the_books_tell_the_page_and_say_so(
    temporal_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_living_office(temporal_server.address, tmp_path) as office:
        case_id = await office.start()
        await office.until_books(case_id, "application")
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as idle:
        terminal = OfficeTerminal(idle, monkeypatch, capsys)
        terminal.setenv("TEMPORAL_NAMESPACE", office.client.namespace)
        page = (await terminal("show", case_id)).out
        data = (await terminal("show", case_id, "--json")).data
    assert "(no worker answers)" in page
    assert "Money open: $2,500.00" in page
    assert "Options: ask again when a worker runs." in page
    assert (data["live"], data["stage"], data["awaited_party"]) == (False, "application", "facility")


async def test_without_a_server_the_books_tell_the_page_and_name_the_address(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.until_books(case_id, "application")
    terminal.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    ran = await terminal("show", case_id)
    assert ran.code == ExitCode.DONE, ran.err
    assert "The Temporal server at 127.0.0.1:9 cannot be reached" in ran.out


async def test_without_a_server_the_books_know_areas_and_options_as_of_the_last_entry(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    await office.until_books(case_id, "options")
    terminal.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    page = (await terminal("show", case_id)).out
    assert "head-neck-adult not acceptable" in page
    assert "  reinstate: not open (option.not_offered)" in page
    assert "As told by the books, as of " in page
    explained = await terminal("explain", case_id, "reinstate")
    assert "reinstate: not open (option.not_offered)" in explained.out
    assert "options may have opened or closed since" in explained.err


async def test_a_case_that_was_announced_only_says_what_to_do(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id, _, _ = office.announce()
    ran = await terminal("show", case_id)
    assert "it was announced but never started; `accredit reconcile`" in ran.out


async def test_an_unknown_case_is_exit_4(terminal: OfficeTerminal) -> None:
    ran = await terminal("show", "accreditation.XX-1.ct.CT-1.1")
    assert ran.code == ExitCode.NO_SUCH_CASE


async def test_a_slip_in_a_cases_id_is_answered_with_the_case_that_may_be_meant(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.until_books(case_id, "application")
    slips = (case_id.removesuffix(".1"), case_id.replace("accreditation", "acreditation"))
    for slip in slips:
        for command in (("show", slip), ("send", slip, "accept_application"), ("invoices", slip)):
            ran = await terminal(*command)
            assert ran.code == ExitCode.NO_SUCH_CASE
            assert f"Did you mean {case_id}? " in ran.err
    assert "Did you mean" not in (await terminal("show", "accreditation.XX-1.mri.MR-9.1")).err


async def test_books_that_cannot_be_opened_are_exit_5(terminal: OfficeTerminal) -> None:
    terminal.setenv("ACCREDIT_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/books")
    ran = await terminal("show", "accreditation.XX-1.ct.CT-1.1")
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "127.0.0.1:9" in ran.err
    assert "Traceback" not in ran.err


def a_snapshot(**known: object) -> CaseSnapshot:
    case = CaseStatus.model_validate({"case": "accreditation.OH-0417.ct.CT-1.1", "stage": "options", **known})
    return CaseSnapshot(case, {}, (), (), running(case), "Sample Imaging Center", True, "the case itself")


def window(name: str, days: int, met: bool | None = None) -> dict[str, object]:
    due_at = datetime(2028, 5, 2, 4, tzinfo=UTC) + timedelta(days=days)
    return {"name": name, "opens_at": due_at - timedelta(days=15), "due_at": due_at, "met": met}


FORM = {"awaited_party": "facility", "awaited": "the option form"}


def test_a_form_that_is_late_is_said_to_be_late_with_the_day_of_the_closing() -> None:
    late = a_snapshot(**FORM, deadlines=[window("option_form", 0, met=False), window("closure", 30)])
    assert awaited_lines(late, ZONE, datetime(2028, 5, 24, 16, tzinfo=UTC)) == [
        "Awaited: the facility: the option form",
        "  Option form by 1 May 2028, 24:00 ET (23 days overdue): a form is refused unless the office extends; "
        "the case closes on 31 May 2028, 24:00 ET.",
        "  Closure by 31 May 2028, 24:00 ET (in 7 days); otherwise the case closes as not granted.",
    ]


@pytest.mark.parametrize(("hours", "words"), [(-25, "tomorrow"), (-1, "today"), (1, "1 day overdue")])
def test_the_day_before_the_day_and_the_moment_after(hours: int, words: str) -> None:
    passed = hours > 0
    form = a_snapshot(**FORM, deadlines=[window("option_form", 0, met=False if passed else None)])
    (_, told) = awaited_lines(form, ZONE, datetime(2028, 5, 2, 4, tzinfo=UTC) + timedelta(hours=hours))
    assert f"({words})" in told


def test_an_unpaid_invoice_is_no_date_of_something_else() -> None:
    invoices = [{"purpose": "application", "status": "open", "due_at": "2026-01-01T05:00:00Z", "total": "5.00"}]
    renewal = a_snapshot(awaited_party="facility", awaited="the renewal application", invoices=invoices)
    lines = awaited_lines(renewal, ZONE, datetime(2028, 5, 1, tzinfo=UTC))
    assert not [line for line in lines if "overdue" in line]
    assert "  No date is stated for it; otherwise the facility " in lines[-1]


CERTIFICATE = {
    "certificate": {
        "granted_at": "2026-01-15T15:00:00Z",
        "counts_from": "2026-01-15T15:00:00Z",
        "expires_at": "2029-01-16T05:00:00Z",
    }
}


@pytest.mark.parametrize(
    ("ended", "now", "told"),
    [
        ({}, "2028-05-01T00:00:00Z", "until 15 January 2029, 24:00 ET"),
        (
            {"stage": "closed", "outcome": "closed_by_acr", "closed_at": "2028-05-01T02:00:00Z"},
            "2028-06-01T00:00:00Z",
            "no longer in force since 2028-04-30: closed by the office",
        ),
        (
            {"stage": "closed", "outcome": "expired", "closed_at": "2029-01-16T05:00:00Z"},
            "2029-01-16T05:00:00Z",
            "expired: it was in force until 15 January 2029, 24:00 ET",
        ),
    ],
)
def test_a_certificate_of_a_closed_case_does_not_stand(ended: dict[str, str], now: str, told: str) -> None:
    lines = head_lines(a_snapshot(**CERTIFICATE | ended), ZONE, datetime.fromisoformat(now))
    assert lines[0] == "accreditation.OH-0417.ct.CT-1.1: Sample Imaging Center"
    assert f"Certificate: granted 2026-01-15, {told}" in lines
