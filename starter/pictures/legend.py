"""What the signs of a picture mean; only those that it has."""

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from starter.pictures.glyphs import cross, diamond, glyph, tick
from starter.pictures.life import Fate, Lane, Life, Nature
from starter.pictures.pen import SMALL
from starter.pictures.svg import add, label, text_width

ROW = 20.0
SIGN = 22.0
"""Room for a sign and its distance from the words."""
APART = 18.0
Sign = Callable[[float, float], Element]


def draw_legend(parent: Element, life: Life, width: float, top: float) -> None:
    """Draw signs and their meanings, in as many lines as the width needs."""
    legend = add(parent, "g", class_="legend", aria_hidden="true")
    for x, y, sign, words in _placed(life, width):
        legend.append(sign(x + 8, top + y + 8))
        label(legend, x + SIGN, top + y + 12, words, "label")


def legend_height(life: Life, width: float) -> float:
    """Return how high it is."""
    return ROW + max((y for _, y, _, _ in _placed(life, width)), default=-ROW)


def _placed(life: Life, width: float) -> Iterator[tuple[float, float, Sign, str]]:
    x = y = 0.0
    for sign, words in _meanings(life):
        wide = SIGN + text_width(words, SMALL)
        if x and x + wide > width:
            x, y = 0.0, y + ROW
        yield x, y, sign, words
        x += wide + APART


def _meanings(life: Life) -> Iterator[tuple[Sign, str]]:
    kinds = {(mark.kind, mark.lane is Lane.OFFICE) for mark in life.marks if mark.lane}
    named = {kind for kind, _ in kinds}
    for kind, office, words in (
        ("message", False, "sent by the facility"),
        ("message", True, "sent by the office"),
    ):
        if (kind, office) in kinds:
            yield _sign(kind, office), words
    for kind, words in (
        ("refusal", "refused by a rule"),
        ("invoice", "invoice"),
        ("payment", "payment"),
        ("notice", "notice"),
    ):
        if kind in named:
            yield _sign(kind, office=False), words
    if named & {"attention", "warning"}:
        yield _sign("warning", office=False), "warning, or needs attention"
    fates = {(window.fate, window.nature) for window in life.windows}
    if any(fate is Fate.MET and nature is not Nature.DATE for fate, nature in fates):
        yield tick, "met in time"
    if any(fate is Fate.MISSED and nature is not Nature.RIGHT for fate, nature in fates):
        yield cross, "missed"
    if any(nature is Nature.DATE for _, nature in fates):
        yield (lambda x, y: diamond(x, y, ahead=False)), "a date on which something happens by itself"
    if life.now:
        yield _outline, "still ahead"


def _sign(kind: str, office: bool) -> Sign:
    return lambda x, y: glyph(kind, x, y, office=office)


def _outline(x: float, y: float) -> Element:
    return glyph("notice", x, y, office=False, ahead=True)
