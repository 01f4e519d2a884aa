"""The handbook says what the code does."""

from pathlib import Path

from policy.accreditation.options import TABLE
from policy.messages import Option

ROOT = Path(__file__).parents[1]


def test_the_option_table_in_the_docs_is_the_one_that_cases_are_judged_by() -> None:
    lines = (ROOT / "docs" / "options.md").read_text("utf-8").splitlines()
    begin = lines.index("| standing | " + " | ".join(Option) + " |")
    shown = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines[begin + 2 : begin + 2 + len(TABLE)]
    ]
    judged = [[row, *(cells[option] or "not offered" for option in Option)] for row, cells in TABLE.items()]
    assert shown == judged


def test_every_path_that_the_readme_links_to_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    paths = [part.partition(")")[0] for part in text.split("](")[1:]]
    missing = [path for path in paths if not path.startswith("http") and not (ROOT / path).exists()]
    assert missing == []
