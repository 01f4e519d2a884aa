"""Messages that are sent again after a restore: the books have all that follows once the mending has ended."""

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.worker import Worker

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from embedded.server import EmbeddedServer
from policy.messages import Message
from services.composition import compose, message_named
from services.restore.comparing import Again, Findings
from services.restore.mending import Mended, Mender
from services.settings import SAMPLE, load_settings
from services.workers import working
from tests.office import OFFICE_USER, LivingOffice, a_living_office
from tests.workflows.test_dead_books import locked

pytestmark = pytest.mark.server


def at_work(office: LivingOffice) -> AbstractAsyncContextManager[Worker]:
    """Have the office's worker work for as long as a block lasts."""
    settings = load_settings(SAMPLE, {"ACCREDIT_PAPERS_FOLDER": str(office.folder / "papers")})
    activities = CaseActivities(office.books, lambda: settings, MailFolder(office.folder / "mail"), office.client)
    return working(office.client, activities=activities, senders=office.senders())


async def test_a_case_is_at_rest_before_the_mending_ends(temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    """The books take nothing until both messages have their verdicts; what follows is two steps, in turn."""
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as office:
        async with at_work(office):
            case_id = await office.start()
            await office.until_at_rest(case_id)
            invoice = (await office.status(case_id))["invoices"][0]
        payment = {"invoice": invoice["number"], "amount": invoice["total"]}
        messages = [message_of("record_payment", **payment), message_of("accept_application")]
        ahead = [
            Again(case_id, one.key(), one.NAME, one.content(), datetime.now(UTC), one.digest()) for one in messages
        ]
        mended, settings = Mended(), load_settings(SAMPLE, {})
        mender = Mender(office.client, office.books, settings, office.sign)
        found = Findings(ahead=ahead, known={case_id: {invoice["number"]}})
        with locked(tmp_path):
            mending = asyncio.create_task(mender.send_again(found, mended, lambda: at_work(office)))
            while len(mended.sent) < len(ahead):
                await asyncio.wait([mending], timeout=0.05)
                assert not mending.done(), mended
        await mending
        assert mended.troubles == {}
        assert office.row(case_id).stage == "testing"


def message_of(name: str, **fields: str) -> Message:
    return compose(message_named(name), fields, folder=Path(), user=OFFICE_USER)
