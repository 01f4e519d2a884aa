"""The one place that runs the command line and turns a problem into words and an exit code."""

import sys
from collections.abc import Callable
from contextlib import suppress

from services.errors import ExitCode, ServiceError
from services.exits import problem_of
from services.security.logs import show_warnings
from starter.terminal.output import note, prepare_streams, show_json

JSON_FLAG = "--json"
READER_GONE = 141
"""What a shell says of a program that a closed pipe has ended: 128 and the number of SIGPIPE. `accredit … | head`."""


def run(main: Callable[[], object]) -> int:
    """Run a command and return its exit code; print a problem instead of raising it.

    Args:
        main: The typer application, or anything else that reads `sys.argv`.
    """
    prepare_streams()
    show_warnings()
    try:
        code = _exit_code_of(main)
        sys.stdout.flush()
    except BrokenPipeError:
        return READER_GONE
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            raise
        tell(problem, as_json=JSON_FLAG in sys.argv[1:])
        return problem.code
    return code


def _exit_code_of(main: Callable[[], object]) -> int:
    try:
        main()
    except KeyboardInterrupt:
        note("Interrupted.")
        return ExitCode.INTERRUPTED
    except SystemExit as end:
        # rich and typer end by themselves where a pipe is closed
        return READER_GONE if isinstance(end.__context__, BrokenPipeError) else _exit_code(end)
    return ExitCode.DONE


def tell(problem: ServiceError, *, as_json: bool) -> None:
    """Print a problem: for a person to stderr; for a script, that asked for JSON, to stdout as well."""
    if as_json:
        with suppress(OSError):  # the problem may be that nothing can be printed
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
