"""SVG elements, made of Python's own XML tree: text is escaped, nothing is forgotten open."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/2000/svg"
WIDTH_OF_A_LETTER = 0.56
"""The width of an average letter, in sizes of the type: a little more than sans-serif types need."""


def element(tag: str, text: str | None = None, /, **attributes: str | float | None) -> Element:
    """Return an element. `class_` stands for class; `_` in a name for `-`; an attribute that is None is left out."""
    made = Element(tag, {_name(name): _value(value) for name, value in attributes.items() if value is not None})
    made.text = text
    return made


def add(parent: Element, tag: str, text: str | None = None, /, **attributes: str | float | None) -> Element:
    """Add an element to another one and return it."""
    made = element(tag, text, **attributes)
    parent.append(made)
    return made


def rect(parent: Element, x: float, y: float, width: float, height: float, class_: str, **more: str | float) -> Element:
    """Add a rectangle; one without a width is a hair wide, so that it can be seen."""
    return add(parent, "rect", x=x, y=y, width=max(width, 1.0), height=height, class_=class_, **more)


def line(parent: Element, x1: float, y1: float, x2: float, y2: float, class_: str) -> Element:
    """Add a line."""
    return add(parent, "line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def label(parent: Element, x: float, y: float, text: str, class_: str, anchor: str = "start") -> Element:
    """Add text; `anchor` says which part of it stands at x."""
    return add(parent, "text", text, x=x, y=y, class_=class_, text_anchor=None if anchor == "start" else anchor)


def text_width(text: str, size: float) -> float:
    """Return about how wide text is, in the units of the drawing."""
    return len(text) * size * WIDTH_OF_A_LETTER


def written(drawing: Element) -> str:
    """Return a drawing as text."""
    return ElementTree.tostring(drawing, encoding="unicode")


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-") if name not in ("viewBox",) else name


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
