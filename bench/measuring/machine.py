"""What processes cost, as Linux counts it: CPU seconds and memory of each, with all that it has started."""

import os
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
MEBIBYTE = 1024
"""In kibibytes, as /proc tells memory."""
PARENT, TIMES = 1, slice(11, 15)
"""Places in /proc/PID/stat behind the name: the parent; user and system time, its own and its ended children's."""
IDLE = (3, 4)
"""Places in the first line of /proc/stat: idle, and waiting for a disk."""


def measurable() -> bool:
    """Tell whether this system tells what processes cost."""
    return (PROC / "self" / "smaps_rollup").exists()


def cpu(pid: int) -> float:
    """Return CPU seconds of a process, its living descendants, and its children that ended."""
    return sum(sum(map(int, stat[TIMES])) for one in family(pid) if (stat := _stat(one))) / TICKS


def memory(pid: int) -> float:
    """Return the memory of a process and its descendants in MiB; what several share counts once in all (PSS)."""
    return sum(_proportional(one) for one in family(pid)) / MEBIBYTE


def machine_busy() -> float:
    """Return the CPU seconds that this machine has worked since it was started."""
    told = [int(part) for part in (PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(told) - sum(told[place] for place in IDLE)) / TICKS


def family(pid: int) -> list[int]:
    """Return a process and its living descendants."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            children.setdefault(int(stat[PARENT]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of a process behind its name, which may hold anything; empty where it has ended."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _proportional(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
