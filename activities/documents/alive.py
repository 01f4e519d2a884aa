"""Tells the server that somebody is still at it, while documents are read: a worker that was killed is missed soon."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event, Thread

from temporalio import activity

EVERY = 10.0
"""Seconds between two signs; the server waits as long as three of them (`MISSED_AFTER`, where the case asks)."""


@contextmanager
def signs_of_life(every: float = EVERY) -> Iterator[None]:
    """Give a sign every so many seconds, from a thread of its own, until the block ends."""
    over = Event()

    def give() -> None:
        while not over.wait(every):
            activity.heartbeat()

    thread = Thread(target=copy_context().run, args=(give,), name="signs of life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
