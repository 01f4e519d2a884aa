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

from activities.documents.kinds import COMES, DocumentFault, Order, Reading, Sort
from activities.documents.look import look
from activities.documents.parsers import has_come, limit_memory, parser_of
from activities.documents.sorts import sort_of

LONGEST_ORDER = 4096
LATER = 5
"""Seconds after the deadline at which the process ends itself, if whoever watches it has not ended it."""
USUAL = Sort.PDF
"""What most documents are: its parser is there before the first one comes."""


def serve(line: socket.socket) -> None:
    """Answer orders until the other side is closed."""
    while True:
        order, files, _, _ = socket.recv_fds(line, LONGEST_ORDER, 1)
        if not order or not files:
            return
        reading = _answer(line, Order.model_validate_json(order), files[0])
        line.sendall(reading.model_dump_json().encode() + b"\n")


def _answer(line: socket.socket, order: Order, number: int) -> Reading:
    _bound(order)
    try:
        with os.fdopen(number, "rb") as file:
            if has_come(sort_of(file)):
                line.sendall(COMES)
                _bound(order)
            return look(file, screened=order.screened)
    except MemoryError:
        return Reading(sort=Sort.UNKNOWN, trouble=DocumentFault.MEMORY)
    finally:
        signal.alarm(0)


def _bound(order: Order) -> None:
    """Begin the time and the memory that a document has."""
    limit_memory(order.memory)
    signal.alarm(order.within + LATER)


def _hush() -> None:
    """Let nothing out but answers: no warning, no log, no print, no core file, and nothing is written to a disk."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sys.dont_write_bytecode = True
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
        parser_of(USUAL)
        line.sendall(b"\n")
        serve(line)


if __name__ == "__main__":
    main()
    sys.exit(0)
