"""One at a time for each case, within this process: whoever comes second waits for his turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from weakref import WeakValueDictionary

_LOCKS: WeakValueDictionary[str, Lock] = WeakValueDictionary()
"""The locks that somebody holds or waits for; one that nobody needs any more is forgotten."""
_GUARD = Lock()


@contextmanager
def turn_of(case_id: str) -> Iterator[None]:
    """Wait until nobody else has the turn of a case, and have it until the block ends."""
    with _GUARD:
        lock = _LOCKS.setdefault(case_id, Lock())
    with lock:
        yield
