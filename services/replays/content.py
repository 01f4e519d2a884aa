"""Replays that look at what is said, too: how long timers run, what steps carry, which verdicts are given.

A replay compares the kinds of commands and their order. A reminder on another day, written into code, replays as safe
on a case that has only started its timer, and then comes late or never; a letter may say another date than the one that
was sent. Here the commands of the present code are caught on their way and held against the history.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from services.replays.order import Change, Replayed, first_sentence, histories_of, open_cases_query, readable
from services.replays.said import Said, said_by, said_in
from services.security.codec import HistoryCodec
from services.security.converter import data_converter
from services.security.payloads import decoded_history
from services.workers import replayer, workflow_runner

DAY = 86_400
SAME = 60
"""Seconds by which two lengths of a wait may differ and be the same. Where a case asks its own worker (a local
activity), its clock stands some tenths of a second elsewhere when it is replayed; windows are days."""
SHOWN = 60
"""Signs of a text that are shown of it."""
ABSENT = object()
DECIDES = ("accepted", "rule", "digest")
"""The parts of a verdict that are no words."""


async def compare_open_cases(client: Client, narrowed: str | None = None) -> Replayed:
    """Replay the histories of open cases and compare what is said. Raises as `replay_open_cases`."""
    return await compare(histories_of(client, open_cases_query(narrowed)), client.data_converter)


async def compare(histories: AsyncIterator[WorkflowHistory], converter: DataConverter | None = None) -> Replayed:
    """Replay histories and compare what the present code says with what they say.

    Args:
        histories: The histories, as the server has them or decoded.
        converter: A client's converter, which has the keys of what is encrypted.

    Raises:
        KeyMissing, NotDecoded: As `replay`.
    """
    converter = converter or data_converter()
    listener = Listener(workflow_runner())
    replays = replayer(converter, listener)
    found = Replayed()
    async for history in readable(histories, converter):
        listener.heard.clear()
        result = await replays.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            found.unsafe[history.workflow_id] = first_sentence(result.replay_failure)
            continue
        found.safe += 1
        codec = converter.payload_codec
        whole = decoded_history(history, codec) if isinstance(codec, HistoryCodec) else history
        if changes := list(changed(said_in(whole), said_by(listener.heard))):
            found.changes[history.workflow_id] = changes
    return found


class Listener(WorkflowRunner):
    """Runs workflows as another runner does, and keeps what they command."""

    def __init__(self, runner: WorkflowRunner) -> None:
        """Begin with nothing heard."""
        self._runner = runner
        self.heard: list[WorkflowCommand] = []

    def prepare_workflow(self, defn: Any) -> None:
        """Prepare as the other runner does."""
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Return an instance whose commands are kept."""
        return _Heard(self._runner.create_instance(det), self.heard)


class _Heard(WorkflowInstance):
    def __init__(self, instance: WorkflowInstance, heard: list[WorkflowCommand]) -> None:
        self._instance, self._heard = instance, heard

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = self._instance.activate(act)
        if completion.HasField("successful"):
            for command in completion.successful.commands:
                kept = WorkflowCommand()
                kept.CopyFrom(command)  # what is sent on is encoded in place
                self._heard.append(kept)
        return completion

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._instance.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._instance.get_external_store_context(command_info)

    def get_info(self) -> Any:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


def changed(before: Iterator[Said], now: Iterator[Said]) -> Iterator[Change]:
    """Yield what is said otherwise: the first timer is held against the first, and so on.

    What the present code says beyond the end of a history has not happened yet, and is nothing to compare.
    """
    by_kind: dict[str, list[Said]] = defaultdict(list)
    for said in now:
        by_kind[said.kind].append(said)
    seen: dict[str, int] = defaultdict(int)
    for was in before:
        place = seen[was.kind]
        seen[was.kind] += 1
        if place < len(by_kind[was.kind]):
            yield from _differences(was, by_kind[was.kind][place])


def _differences(was: Said, now: Said) -> Iterator[Change]:
    event = was.event or 0
    if was.kind == "timer":
        yield from _of_timers(was, now)
        return
    about = f"{was.kind} {was.name}".strip()
    for path, old, new in leaves(was.content, now.content):
        text = f"the {about}, event {event}: {path or 'all'} changes from {_shown(old)} to {_shown(new)}"
        yield Change(event, text, misleads=_misleads(was, path))


def _misleads(was: Said, path: str) -> bool:
    """Whether more changes than words: of a verdict what it is, and to which content a repeated id belongs."""
    if was.kind == "verdict":
        return path in DECIDES
    return was.kind in ("attributes", "signal")


def _of_timers(was: Said, now: Said) -> Iterator[Change]:
    event, name = was.event or 0, was.name or "timer"
    old, new = was.content["seconds"], now.content["seconds"]
    if abs(new - old) > SAME:
        text = f"the timer “{name}”, event {event}, changes from {old / DAY:.2f} to {new / DAY:.2f} days"
        yield Change(event, text, misleads=True)
    if was.name != now.name:
        text = f"the timer “{name}”, event {event}, is called “{now.name}”"
        yield Change(event, text, misleads=False)


def leaves(was: Any, now: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the places in which two JSON values differ: where, what stands in one and in the other."""
    if was == now:
        return
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted({*was, *now}):
            below = f"{path}.{name}" if path else name
            yield from leaves(was.get(name, ABSENT), now.get(name, ABSENT), below)
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for place, (old, new) in enumerate(zip(was, now, strict=True)):
            yield from leaves(old, new, f"{path}[{place}]")
    else:
        yield path, was, now


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "nothing"
    if isinstance(value, list):
        return f"{len(value)} of them"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
