"""Writes a workbook by its plan: explained, validated cells, filled with an application or left to be filled in."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from starter.workbook.filling import Filling
from starter.workbook.page_writing import PageWriter
from starter.workbook.plan import Plan
from starter.workbook.terms import Terms


def written(plan: Plan, filling: Filling, terms: Terms) -> bytes:
    """Return a workbook as the bytes of its file.

    Args:
        plan: The plan of the workbook.
        filling: What its cells hold.
        terms: The lists, notes and fees that the rules and the office's settings add.
    """
    workbook = Workbook()
    workbook.properties.title = plan.heading
    workbook.properties.creator = "accredit"
    workbook.properties.language = "en-US"
    ranges: dict[str, str] = {}
    for number, page in enumerate(plan.pages):
        sheet: Worksheet = workbook.active if number == 0 else workbook.create_sheet()  # type: ignore[assignment]
        sheet.title = page.title
        writer = PageWriter(workbook, sheet, filling, terms, ranges)
        last = number == len(plan.pages) - 1
        writer.write(plan, page, terms.fees if last else ())
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()
