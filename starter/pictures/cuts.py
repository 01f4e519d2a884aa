"""Bands and bars that run through folded time are cut there, so that nobody takes their length for their duration."""

from xml.etree.ElementTree import Element

from starter.pictures.pen import Pen
from starter.pictures.svg import add

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
