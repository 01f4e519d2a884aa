"""Rows of a table as the items of a list, and values by their dotted names."""

from typing import Any

from starter.workbook.cells import Unreadable, Value
from starter.workbook.content import Content, Row
from starter.workbook.plan import Kind, Table

Item = dict[str, Any]
"""A JSON object."""


def put(data: Item, name: str, value: Value | list[Item] | None) -> None:
    """Set a value by its dotted name; the objects that it is part of are made, the value only where there is one."""
    *objects, last = name.split(".")
    for part in objects:
        data = data.setdefault(part, {})
    if value is not None:
        data[last] = value


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
        elif entry.kind is Kind.ID and isinstance(value, str) and value in seen:
            why = Unreadable(f"{value} again (first in {seen[value]})", "each id once")
            content.cannot_read(f"{path}.{entry.name}", why)
        else:
            put(item, entry.name, value)
            if entry.kind is Kind.ID and isinstance(value, str):
                seen[value] = row.cells[entry.name]
    return item
