"""An application that was typed into a form made from the same plan as the workbook: read by the same rules.

What stands in a cell there stands in a field here. A field of a form is called as the plan calls it
(`facility.address.city`); one of a table's row has the row's number in its name (`units.0.id`).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from intake.submission import Submission, place_of
from intake.workbook.assembling import assembled
from intake.workbook.cells import Unreadable, Value, read_text
from intake.workbook.filling import Cells, Filling
from intake.workbook.pages import Content, Row, Rows
from intake.workbook.plan import Entry, Table, WorkbookPlan
from intake.workbook.reading import SOURCES, validated
from policy.verdict import Finding
from services.programs import PROGRAMS

FORM = "the form"


class Told(NamedTuple):
    """Something that stands against what was typed: the field, why, and the rule; empty where it cannot be read."""

    field: str
    text: str
    rule: str = ""


def field_of(table: str, number: int, column: str) -> str:
    """Return the name of a field in a table's row."""
    return f"{table}.{number}.{column}"


def submission_of(plan: WorkbookPlan, filling: Filling) -> Submission:
    """Return what was typed as an application; the place of each part of it is its field.

    Args:
        plan: The plan of the workbook.
        filling: What was typed. Rows in which nothing stands are not read.
    """
    content = Content(FORM)
    for page in plan.pages:
        for entry in page.entries():
            content.places[entry.name] = entry.name
            value = _value(entry, filling.fields.get(entry.name, ""), entry.name, content)
            if value is not None:
                content.values[entry.name] = value
        for table in page.tables():
            content.places[table.name] = field_of(table.name, 0, table.columns[0].name)
            content.tables[table.name] = _rows(table, filling.tables.get(table.name, ()))
    data, findings = assembled(plan, content, SOURCES[plan.program])
    application = validated(PROGRAMS[plan.program], data, content)
    return Submission(
        application, content.places, tuple(content.troubles), frozenset(content.unreadable), tuple(findings)
    )


def _value(entry: Entry, text: str, place: str, content: Content) -> Value | None:
    try:
        return read_text(text, entry)
    except Unreadable as why:
        content.cannot_read(place, why)
        return None


def _rows(table: Table, typed: Sequence[Cells]) -> Rows:
    headings = {entry.name: field_of(table.name, 0, entry.name) for entry in table.columns}
    rows = [_row(table, number, cells) for number, cells in enumerate(typed) if any(map(str.strip, cells.values()))]
    return Rows(headings, rows)


def _row(table: Table, number: int, cells: Cells) -> Row:
    row = Row(cells={entry.name: field_of(table.name, number, entry.name) for entry in table.columns})
    for entry in table.columns:
        try:
            value = read_text(cells.get(entry.name, ""), entry)
        except Unreadable as why:
            row.bad[entry.name] = why
        else:
            if value is not None:
                row.values[entry.name] = value
    return row


def told_of(submission: Submission, findings: Iterable[Finding]) -> list[Told]:
    """Return all that stands against what was typed, each at its field; that of a missing part at its first field.

    Args:
        submission: What was typed, as it was read.
        findings: What the rules find in the application.
    """
    told = [
        Told(trouble.field.partition(", ")[0], f"Found {trouble.found}, expected {trouble.expected}.")
        for trouble in submission.troubles
    ]
    told += [Told(one.where.partition(", ")[0], one.reason, one.rule) for one in submission.findings]
    told += [
        Told(place_of(submission.places, one.where) or one.where, one.reason, one.rule)
        for one in findings
        if one.where not in submission.unreadable
    ]
    return list(dict.fromkeys(told))
