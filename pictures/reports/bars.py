"""The bars of a table as a drawing: label, bar and what it comes to; on a phone the words stand above the bar."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from pictures.drawing import NARROW
from pictures.svg import NAMESPACE, SMALL, add, element, label, rect, text_width
from services.reports.shape import Bar, Segment, Table

ROW, HIGH = 26.0, 16.0
"""How high a row is, and the bar in it."""
WORDS, GAP = 20.0, 8.0
"""How high the line of words is above a bar on a phone, and the distance between two things in a row."""
MOST_LABEL, MOST_SAYS = 300.0, 320.0
LEGEND = 22.0
BOX = 11.0
BOLD = 1.16
"""How much wider bold type is than other type."""
LEAST = 2.0
"""A part that is there is at least so wide, however small it is."""


def draw_bars(table: Table, width: float) -> Element:
    """Return the bars of a table at a width, with what their colours stand for."""
    narrow = width <= NARROW
    bars = table.bars
    left = 0.0 if narrow else _widest((bar.label for bar in bars), MOST_LABEL) * BOLD + GAP
    right = 0.0 if narrow else _widest((bar.says for bar in bars), MOST_SAYS) * BOLD + GAP
    row = ROW + (WORDS if narrow else 0.0)
    sheet = element("svg", class_="bars", role="img", lang="en", aria_label=f"{table.title}: as the table says")
    scale = (width - left - right) / (max((bar.length for bar in bars), default=0.0) or 1.0)
    for number, bar in enumerate(bars):
        top = number * row
        if narrow:
            label(sheet, 0, top + WORDS - 6, bar.label, "about")
            label(
                sheet, width, top + WORDS - 6, _cut(bar.says, width - text_width(bar.label, SMALL) - GAP), "says", "end"
            )
        else:
            label(sheet, left - GAP, top + ROW / 2 + 4, _cut(bar.label, MOST_LABEL), "about", "end")
            end = left + max(bar.length * scale, LEAST)
            label(sheet, end + GAP, top + ROW / 2 + 4, _cut(bar.says, width - end - GAP), "says")
        _draw(sheet, bar, left, top + (WORDS if narrow else (ROW - HIGH) / 2), scale, counted=table.counted)
    height = len(bars) * row + _legend(sheet, table, width, len(bars) * row + 6)
    sheet.set("xmlns", NAMESPACE)
    sheet.set("viewBox", f"0 0 {width:g} {height:g}")
    return sheet


def _draw(sheet: Element, bar: Bar, x: float, y: float, scale: float, *, counted: bool) -> None:
    for part in bar.segments:
        wide = max(part.value * scale, LEAST)
        group = add(sheet, "g", class_=f"part {part.tone.value}")
        add(group, "title", f"{bar.label}: {_number(part)} {part.words}")
        rect(group, x, y, wide, HIGH, "")
        if counted and text_width(_number(part), SMALL) + 6 < wide:
            label(group, x + wide / 2, y + HIGH / 2 + 4, _number(part), "number", "middle")
        x += wide


def _number(part: Segment) -> str:
    return f"{part.value:,.1f}".removesuffix(".0")


def _legend(sheet: Element, table: Table, width: float, top: float) -> float:
    """Draw what the colours stand for and return how high that is; one colour alone needs no word."""
    if len(table.legend) < 2:
        return GAP
    x, y = 0.0, top
    for tone, words in table.legend:
        wide = BOX + 5 + text_width(words, SMALL) + 2 * GAP
        if x and x + wide > width:
            x, y = 0.0, y + LEGEND
        group = add(sheet, "g", class_=f"part {tone.value}")
        rect(group, x, y, BOX, BOX, "")
        label(sheet, x + BOX + 5, y + BOX - 1, words, "words")
        x += wide
    return y - top + LEGEND


def _widest(texts: Iterator[str] | Sequence[str], most: float) -> float:
    return min(max((text_width(text, SMALL) for text in texts), default=0.0), most)


def _cut(text: str, room: float) -> str:
    if text_width(text, SMALL) <= room:
        return text
    kept = max(int(room / text_width("x", SMALL)) - 1, 0)
    return f"{text[:kept].rstrip(' ,')}…" if kept > 3 else ""
