"""`make pages`: writes docs/portal-pages.md, every page of the portal and who gets it, from their own table."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from portal.app import PAGES
from portal.page import Handler, Page, Who

FILE = Path(__file__).resolve().parent.parent / "docs" / "portal-pages.md"
INTRODUCTION = """# The pages of the portal

Every page and who gets it. `make pages` writes this from the table in [portal/app.py](../portal/app.py); a test holds
that it is what the table says. Another one asks for each page as nobody, as somebody who was disabled a moment ago, as
another facility's person, as a facility's person where it is the office's, and sends each form as another site would
([tests/portal/test_who_gets_what.py](../tests/portal/test_who_gets_what.py)): nobody else gets anything of it.

`{case}` is a case of one's own facility or practice; whoever asks for another's gets the page for what is not there."""
WORDS = {
    Who.ANYBODY: "Everybody, signed in or not",
    Who.SIGNED_IN: "Whoever is signed in",
    Who.FACILITY: "People of a facility or practice",
    Who.MANAGER: "People who manage their facility's or practice's people",
    Who.OFFICE: "The office",
}


def written() -> str:
    """Return the page, in Markdown: a table for each sort of visitor."""
    parts = [INTRODUCTION]
    for who, words in WORDS.items():
        rows = [row for page in sorted(PAGES, key=lambda one: one.path) if page.who is who for row in _rows(page)]
        parts += [f"## {words}", "\n".join(["| page | asked by | does |", "| --- | --- | --- |", *rows])]
    return "\n\n".join(parts) + "\n"


def _rows(page: Page) -> Iterator[str]:
    for method, handler in (("GET", page.get), ("POST", page.post)):
        if handler is not None:
            yield f"| `{page.path}` | {method} | {_does(handler)} |"


def _does(handler: Handler) -> str:
    """Return the first sentence of what a page's code says that it does."""
    told = " ".join((inspect.getdoc(handler) or "").split())
    return re.split(r"(?<=[.;:])\s", told, maxsplit=1)[0].rstrip(".;:").replace("|", "\\|")


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
