"""A case in memory: the SDK's own workflow instance, told what happens as a worker would be, and nobody between.

What a server does for a case is little: it brings messages, timers that fire and answers of activities, one after the
other, and takes commands. Here that is a loop of some lines, so that a life of twenty messages takes milliseconds and
its history is at hand: the same activations, given to a new instance, must bring the same commands (`replayed`).

It stands on what the SDK keeps to itself (`temporalio.worker._workflow_instance`, the activations of its bridge). The
SDK is locked; where a newer one does this otherwise, this file is what changes, and the lives on the real server beside
it (`tests.random_lives.served`) say whether it still tells the truth.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio import workflow
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import Failure
from temporalio.bridge.proto.activity_result import ActivityResolution
from temporalio.bridge.proto.workflow_activation import (
    DoUpdate,
    FireTimer,
    InitializeWorkflow,
    NotifyHasPatch,
    QueryWorkflow,
    RemoveFromCache,
    ResolveActivity,
    ResolveSignalExternalWorkflow,
    SignalWorkflow,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.common import Priority, SearchAttributePair, TypedSearchAttributes
from temporalio.converter import DefaultFailureConverter
from temporalio.worker._workflow_instance import (
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
)

from policy.identity import TASK_QUEUE
from services.security.converter import ReticentPayloadConverter

Job = WorkflowActivationJob
PAYLOADS = ReticentPayloadConverter()
EVENTS_EACH = 3
"""About as many events as an activation stands for in a history."""
_LOOP = asyncio.new_event_loop()
"""An instance asks for the loop that runs where it is made; it runs on one of its own."""


class TaskFailed(AssertionError):
    """The code of a case raised where it may not: on a server the task would be tried again for ever."""


class OtherCommands(AssertionError):
    """A replay came to other commands than the run."""


@dataclass(frozen=True)
class Moment:
    """One activation of a run and what came of it."""

    at: datetime
    jobs: tuple[Job, ...]
    commands: tuple[bytes, ...]
    patches: tuple[str, ...]
    flags: tuple[int, ...]
    suggested: bool
    bytes: int
    events: int


@dataclass
class Run:
    """One run of a case, as its history has it."""

    run_id: str
    argument: Payload
    started_at: datetime
    continued_from: str = ""
    listed: tuple[SearchAttributePair[Any], ...] = ()
    moments: list[Moment] = field(default_factory=list)
    bytes: int = 0


@dataclass(frozen=True)
class Asked:
    """An activity that a case waits for."""

    seq: int
    name: str
    argument: Any
    local: bool


class Core:
    """What stands between a case and the world: its clock, its timers, and what it waits for."""

    def __init__(self, kind: type, case_id: str, opening: Any, now: datetime) -> None:
        """Take a case that has not begun: its workflow, its id, its one argument, and what time it is (UTC)."""
        self.kind, self.case_id, self.now = kind, case_id, now
        self.runs = [Run(str(uuid4()), PAYLOADS.to_payloads([opening])[0], now)]
        self.result: Payload | None = None
        self.suggested = False
        self.largest = 0
        """Bytes of the largest command that the case has given."""
        self.timers: dict[int, datetime] = {}
        self.asked: dict[int, Asked] = {}
        self.told: list[tuple[int, str, str]] = []
        self.verdicts: dict[str, Payload | Failure] = {}
        self._instance = self._begin(self.runs[-1])

    @property
    def run(self) -> Run:
        """The run that the case is in."""
        return self.runs[-1]

    @property
    def object(self) -> Any:
        """The workflow itself: what it knows can be looked at, and is never changed here."""
        return vars(self._instance)["_object"]

    @property
    def idle(self) -> bool:
        """Whether the case waits for no answer."""
        return not self.asked and not self.told

    @property
    def over(self) -> bool:
        """Whether the workflow has ended."""
        return self.result is not None

    def start(self) -> None:
        """Let it begin."""
        self._initialize()

    def update(self, name: str, key: str, message: dict[str, Any]) -> None:
        """Bring a message as an update; what its validator turns away is no part of the history."""
        payload = PAYLOADS.to_payloads([message])
        job = Job(do_update=DoUpdate(id=key, protocol_instance_id=key, name=name, input=payload, run_validator=True))
        self.verdicts.pop(key, None)
        self._activate(job)

    def updates(self, messages: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        """Bring many messages at once: names, keys and contents."""
        said = [
            DoUpdate(id=key, protocol_instance_id=key, name=name, input=PAYLOADS.to_payloads([one]), run_validator=True)
            for name, key, one in messages
        ]
        jobs = [Job(do_update=one) for one in said]
        self._activate(*jobs)

    def signal(self, name: str, *arguments: Any) -> None:
        """Bring a signal."""
        said = SignalWorkflow(
            signal_name=name,
            input=PAYLOADS.to_payloads(list(arguments)),
            originating_event_id=1 + len(self.run.moments) * EVENTS_EACH,
        )
        job = Job(signal_workflow=said)
        self._activate(job)

    def query(self, name: str, *arguments: Any) -> Payload:
        """Ask the case; nothing of it is kept. Raises `TaskFailed` where it does not answer."""
        query = QueryWorkflow(query_id="1", query_type=name, arguments=PAYLOADS.to_payloads(list(arguments)))
        done = self._instance.activate(self._activation(self.now, (Job(query_workflow=query),)))
        _see_that_it_worked(done)
        (command,) = done.successful.commands
        if not command.respond_to_query.HasField("succeeded"):
            raise TaskFailed(f"{name} was not answered: {command.respond_to_query.failed.message}")
        return command.respond_to_query.succeeded.response

    def answer(self, asked: Asked, result: Any) -> None:
        """Bring the answer of an activity."""
        done = ActivityResolution()
        if isinstance(result, Failure):
            done.failed.failure.CopyFrom(result)
        else:
            done.completed.result.CopyFrom(PAYLOADS.to_payloads([result])[0])
        del self.asked[asked.seq]
        self._activate(Job(resolve_activity=ResolveActivity(seq=asked.seq, result=done, is_local=asked.local)))

    def hear(self) -> None:
        """Bring word that what the case told other cases has arrived."""
        for seq, _, _ in self.told:
            self._activate(Job(resolve_signal_external_workflow=ResolveSignalExternalWorkflow(seq=seq)))
        self.told.clear()

    def forward(self, to: datetime) -> bool:
        """Lead the clock forward to the next timer, or to an instant that comes before it. Return whether one fired."""
        seq, at = min(self.timers.items(), key=lambda item: item[1], default=(0, to))
        self.now = max(self.now, min(at, to))
        if not seq or at > to or self.over:
            return False
        del self.timers[seq]
        self._activate(Job(fire_timer=FireTimer(seq=seq)))
        return True

    def restart(self) -> None:
        """Lose the worker: another one takes the case up from its history."""
        self.close()
        self._instance = self._replay(self.run)

    def close(self) -> None:
        """Put the instance away. One that is only forgotten would run what is left of it wherever it is collected."""
        _put_away(self._instance)

    def replayed(self) -> None:
        """Replay every run. Raises `OtherCommands` or `TaskFailed`."""
        for run in self.runs:
            _put_away(self._replay(run))

    def _replay(self, run: Run) -> WorkflowInstance:
        instance = self._begin(run)
        for number, moment in enumerate(run.moments):
            patches = [Job(notify_has_patch=NotifyHasPatch(patch_id=patch)) for patch in moment.patches]
            jobs = (*patches, *(_without_validator(job) for job in moment.jobs))
            activation = WorkflowActivation(
                run_id=run.run_id,
                is_replaying=True,
                history_length=moment.events,
                history_size_bytes=moment.bytes,
                continue_as_new_suggested=moment.suggested,
                jobs=jobs,
                available_internal_flags=moment.flags,
            )
            activation.timestamp.FromDatetime(moment.at)
            done = instance.activate(activation)
            _see_that_it_worked(done)
            commands = tuple(_as_kept(command) for command in done.successful.commands)
            if commands != moment.commands:
                _put_away(instance)
                raise OtherCommands(_difference(number, moment, commands))
        return instance

    def _begin(self, run: Run) -> WorkflowInstance:
        definition = workflow._Definition.must_from_class(self.kind)
        info = workflow.Info(
            attempt=1,
            continued_run_id=run.continued_from or None,
            cron_schedule=None,
            execution_timeout=None,
            first_execution_run_id=self.runs[0].run_id if hasattr(self, "runs") else run.run_id,
            headers={},
            namespace="random-lives",
            original_execution_run_id=run.run_id,
            parent=None,
            root=None,
            raw_memo={},
            retry_policy=None,
            run_id=run.run_id,
            run_timeout=None,
            search_attributes={},
            start_time=run.started_at,
            workflow_start_time=run.started_at,
            task_queue=TASK_QUEUE,
            task_timeout=timedelta(seconds=10),
            typed_search_attributes=TypedSearchAttributes([*run.listed]),
            workflow_id=self.case_id,
            workflow_type=definition.name or "",
            priority=Priority.default,
        )
        details = WorkflowInstanceDetails(
            payload_converter_factory=lambda: PAYLOADS,
            failure_converter_class=DefaultFailureConverter,
            interceptor_classes=(),
            defn=definition,
            info=info,
            randomness_seed=1,
            extern_functions={"__temporal_assert_local_activity_valid": lambda name: None},
            disable_eager_activity_execution=True,
            worker_level_failure_exception_types=(),
            patch_activation_callback=None,
            last_completion_result=Payloads(),
            last_failure=None,
        )

        async def make() -> WorkflowInstance:
            return UnsandboxedWorkflowRunner().create_instance(details)

        return _LOOP.run_until_complete(make())

    def _initialize(self) -> None:
        run = self.run
        begin = InitializeWorkflow(
            workflow_type=self.kind.__name__,
            workflow_id=self.case_id,
            arguments=[run.argument],
            randomness_seed=1,
            attempt=1,
            continued_from_execution_run_id=run.continued_from,
            first_execution_run_id=self.runs[0].run_id,
        )
        self._activate(Job(initialize_workflow=begin))

    def _activation(self, at: datetime, jobs: tuple[Job, ...]) -> WorkflowActivation:
        run = self.run
        activation = WorkflowActivation(
            run_id=run.run_id,
            history_length=len(run.moments) * EVENTS_EACH,
            history_size_bytes=run.bytes,
            continue_as_new_suggested=self.suggested,
            jobs=jobs,
        )
        activation.timestamp.FromDatetime(at)
        return activation

    def _activate(self, *jobs: Job) -> None:
        """Tell the instance what has happened, keep it with the commands that it gives, and take these."""
        activation = self._activation(self.now, jobs)
        done = self._instance.activate(activation)
        _see_that_it_worked(done)
        commands = list(done.successful.commands)
        turned_away = [one for one in commands if one.update_response.HasField("rejected")]
        for one in turned_away:
            self.verdicts[one.update_response.protocol_instance_id] = one.update_response.rejected
        if len(turned_away) == len(commands) and turned_away:
            return  # no trace in the history
        run = self.run
        size = sum(len(job.SerializeToString()) for job in jobs) + sum(one.ByteSize() for one in commands)
        run.moments.append(
            Moment(
                at=self.now,
                jobs=jobs,
                commands=tuple(_as_kept(one) for one in commands),
                patches=tuple(one.set_patch_marker.patch_id for one in commands if one.HasField("set_patch_marker")),
                flags=tuple(done.successful.used_internal_flags),
                suggested=activation.continue_as_new_suggested,
                bytes=activation.history_size_bytes,
                events=activation.history_length,
            )
        )
        run.bytes += size
        self.largest = max([self.largest, *(one.ByteSize() for one in commands)])
        for one in commands:
            self._take(one)

    def _take(self, command: WorkflowCommand) -> None:
        """Do what a command asks for."""
        match command.WhichOneof("variant"):
            case "start_timer":
                timer = command.start_timer
                self.timers[timer.seq] = self.now + timer.start_to_fire_timeout.ToTimedelta()
            case "cancel_timer":
                self.timers.pop(command.cancel_timer.seq, None)
            case "schedule_activity":
                one = command.schedule_activity
                self.asked[one.seq] = Asked(one.seq, one.activity_type, list(one.arguments), local=False)
            case "schedule_local_activity":
                local = command.schedule_local_activity
                self.asked[local.seq] = Asked(local.seq, local.activity_type, list(local.arguments), local=True)
            case "request_cancel_activity":
                self.asked.pop(command.request_cancel_activity.seq, None)
            case "signal_external_workflow_execution":
                said = command.signal_external_workflow_execution
                self.told.append((said.seq, said.workflow_execution.workflow_id, said.signal_name))
            case "update_response" if command.update_response.HasField("completed"):
                self.verdicts[command.update_response.protocol_instance_id] = command.update_response.completed
            case "complete_workflow_execution":
                self.result = command.complete_workflow_execution.result
                self.timers.clear()
            case "fail_workflow_execution":
                raise TaskFailed(f"the case failed: {command.fail_workflow_execution.failure.message}")
            case "continue_as_new_workflow_execution":
                (carried,) = command.continue_as_new_workflow_execution.arguments
                self._go_on(carried)

    def _go_on(self, carried: Payload) -> None:
        """Begin the run that continues this one."""
        waits = [one.name for one in self.asked.values()]
        assert not waits, f"a case continued as new while it waited for {waits}"
        listed = tuple(self._instance.get_info().typed_search_attributes)
        self.runs.append(Run(str(uuid4()), carried, self.now, continued_from=self.run.run_id, listed=listed))
        self.timers.clear()
        self.told.clear()
        self.suggested = False
        self.close()
        self._instance = self._begin(self.run)
        self._initialize()


def decoded(payload: Payload, kind: type | None = None) -> Any:
    """Return the value of a payload."""
    return PAYLOADS.from_payloads([payload], [kind] if kind else None)[0]


def _put_away(instance: WorkflowInstance) -> None:
    away = WorkflowActivation(jobs=[Job(remove_from_cache=RemoveFromCache(message="put away"))])
    instance.activate(away)


def _see_that_it_worked(done: WorkflowActivationCompletion) -> None:
    if done.HasField("failed"):
        raise TaskFailed(f"a task failed: {done.failed.failure.message}\n{done.failed.failure.stack_trace}")


def _as_kept(command: WorkflowCommand) -> bytes:
    return command.SerializeToString(deterministic=True)


def _without_validator(job: Job) -> Job:
    if not job.HasField("do_update"):
        return job
    again = Job()
    again.CopyFrom(job)
    again.do_update.run_validator = False
    return again


def _difference(number: int, moment: Moment, commands: tuple[bytes, ...]) -> str:
    def told(kept: tuple[bytes, ...]) -> Iterator[str]:
        for one in kept:
            command = WorkflowCommand.FromString(one)
            yield f"{command.WhichOneof('variant')}: {str(command)[:600]}"

    jobs = ", ".join(str(job.WhichOneof("variant")) for job in moment.jobs)
    then, now = list(told(moment.commands)), list(told(commands))
    return f"activation {number} ({jobs}) came to other commands\nthen: {then}\nnow:  {now}"
