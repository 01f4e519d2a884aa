"""What people do most while they look around comes up at once: nothing is read that it does without."""

import subprocess
import sys

import pytest

HEAVY = ("temporalio", "sqlalchemy", "alembic", "typst", "jinja2", "icalendar", "openpyxl", "pypdf", "pydicom", "PIL")
"""Libraries that take longer to read than either command needs for all else."""


@pytest.mark.parametrize("arguments", [["--help"], ["check", "samples/ct-unit.json"]])
def test_the_help_screen_and_a_check_read_none_of_the_heavy_libraries(arguments: list[str]) -> None:
    code = f"""
import sys
from starter.cli import command
try:
    command()
finally:
    print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    told = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120)

    assert told.returncode == 0, told.stderr
    assert told.stdout
    assert told.stderr.splitlines()[-1] == ""
