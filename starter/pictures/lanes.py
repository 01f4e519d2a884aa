"""Marks in their lanes: what facility and office sent, money, notices. Marks at one place share a sign and a number."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from starter.pictures.accounts import instant_words
from starter.pictures.glyphs import glyph
from starter.pictures.life import Lane, Mark
from starter.pictures.pen import GLUE, SMALL, Pen
from starter.pictures.svg import add, label, line, text_width

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
