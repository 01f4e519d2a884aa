"""What a picture is drawn with: SVG elements, the pen of a strip, the signs, and the cuts at folded time."""

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pictures.axis import Gap, Strip
from pictures.life import Life
from policy.text.visible import visible

NAMESPACE = "http://www.w3.org/2000/svg"
WIDTH_OF_A_LETTER = 0.56
"""The width of an average letter, in sizes of the type: a little more than sans-serif types need."""


def element(tag: str, text: str | None = None, /, **attributes: str | float | None) -> Element:
    """Return an element. `class_` stands for class; `_` in a name for `-`; an attribute that is None is left out.

    Everything in its text and attributes can be seen, so that XML takes it: see `policy.text.visible`.
    """
    made = Element(tag, {_name(name): _value(value) for name, value in attributes.items() if value is not None})
    made.text = text if text is None else visible(text)
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
    return visible(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


SMALL = 11.0
"""The size of all type but headings."""
GLUE = 6.0
"""The least distance between two labels in one line."""


@dataclass(frozen=True, slots=True)
class Pen:
    """A pen for one strip.

    Attributes:
        life: What is drawn.
        strip: The strip's part of the axis.
        left: Where the axis begins; names of lanes stand left of it.
        width: How wide the axis is, however far the strip's own part of it goes.
        target: What the addresses begin with to which marks lead, on a page with tables; None in a file of its own.
    """

    life: Life
    strip: Strip
    left: float
    width: float
    target: str | None

    def x(self, instant: datetime) -> float:
        """Return the place of an instant; one outside the strip is at its edge."""
        return self.left + self.strip.x(instant)

    @property
    def right(self) -> float:
        """The right edge of the strip's own part of the axis."""
        return self.left + self.strip.width

    def cut(self, gap: Gap) -> float:
        """Return where folded time is cut: so that a stage's name has room before it and its end behind it."""
        return self.x(gap.begin) + (self.x(gap.end) - self.x(gap.begin)) * 0.56

    def fitted(self, begin: float, wide: float) -> float:
        """Return where text of a width begins that would like to begin elsewhere, so that it stays on the sheet."""
        return max(self.left, min(begin, self.left + self.width - wide))

    def reachable(self, parent: Element, what: str, text: str, class_: str) -> Element:
        """Add a group that the keyboard reaches and a screen reader reads: a link to its row, where there are rows."""
        if self.target is None:
            group = add(parent, "g", role="img", tabindex="0", class_=class_, aria_label=text)
        else:
            group = add(parent, "a", href=f"#{self.target}{what}", class_=class_, aria_label=text)
        add(group, "title", text)
        return group


RADIUS = 5.5


def glyph(kind: str, x: float, y: float, *, office: bool, ahead: bool = False) -> Element:
    """Return the sign of a mark.

    Args:
        kind: What the mark is, as the timeline calls it.
        x: The centre.
        y: The centre.
        office: Whether the office did it; what facilities send is round, what the office sends is square.
        ahead: Whether it is still to come: then it is only an outline.
    """
    sign = element("g", class_=f"sign {kind}{' ahead' if ahead else ''}", aria_hidden="true")
    match kind:
        case "refusal":
            add(sign, "circle", cx=x, cy=y, r=RADIUS)
            add(sign, "path", d=f"M{x - 2.6:g} {y - 2.6:g}l5.2 5.2m0 -5.2l-5.2 5.2", class_="stroke")
        case "attention" | "warning":
            add(sign, "path", d=f"M{x:g} {y - 6.5:g}l7 12.5h-14z")
            label(sign, x, y + 4.6, "!", "inside", "middle")
        case "payment":
            add(sign, "circle", cx=x, cy=y, r=RADIUS + 0.5)
            label(sign, x, y + 3.2, "$", "inside", "middle")
        case "invoice":
            add(sign, "path", d=f"M{x - 4.5:g} {y - 6:g}h6l3 3v9h-9z")
            add(sign, "path", d=f"M{x - 2.5:g} {y:g}h5m-5 3h5", class_="stroke")
        case "notice" | "reminder" | "silence" | "opening" | "pause":
            add(sign, "rect", x=x - 6, y=y - 4.5, width=12, height=9, rx=1)
            add(sign, "path", d=f"M{x - 6:g} {y - 3.5:g}l6 4.5l6 -4.5", class_="stroke")
        case _ if office:
            add(sign, "rect", x=x - 5, y=y - 5, width=10, height=10, rx=1)
        case _:
            add(sign, "circle", cx=x, cy=y, r=RADIUS)
    return sign


def tick(x: float, y: float) -> Element:
    """Return the sign of a window that was met."""
    sign = element("g", class_="end met", aria_hidden="true")
    add(sign, "circle", cx=x, cy=y, r=RADIUS + 0.5)
    add(sign, "path", d=f"M{x - 2.8:g} {y + 0.2:g}l2.1 2.3l3.8 -4.6", class_="stroke")
    return sign


def cross(x: float, y: float) -> Element:
    """Return the sign of a window that was missed."""
    sign = element("g", class_="end missed", aria_hidden="true")
    add(sign, "circle", cx=x, cy=y, r=RADIUS + 0.5)
    add(sign, "path", d=f"M{x - 2.4:g} {y - 2.4:g}l4.8 4.8m0 -4.8l-4.8 4.8", class_="stroke")
    return sign


def diamond(x: float, y: float, *, ahead: bool) -> Element:
    """Return the sign of a date on which something happens by itself."""
    sign = element("g", class_=f"end date{' ahead' if ahead else ''}", aria_hidden="true")
    add(sign, "path", d=f"M{x:g} {y - 6.5:g}l6.5 6.5l-6.5 6.5l-6.5 -6.5z")
    return sign


CUT = 12.0
"""The width of a cut."""


def cut_through(parent: Element, pen: Pen, begin: float, end: float, top: float, height: float) -> None:
    """Cut what lies between two places, from a top on, wherever time is folded there."""
    tall = height + 4
    for gap in pen.strip.gaps:
        x = pen.cut(gap)
        if gap.folded and begin < x - CUT / 2 and x + CUT / 2 < end:
            broken = f"l-3 {tall * 0.5:g}l6 {-tall * 0.1:g}l-3 {tall * 0.6:g}"
            add(parent, "path", d=f"M{x:g} {top - 2:g}{broken}", class_="cut")
            for side in (x - 3.5, x + 3.5):
                add(parent, "path", d=f"M{side:g} {top - 2:g}{broken}", class_="broken")
