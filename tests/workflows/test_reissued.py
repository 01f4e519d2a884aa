"""An invoice is issued anew, and its case closes before the books have issued the new one: no cent of it is lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from embedded.server import EmbeddedServer
from policy.office import OfficeSettings
from records.money_queries import invoice_facts
from services.workers import working
from tests.workflows.driving import Driven, a_place
from tests.workflows.stories import Story, say

pytestmark = pytest.mark.server

PAID = say(1, "record_payment", invoice="$invoice", amount="500.00")
ANEW = say(2, "reissue_invoice", invoice="$invoice", reason="It names another unit.")
CLOSED = say(3, "close_case", reason="opened by mistake")
ITEM = "fee.application.2"


@asynccontextmanager
async def without_a_fee(server: EmbeddedServer, folder: Path) -> AsyncIterator[Driven]:
    """A case whose invoice is issued anew after its office has taken the fee out of its settings; 500.00 was paid."""
    async with a_place(server, folder) as place:
        settings = [place.settings]
        activities = CaseActivities(place.books, lambda: settings[-1], MailFolder(place.folder / "mail"), place.client)
        async with working(place.client, activities=activities):
            case = Driven(place, Story([PAID]))
            await case.begin()
            unset = place.settings.fees.model_copy(update={"accreditation": {}})
            settings.append(OfficeSettings.model_validate(place.settings.model_copy(update={"fees": unset})))
            assert (await case.tell(ANEW)).accepted
            assert [one["item"] for one in (await case.status())["attention"]] == [ITEM]
            yield case


def in_books(case: Driven) -> list[tuple[str, str, str]]:
    with case.place.books.reading() as session:
        return [(one.status, str(one.total), str(one.paid)) for one in invoice_facts(session, case.plan.case_id)]


async def test_a_closing_leaves_what_was_paid_on_an_invoice_that_could_not_be_issued(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with without_a_fee(temporal_server, tmp_path) as case:
        skipped = say(2.5, "resolve_attention", item=ITEM, action="skip", reason="x")
        assert (await case.tell(skipped)).rule == "invoice.not_waivable"
        assert (await case.tell(CLOSED)).accepted
        assert in_books(case) == [
            ("void", "2500.00", "0.00"),
            ("paid", "500.00", "500.00"),
        ]
