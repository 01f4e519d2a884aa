"""`accredit replay-check`: open cases are replayed against the present code, and what goes differently is named."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from embedded.server import EmbeddedServer
from policy.identity import TASK_QUEUE
from services.errors import ExitCode
from services.replays.order import replay
from services.workers import NO_VERSION
from tests.office import LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server


@workflow.defn(name="AccreditationCycle")
class AnotherCycle:
    """A life that the present code does not lead: it sleeps, and does nothing else."""

    @workflow.run
    async def run(self, opening: dict[str, object]) -> None:
        """Sleep."""
        await workflow.sleep(timedelta(days=30))


async def test_cases_of_the_present_code_are_safe(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    await office.start()
    ran = await terminal("replay-check", "--json")
    assert ran.code == ExitCode.DONE, ran.err
    assert ran.data["safe_to_deploy"] is True
    assert ran.data["replayed"] >= 2
    assert ran.data["unsafe"] == {}


async def test_a_query_narrows_the_cases(terminal: OfficeTerminal) -> None:
    assert (await terminal("replay-check", "--query", "Modality = 'pet'", "--json")).data["replayed"] == 0


async def test_a_query_that_is_none_is_exit_2(terminal: OfficeTerminal) -> None:
    ran = await terminal("replay-check", "--query", "Modality ~ pet")
    assert ran.code == ExitCode.UNUSABLE
    assert "--query: found Modality ~ pet" in ran.err


async def test_a_history_with_another_decision_in_it_is_unsafe(office: LivingOffice) -> None:
    case_id = await office.start()
    text = (await office.client.get_workflow_handle(case_id).fetch_history()).to_json()
    changed = text.replace('"issue_invoices"', '"issue_other_invoices"')
    assert changed != text

    async def histories() -> AsyncIterator[WorkflowHistory]:
        yield WorkflowHistory.from_json("as-it-was", text)
        yield WorkflowHistory.from_json("changed", changed)

    found = await replay(histories())
    assert found.safe == 1
    assert list(found.unsafe) == ["changed"]


async def test_a_case_that_other_code_began_is_unsafe_and_named(
    temporal_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as office:
        other = Worker(
            office.client,
            task_queue=TASK_QUEUE,
            workflows=[AnotherCycle],
            workflow_runner=UnsandboxedWorkflowRunner(),
            build_id=NO_VERSION,
        )
        async with other:
            case_id = await office.start_without_worker()
            await office.until_asleep(case_id)
        ran = await OfficeTerminal(office, monkeypatch, capsys)("replay-check")
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert ran.out.startswith("NOT SAFE to deploy: 1 of 1 open cases go differently.")
    assert case_id in ran.err
