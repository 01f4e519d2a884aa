"""What is given to one process as a whole where several run the tests, and in which order: what takes longest first.

`seconds.txt` beside this file keeps how long each group took when it was last noted: `make test-seconds` runs every
test and notes it anew. That is about proportions; nothing fails where they have changed, some process only ends later.
"""

import os
from functools import cache
from pathlib import Path

import pytest

TOGETHER = {
    "shipped-lives": ("tests/pictures/", "tests/workflows/designation/", "tests/workflows/scenarios/"),
    "recorded-lives": (
        "tests/workflows/test_histories.py",
        "tests/workflows/test_offers.py",
        "tests/services/test_replay_content.py",
    ),
}
"""Folders and files that share the lives of the shipped scenarios, and what came of replaying the recorded ones.

Where several processes run the tests, one has them.
"""
SECONDS = Path(__file__).with_name("seconds.txt")
WORTH_NOTING = 1.0
"""Seconds. What takes less is given out last, in any order."""
UNKNOWN = {"timeout": 100.0, "server": 20.0, "browser": 20.0}
"""What is taken for the seconds of a group that was never noted, by a mark of one of its tests; else none."""
_noted: dict[str, float] = {}


def group_of(nodeid: str) -> str:
    """Return what a test stays together with: its file, or what shares lives with it."""
    found = (group for group, places in TOGETHER.items() if nodeid.startswith(places))
    return next(found, nodeid.partition("::")[0])


def longest_first(items: list[pytest.Item]) -> None:
    """Sort tests by the seconds of their groups, in their places; the tests of a group keep their order."""
    seconds = dict(seconds_of_groups())
    for item in items:
        group = group_of(item.nodeid)
        if group not in seconds_of_groups():
            marked = max((UNKNOWN[mark.name] for mark in item.iter_markers() if mark.name in UNKNOWN), default=0.0)
            seconds[group] = max(seconds.get(group, 0.0), marked)
    items.sort(key=lambda item: -seconds[group_of(item.nodeid)])


@cache
def seconds_of_groups() -> dict[str, float]:
    """Return how long each group took when it was last noted."""
    lines = [line.split() for line in SECONDS.read_text("utf-8").splitlines()]
    return {group: float(seconds) for seconds, group in lines}


def processes(config: pytest.Config) -> int:
    """Return by how many processes the tests are run where nobody says a number.

    Tests of a server or a browser wait, those of the longest files for more than half of their time: two processes
    more than there are cores use that.
    """
    waiting = 2 if "not server" not in config.option.markexpr else 0
    return len(os.sched_getaffinity(0)) + waiting if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how long a test took; only where this file is named as a plugin, as `make test-seconds` does."""
    group = group_of(report.nodeid)
    _noted[group] = _noted.get(group, 0.0) + report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write down what was noted, where every test was run."""
    if hasattr(session.config, "workerinput") or session.exitstatus != pytest.ExitCode.OK:
        return
    longest = sorted(_noted.items(), key=lambda item: -item[1])
    lines = [f"{seconds:7.1f} {group}\n" for group, seconds in longest if seconds >= WORTH_NOTING]
    SECONDS.write_text("".join(lines), "utf-8")
