"""The commands of docs/restore.md, by the heading under which they stand: the drills run them as they are."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "restore.md"
_HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(heading: str) -> list[str]:
    """Return the commands under a heading, in their order.

    Raises:
        LookupError: The page has no such heading, or no command stands under it.
    """
    parts = _HEADING.split(PAGE.read_text("utf-8"))
    under = dict(zip(parts[1::2], parts[2::2], strict=True))
    blocks = _BLOCK.findall(under.get(heading, ""))
    found = [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    if not found:
        raise LookupError(f"{PAGE} has no commands under {heading!r}")
    return found


def headings() -> list[str]:
    """Return the headings under which commands stand."""
    parts = _HEADING.split(PAGE.read_text("utf-8"))
    return [heading for heading, text in zip(parts[1::2], parts[2::2], strict=True) if _BLOCK.search(text)]
