"""Each part of `make bench` runs in small, so that what measures cannot rot. Its figures are for nobody here."""

import re
from pathlib import Path

import pytest

from bench.__main__ import measure, read_arguments
from bench.measuring.page import Page
from embedded.postgres import programs

ROW = re.compile(r"^\| ([^|]*[^|\s])\s*\|(.*)\|$", re.MULTILINE)
MINUTES = "4"
"""What a part may take where the machine has other things to do."""

pytestmark = [pytest.mark.server, pytest.mark.timeout(400)]


async def measured(folder: Path, *arguments: str) -> dict[str, list[str]]:
    """Run parts in small and return the rows of their tables, by their first cell."""
    page = Page("In small", [])
    await measure(read_arguments(["--quick", "--minutes", MINUTES, *arguments]), page)
    page.write(folder / "page.md")
    text = (folder / "page.md").read_text("utf-8")
    assert "broke off" not in text, text
    assert "Left out" not in text, text
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in ROW.findall(text)}


def above_nothing(cells: list[str]) -> bool:
    """Whether every figure of a row is one, and none of them is nothing."""
    figures = [float(cell.replace(",", "")) for cell in cells if cell != "-"]
    return bool(figures) and min(figures) > 0


async def test_lives_are_compared_with_those_of_a_lean_workflow(tmp_path: Path) -> None:
    rows = await measured(tmp_path, "lives", "--peers", "lean", "null")
    lean, null = rows["lean workflow, same steps"], rows["product, null activities"]  # of the histories, told last
    assert lean[1::2] == ["1.00", "1.00", "1.00"]
    assert above_nothing(lean)
    assert above_nothing(null)


async def test_open_cases_are_opened_and_weighed(tmp_path: Path) -> None:
    rows = await measured(tmp_path, "open-cases", "--cases", "2", "4")
    assert above_nothing(rows["2"])
    assert above_nothing(rows["4"])


async def test_a_file_is_imported_with_and_without_a_worker(tmp_path: Path) -> None:
    rows = await measured(tmp_path, "import", "--cases", "2")
    assert (rows["with a worker"][0], rows["without a worker"][0]) == ("2", "2")
    assert rows["without a worker"][4] == "-"


async def test_windows_end_together(tmp_path: Path) -> None:
    rows = await measured(tmp_path, "windows", "--cases", "2")
    assert (rows["lean workflow, same steps"][0], rows["product as shipped"][0]) == ("2", "2")


async def test_commands_are_timed(tmp_path: Path) -> None:
    rows = await measured(tmp_path, "commands")
    assert float(rows["accredit --help"][0]) > float(rows["python -c pass"][0])


@pytest.mark.postgres
async def test_dbos_lives_the_lean_life_on_postgresql(tmp_path: Path) -> None:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (initdb): DBOS is not measured")
    rows = await measured(tmp_path, "lives", "--peers", "dbos")
    cells = rows["DBOS on PostgreSQL, lean's steps"]
    assert above_nothing([cells[0], cells[1], cells[3], cells[5]])


async def test_people_read_the_portal(tmp_path: Path) -> None:
    rows = await measured(tmp_path, "portal")
    assert above_nothing(rows["all but the empty one"])
    assert above_nothing(rows["/sign-in/sent"])
