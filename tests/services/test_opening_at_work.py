"""A started case lives: with a worker at work it opens its books, invoices each unit at its fee, and awaits payment."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from embedded.server import EmbeddedServer
from records.books import Books, open_books
from records.queries import case_by_id
from services.connect import connect
from services.namespace import prepare_namespace
from services.opening import judge_application, open_cases
from services.settings import SAMPLE, load_settings
from services.workers import working
from tests.applications import an_application

pytestmark = pytest.mark.server
NAMESPACE = "desk-at-work"


async def invoiced(client: Client, case_id: str) -> dict[str, Any]:
    """Return the status of a case as soon as its first invoice has a number."""
    handle = client.get_workflow_handle(case_id)
    async with asyncio.timeout(60):
        while True:
            status: dict[str, Any] = await handle.query("status")
            if status["invoices"] and status["invoices"][0]["number"]:
                return status


def stage_in_books(books: Books, case_id: str) -> str:
    with books.reading() as session:
        case = case_by_id(session, case_id)
        assert case is not None
        return case.stage


async def test_each_unit_is_invoiced_at_its_fee_and_awaits_payment(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    await prepare_namespace(temporal_server.address, NAMESPACE)
    client = await connect(temporal_server.address, NAMESPACE)
    settings = load_settings(SAMPLE, {"ACCREDIT_PAPERS_FOLDER": str(tmp_path / "papers")})
    books = open_books(f"sqlite:///{tmp_path}/books.db")
    activities = CaseActivities(books, lambda: settings, MailFolder(tmp_path / "mail"), client)
    async with working(client, activities=activities, versioned=False):
        judged = judge_application(an_application("ct-two-units"), settings, datetime.now(UTC).replace(microsecond=0))
        cases = await open_cases(judged, client, books)
        statuses = [await invoiced(client, case.case_id) for case in cases]
        assert [status["invoices"][0]["total"] for status in statuses] == ["2500.00", "2400.00"]
        assert {status["awaited_party"] for status in statuses} == {"facility"}
        assert {stage_in_books(books, case.case_id) for case in cases} == {"application"}

        again = await open_cases(judged, client, books)
        assert [(case.case_id, case.new) for case in again] == [(case.case_id, False) for case in cases]
    books.close()
