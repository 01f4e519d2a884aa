"""An office's worker as a process of its own, `python -m worker`: killed, started again, also with a wrong clock."""

import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from chaos.place.program import Program

ROOT = Path(__file__).resolve().parents[2]
WORKS = "works in namespace"
CLOCKS = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1")
"""Where Debian's package libfaketime has what tells a program another time."""


def wrong_clock() -> Path | None:
    """Return what gives a program a wrong clock; null where that is not installed."""
    return next((file for pattern in CLOCKS for file in sorted(Path("/").glob(pattern.removeprefix("/")))), None)


class WorkerProgram(Program):
    """A worker.

    Attributes:
        off: By how much its clock is wrong when it is started next.
    """

    def __init__(self, name: str, folder: Path, variables: Mapping[str, str]) -> None:
        super().__init__(name, folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._variables = {**variables, "PYTHONPATH": str(ROOT)}
        self.off = timedelta(0)

    def command(self) -> list[str | Path]:
        """Return what runs a worker."""
        return [sys.executable, "-m", "worker"]

    def variables(self) -> Mapping[str, str]:
        """Return its settings; where its clock is to be wrong, what makes it so."""
        clock = wrong_clock()
        if not self.off or clock is None:
            return self._variables
        seconds = f"{self.off.total_seconds():+.0f}s"
        return {
            **self._variables,
            "LD_PRELOAD": str(clock),
            "FAKETIME": seconds,
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # how long something takes stays as it is
        }

    async def works(self) -> bool:
        """Whether it says that it works; it takes tasks then."""
        return WORKS in self.log.read_text("utf-8", errors="replace")
