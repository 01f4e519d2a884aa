"""What a case says of itself to people: its details in the Temporal UI, who spoke, and what a correction changed."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import select

from embedded.server import EmbeddedServer
from records.tables import Notice
from tests.workflows.driving import Driven, a_place, at_work
from tests.workflows.stories import Story, say
from tools.before_after.looking import details_of

pytestmark = pytest.mark.server
SOMEBODY = {"name": "Sample Administrator", "role": "administrator"}
OFFICE = {"name": "Sample Office", "role": "acr"}


@pytest_asyncio.fixture(loop_scope="session")
async def case(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Driven]:
    """A case whose application has come and whose fee is awaited."""
    async with a_place(temporal_server, tmp_path_factory.mktemp("words")) as place, at_work(place):
        driven = Driven(place, Story([]), "words")
        await driven.begin()
        await driven.settle()
        yield driven


async def details(case: Driven) -> str:
    """Return the current details, as the Temporal UI asks for them."""
    return await details_of(case.handle)


async def entries(case: Driven, kind: str) -> list[dict[str, Any]]:
    return [entry["detail"] for entry in await case.timeline() if entry["kind"] == kind]


async def test_the_details_name_the_party_the_money_and_the_end_in_the_offices_words(case: Driven) -> None:
    told = await details(case)
    assert "**Awaited:** the application fee, from the facility" in told
    assert "**Money open:** $2,500.00 on invoice " in told
    assert " (application), due " in told
    await case.tell(say(2, "close_case", reason="opened by mistake"))
    told = await details(case)
    assert told.startswith("### Closed: closed by the office")
    assert "acr" not in told
    assert "Money open" not in told, "a void invoice is not owed"


async def test_the_letters_say_what_is_still_owed_and_by_when_until_the_last_one(case: Driven) -> None:
    await case.tell(say(1, "record_payment", invoice="$invoice", amount="1000.00"))
    await case.tell(say(2, "withdraw_case", by=SOMEBODY))
    await case.settle()
    with case.place.books.reading() as session:
        told = {notice.kind: notice.facts for notice in session.exec(select(Notice))}
    (owed,) = told["withdrawn"]["owed"]
    assert owed["outstanding"] == told["payment_received"]["outstanding"] == "1500.00"
    due = {datetime.fromisoformat(facts["due_at"]) for facts in (owed, told["payment_received"], told["invoice"])}
    assert len(due) == 1, "the invoice's own day, each time"


async def test_the_timeline_names_who_spoke_and_who_entered_it_for_them(case: Driven) -> None:
    by_telephone: dict[str, Any] = {"by": OFFICE, "on_behalf_of": SOMEBODY, "reason": "by telephone"}
    await case.tell(say(1, "view_final_report", **by_telephone))
    (refused,) = await entries(case, "refusal")
    assert (refused["person"], refused["entered_by"]) == (SOMEBODY["name"], OFFICE["name"])
    await case.tell(say(2, "withdraw_case", by=SOMEBODY))
    (own,) = await entries(case, "message")
    assert own["person"] == SOMEBODY["name"]
    assert "entered_by" not in own


async def test_an_amendment_says_what_changed_and_why(case: Driven) -> None:
    before = (await case.status())["application"]["facility"]["name"]
    changes = {"facility": {"name": "Sample Imaging North"}}
    await case.tell(say(1, "amend_application", changes=changes, reason="the name was misspelt"))
    (amended,) = await entries(case, "message")
    assert amended["changed"] == [{"field": "facility.name", "before": before, "after": "Sample Imaging North"}]
    assert amended["message"]["reason"] == "the name was misspelt"
