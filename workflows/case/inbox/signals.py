"""Signals as a case takes them: whatever somebody sends under their names, the case goes on.

A handler that is called with too few arguments, or too many, raises in the workflow, and Temporal tries that for ever:
one signal by anybody would stop a case for good. So arguments are read here, and what cannot be read is dropped.
"""

import inspect
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError
from temporalio import workflow


def readable(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return a handler that hears what its parameters can hold, and drops anything else with a line in the log.

    It stands below `workflow.signal`.
    """
    hints = get_type_hints(handler)
    names = [name for name in inspect.signature(handler).parameters if name != "self"]
    arguments: Any = tuple[tuple(hints[name] for name in names)]  # type: ignore[misc]  # as many as it names
    expected: TypeAdapter[Any] = TypeAdapter(arguments)

    @wraps(handler)
    async def receive(self: Any, *said: Any) -> None:
        try:
            heard = expected.validate_json(json.dumps(said))
        except (ValidationError, TypeError, ValueError):
            workflow.logger.warning("the signal %s cannot be read, and is dropped", handler.__name__)
            return
        done = handler(self, *heard)
        if inspect.isawaitable(done):
            await done

    del receive.__wrapped__  # Temporal would read the handler's own signature
    receive.__annotations__ = {"return": None}
    return receive
