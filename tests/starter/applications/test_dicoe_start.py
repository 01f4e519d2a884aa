"""`accredit start` for designations on a real server: one case of a practice in a state, and nothing opened twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowExecutionStatus

from embedded.server import EmbeddedServer
from policy.designation.application import DicoeApplication
from policy.designation.cases import designation_part
from policy.designation.edition import dicoe_edition_in_force
from policy.identity import TASK_QUEUE
from policy.office import OfficeSettings
from records.books import Books, open_books
from records.cases import announce_case, close_from_outside
from records.queries import case_by_id
from records.words import STARTING
from services.connect import connect
from services.errors import RefusedByRule
from services.namespace import prepare_namespace
from services.opening import OpenedCase, cycles_on_server, judge_application, open_cases, start_case
from services.reconcile import bring_in_line
from services.settings import SAMPLE, load_settings
from tests.applications import sample
from tests.patience import WITHIN
from workflows.case.view import ATTRIBUTES

pytestmark = pytest.mark.server
EDITION = dicoe_edition_in_force(date(2028, 1, 1))
OPENS = datetime(2028, 2, 28, 14, 0, tzinfo=UTC)


class Practice:
    """An office, and a practice that no other test knows."""

    def __init__(self, client: Client, books: Books) -> None:
        self.client, self.books = client, books
        self.settings: OfficeSettings = load_settings(SAMPLE, {})
        self.id = f"P-{uuid4().hex[:10]}"

    def application(self, name: str = "dicoe-three-locations", **changes: Any) -> DicoeApplication:
        data = sample(name) | changes
        data["practice"]["id"] = self.id
        return DicoeApplication.model_validate(data)

    async def start(self, name: str = "dicoe-three-locations", **changes: Any) -> OpenedCase:
        application = self.application(name, **changes)
        (case,) = await open_cases(judge_application(application, self.settings, OPENS), self.client, self.books)
        return case

    async def refused(self, name: str = "dicoe-three-locations", **changes: Any) -> RefusedByRule:
        with pytest.raises(RefusedByRule) as refused:
            await self.start(name, **changes)
        return refused.value

    def close(self, case_id: str) -> None:
        with self.books.writing() as session:
            close_from_outside(session, case_id, OPENS, "terminated in Temporal")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def terminal(temporal_server: EmbeddedServer) -> AsyncIterator[Client]:
    await prepare_namespace(temporal_server.address, "dicoe-desk")
    yield await connect(temporal_server.address, "dicoe-desk")


@pytest.fixture
def practice(terminal: Client, tmp_path: Path) -> Iterator[Practice]:
    books = open_books(f"sqlite:///{tmp_path / 'books.db'}")
    yield Practice(terminal, books)
    books.close()


async def test_a_designation_is_announced_started_and_readable_in_the_ui(practice: Practice) -> None:
    case = await practice.start()
    assert case == (f"dicoe.{practice.id}.OH.1", OPENS, True)
    description = await practice.client.get_workflow_handle(case.case_id).describe()
    assert (description.workflow_type, description.task_queue) == ("DicoeDesignation", TASK_QUEUE)
    expected = f"{case.case_id} · Sample Practice Two · designation of 3 locations"
    assert await description.static_summary() == expected
    page = await description.static_details()
    assert page is not None
    for part in (
        f"| **Practice** | {practice.id} Sample Practice Two |",
        "| **State** | OH, US |",
        "28 February 2028, 09:00 ET",
        "| OH-4121 Sample Imaging at Location 21 | Sampleton | CT, MRI, X-ray | DIR, GRID | Sample Radiologist 21 |",
    ):
        assert part in page.replace("\N{NO-BREAK SPACE}", "")
    found = {name: description.typed_search_attributes.get(key) for name, key in ATTRIBUTES.items()}
    told = {name: value for name, value in found.items() if value is not None}
    assert told == {
        "Program": "dicoe",
        "Facility": practice.id,
        "State": "OH",
        "Stage": "application",
        "NeedsAttention": False,
    }
    with practice.books.reading() as session:
        row = case_by_id(session, case.case_id)
    assert row is not None
    assert (row.program, row.stage, row.facility_id, row.state) == ("dicoe", STARTING, practice.id, "OH")


async def test_the_workflow_gets_the_whole_application_and_its_day(practice: Practice) -> None:
    case = await practice.start("dicoe-fifteen-locations")
    history = await practice.client.get_workflow_handle(case.case_id).fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    (opening,) = await practice.client.data_converter.decode(started.input.payloads)
    assert len(opening["application"]["locations"]) == 15
    assert opening["opened_at"] == "2028-02-28T14:00:00Z"
    assert opening.get("predecessor") is None


async def test_the_same_application_again_is_the_same_case(practice: Practice) -> None:
    first = await practice.start()
    again = await practice.start()
    assert (again.case_id, again.new) == (first.case_id, False)


async def test_many_desks_at_once_open_one_case(practice: Practice) -> None:
    cases = await asyncio.gather(*(practice.start() for _ in range(5)))
    assert len({case.case_id for case in cases}) == 1
    assert sum(case.new for case in cases) == 1


async def test_another_application_for_the_practice_and_state_is_refused(practice: Practice) -> None:
    case = await practice.start()
    for changes in ({"application_id": "DICOE-9"}, {"application_id": "DICOE-9", "state": "oh"}):
        refused = await practice.refused(**changes)
        (finding,) = refused.findings
        assert (finding.rule, finding.where) == ("case.already_open", case.case_id)
        assert "of the same practice and state is open, from application DICOE-2028-0002" in finding.reason
    renewal = await practice.refused(application_id="DICOE-9", kind="renewal")
    assert any("start_renewal" in text for text in renewal.instead)


async def test_another_state_is_another_case(practice: Practice) -> None:
    ohio = await practice.start("dicoe-ohio")
    pennsylvania = await practice.start("dicoe-pennsylvania")
    assert [ohio.case_id, pennsylvania.case_id] == [f"dicoe.{practice.id}.{state}.1" for state in ("OH", "PA")]


async def test_the_next_term_has_the_next_number(practice: Practice) -> None:
    first = await practice.start()
    practice.close(first.case_id)
    await practice.client.get_workflow_handle(first.case_id).terminate()
    second = await practice.start(application_id="DICOE-2031-0001")
    assert second.case_id == f"dicoe.{practice.id}.OH.2"


async def test_a_term_that_only_the_server_knows_is_in_the_way_and_keeps_its_number(practice: Practice) -> None:
    part = designation_part(practice.application())
    handle = await start_case(practice.client, str(part.case_id(3)), part, OPENS, EDITION.zone)
    subject = part.case_id(3).subject
    async with asyncio.timeout(WITHIN):
        while await cycles_on_server(practice.client, subject) != {3: True}:
            await practice.client.service_client.check_health()
    (finding,) = (await practice.refused()).findings
    assert finding.where == handle.id
    await handle.terminate()
    async with asyncio.timeout(WITHIN):
        while await cycles_on_server(practice.client, subject) != {3: False}:
            await practice.client.service_client.check_health()
    assert (await practice.start()).case_id == f"{subject}.4"


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"payment": None}, ["application.incomplete"]),
        ({"payment": {"amount": "1.00"}}, ["payment.amount_differs"]),
        ({"state": "PA"}, ["designation.other_state"]),
        ({"shared_governance": False}, ["designation.shared_governance"]),
    ],
)
async def test_what_is_incomplete_or_not_eligible_opens_nothing(
    practice: Practice, changes: dict[str, Any], rules: list[str]
) -> None:
    refused = await practice.refused(**changes)
    assert [finding.rule for finding in refused.findings] == rules
    with practice.books.reading() as session:
        assert case_by_id(session, f"dicoe.{practice.id}.OH.1") is None
    assert await cycles_on_server(practice.client, f"dicoe.{practice.id}.OH") == {}


async def test_an_announced_designation_that_never_started_is_started_by_reconcile(
    practice: Practice, tmp_path: Path
) -> None:
    part = designation_part(practice.application())
    case_id = str(part.case_id(1))
    with practice.books.writing() as session:
        application = part.application.model_dump(mode="json")
        announce_case(session, case_id, program="dicoe", application=application, announced_at=OPENS)
    report = await bring_in_line(practice.client, practice.books, EDITION.zone, tmp_path / "histories")
    assert (report.started, report.troubles) == ([case_id], {})
    description = await practice.client.get_workflow_handle(case_id).describe()
    assert (description.status, description.workflow_type) == (WorkflowExecutionStatus.RUNNING, "DicoeDesignation")
    again = await practice.start()
    assert (again.case_id, again.new) == (case_id, False)
