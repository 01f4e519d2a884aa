"""Pages with pictures of lives: one life, all lives of a rehearsal, an index. Nothing in them comes from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from starter.pictures.drawing import STYLE
from starter.pictures.life import Life
from starter.pictures.view import View

PAGE_STYLE = (files("starter.pictures") / "page.css").read_text("utf-8")
_TEMPLATES = Environment(
    loader=PackageLoader("starter", "pictures"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)


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
