"""`accredit rehearse` as a person runs it: a process and a server of its own, exit codes and what is printed."""

import asyncio
import re
import signal
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import ListNamespacesRequest

from embedded.server import EmbeddedServer, embedded_server
from services.connect import connect
from services.namespace import prepare_namespace
from tests.applications import sample
from tests.command import Command
from tests.rehearsal.rehearsing import accredit, begin, ended
from tests.rehearsal.scenarios import event, shipped, write_scenario

pytestmark = pytest.mark.server
OPENING = {"application": sample()}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line, in this process."""
    return Command(monkeypatch, capsys, tmp_path)


async def test_lives_side_by_side_are_reported_in_the_order_of_the_arguments(tmp_path: Path) -> None:
    files = [shipped("straight-life"), shipped("withdrawn-early"), shipped("renewed-in-time")]
    ran = await accredit(tmp_path, "rehearse", *files, "--json")
    assert ran.code == 0, ran.err
    assert [(report["case"], report["status"]["outcome"], report["ok"]) for report in ran.data] == [
        ("accreditation.OH-0417.ct.CT-1.1", "expired", True),
        ("accreditation.ME-0008.ultrasound.site.1", "withdrawn", True),
        ("accreditation.OH-0417.ct.CT-2.1", "renewed", True),
    ]
    assert not (tmp_path / "var").exists()


async def test_a_person_reads_the_timeline_and_whether_it_went_as_written(tmp_path: Path) -> None:
    file = write_scenario(tmp_path, event(1, 'send = "accept_application"'), "until_day = 2")
    ran = await accredit(tmp_path, "rehearse", file)
    assert ran.code == 1
    assert re.search(r"  notice +office +Application received\n", ran.out)
    assert "Not as written: event 1 (day 1, accept_application): refused by case.wrong_stage" in ran.out
    assert "0 of 1 went as written." in ran.out
    assert "SAMPLE AMOUNTS" in ran.err


async def test_a_server_that_holds_an_offices_cases_is_refused(temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    await prepare_namespace(temporal_server.address, "an-office")
    client = await connect(temporal_server.address, "an-office")
    case = await client.start_workflow(
        "AccreditationCycle", {"application": sample()}, id="a-case", task_queue="nobody"
    )
    try:
        ran = await accredit(tmp_path, "rehearse", shipped("withdrawn-early"), "--address", temporal_server.address)
    finally:
        await case.terminate()
    assert ran.code == 3
    assert "rehearsal.office_server" in ran.err
    assert "an-office" in ran.err


async def test_a_server_that_is_named_is_used_if_it_skips_time(tmp_path: Path) -> None:
    async with embedded_server(fast=True, use_configured=False) as server:
        ran = await accredit(tmp_path, "rehearse", shipped("withdrawn-early"), "--address", server.address, "--json")
        namespaces = await connect(server.address, "temporal-system")
        listed = await namespaces.workflow_service.list_namespaces(ListNamespacesRequest())
    assert ran.code == 0, ran.err
    assert any(found.namespace_info.name.startswith("rehearsal-") for found in listed.namespaces)
    async with embedded_server(fast=False, use_configured=False) as server:
        ran = await accredit(tmp_path, "rehearse", shipped("withdrawn-early"), "--address", server.address)
    assert ran.code == 5
    assert "this one keeps to the wall clock" in ran.err


async def test_an_interrupted_rehearsal_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    process = await begin(tmp_path, "rehearse", *[shipped("the-whole-ladder")] * 4, TMPDIR=tmp_path / "tmp")
    while not list((tmp_path / "tmp").glob("accredit-rehearsal-*/*/books.db")):
        await asyncio.wait([asyncio.ensure_future(process.wait())], timeout=0.1)
        assert process.returncode is None
    process.send_signal(signal.SIGINT)
    ran = await ended(process)
    assert ran.code == 130
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_scenario_that_cannot_be_read_is_told_before_anything_is_started(command: Command, tmp_path: Path) -> None:
    file = write_scenario(tmp_path, event(1, 'send = "accept_application"\nreasn = "x"'), "until = 5")
    ran = command("rehearse", str(file), "absent.toml", "--json")
    assert ran.code == 2
    assert [problem["field"] for problem in ran.data["problems"]] == ["until", "event 1 (accept_application).reasn", ""]


def test_an_opening_day_in_the_past_cannot_be_lived(command: Command, tmp_path: Path) -> None:
    ran = command("rehearse", str(write_scenario(tmp_path, "", "opens = 2020-02-28")))
    assert ran.code == 2
    assert "opens: found 2020-02-28, expected a day whose 09:00 (America/New_York) is still to come" in ran.err


def test_an_application_that_no_office_could_open_a_case_for_is_refused(command: Command, tmp_path: Path) -> None:
    ran = command("rehearse", str(write_scenario(tmp_path, "", medium=None)), "--json")
    assert ran.code == 3
    assert [(found["rule"], found["where"].rpartition(": ")[2]) for found in ran.data["findings"]] == [
        ("application.incomplete", "medium")
    ]


def test_an_address_where_no_server_answers_is_named(command: Command, tmp_path: Path) -> None:
    ran = command("rehearse", str(shipped("withdrawn-early")), "--address", "127.0.0.1:1")
    assert ran.code == 5
    assert "127.0.0.1:1" in ran.err
