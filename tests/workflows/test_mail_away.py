"""The mail server is down for three days of a case: the case goes on, and then everybody hears everything, once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from embedded.server import EmbeddedServer
from tests.activities.mail_servers import mail_server
from tests.workflows.driving import Driven, until
from tests.workflows.mailing import a_mailing_case
from tests.workflows.stories import Story, chosen, deficient, viewed

pytestmark = pytest.mark.server
AWAY, BACK = 18.5, 21.6
"""The days between which the mail server is down. The option form is due at the end of day 20."""
A_STEP = timedelta(hours=6)


async def lead(case: Driven, day: float) -> None:
    """Lead the clock to a day, although the case does not come to rest meanwhile.

    In steps: a letter is tried hundreds of times in a day, and how long that takes is the machine's business.
    """
    clock, goal = case.lives.first, case.instant(day)
    while (reading := await clock.look()).now < goal:
        await clock.lead_to(min(goal, reading.now + A_STEP), reading)


async def pending(case: Driven) -> Any:
    """Return the activity that waits for its next attempt, as the Temporal UI shows it."""
    (activity,) = (await case.handle.describe()).raw_description.pending_activities
    return activity


@pytest.mark.timeout(900)
async def test_three_days_without_mail_hold_up_no_verdict_and_no_deadline_and_nothing_is_lost_or_sent_twice(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with a_mailing_case(temporal_server, tmp_path, Story(deficient(viewing=None))) as mailing:
        case, mailbox, port = mailing
        with mail_server(mailbox, port=port):
            await case.begin()
            await case.come_to(18)
            await case.settle()
        before = len(mailbox.taken)
        assert before == len(mailing.notices())

        await lead(case, AWAY)
        assert (await case.update(case.message(viewed(AWAY), "viewed"))).accepted
        await lead(case, 19.2)  # past the second reminder, which cannot go out
        waits = await until(lambda: pending(case), lambda one: one.attempt > 1)
        assert waits.activity_type.name == "send_notices"
        assert f"127.0.0.1:{port} does not answer" in waits.last_failure.message
        assert "@" not in waits.last_failure.message

        await lead(case, 21.2)  # the form's due date passes on its day
        late = await case.update(case.message(chosen(21.2, "repeat"), "too-late"))
        assert late.rule == "option_form.past_due"
        told = {deadline["name"]: deadline["met"] for deadline in (await case.status())["deadlines"]}
        assert told["option_form"] is False
        await lead(case, BACK)
        waits = await pending(case)
        print(f"attempts in three days: {waits.attempt}; last failure: {waits.last_failure.message}")
        assert waits.attempt > 500
        assert len(mailbox.taken) == before

        with mail_server(mailbox, port=port):
            await case.settle()
        kept = mailing.notices()
        assert {notice.status for notice in kept} == {"sent"}
        assert [notice.kind for notice in kept][-2:] == ["option_form_reminder", "option_form_overdue"]
        arrived = [letter.message["X-Accredit-Notice"] for letter in mailbox.taken]
        assert arrived == [f"{notice.number} {notice.kind}" for notice in kept]
        assert len({letter.name for letter in mailbox.taken}) == len(kept)
