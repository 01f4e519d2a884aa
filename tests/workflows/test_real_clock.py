"""One life on the real clock: no time is skipped, its timers fire when the machine's clock comes to them.

Windows end at midnight, so that a test cannot wait for one. It uses an edition of its own, in which the option form
opens at once and the grace after a missed package is a day, and a case that opens in two seconds.
"""

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from activities.case_activities import CaseActivities
from activities.contract import TERMS_IN_FORCE, TermsRequest
from activities.mail import MailFolder
from embedded.server import embedded_server
from policy.edition import Edition, Rules
from records.books import open_books
from services.connect import connect
from services.namespace import prepare_namespace
from services.settings import SAMPLE, load_settings
from services.workers import working
from tests.office import AREAS, LivingOffice

SOON = timedelta(seconds=2)
"""Twice as long where this machine needs longer than that to start a case, and so on."""
BEGUN = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
SKIPPED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED


class ShortWindows(CaseActivities):
    """The office's hands, with an edition of the test's own."""

    @activity.defn(name=TERMS_IN_FORCE)
    def terms_in_force(self, request: TermsRequest) -> Rules:
        """Return the rules in force, with shorter windows."""
        rules = super().terms_in_force(request)
        assert isinstance(rules, Edition)
        opens = rules.option_form.opens.model_copy(update={"value": 0})
        grace = rules.testing.grace.model_copy(update={"value": 1})
        form = rules.option_form.model_copy(update={"opens": opens})
        testing = rules.testing.model_copy(update={"grace": grace})
        return rules.model_copy(update={"edition": "short", "option_form": form, "testing": testing})


@pytest_asyncio.fixture
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LivingOffice]:
    """An office on a server that does not skip time, its data in a file."""
    folder = tmp_path_factory.mktemp("real-clock")
    settings = load_settings(SAMPLE, {"ACCREDIT_PAPERS_FOLDER": str(folder / "papers")})
    async with embedded_server(folder / "temporal", fast=False, use_configured=False) as server:
        await prepare_namespace(server.address, "default")
        client = await connect(server.address, "default")
        with closing(open_books(f"sqlite:///{folder}/books.db")) as books:
            activities = ShortWindows(books, lambda: settings, MailFolder(folder / "mail"), client)
            office = LivingOffice(client, books, folder)
            async with working(client, activities=activities, senders=office.senders()):
                yield office


def windows(told: dict[str, Any], name: str) -> list[bool | None]:
    """Return whether each window of a name was met."""
    return [deadline["met"] for deadline in told["deadlines"] if deadline["name"] == name]


async def test_a_life_on_the_real_clock_opens_lapses_and_closes_without_skipping(office: LivingOffice) -> None:
    by_post: dict[str, Any] = {"on_behalf_of": {"name": "Ann Sample"}, "reason": "came by post"}
    exams = [{"area": a, "exam": f"{a} exam", "subject": None if a == "phantom" else f"S-{a}"} for a in AREAS]
    findings = [{"area": a, "acceptable": a != "chest-adult", "comments": "Cover the lung bases."} for a in AREAS]
    case_id = await office.start(days_ago=60, adopting=True)
    await office.pay_and_accept(case_id, days_ago=45.5)  # so that the package was due yesterday or today
    await office.end_adoption(case_id)

    more = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    await office.tell(case_id, "extend_due_date", deadline="testing_package", until=more, reason="a strike")
    assert windows(await office.status(case_id), "testing_package") == [None]
    await office.tell(case_id, "submit_testing_package", medium="upload", exams=exams, **by_post)
    assert windows(await office.status(case_id), "testing_package") == [True]

    await office.tell(case_id, "issue_final_report", reviewers=["Reviewer One"], findings=findings)
    await office.tell(case_id, "view_final_report", **by_post)
    told = await office.until(case_id, "an open form", lambda told: told["options"][0]["open"])
    assert (told["edition"], told["stage"], told["deficiencies"]) == ("short", "options", 1)

    await office.tell(case_id, "choose_option", option="withdraw", attested=True, **by_post)
    row = await office.until_books(case_id, "closed")
    assert row.outcome == "withdrawn"
    history = await office.client.get_workflow_handle(case_id).fetch_history()
    kinds = [event.event_type for event in history.events]
    assert SKIPPED not in kinds


async def started_before_it_opens(office: LivingOffice) -> tuple[str, WorkflowHistory, datetime]:
    """Start a case soon before it opens and wait for its invoice; return its id, its history and its opening."""
    soon = SOON
    while True:
        opens_at = datetime.now(UTC) + soon
        case_id = await office.start(days_ago=-soon / timedelta(days=1))
        opened_at = datetime.fromisoformat((await office.status(case_id))["opened_at"])
        assert opened_at >= opens_at - timedelta(seconds=1)
        history = await office.client.get_workflow_handle(case_id).fetch_history()
        begun = next(event for event in history.events if event.event_type == BEGUN)
        if begun.event_time.ToDatetime(UTC) < opened_at:
            return case_id, history, opened_at
        soon *= 2


async def test_a_case_that_opens_in_two_seconds_waits_for_a_real_timer(office: LivingOffice) -> None:
    case_id, history, opened_at = await started_before_it_opens(office)
    fired = [event for event in history.events if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED]
    assert len(fired) == 1
    assert fired[0].event_time.ToDatetime(UTC) >= opened_at
    await office.tell(case_id, "close_case", reason="end of the test")
    assert (await office.until_books(case_id, "closed")).outcome == "closed_by_acr"
