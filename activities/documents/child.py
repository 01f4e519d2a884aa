"""The reading process: gets an order and an open file, answers with a reading. Ends when whoever started it has ended.

Everything that parses what somebody sent runs here, away from the worker's memory, settings and secrets. The answer is
one line of JSON that can hold nothing but the names and numbers of `kinds`. Whatever else a parser prints goes nowhere.
"""

import logging
import os
import resource
import signal
import socket
import sys
import warnings
from pathlib import Path

from activities.documents.kinds import DocumentFault, Order, Reading, Sort
from activities.documents.look import look

LONGEST_ORDER = 4096
MEGABYTE = 1024 * 1024
LATER = 5
"""Seconds after the deadline at which the process ends itself, if whoever watches it has not ended it."""
UNKNOWN_SIZE = 512 * MEGABYTE


def serve(line: socket.socket) -> None:
    """Answer orders until the other side is closed."""
    while True:
        order, files, _, _ = socket.recv_fds(line, LONGEST_ORDER, 1)
        if not order or not files:
            return
        line.sendall(_answer(Order.model_validate_json(order), files[0]).model_dump_json().encode() + b"\n")


def _answer(order: Order, number: int) -> Reading:
    _limit_memory(order.memory)
    signal.alarm(order.within + LATER)
    try:
        with os.fdopen(number, "rb") as file:
            return look(file, screened=order.screened)
    except MemoryError:
        return Reading(sort=Sort.UNKNOWN, trouble=DocumentFault.MEMORY)
    finally:
        signal.alarm(0)


def _limit_memory(megabytes: int) -> None:
    """Let the process take so much more memory than it has now, where the system can hold it to that."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = _size() + megabytes * MEGABYTE
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    except (ValueError, OSError):  # macOS has the limit and does not take it
        return


def _size() -> int:
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return UNKNOWN_SIZE


def _hush() -> None:
    """Let nothing out but answers: no warning, no log, no print, no core file, and nothing is written to a disk."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Serve whoever holds the other end of standard input."""
    # A service manager tells every process of the worker to stop; this one stops when its worker has.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=os.dup(0)) as line:
        _hush()
        line.sendall(b"\n")
        serve(line)


if __name__ == "__main__":
    main()
    sys.exit(0)
