"""The messages of a program as updates of its workflow: one for each entry of its table of effects, under its name.

What every update does is the same: the validator turns away what is no message at all, the inbox judges and records the
rest. So a message has no handler of its own; it is an entry in the tables of judgement and effect.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from temporalio import workflow

from policy.messages import Message
from policy.verdict import Verdict
from workflows.case.inbox import Inbox

WorkflowT = TypeVar("WorkflowT")


class HasInbox(Protocol):
    """A workflow that takes messages."""

    _inbox: Inbox


def takes(kinds: Iterable[type[Message]]) -> Callable[[type[WorkflowT]], type[WorkflowT]]:
    """Return the decorator that gives a workflow an update with its validator for each kind of message.

    It stands below `workflow.defn`, which looks for updates when the class is made.
    """

    def decorate(workflow_class: type[WorkflowT]) -> type[WorkflowT]:
        for kind in kinds:
            setattr(workflow_class, kind.NAME, _update(kind))
        return workflow_class

    return decorate


def _update(kind: type[Message]) -> Any:
    """Return the update of a kind of message, as `@workflow.update` makes it from a method."""

    async def receive(self: HasInbox, message: Message) -> Verdict:
        return await self._inbox.receive(message)

    def validate(self: HasInbox, message: Message) -> None:
        self._inbox.validate(message)

    receive.__annotations__ = {"message": kind, "return": Verdict}  # Temporal reads a message by the signature's type
    validate.__annotations__ = {"message": kind, "return": None}
    receive.__name__, receive.__qualname__, receive.__doc__ = kind.NAME, kind.NAME, kind.__doc__
    described = (kind.__doc__ or "").partition("\n")[0]
    update = workflow.update(name=kind.NAME, description=described)(receive)
    update.validator(validate)
    return update
