"""Reads drawings again, as a browser or a printer would."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, fromstring

from pictures.drawing import MIDDLE, NARROW, WIDE, draw
from pictures.life import Life
from pictures.svg import NAMESPACE, written

SVG = f"{{{NAMESPACE}}}"
WIDTHS = (NARROW, MIDDLE, WIDE)


def pieces(life: Life, width: float) -> list[Element]:
    """Return the pieces of a drawing as they are read from its text."""
    return [fromstring(written(piece)) for piece in draw(life, width, "")]


def tagged(parts: Iterable[Element], tag: str) -> list[Element]:
    """Return all elements of a kind in all parts."""
    return [found for part in parts for found in part.iter(f"{SVG}{tag}")]


def with_class(parts: Iterable[Element], name: str) -> list[Element]:
    """Return all elements that have a class."""
    return [found for part in parts for found in part.iter() if name in (found.get("class") or "").split()]


def words(parts: Iterable[Element]) -> list[str]:
    """Return all text that can be seen."""
    return [text.text or "" for text in tagged(parts, "text")]
