"""Puts what the pages say together as the JSON values of an application, and keeps where each of them stood."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from intake.workbook.cells import Unreadable, Value
from intake.workbook.pages import Content, Row, Rows
from intake.workbook.plan import PROGRAM, Kind, Link, Page, Table, WorkbookPlan
from policy.verdict import Finding
from services.validation import shown

Item = dict[str, Any]
"""A JSON object."""


def put(data: Item, name: str, value: Value | list[Item] | None) -> None:
    """Set a value by its dotted name; the objects that it is part of are made, the value only where there is one."""
    *objects, last = name.split(".")
    holder: Any = data
    for part, following in pairwise([*objects, last]):
        empty: Any = [] if following.isdecimal() else {}
        if isinstance(holder, list):
            holder += [empty] * (int(part) >= len(holder))
            holder = holder[int(part)]
        else:
            holder = holder.setdefault(part, empty)
    if value is not None:
        holder[last] = value


def items_of(table: Table, rows: list[Row], path: str, content: Content) -> list[Item]:
    """Return rows as the items of a list that lies at a path; an id that stands twice is told and left out."""
    items: list[Item] = []
    seen: dict[str, str] = {}
    for number, row in enumerate(rows):
        content.places[f"{path}.{number}"] = row.first
        content.places |= {f"{path}.{number}.{name}": cell for name, cell in row.cells.items()}
        items.append(_item(table, row, f"{path}.{number}", seen, content))
    return items


def _item(table: Table, row: Row, path: str, seen: dict[str, str], content: Content) -> Item:
    item: Item = {}
    for entry in table.columns:
        if table.link and entry.name == table.link.column:
            continue
        value = row.values.get(entry.name)
        if entry.name not in row.cells:  # its column is missing, which has been told
            content.unreadable.add(f"{path}.{entry.name}")
        elif entry.name in row.bad:
            content.cannot_read(f"{path}.{entry.name}", row.bad[entry.name])
        elif entry.kind is Kind.ID and isinstance(value, str) and value.casefold() in seen:
            why = Unreadable(f"{value} again (first in {seen[value.casefold()]})", "each id once")
            content.cannot_read(f"{path}.{entry.name}", why)
        else:
            put(item, entry.name, value)
            if entry.kind is Kind.ID and isinstance(value, str):
                seen[value.casefold()] = row.cells[entry.name]
    return item


def hand_out(table: Table, link: Link, owners: list[Item], content: Content, source: str) -> list[Finding]:
    """Give each row of a table to the item that it names, as an item of its list or as values of its lists.

    Args:
        table: The table.
        link: What its rows belong to.
        owners: The items that they belong to; they are filled.
        content: What the pages say; places and troubles are added.
        source: Where it stands that an application must be complete.

    Returns:
        A finding for each row that does not say what it belongs to.
    """
    rows = content.tables.get(table.name, Rows({}, []))
    lists = [link.into] if link.into else [entry.name for entry in table.columns if entry.name != link.column]
    for number in range(len(owners)):
        for name in lists:
            content.places[f"{link.to}.{number}.{name}"] = rows.headings.get(name) or content.places[table.name]
            no_column = rows.headings and not link.into and name not in rows.headings
            if f"{link.to}.{number}.id" in content.unreadable or no_column:  # told already; what is missing follows
                content.unreadable.add(f"{link.to}.{number}.{name}")
    groups, homeless = _groups(rows.rows, link, owners)
    for number, mine in groups.items():
        path = f"{link.to}.{number}"
        if link.into:
            owners[number][link.into] = items_of(table, mine, f"{path}.{link.into}", content)
            content.places[f"{path}.{link.into}"] = mine[0].first
        else:
            _fill_lists(lists, mine, owners[number], path, content)
    return [found for row in homeless for found in _without_owner(row, table, link, owners, content, source)]


def _groups(rows: Iterable[Row], link: Link, owners: list[Item]) -> tuple[dict[int, list[Row]], list[Row]]:
    """Return the rows of each owner, by its number, and those that belong to none."""
    by_id = {owner["id"].casefold(): number for number, owner in enumerate(owners) if "id" in owner}
    groups: dict[int, list[Row]] = {}
    homeless = []
    for row in rows:
        named = row.values.get(link.column)
        number = by_id.get(named.casefold()) if isinstance(named, str) else None
        if number is None:
            homeless.append(row)
        else:
            groups.setdefault(number, []).append(row)
    return groups, homeless


def _fill_lists(lists: list[str], rows: list[Row], owner: Item, path: str, content: Content) -> None:
    """Add the values of rows to the lists of what they belong to, column by column."""
    for name in lists:
        if name not in rows[0].cells:  # its heading is missing, which has been told
            continue
        content.places[f"{path}.{name}"] = rows[0].cells[name]
        values = owner.setdefault(name, [])
        for row in rows:
            place = f"{path}.{name}.{len(values)}"
            if name in row.bad:
                content.places[place] = row.cells[name]
                content.cannot_read(place, row.bad[name])
                content.unreadable.add(f"{path}.{name}")
            elif name in row.values:
                content.places[place] = row.cells[name]
                values.append(row.values[name])


def _without_owner(
    row: Row, table: Table, link: Link, owners: list[Item], content: Content, source: str
) -> Iterable[Finding]:
    """Tell of a row that belongs to nothing, unless that follows from what has been told already."""
    for why, cell in [(why, row.cells[name]) for name, why in row.bad.items() if why]:
        content.tell(cell, why.found, why.expected)
    named, cell = row.values.get(link.column), row.cells.get(link.column, row.first)
    if named is None and link.column not in row.bad:
        yield Finding(
            rule="application.incomplete",
            where=f"{cell}, {link.to}",
            reason=f"A row of the table {table.title} does not say which {link.item} it belongs to.",
            source=source,
        )
    elif named is not None and _all_known(link, content):
        known = ", ".join(owner["id"] for owner in owners if "id" in owner) or f"no {link.item} is listed yet"
        content.tell(cell, shown(named), f"the id of a {link.item} that is listed in its table ({known})")


def _all_known(link: Link, content: Content) -> bool:
    """Whether the id of everything that rows may belong to could be read."""
    return link.to in content.tables and not any("id" in row.bad for row in content.tables[link.to].rows)


def assembled(plan: WorkbookPlan, content: Content, source: str) -> tuple[Item, list[Finding]]:
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
    for name, value in plan.given.items():
        content.places.setdefault(name, content.places[PROGRAM])
        put(data, name, value)
    tables = [table for page in plan.pages for table in page.tables()]
    for table in tables:
        content.places.setdefault(table.at, content.places[table.name])
        if table.name in content.unreadable:
            content.unreadable.add(table.at)
        if table.link is None and table.name in content.tables:
            put(data, table.at, items_of(table, content.tables[table.name].rows, table.at, content))
    findings: list[Finding] = []
    for table in tables:
        if table.link is not None:
            findings += hand_out(table, table.link, data.get(table.link.to, []), content, source)
    return data, findings


def _fields(data: Item, page: Page, content: Content) -> None:
    for entry in page.entries():
        if entry.name != PROGRAM:
            put(data, entry.name, content.values.get(entry.name))
