"""Windows as bars: from the opening to the due instant, filled as far as they were used, with a sign for what came."""

from datetime import datetime
from xml.etree.ElementTree import Element

from starter.pictures.accounts import bar_words, sentence
from starter.pictures.cuts import cut_through
from starter.pictures.glyphs import RADIUS, cross, diamond, tick
from starter.pictures.life import Fate, Nature, Window
from starter.pictures.pen import GLUE, SMALL, Pen
from starter.pictures.svg import label, line, rect, text_width
from starter.pictures.windows import open_until

ROW = 35.0
LABEL_AT = 11.0
BAR_AT, BAR = 17.0, 10.0


def bars_height(pen: Pen) -> float:
    """Return how high the bars of a strip are, one line for each set of windows that do not touch."""
    return ROW * (1 + max((row for row, _ in _rows(pen)), default=-1))


def draw_bars(parent: Element, pen: Pen, top: float) -> None:
    """Draw the windows of a strip."""
    for row, window in _rows(pen):
        text = sentence(window, pen.life)
        group = pen.reachable(parent, f"window-{window.number}", text, f"window {window.nature} {window.fate}")
        _draw(group, pen, window, top + row * ROW)


def _rows(pen: Pen) -> list[tuple[int, Window]]:
    """Return the windows of a strip, each with the first row in which bar and label have room."""
    taken: list[float] = []
    rows = []
    for window in sorted(pen.life.windows, key=lambda one: (_begin(one), one.number)):
        if window.never_ran or not _is_in(pen, window):
            continue
        begin, end = _extent(pen, window)
        row = next((index for index, until in enumerate(taken) if until + GLUE <= begin), len(taken))
        taken[row:] = [end, *taken[row + 1 :]]
        rows.append((row, window))
    return rows


def _begin(window: Window) -> datetime:
    return window.due_at if window.nature is Nature.DATE else window.opens_at


def _end(window: Window) -> datetime:
    """Return where a window's bar ends: what came late is still shown, what was dropped is not drawn any further."""
    if window.fate is Fate.DROPPED:
        return open_until(window, None)
    return max(window.due_at, window.ended_at) if window.ended_at and window.late else window.due_at


def _is_in(pen: Pen, window: Window) -> bool:
    if window.nature is Nature.DATE:
        return pen.strip.holds(window.due_at)
    ends = _end(window) if window.fate is not Fate.MET else open_until(window, None)
    begins_before_its_end = _begin(window) < pen.strip.end or pen.strip.last
    return begins_before_its_end and (ends > pen.strip.begin or pen.strip.first)


def _extent(pen: Pen, window: Window) -> tuple[float, float]:
    begin, end = pen.x(_begin(window)), pen.x(_end(window))
    wide = text_width(_words(pen, window), SMALL)
    at = pen.fitted(begin, wide)
    return min(begin - RADIUS, at), max(end + RADIUS, at + wide)


def _words(pen: Pen, window: Window) -> str:
    full, shorter = bar_words(window, pen.life)
    return full if text_width(full, SMALL) <= pen.width else shorter


def _draw(group: Element, pen: Pen, window: Window, top: float) -> None:
    words = _words(pen, window)
    middle = top + BAR_AT + BAR / 2
    begin, end = pen.x(_begin(window)), pen.x(_end(window))
    label(group, pen.fitted(begin, text_width(words, SMALL)), top + LABEL_AT, words, "label")
    if window.nature is Nature.DATE:
        group.append(diamond(begin, middle, ahead=window.fate is Fate.OPEN))
        return
    until = max(pen.x(open_until(window, pen.life.now)), begin)  # one that opens later is all outline
    rest = pen.x(min(_end(window), window.due_at))
    if until > begin:
        rect(group, begin, top + BAR_AT, until - begin, BAR, "fill")
    if rest > until:
        rect(group, until, top + BAR_AT, rest - until, BAR, "ahead" if window.fate is Fate.OPEN else "unused")
    cut_through(group, pen, begin, rest, top + BAR_AT, BAR)
    if window.late:
        line(group, pen.x(window.due_at), middle, end, middle, "late")
    for due in window.was_due:
        if pen.strip.holds(due):
            line(group, pen.x(due), top + BAR_AT - 3, pen.x(due), top + BAR_AT + BAR + 3, "was-due")
    _draw_end(group, pen, window, middle)


def _draw_end(group: Element, pen: Pen, window: Window, middle: float) -> None:
    """Draw the sign of what came, where it came, if that is in this strip."""
    if window.fate is Fate.MET and window.ended_at and pen.strip.holds(window.ended_at):
        group.append(tick(pen.x(window.ended_at), middle))
    elif window.fate is Fate.MISSED and window.nature is not Nature.RIGHT and pen.strip.holds(window.due_at):
        group.append(cross(pen.x(window.due_at), middle))
