"""The commands that a page of the documentation shows, by their heading: the drills run them as they are."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
RESTORE, RUNBOOK = DOCS / "restore.md", DOCS / "runbook.md"
_HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^ *```console\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def commands(page: Path, heading: str) -> list[str]:
    """Return the commands under a heading of a page, in their order.

    Raises:
        LookupError: The page has no such heading, or no command stands under it.
    """
    parts = _HEADING.split(page.read_text("utf-8"))
    under = dict(zip(parts[1::2], parts[2::2], strict=True))
    blocks = _BLOCK.findall(under.get(heading, ""))
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    found = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    if not found:
        raise LookupError(f"{page.name} has no commands under {heading!r}")
    return found


def headings(page: Path) -> list[str]:
    """Return the headings of a page under which commands stand."""
    parts = _HEADING.split(page.read_text("utf-8"))
    return [heading for heading, text in zip(parts[1::2], parts[2::2], strict=True) if _BLOCK.search(text)]
