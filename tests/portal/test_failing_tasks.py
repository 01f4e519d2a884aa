"""A case whose tasks fail stands still and nobody gets a letter: whoever looks is told, wherever he looks."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
import pytest_asyncio
from temporalio import activity, workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from policy.messages.proofs import OFFICE_ORG
from services.errors import ExitCode
from services.health import OK, Checkup
from services.versions.failing import failing_cases
from services.workers import NO_VERSION
from tests.office_terminal import OfficeTerminal
from tests.portal.conftest import LivingPortal
from tests.worker_process import until

pytestmark = pytest.mark.server
QUEUE = "another-version"
WHY = "the code fails (WorkflowWorkerUnhandledFailure)"


@workflow.defn(name="AccreditationCycle", sandboxed=False)
class OfABrokenVersion:
    """What a case runs into under a version that cannot carry it on."""

    @workflow.run
    async def run(self, opening: dict[str, object]) -> None:
        raise ValueError("a mistake in the code")


@activity.defn
def nothing() -> None:
    """Do nothing: a worker that asks for activities too."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def broken(portal: LivingPortal) -> str:
    """A case of the office whose tasks have failed until the server says so."""
    case_id, _, _ = portal.office.announce()
    client = portal.office.client
    await client.start_workflow("AccreditationCycle", {}, id=case_id, task_queue=QUEUE)
    runner = UnsandboxedWorkflowRunner()
    async with Worker(
        client, task_queue=QUEUE, workflows=[OfABrokenVersion], workflow_runner=runner, build_id=NO_VERSION
    ):
        found = await until(lambda: failing_cases(client), bool)
    assert found == [(case_id, WHY)]
    return case_id


@pytest.fixture
def terminal(
    portal: LivingPortal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> OfficeTerminal:
    """The command line of that office."""
    return OfficeTerminal(portal.office, monkeypatch, capsys)


async def test_the_board_and_the_page_of_the_case_tell_the_office(portal: LivingPortal, broken: str) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        board = (await officer.get("/office")).text
        assert "These cases stand still." in board
        assert f'<a href="/office/cases/{broken}">{broken}</a>: {WHY}' in board
        assert f"This case stands still: its tasks fail ({WHY})." in (await officer.get(f"/office/cases/{broken}")).text


async def test_a_facility_reads_nothing_of_it(portal: LivingPortal, broken: str) -> None:
    facility = broken.split(".")[1]
    async with portal.browser_of(portal.sign_in(facility)) as somebody:
        for page in ("/", "/cases", f"/cases/{broken}"):
            answer = await somebody.get(page)
            assert answer.status_code == 200
            assert "fail" not in answer.text, page


async def test_commands_tell_it(terminal: OfficeTerminal, broken: str) -> None:
    terminal.setenv("ACCREDIT_SECURITY_SENDERS", "verified")
    shown = await terminal("show", broken)
    assert f"Its tasks fail: {WHY}. It stands still, and nothing of it is lost." in shown.out
    assert (await terminal("show", broken, "--json")).data["task_problem"] == WHY

    (item,) = [one for one in (await terminal("worklist", "--json")).data if one["case"] == broken]
    assert item["task_problem"] == WHY
    (line,) = [line for line in (await terminal("worklist")).out.splitlines() if broken in line]
    assert line.endswith("TASKS FAIL")

    ran = await terminal("doctor", "--json")
    (check,) = [check for check in ran.data if check["name"] == "tasks"]
    assert (ran.code, check["state"]) == (ExitCode.NOT_AS_EXPECTED, "wrong")
    assert f"tasks fail of 1 case(s): {broken}: {WHY}" in check["found"]


async def test_a_health_check_names_it_and_is_well_all_the_same(portal: LivingPortal, broken: str) -> None:
    client = portal.office.client
    with ThreadPoolExecutor(1) as threads:
        async with Worker(
            client, task_queue="beside", activities=[nothing], activity_executor=threads, build_id=NO_VERSION
        ) as worker:
            checkup = Checkup(worker, client, lambda: None, asyncio.get_running_loop())
            found = await asyncio.to_thread(checkup.look)
    assert found.failing_cases == (broken,)
    assert (found.server, found.current) == (OK, OK)
