"""A report as one page: what must be known first, then each table with its picture. Nothing comes from elsewhere."""

from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from pictures.drawing import STYLE
from pictures.page import PAGE_STYLE, SIZES, templates_of
from pictures.reports.bars import draw_bars
from pictures.svg import written
from services.reports.shape import Sheet, Table

BARS_STYLE = (files("pictures.reports") / "bars.css").read_text("utf-8")
_TEMPLATES = templates_of("pictures.reports")


@dataclass(frozen=True)
class TableView:
    """A table with its pictures for all widths of a page."""

    table: Table

    @property
    def drawings(self) -> list[tuple[str, Markup]]:
        """The drawings; none where the table has no bars."""
        if not self.table.bars:
            return []
        return [(name, Markup(written(draw_bars(self.table, width)))) for name, width in SIZES]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The titles of the columns, and whether each holds figures."""
        return [(title, place >= self.table.words) for place, title in enumerate(self.table.columns)]


def report_page(sheet: Sheet, told_by: str) -> str:
    """Return a report as a page.

    Args:
        sheet: The report.
        told_by: Who tells it, as a sentence.
    """
    style = Markup(STYLE + PAGE_STYLE + BARS_STYLE)
    views = [TableView(table) for table in sheet.tables]
    return _TEMPLATES.get_template("report.html.j2").render(style=style, sheet=sheet, views=views, told_by=told_by)
