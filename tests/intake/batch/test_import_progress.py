"""How an import shows how far it is: a bar on a terminal, plain lines elsewhere."""

from io import StringIO

import pytest
from rich.console import Console

from starter.applications.import_cases import progress


def shown(total: int, done: int, *, terminal: bool) -> str:
    """Return what is shown of a work of so many pieces of which some are done."""
    console = Console(file=StringIO(), force_terminal=terminal, width=100)
    with progress("Starting applications", total, console) as advance:
        for _ in range(done):
            advance()
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("total", "lines"), [(300, 10), (7, 7), (25, 9), (1, 1)])
def test_into_a_pipe_go_ten_plain_lines_at_most_and_the_last_one_tells_the_end(total: int, lines: int) -> None:
    told = shown(total, total, terminal=False).splitlines()
    assert len(told) == lines
    assert told[-1] == f"Starting applications: {total} of {total}"


def test_on_a_terminal_there_is_a_bar_with_how_many_are_done() -> None:
    told = shown(300, 120, terminal=True)
    assert "Starting applications" in told
    assert "120/300" in told
    assert "━" in told
