"""The handbook says what the code does."""

import re
from pathlib import Path

from policy.accreditation.option_table import TABLE, row_of
from policy.edition import edition_named

ROOT = Path(__file__).parents[1]


def test_the_option_table_in_the_docs_is_the_one_that_cases_are_judged_by() -> None:
    lines = (ROOT / "docs" / "options.md").read_text("utf-8").splitlines()
    for name in ("2021-03-08", "2022-11-09"):
        edition = edition_named("accreditation", name)
        assert edition is not None
        begin = lines.index("| standing | " + " | ".join(row_of(1, edition)) + " |")
        shown = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in lines[begin + 2 : begin + 2 + len(TABLE)]
        ]
        rows = enumerate(TABLE, 1)
        judged = [[row, *(cell or "not offered" for cell in row_of(number, edition).values())] for number, row in rows]
        assert shown == judged


def test_every_path_that_the_readme_links_to_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    paths = [part.partition(")")[0] for part in text.split("](")[1:]]
    missing = [path for path in paths if not path.startswith("http") and not (ROOT / path).exists()]
    assert missing == []


def test_the_decisions_are_numbered_dated_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(path.name for path in folder.glob("0*.md"))
    numbers = [int(name[:4]) for name in files]
    assert numbers == sorted(set(numbers))  # numbers may be left out, none is given twice
    index = re.findall(
        r"^\| (\d+) \| \[(.+)\]\((.+)\) \| ([\d-]{10}) \|$", (folder / "README.md").read_text("utf-8"), re.M
    )
    assert [name for _, _, name, _ in index] == files
    for number, title, name, day in index:
        lines = (folder / name).read_text("utf-8").splitlines()
        assert lines[0] == f"# {number}. {title}"
        assert lines[2].startswith(f"{day}, ")
        assert [line for line in lines if line.startswith("## ")] == ["## Decision", "## Why", "## Rejected"]


def test_the_readme_names_every_room_of_the_house() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    house = text.partition("## The house")[2].partition("## Glossary")[0]
    assert [room for room in sorted(rooms) if f"{room}/" not in house] == []
