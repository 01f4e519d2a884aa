"""Pages with pictures of lives: one life, all lives of a rehearsal, an index. Nothing in them comes from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pictures.drawing import MIDDLE, NARROW, STYLE, WIDE, draw
from pictures.life import Life, Nature, short_due, short_instant
from pictures.svg import written
from pictures.wording import window_outcome
from policy.dates import local_day, start_of_day
from policy.text.visible import visible
from policy.words import zone_in_words

SIZES = (("narrow", NARROW), ("middle", MIDDLE), ("wide", WIDE))
"""A page shows the drawing that fits its width; the others are hidden from everybody."""


@dataclass(frozen=True)
class View:
    """A life with what a page says of it. `target`: what the ids of its rows begin with, on a page with many lives."""

    life: Life
    target: str = ""

    @property
    def drawings(self) -> list[tuple[str, Markup]]:
        """The drawings for all widths of a page."""
        drawn = []
        for name, width in SIZES:
            pieces = "\n".join(written(piece) for piece in draw(self.life, width, self.target))
            drawn.append((name, Markup(pieces)))
        return drawn

    @property
    def stages(self) -> list[dict[str, Any]]:
        """The stages as a table tells them."""
        life = self.life
        return [
            {
                "words": stage.words,
                "begin": short_instant(stage.begin, life.zone, year=True),
                "end": short_due(stage.end, life.zone, year=True) if stage.end else "still",
                "days": f"{((stage.end or life.now or stage.begin) - stage.begin).total_seconds() / 86_400:.1f}",
            }
            for stage in life.stages
        ]

    @property
    def windows(self) -> list[dict[str, Any]]:
        """The windows as a table tells them."""
        life = self.life
        return [
            {
                "number": window.number,
                "words": window.words,
                "opens": None if window.nature is Nature.DATE else window.opens_at,
                "due": window.due_at,
                "fate": window.fate,
                "outcome": window_outcome(window, life),
                "rule": window.rule,
            }
            for window in life.windows
        ]

    def written(self, instant: datetime) -> tuple[str, str]:
        """Return day and time of an instant as tables write them.

        Midnight belongs to the day that it ends, unless a date begins with it.
        """
        zone = self.life.zone
        if not self.life.begins_a_day(instant) and instant == start_of_day(local_day(instant, zone), zone):
            return short_due(instant, zone, year=True), "24:00"
        return short_instant(instant, zone, year=True), f"{instant.astimezone(zone):%H:%M}"

    def day(self, instant: datetime) -> str:
        """Return on which day of the life an instant falls; the day of the opening is day 0."""
        return f"{(instant - self.life.opened_at).total_seconds() / 86_400:.1f}"

    @property
    def zone(self) -> str:
        """The office's time zone, in words."""
        return zone_in_words(self.life.opened_at, self.life.zone)


PAGE_STYLE = (files("pictures") / "page.css").read_text("utf-8")


def templates_of(package: str) -> Environment:
    """Return the templates of a package of pages: what works unseen in a name is shown as such."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )


_TEMPLATES = templates_of("pictures")


@dataclass(frozen=True)
class Lived:
    """A life of a rehearsal, and whether it went as its scenario is written."""

    view: View
    ok: bool
    failures: Sequence[str]

    @property
    def verdict(self) -> str:
        """Whether it went as written, in words."""
        return "went as written" if self.ok else "did not go as written"


def life_page(life: Life) -> str:
    """Return the page of one life."""
    return rendered("life.html.j2", view=View(life))


def rehearsal_page(lives: Sequence[tuple[Life, bool, Sequence[str]]]) -> str:
    """Return the page of a rehearsal: every life, whether it went as written, and in what it did not."""
    lived = [
        Lived(View(life, f"life-{number}-"), ok, failures) for number, (life, ok, failures) in enumerate(lives, start=1)
    ]
    return rendered("rehearsal.html.j2", title="Rehearsed lives", lived=lived, went=sum(one.ok for one in lived))


def index_page(title: str, shown: Sequence[tuple[Life, str, str]]) -> str:
    """Return the page that leads to others: of each life its page and its picture, both beside the index."""
    entries = [
        {"life": life, "page": page, "picture": picture, "words": dict(life.summary).get("Stage", "")}
        for life, page, picture in shown
    ]
    return rendered("index.html.j2", title=title, shown=entries)


def rendered(template: str, **values: Any) -> str:
    """Return a page made of a template and what it shows."""
    style = Markup(STYLE + PAGE_STYLE)
    return _TEMPLATES.get_template(template).render(style=style, **values)
