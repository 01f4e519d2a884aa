"""The one place that runs the command line and turns a problem into words and an exit code."""

import sys
from collections.abc import Callable

from services.errors import ExitCode, ServiceError
from services.exits import problem_of
from starter.terminal.output import note, show_json

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
        problem = problem_of(error)
        if problem is None:
            raise
        tell(problem, as_json=JSON_FLAG in sys.argv[1:])
        return problem.code
    return ExitCode.DONE


def tell(problem: ServiceError, *, as_json: bool) -> None:
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
