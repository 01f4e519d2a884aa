"""`accredit start` on a real server: a case for each unit, readable, and nothing opened twice."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowExecutionStatus

from embedded.server import EmbeddedServer
from policy.application import AccreditationApplication
from policy.cases import cases_of
from policy.edition import edition_in_force
from policy.office import OfficeSettings
from records.books import Books, open_books
from records.cases import announce_case
from records.queries import case_by_id, cases_of_application
from records.words import STARTING
from services.connect import connect
from services.errors import RefusedByRule
from services.namespace import prepare_namespace
from services.opening import (
    OpenedCase,
    cycles_on_server,
    first_attributes,
    judge_application,
    open_cases,
    start_case,
)
from services.settings import SAMPLE, load_settings
from services.ui_summary import GAP
from tests.applications import sample
from tests.patience import WITHIN
from workflows.case import view

pytestmark = pytest.mark.server
EDITION = edition_in_force("accreditation", datetime(2028, 1, 1, tzinfo=UTC).date())
OPENS = datetime(2028, 2, 28, 14, 0, tzinfo=UTC)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = open_books(f"sqlite:///{tmp_path / 'books.db'}")
    yield opened
    opened.close()


@pytest.fixture
def settings() -> OfficeSettings:
    return load_settings(SAMPLE, {})


class Office:
    """An office with a facility that no other test knows."""

    def __init__(self, client: Client, books: Books, settings: OfficeSettings) -> None:
        self.client, self.books, self.settings = client, books, settings
        self.facility = f"F-{uuid4().hex[:10]}"

    def application(self, name: str = "ct-unit", **changes: Any) -> AccreditationApplication:
        data = sample(name) | changes
        data["facility"]["id"] = self.facility
        return AccreditationApplication.model_validate(data)

    async def start(self, name: str = "ct-unit", **changes: Any) -> list[OpenedCase]:
        application = self.application(name, **changes)
        return await open_cases(judge_application(application, self.settings, OPENS), self.client, self.books)

    async def refused(self, name: str = "ct-unit", **changes: Any) -> RefusedByRule:
        with pytest.raises(RefusedByRule) as refused:
            await self.start(name, **changes)
        return refused.value

    async def status_of(self, case_id: str) -> WorkflowExecutionStatus | None:
        return (await self.client.get_workflow_handle(case_id).describe()).status


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def terminal(temporal_server: EmbeddedServer) -> Client:
    await prepare_namespace(temporal_server.address, "front-desk")
    return await connect(temporal_server.address, "front-desk")


@pytest.fixture
def office(terminal: Client, books: Books, settings: OfficeSettings) -> Office:
    return Office(terminal, books, settings)


async def test_a_case_is_announced_started_and_readable_in_the_ui(office: Office) -> None:
    (case,) = await office.start()
    assert case == (f"accreditation.{office.facility}.ct.CT-1.1", OPENS, True)
    description = await office.client.get_workflow_handle(case.case_id).describe()
    assert description.workflow_type == "AccreditationCycle"
    assert description.task_queue == "accredit"
    assert await description.static_summary() == f"{case.case_id} · Sample Imaging Center · CT"
    page = await description.static_details()
    assert page is not None
    page = page.replace(GAP, "")
    for part in ("| **Modality** | CT |", "28 February 2028, 09:00 ET", "| chest-adult | clinical | chest | adult |"):
        assert part in page
    attributes = description.typed_search_attributes
    assert attributes.get(view.FACILITY) == office.facility
    assert (attributes.get(view.STATE), attributes.get(view.MODALITY)) == ("OH", "ct")
    assert (attributes.get(view.STAGE), attributes.get(view.DEFICIENCIES)) == ("application", 0)
    with office.books.reading() as session:
        row = case_by_id(session, case.case_id)
        assert row is not None
        assert (row.stage, row.opened_at) == (STARTING, OPENS)


async def test_a_case_that_opens_at_once_says_from_the_start_whom_it_awaits(office: Office) -> None:
    """So that its first rest has nothing to change: that it awaits its fee, or where every fee is quoted the quote."""
    here, abroad = office.application(), office.application()
    assert abroad.facility
    assert abroad.facility.address
    abroad.facility.address.country = "CA"
    told = [first_attributes(one, at_once=True).get(view.AWAITED_PARTY) for one in (here, abroad)]
    assert told == ["facility", "acr"]
    assert first_attributes(here, at_once=False).get(view.AWAITED_PARTY) is None
    (later,) = await office.start()
    description = await office.client.get_workflow_handle(later.case_id).describe()
    assert description.typed_search_attributes.get(view.AWAITED_PARTY) is None


async def test_each_unit_is_a_case_that_knows_the_others(office: Office) -> None:
    cases = await office.start("ct-two-units")
    assert [case.case_id.split(".")[3] for case in cases] == ["CT-1", "CT-2"]
    history = await office.client.get_workflow_handle(cases[1].case_id).fetch_history()
    (opening,) = await office.client.data_converter.decode(
        history.events[0].workflow_execution_started_event_attributes.input.payloads
    )
    assert opening["position"] == 2
    assert opening["siblings"] == [cases[0].case_id]
    assert opening["opened_at"] == "2028-02-28T14:00:00Z"
    assert [unit["id"] for unit in opening["application"]["units"]] == ["CT-2"]


async def test_a_facilitys_service_is_one_case_of_the_site(office: Office) -> None:
    (case,) = await office.start("breast-ultrasound")
    assert case.case_id == f"accreditation.{office.facility}.breast_ultrasound.site.1"


async def test_the_same_application_again_returns_the_same_cases_and_starts_nothing(office: Office) -> None:
    first = await office.start("ct-two-units")
    again = await office.start("ct-two-units")
    assert [case.case_id for case in again] == [case.case_id for case in first]
    assert [case.new for case in again] == [False, False]
    with office.books.reading() as session:
        assert len(cases_of_application(session, office.facility, "APP-2028-0002")) == 2


async def test_an_application_handed_in_at_many_desks_at_once_opens_one_case(office: Office) -> None:
    answers = await asyncio.gather(*(office.start() for _ in range(5)))
    assert len({cases[0].case_id for cases in answers}) == 1
    assert sum(cases[0].new for cases in answers) == 1


async def test_another_application_for_a_unit_with_an_open_case_is_refused(office: Office) -> None:
    (case,) = await office.start()
    refused = await office.refused(application_id="APP-2")
    (finding,) = refused.findings
    assert (finding.rule, finding.where) == ("case.already_open", case.case_id)
    assert "APP-2028-0001" in finding.reason
    assert any("amend_application" in text for text in refused.instead)
    renewal = await office.refused(application_id="APP-3", kind="renewal")
    assert any("start_renewal" in text for text in renewal.instead)


async def test_an_application_with_other_content_under_the_same_id_is_another_one(office: Office) -> None:
    await office.start()
    (finding,) = (await office.refused(medium="cd")).findings
    assert finding.rule == "case.already_open"
    assert "with other content" in finding.reason


async def test_one_open_case_keeps_the_whole_application_from_opening(office: Office) -> None:
    (case,) = await office.start()
    refused = await office.refused("ct-two-units")
    assert [finding.where for finding in refused.findings] == [case.case_id]
    with office.books.reading() as session:
        assert cases_of_application(session, office.facility, "APP-2028-0002") == []


async def test_what_is_incomplete_opens_nothing(office: Office) -> None:
    assert [f.where for f in (await office.refused(medium=None, payment=None)).findings] == ["medium", "payment"]
    found = (await office.refused(modality="radiation_oncology")).findings
    assert {finding.rule for finding in found} == {"application.incomplete"}, "a CT unit is no practice with sites"
    office.settings = OfficeSettings()
    assert (await office.refused()).findings[0].rule == "fee.not_configured"
    with office.books.reading() as session:
        assert cases_of_application(session, office.facility, "APP-2028-0001") == []
    assert await cycles_on_server(office.client, f"accreditation.{office.facility}.ct.CT-1") == {}


async def test_a_case_that_was_announced_and_never_started_is_started(office: Office) -> None:
    (part,) = cases_of(office.application(), EDITION)
    case_id, announced = str(part.case_id(1)), OPENS - timedelta(days=1)
    with office.books.writing() as session:
        application = part.application.model_dump(mode="json")
        announce_case(session, case_id, program="accreditation", application=application, announced_at=announced)
    assert await office.start() == [(case_id, announced, True)]
    assert await office.status_of(case_id) == WorkflowExecutionStatus.RUNNING


async def test_a_case_that_only_the_server_knows_is_in_the_way_until_it_ends(office: Office) -> None:
    (part,) = cases_of(office.application(), EDITION)
    handle = await start_case(office.client, str(part.case_id(4)), part, OPENS, EDITION.zone)
    subject = part.case_id(4).subject
    await until_listed(office.client, subject, {4: True})
    refused = await office.refused()
    (finding,) = refused.findings
    assert finding.where == handle.id
    assert "books do not hold it" in finding.reason
    end_it, bring_it_back = refused.instead
    assert f"Terminate): {handle.id}." in end_it
    assert "--after-restore" in bring_it_back
    await handle.terminate()
    await until_listed(office.client, subject, {4: False})
    (case,) = await office.start()
    assert case.case_id == f"{subject}.5", "the number of a cycle is never used again"


async def until_listed(client: Client, subject: str, expected: dict[int, bool]) -> None:
    """Wait until the server's list, which follows its cases at a distance, shows what is expected."""
    async with asyncio.timeout(WITHIN):
        while await cycles_on_server(client, subject) != expected:
            await client.service_client.check_health()
