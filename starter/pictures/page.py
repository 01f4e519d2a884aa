"""Pages with pictures of lives: one life, all lives of a rehearsal, an index. Nothing in them comes from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from policy.dates import local_day
from policy.words import day_in_words, due_in_words
from starter.pictures.accounts import due_words, outcome_words
from starter.pictures.drawing import MIDDLE, NARROW, STYLE, WIDE, draw
from starter.pictures.life import Life, Nature
from starter.pictures.svg import written

SIZES = (("narrow", NARROW), ("middle", MIDDLE), ("wide", WIDE))
"""A page shows the drawing that fits its width; the others are hidden from everybody."""
PAGE_STYLE = (files("starter.pictures") / "page.css").read_text("utf-8")
_TEMPLATES = Environment(
    loader=PackageLoader("starter", "pictures"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class View:
    """A life with what a page says of it. `target`: what the ids of its rows begin with, where a page has many lives."""

    life: Life
    target: str = ""

    @property
    def drawings(self) -> list[tuple[str, Markup]]:
        """The drawings for all widths of a page."""
        drawn = []
        for name, width in SIZES:
            drawing = draw(self.life, width, self.target)
            drawing.set("class", f"life {name}")
            drawn.append((name, Markup(written(drawing))))
        return drawn

    @property
    def stages(self) -> list[dict[str, Any]]:
        """The stages as a table tells them."""
        life = self.life
        return [
            {
                "words": stage.words,
                "begin": day_in_words(local_day(stage.begin, life.zone)),
                "end": self.words(stage.end) if stage.end else "still",
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
                "opens": "" if window.nature is Nature.DATE else self.words(window.opens_at),
                "due": due_words(window, life),
                "fate": window.fate,
                "outcome": outcome_words(window, life),
                "rule": window.rule,
            }
            for window in life.windows
        ]

    def words(self, instant: datetime) -> str:
        """Return an instant as tables write it; midnight belongs to the day that it ends."""
        return due_in_words(instant, self.life.zone)

    def day(self, instant: datetime) -> str:
        """Return on which day of the life an instant falls; the day of the opening is day 0."""
        return f"{(instant - self.life.opened_at).total_seconds() / 86_400:.1f}"


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
    return _rendered("life.html.j2", view=View(life))


def rehearsal_page(lives: Sequence[tuple[Life, bool, Sequence[str]]]) -> str:
    """Return the page of a rehearsal: every life, whether it went as written, and in what it did not."""
    lived = [
        Lived(View(life, f"life-{number}-"), ok, failures) for number, (life, ok, failures) in enumerate(lives, start=1)
    ]
    return _rendered("rehearsal.html.j2", title="Rehearsed lives", lived=lived, went=sum(one.ok for one in lived))


def index_page(title: str, shown: Sequence[tuple[Life, str, str]]) -> str:
    """Return the page that leads to others: of each life its page and its picture, both beside the index."""
    entries = [
        {"life": life, "page": page, "picture": picture, "words": dict(life.summary).get("Stage", "")}
        for life, page, picture in shown
    ]
    return _rendered("index.html.j2", title=title, shown=entries)


def _rendered(template: str, **values: Any) -> str:
    style = Markup(STYLE + PAGE_STYLE)
    return _TEMPLATES.get_template(template).render(style=style, **values)
