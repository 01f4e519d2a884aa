"""The signs of a picture, each about 12 units wide around its centre. Shapes tell them apart, not colours alone."""

from xml.etree.ElementTree import Element

from starter.pictures.svg import add, element, label

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
