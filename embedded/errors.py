"""What can keep the embedded server from running; the lines of each say what was found and what to do.

    ServiceError
    └── EmbeddedProblem     exit code 5
        ├── NoServer        no way led to a program: every way, why it failed, what would mend it
        ├── DataInUse       another process runs a server on the same data
        ├── DataUnusable    the folder of the data cannot be made or written
        ├── NoUnseenPort    every port on which no browser could reach the UI itself is taken
        └── ServerDied      the program was started and ended, or never became healthy: its last words

`services.connect.Unreachable` is the same for a server that runs elsewhere; a port that is taken is
`services.errors.PortTaken`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from embedded.process import UNSEEN
from services.errors import ExitCode, ServiceError


class EmbeddedProblem(ServiceError):
    """The embedded server cannot run as it was asked to."""

    code = ExitCode.NOT_REACHABLE


class Attempt(NamedTuple):
    """A way to a server that led nowhere: its name, why, and what would open it."""

    way: str
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"- {self.way}: {self.reason}. {self.mend}"


class NotThisWay(Exception):
    """One way to a server is closed; the next one is tried. Never leaves this package."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


class NoServer(EmbeddedProblem):
    """No way led to a Temporal server that skips time and has a UI."""

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        head = "No Temporal server could be found or obtained. One of these ways has to be opened:"
        data = {"problem": head, "tried": [attempt._asdict() for attempt in attempts]}
        super().__init__([head, *(str(attempt) for attempt in attempts)], data)
        self.attempts = tuple(attempts)


class DataInUse(EmbeddedProblem):
    """A server runs on these data already; two would destroy them."""

    def __init__(self, data: Path, holder: Mapping[str, Any]) -> None:
        pid, address = holder.get("pid", "unknown"), holder.get("address", "an unknown address")
        text = f"The data in {data} are in use by process {pid}, whose Temporal server is at {address}."
        step = f"Use that server (TEMPORAL_ADDRESS={address}), stop process {pid}, or name another data folder."
        super().__init__([text, step], {"problem": text, "next_step": step, "pid": pid, "address": address})
        self.pid = pid
        self.address = address


class DataUnusable(EmbeddedProblem):
    """The folder of the data cannot be made or written."""

    def __init__(self, data: Path, error: OSError) -> None:
        text = f"The data folder {data} cannot be used: {error.strerror or error}."
        step = "Name a folder that this user may write to."
        super().__init__([text, step], {"problem": text, "next_step": step})


class NoUnseenPort(EmbeddedProblem):
    """Every port on which no browser could reach the UI itself is taken."""

    def __init__(self) -> None:
        text = f"The UI needs one of the ports {', '.join(map(str, UNSEEN))}, and all are taken."
        step = "Stop a program that has one of them: on another port any web page could use the UI."
        super().__init__([text, step], {"problem": text, "next_step": step})


class ServerDied(EmbeddedProblem):
    """A program of the server ended, or did not become healthy in time. Shows the last lines of its log."""

    def __init__(self, what: str, log: Path, last_lines: Sequence[str]) -> None:
        step = f"Its log is {log}."
        shown = [f"  {line}" for line in last_lines] or ["  (nothing was written to the log)"]
        super().__init__([what, "Its last words:", *shown, step], {"problem": what, "log": list(last_lines)})
        self.last_lines = tuple(last_lines)
