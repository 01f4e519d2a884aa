"""The press: a template and what it is to say go in, a PDF comes out; for the same input always the same bytes.

Only the fonts that come with typst and those of the office's own folder are used, so that a paper does not depend on
the machine that makes it.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from activities.papers.fonts import fonts_of

TEMPLATES = Path(__file__).parent / "templates"
HOUSE = "_house.typ"
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
"""PDF/A-2a, to be read for as long as a certificate may be asked for, and PDF/UA-1, to be read aloud."""


class PaperNotMade(Exception):
    """A template has a mistake, or a paper cannot be made again as it was. Trying again does not help, mending does."""


def press(name: str, facts: Mapping[str, Any], fonts: str = "") -> bytes:
    """Make a PDF.

    A character that no font has would be a crossed box, and such a PDF cannot claim the standards; therefore papers are
    pressed with `legible` facts (`activities.papers.fonts`).

    Args:
        name: The template, as in `templates`, without its ending.
        facts: What the paper says: JSON values. They are printed as they are and never read as markup.
        fonts: The office's folder of further fonts, empty where there is none.

    Raises:
        PaperNotMade: The template cannot be filled; the message says where and why.
    """
    inputs = {"data": json.dumps(facts, sort_keys=True)}
    try:
        return _compile(name, inputs, STANDARDS, fonts)
    except typst.TypstError:
        pass
    try:
        return _compile(name, inputs, [], fonts)
    except typst.TypstError as error:
        where = " ".join(error.diagnostic.split())
        raise PaperNotMade(f"the template {name}.typ cannot be filled: {where}") from error


def template_digest(name: str) -> str:
    """Return the digest of all that shapes a paper beside what it says: its template, the house style, typst itself."""
    shaping = [TEMPLATES / f"{name}.typ", TEMPLATES / HOUSE]
    digest = hashlib.sha256(_version().encode())
    for file in shaping:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@cache
def _version() -> str:
    """Return the version of typst, which the package's metadata are searched for."""
    return version("typst")


def _compile(name: str, inputs: dict[str, str], standards: "list[typst.PDFStandard]", fonts: str) -> bytes:
    return typst.compile(
        TEMPLATES / f"{name}.typ",
        root=TEMPLATES,
        font_paths=fonts_of(fonts),
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=standards,
    )
