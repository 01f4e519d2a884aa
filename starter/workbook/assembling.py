"""Puts what the pages say together as the JSON values of an application, and keeps where each of them stood."""

from policy.verdict import Finding
from starter.workbook.content import Content
from starter.workbook.items import Item, items_of, put
from starter.workbook.linking import hand_out
from starter.workbook.plan import PROGRAM, Page, Plan


def assembled(plan: Plan, content: Content, source: str) -> tuple[Item, list[Finding]]:
    """Return the application that the pages describe as JSON values, and what its rows lack.

    What could not be read is left out and taken down in the content, under the path that it would have had.

    Args:
        plan: The plan of the workbook.
        content: What its pages say; the places of all items are added to it.
        source: Where it stands that an application must be complete.
    """
    data: Item = {PROGRAM: plan.program}
    for page in plan.pages:
        if page.title not in content.missing:
            _fields(data, page, content)
    tables = [table for page in plan.pages for table in page.tables()]
    for table in tables:
        if table.link is None and table.name in content.tables:
            put(data, table.name, items_of(table, content.tables[table.name].rows, table.name, content))
    findings: list[Finding] = []
    for table in tables:
        if table.link is not None:
            findings += hand_out(table, table.link, data.get(table.link.to, []), content, source)
    return data, findings


def _fields(data: Item, page: Page, content: Content) -> None:
    for entry in page.entries():
        if entry.name != PROGRAM:
            put(data, entry.name, content.values.get(entry.name))
