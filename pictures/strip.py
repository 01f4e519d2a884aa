"""One line of a picture: dates, folds, stages as bands, windows as bars, marks in their lanes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import Element

from pictures.life import (
    Fate,
    Lane,
    Mark,
    Nature,
    StageSpan,
    Window,
    short_day,
    short_instant,
    shorter_span,
    span_in_words,
)
from pictures.reading import open_until
from pictures.svg import (
    CUT,
    GLUE,
    RADIUS,
    SMALL,
    Pen,
    add,
    cross,
    cut_through,
    diamond,
    glyph,
    label,
    line,
    rect,
    text_width,
    tick,
)
from pictures.wording import bar_words, instant_words, sentence
from policy.dates import last_day, local_day
from policy.words import day_in_words

BAND = 24.0
BOLD = SMALL * 1.09
"""The size that bold type seems to have, by its width."""


def draw_bands(parent: Element, pen: Pen, top: float) -> None:
    """Draw the stages of a strip."""
    for stage in pen.life.stages:
        _draw_stage(parent, pen, stage, top)
    _draw_end(parent, pen, top)


def _draw_stage(parent: Element, pen: Pen, stage: StageSpan, top: float) -> None:
    """Draw a stage as a band; one that goes on in what lies ahead is an outline there."""
    strip, life = pen.strip, pen.life
    until = stage.end or life.now or life.closed_at or stage.begin
    if until <= strip.begin or stage.begin >= strip.end:
        return
    begin, end = pen.x(stage.begin), pen.x(until)
    dates = f"{day_in_words(local_day(stage.begin, life.zone))} to {_until(stage, pen)}"
    text = f"{stage.words}, {dates}"
    band = add(parent, "g", role="img", class_=f"stage {stage.name}", aria_label=text)
    add(band, "title", text)
    rect(band, begin, top, end - begin, BAND, "band", rx=3)
    if stage.end is None and pen.right > end:
        rect(band, end, top, pen.right - end, BAND, "band ahead", rx=3)
    cut_through(band, pen, begin, pen.right if stage.end is None else end, top, BAND)
    words = _short(stage.words, end - begin - 7)
    if words:
        label(band, begin + 5, top + BAND / 2 + 4, words, "words")


def _short(words: str, room: float) -> str:
    """Return words as far as they have room, or nothing."""
    for fitting in (words, words.split(" ")[0].rstrip(":")):
        if text_width(fitting, BOLD) <= room:
            return fitting
    letters = int(room / text_width("n", BOLD)) - 1
    return f"{words[:letters]}…" if letters >= 3 else ""


def _draw_end(parent: Element, pen: Pen, top: float) -> None:
    """Draw that the case has closed, and say how where there is room."""
    life = pen.life
    if life.closed_at is None or not pen.strip.holds(life.closed_at):
        return
    end = pen.x(life.closed_at)
    rect(parent, end - 2, top - 3, 4, BAND + 6, "closed")
    words, wide = life.ended, text_width(life.ended, SMALL) + 10
    if end + wide <= pen.left + pen.width:
        label(parent, end + 7, top + BAND / 2 + 4, words, "words")
    elif life.stages and end - wide >= pen.x(life.stages[-1].begin) + text_width(life.stages[-1].words, SMALL) + 12:
        label(parent, end - 7, top + BAND / 2 + 4, words, "words", "end")


def _until(stage: StageSpan, pen: Pen) -> str:
    return day_in_words(last_day(stage.end, pen.life.zone)) if stage.end else "now"


ROW = 35.0
WORDS_AT = 11.0
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
    label(group, pen.fitted(begin, text_width(words, SMALL)), top + WORDS_AT, words, "label")
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
    _draw_bar_end(group, pen, window, middle)


def _draw_bar_end(group: Element, pen: Pen, window: Window, middle: float) -> None:
    """Draw the sign of what came, where it came, if that is in this strip."""
    if window.fate is Fate.MET and window.ended_at and pen.strip.holds(window.ended_at):
        group.append(tick(pen.x(window.ended_at), middle))
    elif window.fate is Fate.MISSED and window.nature is not Nature.RIGHT and pen.strip.holds(window.due_at):
        group.append(cross(pen.x(window.due_at), middle))


SIGN_AT, LABEL_AT, LABEL_ROW = 9.0, 26.0, 13.0
ROWS = {Lane.FACILITY: 3, Lane.OFFICE: 3, Lane.MONEY: 2, Lane.NOTICES: 2}
"""In how many rows the words of a lane may stand."""
TOUCH = 12.0
"""Half the size of what a finger or a pointer hits."""
LOUDEST = ("refusal", "attention", "warning", "message", "payment", "invoice")
"""Which mark's sign stands for all of one place, before all others."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Marks of one lane at one place, the one that stands for all of them first."""

    x: float
    marks: tuple[Mark, ...]

    @property
    def words(self) -> str:
        """What stands beside the sign: what somebody sent, sooner than that it came with a warning."""
        spoken = next((mark for mark in self.marks if mark.kind == "message"), self.marks[0])
        more = f" +{len(self.marks) - 1}" if len(self.marks) > 1 else ""
        return f"{spoken.short}{more}"


def lanes_of(pen: Pen) -> list[Lane]:
    """Return the lanes that have marks in a strip."""
    used = {mark.lane for mark in (*pen.life.marks, *pen.life.ahead) if pen.strip.holds(mark.at)}
    return [lane for lane in Lane if lane in used]


def lane_height(pen: Pen, lane: Lane) -> float:
    """Return how high a lane is in a strip: its signs, and as many rows of words as they need."""
    rows = [row for row, _ in _labels(pen, list(_clusters(pen, lane)), lane).values()]
    return LABEL_AT + LABEL_ROW * max(rows, default=0) + 9


def draw_lane(parent: Element, pen: Pen, lane: Lane, top: float) -> None:
    """Draw the marks of a lane that lie in the strip."""
    clusters = list(_clusters(pen, lane))
    labels = _labels(pen, clusters, lane)
    for cluster, (row, _) in labels.items():
        if row:
            below = top + LABEL_AT + LABEL_ROW * row - 9
            line(parent, cluster.x, top + SIGN_AT, cluster.x, below, "leader").set("aria-hidden", "true")
    for cluster in clusters:
        first = cluster.marks[0]
        text = "; ".join(f"{instant_words(mark.at, pen.life)}: {mark.text}" for mark in cluster.marks)
        group = pen.reachable(parent, f"entry-{min(mark.number for mark in cluster.marks)}", text, "mark")
        add(
            group, "rect", x=cluster.x - TOUCH, y=top + SIGN_AT - TOUCH, width=2 * TOUCH, height=2 * TOUCH, class_="hit"
        )
        if cluster in labels:
            row, begin = labels[cluster]
            label(group, begin, top + LABEL_AT + LABEL_ROW * row, cluster.words, "label")
        group.append(glyph(first.kind, cluster.x, top + SIGN_AT, office=lane is Lane.OFFICE, ahead=first.ahead))


def _clusters(pen: Pen, lane: Lane) -> Iterable[Cluster]:
    places: dict[float, list[Mark]] = {}
    for mark in (*pen.life.marks, *pen.life.ahead):
        if mark.lane is lane and pen.strip.holds(mark.at):
            places.setdefault(round(pen.x(mark.at), 1), []).append(mark)
    for x, marks in places.items():
        yield Cluster(x, tuple(sorted(marks, key=lambda mark: LOUDEST.index(mark.kind) if mark.kind in LOUDEST else 9)))


def _labels(pen: Pen, clusters: list[Cluster], lane: Lane) -> dict[Cluster, tuple[int, float]]:
    """Return row and beginning of the words of each cluster that has room for them.

    Words begin at their sign and run to the right. From the right to the left each takes the highest row that is free,
    so that a line from a sign down to a lower row never crosses words.
    """
    free = [pen.left + pen.width + GLUE] * ROWS[lane]
    placed = {}
    for cluster in sorted(clusters, key=lambda one: -one.x):
        wide = text_width(cluster.words, SMALL)
        begin = pen.fitted(cluster.x - TOUCH / 2, wide)
        row = next((index for index, until in enumerate(free) if begin + wide + GLUE <= until), None)
        if row is not None:
            placed[cluster] = (row, begin)
            free[: row + 1] = [min(until, begin, cluster.x - GLUE) for until in free[: row + 1]]
    return placed


AXIS = 44.0
"""The height of years, folds and dates."""
YEAR_AT, DATE_AT = 12.0, 27.0
DATE = text_width("30 Mar", SMALL)
YEAR = text_width("2030", SMALL)
"""The room that a date and a year take."""


def draw_dates(parent: Element, pen: Pen, top: float, height: float) -> None:
    """Draw dates where there is room, those of stages before others, and the year where it is a new one."""
    axis = add(parent, "g", class_="axis", aria_hidden="true")
    line(axis, pen.left, top + AXIS - 5, pen.right, top + AXIS - 5, "base")
    year = None
    for begin, x, day in sorted(_placed(pen)):
        label(axis, begin, top + DATE_AT, short_day(day), "day")
        line(axis, x, top + AXIS - 5, x, top + height, "grid")
        line(axis, x, top + DATE_AT + 4, x, top + AXIS - 5, "tick")
        if day.year != year:
            year = day.year
            label(axis, pen.fitted(x - 3, YEAR), top + YEAR_AT, f"{year}", "year")


def _placed(pen: Pen) -> list[tuple[float, float, date]]:
    """Return the dates that have room: where their text begins, their place, and the day."""
    placed: dict[float, tuple[float, date]] = {}
    for instant in _telling(pen):
        day = (local_day if pen.life.begins_a_day(instant) else last_day)(instant, pen.life.zone)
        x, wide = round(pen.x(instant), 1), text_width(short_day(day), SMALL)
        begin = pen.fitted(x - wide / 2, wide)
        if all(abs(begin - other) >= DATE + GLUE for other, _ in placed.values()):
            placed[x] = (begin, day)
    return [(begin, x, day) for x, (begin, day) in placed.items()]


def _telling(pen: Pen) -> list[datetime]:
    """Return the instants of a strip, those that tell most first."""
    life, strip = pen.life, pen.strip
    stages = [stage.begin for stage in life.stages if strip.holds(stage.begin)]
    dues = [window.due_at for window in life.windows if window.nature is not Nature.DATE and strip.holds(window.due_at)]
    ends = [strip.begin, strip.end, *([life.now] if life.now and strip.holds(life.now) else [])]
    return [*ends, *stages, *dues, *(gap.begin for gap in strip.gaps)]


SPACE = 9.0
"""Between stages, windows and lanes."""


def strip_height(pen: Pen) -> float:
    """Return how high a strip is."""
    return AXIS + BAND + 2 * SPACE + bars_height(pen) + sum(lane_height(pen, lane) for lane in lanes_of(pen))


def draw_strip(parent: Element, pen: Pen, top: float) -> None:
    """Draw a strip."""
    height = strip_height(pen)
    _draw_future(parent, pen, top, height)
    _draw_folds(parent, pen, top, height)
    draw_dates(parent, pen, top, height)
    at = top + AXIS
    _name(parent, at + BAND / 2 + 4, "Stage")
    draw_bands(parent, pen, at)
    at += BAND + SPACE
    if bars_height(pen):
        _name(parent, at + 26, "Windows")
    draw_bars(parent, pen, at)
    at += bars_height(pen) + SPACE
    for lane in lanes_of(pen):
        _name(parent, at + 13, lane)
        draw_lane(parent, pen, lane, at)
        at += lane_height(pen, lane)


def _name(parent: Element, y: float, name: str) -> None:
    label(parent, 0, y, name, "lane").set("aria-hidden", "true")


def _draw_folds(parent: Element, pen: Pen, top: float, height: float) -> None:
    """Draw where time was folded, and how much of it."""
    for gap in pen.strip.gaps:
        if gap.folded:
            fold = add(parent, "g", class_="fold", aria_hidden="true")
            begin = pen.x(gap.begin) + YEAR + GLUE
            room = min(pen.x(gap.end), pen.left + pen.width - YEAR) - GLUE - begin
            words = span_in_words(gap.days)
            words = words if text_width(words, SMALL) <= room else shorter_span(words)
            label(fold, begin + (room - text_width(words, SMALL)) / 2, top + YEAR_AT, words, "span")
            x = pen.cut(gap)
            rect(fold, x - CUT / 2, top + AXIS - 5, CUT, height - AXIS + 5, "veil")


def _draw_future(parent: Element, pen: Pen, top: float, height: float) -> None:
    """Draw where the present ends and what lies ahead begins."""
    now = pen.life.now
    if now is None or pen.strip.end < now:
        return
    x = pen.x(now)
    future = add(parent, "g", class_="future", aria_hidden="true")
    rect(future, x, top + AXIS - 5, pen.right - x, height - AXIS + 5, "veil")
    if pen.strip.holds(now):
        line(future, x, top + AXIS - 5, x, top + height, "now")
        words = f"now, {short_instant(now, pen.life.zone)}"
        label(future, pen.fitted(x, text_width(words, SMALL)), top + height + 12, words, "now-words")
