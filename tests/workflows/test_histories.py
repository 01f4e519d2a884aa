"""Recorded histories: they replay for ever, every timer says which rule runs until when, nothing private is in them.

`tests/histories/record.py` writes them. A history that does not replay any more stands for an office's cases that would
break: mend the code (`workflow.patched`), not the history.
"""

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from pypdf.errors import PdfReadError
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from policy.incoming import judge_incoming
from policy.messages import IssueFinalReport
from policy.rules import RULES
from policy.verdict import Refused
from services.replays.order import replay
from services.workers import replayer, workflow_runner
from starter.rehearsals.demo import SCENARIOS
from tests.histories.record import FOLDER, history, names, recorded, recording
from tests.histories.replayed import RecordedLives
from tests.workflows.shipped import shipped_plans

MEGABYTE = 1_000_000
E_MAIL = re.compile(r"[^\s\"'<>:]+@[^\s\"'<>:]+\.\w+")
MOST_IN_A_LABEL = 60
"""The UI cuts what is longer."""


def events(kind: "EventType.ValueType") -> Iterator[tuple[str, HistoryEvent]]:
    """Return all events of a kind, with the name of their history."""
    for name, one in recorded().items():
        for event in one.events:
            if event.event_type == kind:
                yield name, event


def label(event: HistoryEvent) -> str:
    """Return an event's summary."""
    text: str = json.loads(event.user_metadata.summary.data or b'""')
    return text


def payloads(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Return everything that an event's JSON carries as payload: where it stands, and what it says."""
    if isinstance(value, dict) and {"data", "metadata"} <= value.keys():
        text = base64.b64decode(value["data"]).decode()
        yield path, json.loads(text) if text else None
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from payloads(part, name if name.endswith("EventAttributes") else path)
    elif isinstance(value, list):
        for part in value:
            yield from payloads(part, path)


@cache
def contents(name: str) -> tuple[tuple[str, Any], ...]:
    """Return everything that a recorded history carries as payload. It is shared, and nobody changes it."""
    return tuple(payloads(recording(name)))


def without(value: Any, *names: str) -> Any:
    """Return JSON values without the fields of some names, wherever they stand."""
    if isinstance(value, dict):
        return {name: without(part, *names) for name, part in value.items() if name not in names}
    return [without(part, *names) for part in value] if isinstance(value, list) else value


def test_there_is_a_history_of_every_shipped_way() -> None:
    assert set(shipped_plans()) - set(names()) == set()
    assert sum(file.stat().st_size for file in FOLDER.iterdir() if file.is_file()) < 4 * MEGABYTE


async def test_a_case_that_took_what_is_now_too_long_goes_on() -> None:
    """What came in before a bound was set is read back for ever; what comes in today is turned away."""
    told = [part for _, part in contents("before-bounds")]
    (report,) = [part for part in told if isinstance(part, dict) and "reviewers" in part and "by" in part][:1]
    with pytest.raises(Refused) as refused:
        judge_incoming(IssueFinalReport.model_validate(report), ZoneInfo("America/New_York"))
    assert refused.value.rule == "message.too_large"
    assert (await replayer().replay_workflow(history("before-bounds"))).replay_failure is None


def test_every_recorded_history_replays_to_the_same_decisions(recorded_lives: RecordedLives) -> None:
    assert {name: found.unsafe for name, found in recorded_lives.replayed.items() if found.unsafe} == {}
    assert [name for name, found in recorded_lives.replayed.items() if found.safe] == names()


@pytest.mark.parametrize("name", ["the-whole-ladder", "renewed-in-time"])
async def test_it_replays_in_the_strict_sandbox_too(name: str) -> None:
    assert (await replayer(runner=workflow_runner(strict=True)).replay_workflow(history(name))).replay_failure is None


async def test_the_check_before_a_deployment_finds_them_safe() -> None:
    async def some() -> AsyncIterator[WorkflowHistory]:
        for name in ("the-whole-ladder", "renewed-in-time", "dicoe-whole-life"):
            yield history(name)

    found = await replay(some())
    assert (found.safe, found.unsafe) == (3, {})


async def test_a_history_that_goes_otherwise_is_found_out() -> None:
    """The replays above can fail: a life whose package came a step earlier is not taken for the recorded one."""
    told = recording("straight-life")
    scheduled = [event for event in told["events"] if "activityTaskScheduledEventAttributes" in event]
    scheduled[1]["activityTaskScheduledEventAttributes"]["activityType"]["name"] = "open_renewal"

    async def bent() -> AsyncIterator[WorkflowHistory]:
        yield WorkflowHistory.from_json("bent", json.dumps(told))

    assert list((await replay(bent())).unsafe) == ["bent"]


def test_every_timer_names_its_rule_and_its_date() -> None:
    labels = [(name, label(event)) for name, event in events(EventType.EVENT_TYPE_TIMER_STARTED)]
    assert len(labels) > 200
    for name, text in labels:
        found = re.search(r"(\d{4}-\d\d-\d\d) \(([a-z_.]+)\)$", text)
        assert found, f"{name}: {text!r}"
        date.fromisoformat(found[1])
        assert found[2] in RULES, f"{name}: {text!r}"
        assert len(text) <= MOST_IN_A_LABEL, f"{name}: {text!r}"


def test_every_activity_says_what_it_does() -> None:
    labels = [(name, label(event)) for name, event in events(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)]
    assert len(labels) > 300
    assert [(name, text) for name, text in labels if not 0 < len(text) <= MOST_IN_A_LABEL] == []


def test_only_one_timer_is_ever_open() -> None:
    for name, one in recorded().items():
        is_open = 0
        for event in one.events:
            is_open += event.event_type == EventType.EVENT_TYPE_TIMER_STARTED
            is_open -= event.event_type in (EventType.EVENT_TYPE_TIMER_FIRED, EventType.EVENT_TYPE_TIMER_CANCELED)
            assert is_open <= 1, name


ABOUT_ADDRESSES = (
    "changes",
    "changed",
    "before",
    "after",
    "address",
    "corrected",
    "recipient",
    "departures",
    "bounces",
)
"""What is said about an address: a correction of the application, a letter that came back, a contact who has left."""


@pytest.mark.parametrize("name", names())
def test_e_mail_addresses_stand_in_applications_alone(name: str) -> None:
    """Notices, invoices, search attributes, labels and results say who is told by role, never by address.

    What the office says about an address itself (it is wrong, somebody has left it) names it, for the books alone.
    """
    told = contents(name)
    assert any(E_MAIL.search(json.dumps(content)) for _, content in told)  # the application's contacts
    beside = [(where, without(content, "application", *ABOUT_ADDRESSES)) for where, content in told]
    assert [(where, found) for where, content in beside if (found := E_MAIL.findall(json.dumps(content)))] == []


@pytest.mark.parametrize("name", names())
def test_the_facilitys_people_are_named_in_applications_and_their_own_messages_alone(name: str) -> None:
    """And in what they signed, and as the person who sent it in the entry of their message: both are part of it."""
    told = contents(name)
    people = {contact["name"] for _, content in told for contact in _contacts(content)}
    assert people
    own = "application", "message", "signatures", "signed_by", "person"
    beside = [(where, without(content, *own, *FREE_TEXT)) for where, content in told]
    said = "workflowExecutionUpdateAcceptedEventAttributes", "workflowExecutionSignaledEventAttributes"
    texts = [(where, json.dumps(content)) for where, content in beside if where not in said]
    assert [(where, person) for where, text in texts for person in people if person in text] == []


FREE_TEXT = ("reason", "text", "corrections", "instead", "changes", "before", "after", "departed")
"""What somebody wrote, or a sentence about it."""


def _contacts(content: Any) -> list[dict[str, Any]]:
    application = content.get("application") if isinstance(content, dict) else None
    applicant = (application.get("facility") or application["practice"]) if application else {"contacts": []}
    return list(applicant["contacts"])


def test_documents_are_named_and_never_held() -> None:
    for name in names():
        for _, content in contents(name):
            for document in _documents(content):
                assert document.keys() <= {"name", "uri", "sha256", "signed_by"} | ABOUT_SIGNATURES, name
                assert document.get("uri", "https://files.example.org/").startswith("https://files.example.org/"), name


ABOUT_SIGNATURES = {"key", "position", "sort", "role", "at", "document"}
"""What the books are told of a signature beside its digest."""


def test_no_word_of_a_shipped_document_stands_in_a_history() -> None:
    words = [line for file in sorted((SCENARIOS / "documents").iterdir()) for line in _lines_of(file)]
    assert len(words) > 20
    for name in names():
        told = " ".join(json.dumps(content) for _, content in contents(name))
        assert [line for line in words if line in told] == [], name


def _lines_of(file: Path) -> list[str]:
    """Return the longer lines of a document: short ones may stand anywhere by chance."""
    if file.suffix == ".pdf":
        try:
            text = "\n".join(page.extract_text() for page in PdfReader(file).pages)
        except PdfReadError:
            return []
    else:
        text = file.read_text("utf-8", "replace")
    return [line.strip() for line in text.splitlines() if len(line.strip()) > 30]


def _documents(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "sha256" in value:
            yield value
        for part in value.values():
            yield from _documents(part)
    elif isinstance(value, list):
        for part in value:
            yield from _documents(part)


def test_nothing_tells_of_the_machine_that_recorded_them() -> None:
    places = re.compile("|".join(["file:/", "/home/", "/root/", "/tmp/", re.escape(str(FOLDER.parent))]))
    for name, one in recorded().items():
        told = [json.dumps(content) for _, content in contents(name)]
        assert [text for text in told if places.search(text)] == [], name
        assert {event.workflow_task_started_event_attributes.identity for event in one.events} <= {"", "recorded"}
