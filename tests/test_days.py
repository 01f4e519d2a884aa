"""Every day that a person reads is the office's local day: an instant is in UTC, and its day is often another one."""

import re

from tests.test_style import ROOT, kept_files

TAKES_A_DAY = re.compile(r"\.date\(\)|:%[YmdbB]|strftime\(")
LOCAL = re.compile(r"astimezone\(|\blocal\b")
WITHOUT_ZONE = {"intake/workbook/cells.py", "intake/batch/grid.py", "rehearsal/sample/copying.py"}
"""What reads the cells of tables, whose dates have no zone; what moves the days of a sample, on the office's wall."""
PARTS = ("policy", "records", "activities", "workflows", "services", "pictures", "intake", "rehearsal", "starter")


def test_the_day_of_an_instant_is_taken_in_a_zone_and_nowhere_in_utc() -> None:
    wrong = [
        f"{name}:{number}: {line.strip()}"
        for file in kept_files()
        if file.suffix == ".py" and (name := file.relative_to(ROOT).as_posix()).startswith(PARTS)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if name not in WITHOUT_ZONE and TAKES_A_DAY.search(line) and not LOCAL.search(line)
    ]
    assert wrong == []
