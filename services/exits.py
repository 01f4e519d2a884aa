"""How a process of the office ends: what an exception means to its user, and an end that leaves nothing hanging."""

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import NoReturn

from services.errors import ExitCode, NoSuchCase, NotReachable, RefusedByRule, ServiceError

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What a disk that is full says, of a file or of what a command prints."""


BROKEN = "transport error"
"""What Temporal's client says of a connection that broke while it asked, under a status that says nothing."""


def leave(code: int) -> NoReturn:
    """End the process with an exit code, everything printed.

    Without Python's own end: the Temporal client's threads can outlive the interpreter's last moments, and then a
    command that has done all its work crashes or hangs. What must be undone at the end its own command undoes before.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def problem_of(error: Exception) -> ServiceError | None:
    """Return what an exception means to the user, or None where it is a mistake in the program."""
    from policy.verdict import Refused  # here, because most commands end well

    if isinstance(error, ServiceError):
        return error
    if isinstance(error, Refused):
        return RefusedByRule.of(error)
    if isinstance(error, OSError) and error.errno in FULL:
        text = f"Cannot write{f' {error.filename}' if error.filename else ''}: {error.strerror}."
        return ServiceError([text], {"problem": text})
    return _problem_of_server(error) or _problem_of_books(error)


def _problem_of_server(error: Exception) -> ServiceError | None:
    from temporalio.service import RPCError, RPCStatusCode  # here for the same reason, and without a server

    if not isinstance(error, RPCError):
        return None
    if error.status == RPCStatusCode.NOT_FOUND and error.message.lower().startswith("namespace"):
        next_step = "Create it (`accredit doctor` says how), or name another one by TEMPORAL_NAMESPACE."
        return NotReachable("namespace", _server_in_words(), next_step, error.message)
    if error.status == RPCStatusCode.NOT_FOUND:
        return NoSuchCase("case that answers", f"({error.message})", "accredit worklist lists the open cases.")
    away = error.status in (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)
    if away or (error.status == RPCStatusCode.UNKNOWN and error.message == BROKEN):
        next_step = "Start it with `make up`, or name another one by TEMPORAL_ADDRESS; `accredit doctor` says more."
        return NotReachable("Temporal server", _server_in_words(), next_step, error.message)
    return None


def _server_in_words() -> str:
    """Return which server was spoken to, and why that one."""
    from services.connect import chosen_server

    try:
        chosen = chosen_server()
    except ServiceError:  # it was there a moment ago
        return "the address that it had"
    return f"{chosen.address} ({chosen.because})"


def _problem_of_books(error: Exception) -> ServiceError | None:
    from sqlalchemy.exc import InterfaceError, OperationalError  # here for the same reason

    from records.problems import BooksError, BooksUnreachable, NoBooks
    from services.paths import where_up_runs

    if isinstance(error, OperationalError | InterfaceError):
        next_step = "Look at [database] url in office.toml (or ACCREDIT_DATABASE_URL); `accredit doctor` says more."
        return NotReachable("database", "its configured address", next_step, str(error.orig))
    if isinstance(error, NoBooks):
        text, step = f"There is no office here ({Path.cwd()}): {error}", where_up_runs()
        return ServiceError([text, step], {"problem": text, "next_step": step}, ExitCode.NOT_REACHABLE)
    if isinstance(error, BooksError):  # says itself which database it is and what to do
        code = ExitCode.NOT_REACHABLE if isinstance(error, BooksUnreachable) else ExitCode.UNUSABLE
        return ServiceError([str(error)], {"problem": str(error)}, code)
    return None
