"""`accredit reconcile`: what happened on the server behind the case's back reaches the books, and histories files."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHistory

from records.queries import timeline
from records.tables import CaseRecord
from services.errors import ExitCode
from services.replays.order import replay
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server


def last_entry(office: LivingOffice, case_id: str) -> str:
    with office.books.reading() as session:
        return timeline(session, case_id)[-1].text


async def test_a_case_terminated_in_the_ui_is_closed_in_the_books_with_who_and_why(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    handle = office.client.get_workflow_handle(case_id)
    await handle.terminate(reason="a duplicate")
    ran = await terminal("reconcile")
    assert ran.code == ExitCode.DONE, ran.err
    assert f"Closed {case_id} in the books: Terminated on the Temporal server" in ran.out
    row = office.row(case_id)
    assert (row.stage, row.outcome) == ("closed", "closed_by_acr")
    assert row.closed_at == (await handle.describe()).close_time
    with office.books.reading() as session:
        assert timeline(session, case_id)[-2].text.endswith(": a duplicate")


async def test_doing_it_again_changes_nothing(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.client.get_workflow_handle(case_id).terminate()
    first, again = (await terminal("reconcile", "--json")).data, (await terminal("reconcile", "--json")).data
    assert case_id in first["closed"]
    assert again == {"started": [], "closed": {}, "delivered": [], "exported": [], "troubles": {}}


async def test_what_nobody_paid_of_a_terminated_case_becomes_void_with_an_entry_for_it(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    handle = office.client.get_workflow_handle(case_id)
    await handle.terminate(reason="a duplicate")
    await terminal("reconcile")
    (one,) = (await terminal("invoices", case_id, "--json")).data
    assert (one["status"], one["outstanding"]) == ("void", "0.00")
    with office.books.reading() as session:
        entry = timeline(session, case_id)[-1]
    assert (entry.kind, entry.detail) == ("invoice", {"invoice": one["number"], "void": True})
    assert entry.text == f"Invoice {one['number']} is void: the case ended and nothing was paid"
    assert entry.at == (await handle.describe()).close_time
    await terminal("reconcile")
    with office.books.reading() as session:
        assert timeline(session, case_id)[-1].id == entry.id


async def test_what_was_paid_of_a_terminated_case_stays_as_it_is(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    number = (await terminal("invoices", case_id, "--json")).data[0]["number"]
    await terminal("pay", number, "1.00")
    await office.until_paid(number, "partly_paid")
    await office.client.get_workflow_handle(case_id).terminate()
    await terminal("reconcile")
    (one,) = (await terminal("invoices", case_id, "--json")).data
    assert (one["status"], one["outstanding"]) == ("partly_paid", "2499.00")
    assert "Terminated" in last_entry(office, case_id)


async def test_a_case_that_was_cancelled_stays_open_in_the_books_until_the_office_closes_it(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    handle = office.client.get_workflow_handle(case_id)
    await handle.cancel()
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    assert office.row(case_id).stage == "application"
    told = (await terminal("reconcile", "--json")).data
    assert told["closed"][case_id].startswith("Cancelled on the Temporal server")
    assert case_id in told["exported"]
    assert office.row(case_id).outcome == "closed_by_acr"


async def test_a_case_that_was_announced_and_never_started_is_started(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id, _, opened_at = office.announce()
    told = (await terminal("reconcile", "--json")).data
    assert told["started"] == [case_id]
    status = await office.until(case_id, "an invoice", lambda found: bool(found["invoices"]))
    assert status["opened_at"] == opened_at.isoformat()
    assert (await office.until_books(case_id, "application")).opened_at == opened_at
    assert (await terminal("reconcile", "--json")).data["started"] == []


async def test_a_case_that_the_server_does_not_know_is_left_open_and_somebody_must_look(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id, _, _ = office.announce()
    with office.books.writing() as session:
        session.get_one(CaseRecord, case_id).stage = "application"
    ran = await terminal("reconcile", "--json")
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert "restore them from the backup" in ran.data["troubles"][case_id]
    assert office.row(case_id).closed_at is None
    with office.books.writing() as session:
        session.delete(session.get_one(CaseRecord, case_id))


async def test_books_restored_from_an_older_backup_hear_how_a_case_ended(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.tell(case_id, "withdraw_case", by={"name": "Ann Sample"}, reason="the unit is sold")
    await office.client.get_workflow_handle(case_id).result()
    with office.books.writing() as session:
        row = session.get_one(CaseRecord, case_id)
        row.stage, row.outcome, row.closed_at = "application", None, None
    told = (await terminal("reconcile", "--json")).data
    assert told["closed"][case_id].startswith("Completed on the Temporal server")
    assert office.row(case_id).outcome == "withdrawn"


async def test_the_history_of_a_closed_case_becomes_a_file_that_replays(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.tell(case_id, "close_case", reason="opened by mistake")
    await office.client.get_workflow_handle(case_id).result()
    assert case_id in (await terminal("reconcile", "--json")).data["exported"]
    file = office.folder / "histories" / f"{case_id}.json"
    assert office.row(case_id).history_exported_at is not None

    async def histories() -> AsyncIterator[WorkflowHistory]:
        yield WorkflowHistory.from_json(case_id, file.read_text("utf-8"))

    found = await replay(histories())
    assert (found.safe, found.unsafe) == (1, {})


async def test_every_run_of_a_case_that_was_continued_as_new_is_exported(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    handle = office.client.get_workflow_handle(case_id)
    first_run = (await handle.describe()).run_id
    await handle.signal("continue_as_new")
    await office.until_another_run(case_id, first_run)
    await office.tell(case_id, "close_case", reason="opened by mistake")
    await handle.result()
    assert case_id in (await terminal("reconcile", "--json")).data["exported"]
    folder = office.folder / "histories"
    files = {path.name for path in folder.glob(f"{case_id}*")}
    assert files == {f"{case_id}.json", f"{case_id}.{first_run}.json"}
    assert "continuedExecutionRunId" in json.dumps(_started(folder / f"{case_id}.json"))


def _started(file: Path) -> dict[str, object]:
    started: dict[str, object] = json.loads(file.read_text("utf-8"))["events"][0][
        "workflowExecutionStartedEventAttributes"
    ]
    return started


async def test_histories_that_cannot_be_written_stop_it_and_the_case_is_exported_next_time(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.client.get_workflow_handle(case_id).terminate()
    ran = await terminal("reconcile", "--histories", str(office.folder / "books.db"))
    assert ran.code == ExitCode.UNUSABLE
    assert "books.db" in ran.err
    assert case_id in (await terminal("reconcile", "--json")).data["exported"]


async def test_a_server_that_is_away_is_exit_5(terminal: OfficeTerminal) -> None:
    terminal.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    assert (await terminal("reconcile")).code == ExitCode.NOT_REACHABLE
