"""Replays that look at what is said: a wait of another length, another verdict, another list entry, other words."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.client import WorkflowHistory

from services.errors import ExitCode
from services.replays.content import changed, compare
from services.replays.order import Change, Replayed
from services.replays.said import Said, said_in
from starter.operation.replay_check import say_what_came_of_it
from tests.histories.record import history, names, recording
from tests.histories.replayed import RecordedLives
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal

NAME = "straight-life"


async def compared(*histories: WorkflowHistory) -> Replayed:
    """Compare histories with what the present code says."""

    async def all_of_them() -> AsyncIterator[WorkflowHistory]:
        for one in histories:
            yield one

    return await compare(all_of_them())


def altered(before: str, after: str) -> WorkflowHistory:
    """Return a recorded history in which something else stands, as if another version had written it."""
    text = history(NAME).to_json()
    assert before in text, before
    return WorkflowHistory.from_json("altered", text.replace(before, after, 1))


def first_timer() -> dict[str, Any]:
    """Return the first timer of the recorded history, as its event stands in JSON."""
    events: list[dict[str, Any]] = recording(NAME)["events"]
    return next(event for event in events if "timerStartedEventAttributes" in event)


def newest() -> list[str]:
    """Return the last recording of each life: `silence.2` where there is one beside `silence`."""
    by_life = {re.sub(r"\.\d+$", "", name): name for name in names()}
    return list(by_life.values())


def test_no_recorded_life_waits_answers_or_is_listed_otherwise_today(recorded_lives: RecordedLives) -> None:
    """Words and what steps carry have changed since; a digest differs where the recording names documents elsewhere."""
    found = {name: recorded_lives.replayed[name] for name in newest()}
    assert [name for name, one in found.items() if one.unsafe] == []
    misleading = [
        f"{name}: {change.text}"
        for name, one in found.items()
        for changes in one.changes.values()
        for change in changes
        if change.misleads and ": digest changes" not in change.text
    ]
    assert misleading == []


async def test_a_wait_of_another_length_replays_as_safe_and_is_told() -> None:
    started = first_timer()
    length = started["timerStartedEventAttributes"]["startToFireTimeout"]
    days = float(length.removesuffix("s")) / 86_400
    shorter = altered(f'"startToFireTimeout": "{length}"', f'"startToFireTimeout": "{float(length[:-1]) - 86_400}s"')
    found = await compared(shorter)
    assert (found.safe, found.misled()) == (1, ["altered"])
    (told,) = [one for one in found.changes["altered"] if one.misleads]
    assert told.text.endswith(f"event {started['eventId']}, changes from {days - 1:.2f} to {days:.2f} days"), told.text


def test_a_wait_of_a_minute_more_is_told_and_the_tenths_of_a_second_of_a_replay_are_not() -> None:
    waited = said("timer", {"seconds": 2_594_068.843})
    assert differences(waited, said("timer", {"seconds": 2_594_068.948})) == []
    assert differences(waited, said("timer", {"seconds": 2_594_128.843})) == []
    (told,) = differences(waited, said("timer", {"seconds": 2_594_129.0}))
    assert told.misleads


def said(kind: str, content: Any, name: str = "") -> Said:
    return Said(kind, name, content, 7)  # type: ignore[arg-type]


def differences(was: Said, now: Said) -> list[Change]:
    return list(changed(iter([was]), iter([now])))


def test_another_verdict_misleads_and_other_words_of_it_do_not() -> None:
    verdict = {"accepted": False, "rule": "option_form.past_due", "reason": "Too late."}
    assert differences(said("verdict", verdict), said("verdict", verdict)) == []
    (rule,) = differences(said("verdict", verdict), said("verdict", {**verdict, "rule": "option.not_offered"}))
    assert (rule.misleads, rule.event) == (True, 7)
    assert "rule changes from 'option_form.past_due' to 'option.not_offered'" in rule.text
    (words,) = differences(said("verdict", verdict), said("verdict", {**verdict, "reason": "It is too late."}))
    assert not words.misleads


def test_another_entry_in_lists_misleads_and_a_notice_more_is_only_told() -> None:
    (listed,) = differences(said("attributes", {"Stage": "options"}), said("attributes", {"Stage": "appeal"}))
    assert listed.misleads
    one, two = {"kind": "final_report"}, {"kind": "closed"}
    step, more = [{"notices": [one]}], [{"notices": [one, two]}]
    (notice,) = differences(said("activity", step, "send_notices"), said("activity", more, "send_notices"))
    assert not notice.misleads
    assert notice.text == "the activity send_notices, event 7: [0].notices changes from 1 of them to 2 of them"


def test_what_has_not_happened_yet_is_nothing_to_compare() -> None:
    now = [said("timer", {"seconds": 5.0}, "one"), said("timer", {"seconds": 9.0}, "two")]
    assert list(changed(iter(now[:1]), iter(now))) == []


def test_what_is_said_is_read_in_the_order_of_the_history() -> None:
    found = list(said_in(history(NAME)))
    numbers = [one.event or 0 for one in found]
    assert numbers == sorted(numbers)
    assert {one.kind for one in found} == {"timer", "activity", "attributes", "verdict"}


def test_what_misleads_is_named_in_full_and_words_in_part(capsys: pytest.CaptureFixture[str]) -> None:
    changes = [Change(1, "the timer “expiry”, event 1, changes from 34.96 to 35.96 days", misleads=True)]
    changes += [Change(number, f"word {number}", misleads=False) for number in range(2, 10)]
    found = Replayed(safe=2, changes={"accreditation.OH-0417.ct.CT-1.1": changes})
    say_what_came_of_it(found, as_json=False, deep=True)
    told = capsys.readouterr()
    assert "OH-0417.ct.CT-1.1: the timer “expiry”, event 1, changes from 34.96 to 35.96 days" in told.err
    assert "and 3 more in what it writes" in told.err
    assert told.out.startswith("NOT SAFE to deploy: 1 of 2 open cases decide the same, but not by their history.")


async def test_the_command_tells_what_open_cases_would_say(office: LivingOffice, terminal: OfficeTerminal) -> None:
    await office.start()
    ran = await terminal("replay-check", "--deep", "--json")
    assert ran.code == ExitCode.DONE, ran.err
    assert ran.data["safe_to_deploy"] is True
    assert ran.data["changes"] == {}
