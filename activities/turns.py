"""Turns of cases within this process: one at a time for each case, or a few in all and fewer of one."""

from collections import Counter
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


class Turns:
    """A few at the same time, and fewer of one case: whoever finds no room is told so and comes again."""

    def __init__(self, in_all: int, of_one: int) -> None:
        """Have room for so many in all, and for so many of one case."""
        self._in_all, self._of_one = in_all, of_one
        self._taken: Counter[str] = Counter()
        self._guard = Lock()

    @contextmanager
    def taken(self, case_id: str) -> Iterator[bool]:
        """Have a turn until the block ends, where there is one; yields whether there is."""
        with self._guard:
            free = self._taken.total() < self._in_all and self._taken[case_id] < self._of_one
            self._taken[case_id] += free
        try:
            yield free
        finally:
            with self._guard:
                self._taken[case_id] -= free
                if not self._taken[case_id]:
                    del self._taken[case_id]
