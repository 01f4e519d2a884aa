"""The one place that runs the command line and turns a problem into words and an exit code."""

import contextlib
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from policy.verdict import Refused
from starter.output import note, show_json
from starter.problems import ExitCode, NoSuchCase, NotReachable, Problem, RefusedByRule

JSON_FLAG = "--json"


def run(main: Callable[[], object]) -> int:
    """Run a command and return its exit code; print a problem instead of raising it.

    Args:
        main: The typer application, or anything else that reads `sys.argv`.
    """
    try:
        main()
    except KeyboardInterrupt:
        note("Interrupted.")
        return ExitCode.INTERRUPTED
    except SystemExit as end:
        return _exit_code(end)
    except Exception as error:
        problem = _problem_of(error)
        if problem is None:
            raise
        tell(problem, as_json=JSON_FLAG in sys.argv[1:])
        return problem.code
    return ExitCode.DONE


def leave(code: int) -> NoReturn:
    """End the process with an exit code, everything printed.

    Without Python's own end: the Temporal client's threads can outlive the interpreter's last moments, and then a
    command that has done all its work crashes or hangs. What must be undone at the end its own command undoes before.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def tell(problem: Problem, *, as_json: bool) -> None:
    """Print a problem: for a person to stderr; for a script, that asked for JSON, to stdout as well."""
    if as_json:
        show_json(problem.data)
    for number, line in enumerate(problem.lines):
        note(line, style="red" if number < problem.wrong and not line.startswith(" ") else "")


def _exit_code(end: SystemExit) -> int:
    if isinstance(end.code, str):
        note(end.code)
        return ExitCode.NOT_AS_EXPECTED
    if end.code == ExitCode.INTERRUPTED:  # what typer makes of Ctrl-C
        note("Interrupted.")
    return int(end.code or 0)


def _problem_of(error: Exception) -> Problem | None:
    """Return what an exception means to the user, or None where it is a mistake in the program."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return RefusedByRule.of(error)
    return _problem_of_server(error) or _problem_of_books(error)


def _problem_of_server(error: Exception) -> Problem | None:
    from temporalio.service import RPCError, RPCStatusCode  # here, because most commands end well and without a server

    if not isinstance(error, RPCError):
        return None
    if error.status == RPCStatusCode.NOT_FOUND and error.message.lower().startswith("namespace"):
        next_step = "Create it (`accredit doctor` says how), or name another one by TEMPORAL_NAMESPACE."
        return NotReachable("namespace", "the configured server", next_step, error.message)
    if error.status == RPCStatusCode.NOT_FOUND:
        return NoSuchCase("case that answers", f"({error.message})", "accredit worklist lists the open cases.")
    if error.status in (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
        next_step = "Start it with `make up`, or name another one by TEMPORAL_ADDRESS; `accredit doctor` says more."
        return NotReachable("Temporal server", "its configured address", next_step, error.message)
    return None


def _problem_of_books(error: Exception) -> Problem | None:
    from sqlalchemy.exc import InterfaceError, OperationalError  # here for the same reason

    from records.problems import BooksError, BooksUnreachable

    if isinstance(error, OperationalError | InterfaceError):
        next_step = "Look at [database] url in office.toml (or ACCREDIT_DATABASE_URL); `accredit doctor` says more."
        return NotReachable("database", "its configured address", next_step, str(error.orig))
    if isinstance(error, BooksError):  # says itself which database it is and what to do
        code = ExitCode.NOT_REACHABLE if isinstance(error, BooksUnreachable) else ExitCode.UNUSABLE
        return Problem([str(error)], {"problem": str(error)}, code)
    return None
