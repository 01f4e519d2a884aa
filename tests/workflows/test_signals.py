"""The option form by signal: the same verdict and the same life as by update, also when nobody was there to hear it."""

import asyncio
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from embedded.server import EmbeddedServer
from policy.messages import Actor, RecordPayment, Role
from policy.verdict import Verdict
from rehearsal.runner import Report
from services.opening import start_case
from tests.workflows.driving import Driven, a_place, at_work, until
from tests.workflows.lives import Reports, notices_of, went_as_told
from tests.workflows.stories import (
    HEAD,
    SECOND,
    Said,
    Story,
    accepted,
    chosen,
    deficient,
    package,
    paid,
    report,
    signalled,
    viewed,
)

pytestmark = pytest.mark.server

DUE = 20.625
REPEAT_FAILED = [
    *deficient(),
    chosen(6, "repeat"),
    paid(7),
    accepted(8),
    package(9, [HEAD], patients="B"),
    report(10, [HEAD], [HEAD]),
    viewed(11),
]
"""A second deficiency on day 10."""

LIVES: dict[str, list[Said]] = {
    "appeal": [*deficient(), chosen(6, "appeal")],
    "repeat": [*deficient(), chosen(6, "repeat")],
    "reinstate": [*REPEAT_FAILED, chosen(13, "reinstate")],
    "withdraw areas": [*deficient(), chosen(6, "withdraw_areas", areas_withdrawn=[HEAD])],
    "withdraw": [*deficient(), chosen(6, "withdraw")],
    "too early, then late": [
        *deficient(),
        chosen(4, "repeat", refused="option_form.not_yet_open"),
        chosen(19, "repeat"),
    ],
    "refused until it is in order, and once one stands": [
        *deficient(viewing=None),
        chosen(6, "repeat", refused="option_form.report_not_viewed"),
        viewed(7),
        chosen(8, "repeat", attested=False, refused="option_form.not_attested"),
        chosen(9, "reinstate", refused="option.not_offered"),
        chosen(10, "repeat"),
        chosen(11, "withdraw", refused="option_form.already_chosen"),
    ],
    "past due": [*deficient(), chosen(DUE + SECOND, "repeat", refused="option_form.past_due")],
}
"""What is said in each life; the option forms of it go by update in one, and by signal in another."""
FORM = "choose_option"
STORIES = {f"{life}, by update": Story(said, until=said[-1].day + 1) for life, said in LIVES.items()}
STORIES |= {
    f"{life}, by signal": Story([signalled(one) if one.name == FORM else one for one in said], until=said[-1].day + 1)
    for life, said in LIVES.items()
}


def life(told: Report) -> list[dict[str, Any]]:
    """Return a timeline without what belongs to one run alone: invoice numbers, and when a message was handled."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(part) for name, part in value.items() if name not in ("handled_at", "notice")}
        return re.sub(r"\d{4}-\d{6}", "(invoice)", value) if isinstance(value, str) else value

    return [plain(entry) for entry in told["timeline"] if entry["text"] != "Notice: option refused"]


@pytest.mark.parametrize("name", LIVES)
def test_signal_and_update_lead_to_the_same_life(reports: Reports, name: str) -> None:
    update, signal = reports[f"{name}, by update"], reports[f"{name}, by signal"]
    assert went_as_told(update)["stage"] == went_as_told(signal)["stage"]
    assert life(update) == life(signal)
    assert update["deadlines"] == signal["deadlines"]
    assert update["refusals"] == signal["refusals"]


@pytest.mark.parametrize("name", LIVES)
def test_only_a_refused_signal_is_answered_by_a_notice(reports: Reports, name: str) -> None:
    refused = [one.day for one in LIVES[name] if one.refused]
    told = notices_of(reports[f"{name}, by signal"], "option_refused")
    assert told == [pytest.approx(day, abs=1e-6) for day in refused]
    assert notices_of(reports[f"{name}, by update"], "option_refused") == []


@pytest.mark.parametrize(("stamped", "rule"), [(-1, None), (1, "option_form.past_due")])
async def test_a_signal_that_nobody_heard_is_judged_by_its_stamp(
    temporal_server: EmbeddedServer, tmp_path: Path, stamped: int, rule: str | None
) -> None:
    async with a_place(temporal_server, tmp_path) as place:
        case = Driven(place, Story(deficient()))
        clock, due = case.lives.first, case.plan.opened_at
        async with at_work(place):
            await case.begin()
            due = case.instant(DUE)
            await case.come_to(DUE - 0.01)
            await clock.lead_to(due - 3 * case.a_second, await clock.look())
        form = case.message(chosen(DUE + stamped * SECOND, "repeat"), "unheard")
        await case.handle.signal(form.NAME, form)
        await until(clock.look, lambda standing: standing.now > due + case.a_second)  # the due instant passes, unheard
        async with at_work(place):
            verdict = await case.signal(form)  # the same message again: one answer
            assert verdict.rule == rule
            await case.settle()
            status = await case.status()
        assert status["stage"] == ("options" if rule else "application")
        (met,) = [one["met"] for one in status["deadlines"] if one["name"] == "option_form"]
        assert met is (rule is None)


async def test_a_message_that_comes_before_the_case_has_opened_is_judged_once_it_has(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    """Nobody is at work when the case is started and the message sent: both reach the worker in one task."""
    async with a_place(temporal_server, tmp_path) as world:
        case = Driven(world, Story([]), "early")
        plan = case.plan
        await start_case(world.client, plan.case_id, plan.part, datetime.now(UTC), world.settings.zone)
        early = RecordPayment(
            message_id="early",
            by=Actor(name="Accreditation office", role=Role.ACR),
            invoice="2027-000009",
            amount=Decimal("1.00"),
        )
        sent = asyncio.create_task(case.update(early))
        await asyncio.sleep(0)
        async with at_work(world):
            verdict = await sent
    assert (verdict.accepted, verdict.rule) == (False, "payment.unknown_invoice")


async def test_a_signal_beyond_every_bound_is_refused_before_anything_of_it_is_fetched(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    letters = [{"name": "x" * 200, "uri": f"file:///nowhere/{number}", "sha256": "0" * 64} for number in range(2000)]
    form = {
        "message_id": "too-much",
        "by": {"name": "Ann Sample", "role": "administrator"},
        "option": "appeal",
        "attested": True,
        "letters": letters,
    }
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(deficient()))
        await case.begin()
        await case.handle.signal("choose_option", form)

        async def told() -> Verdict | None:
            answer: Verdict | None = await case.handle.query("verdict", "choose_option:too-much", result_type=Verdict)
            return answer

        verdict = await until(told, lambda verdict: verdict is not None)
        assert verdict is not None
        assert verdict.rule == "message.too_large"
        scheduled = [
            event.activity_task_scheduled_event_attributes.activity_type.name
            async for event in case.handle.fetch_history_events()
            if event.HasField("activity_task_scheduled_event_attributes")
        ]
        assert "read_documents" not in scheduled
