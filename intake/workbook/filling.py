"""An application as the cells of a workbook: the way back from reading one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from intake.workbook.cells import NO, YES
from intake.workbook.forms import PLANS
from intake.workbook.plan import PROGRAM, Entry, Kind, Link, Table, WorkbookPlan
from policy.application import AccreditationApplication
from services.errors import InputFault, Unusable
from services.programs import Application
from services.validation import shown

Cells = Mapping[str, str]
"""What the cells of a row hold, by the names of their columns."""
CELL_LIMIT = 32_767
"""Characters that a cell holds."""
_CANNOT_HOLD = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
"""Characters that no cell holds, and texts that spreadsheet programs take for such a character."""


@dataclass(frozen=True)
class Filling:
    """What the cells of a workbook hold: those of single fields by their names, the rows of tables by theirs."""

    fields: Mapping[str, str]
    tables: Mapping[str, Sequence[Cells]]


def nothing(plan: WorkbookPlan) -> Filling:
    """Return the filling of a workbook that is still to be filled in."""
    return Filling({PROGRAM: plan.name}, {})


def filling_of(plan: WorkbookPlan, application: Application, file: str) -> Filling:
    """Return an application as the cells of its workbook.

    Args:
        plan: The plan of the workbook.
        application: The application; it may be incomplete.
        file: Where it comes from.

    Raises:
        Unusable: Something in it has no place in a workbook. Nothing is left out silently.
    """
    data = application.model_dump(mode="json")
    entries = [entry for page in plan.pages for entry in page.entries()]
    fields = {entry.name: _text(entry, _get(data, entry.name)) for entry in entries} | {PROGRAM: plan.name}
    tables: dict[str, list[Cells]] = {}
    troubles = [_no_cell(file, path, data) for path in without_cell(plan, data)]
    for table in (table for page in plan.pages for table in page.tables()):
        if table.link:
            troubles += [_nameless(file, path) for path in _nameless_owners(table, table.link, data)]
            tables[table.name] = list(_linked(table, table.link, data))
        else:
            tables[table.name] = [_row(table, item) for item in _get(data, table.at) or []]
    cells = [*fields.items(), *(cell for rows in tables.values() for row in rows for cell in row.items())]
    troubles += [_cannot_hold(file, name, text) for name, text in cells if not _holds(text)]
    if troubles:
        raise Unusable(troubles)
    return Filling(fields, tables)


def _get(data: Any, name: str) -> Any:
    """Return a value by its dotted name, None where it or what it is part of is missing."""
    for part in name.split("."):
        data = dict(enumerate(data)).get(int(part)) if isinstance(data, list) else (data or {}).get(part)
    return data


def without_cell(plan: WorkbookPlan, data: Any) -> list[str]:
    """Return the paths of what an application says and no cell of a plan holds.

    Args:
        plan: The plan of a workbook.
        data: An application as JSON values.
    """
    known = [entry.name for page in plan.pages for entry in page.entries()]
    for table in (table for page in plan.pages for table in page.tables()):
        link = table.link
        among = f"{link.to}.*.{link.into}.*." if link and link.into else f"{link.to}.*." if link else f"{table.at}.*."
        known += [f"{among}{entry.name}{'.*' if link and not link.into else ''}" for entry in table.columns]
    pattern = re.compile("|".join(re.escape(name).replace(r"\*", "[0-9]+") for name in known))
    return [
        path
        for path, value in _leaves(data, "")
        if (path not in plan.given or plan.given[path] != value) and not pattern.fullmatch(path)
    ]


def _leaves(data: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield everything that is said, with its path."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if inner is not None:
        for name, value in inner:
            yield from _leaves(value, f"{path}.{name}".lstrip("."))
    elif data is not None:
        yield path, data


def _no_cell(file: str, path: str, data: Any) -> InputFault:
    return InputFault(file, path, shown(_get(data, path)), "nothing: this workbook has no cell for it")


def plan_of(application: Application) -> WorkbookPlan:
    """Return the plan that is made for an application: that of its modality, where it holds all of it."""
    own = PLANS.get(application.modality or "") if isinstance(application, AccreditationApplication) else None
    if own is not None and not without_cell(own, application.model_dump(mode="json")):
        return own
    return PLANS[application.program]


def _text(entry: Entry, value: Any) -> str:
    if value is None:
        return ""
    if entry.kind is Kind.YES_NO:
        return YES if value else NO
    labels = {held: label for label, held in entry.choices.items()}
    return labels.get(value, str(value))


def _row(table: Table, item: Any) -> Cells:
    link = table.link.column if table.link else ""
    return {entry.name: _text(entry, _get(item, entry.name)) for entry in table.columns if entry.name != link}


def _linked(table: Table, link: Link, data: Any) -> Iterator[Cells]:
    """Yield the rows of what belongs to the items of another table, each with its item's id."""
    for owner in _get(data, link.to) or []:
        if link.into:
            yield from ({link.column: owner["id"] or "", **_row(table, item)} for item in owner[link.into])
        else:
            columns = [entry for entry in table.columns if entry.name != link.column]
            for values in zip_longest(*(owner[entry.name] for entry in columns)):
                texts = {entry.name: _text(entry, value) for entry, value in zip(columns, values, strict=True)}
                yield {link.column: owner["id"] or "", **texts}


def _nameless_owners(table: Table, link: Link, data: Any) -> Iterator[str]:
    """Yield the paths of items without an id to which rows of another table would have to belong."""
    lists = [link.into] if link.into else [entry.name for entry in table.columns if entry.name != link.column]
    for number, owner in enumerate(_get(data, link.to) or []):
        if not owner["id"] and any(owner[name] for name in lists):
            yield f"{link.to}.{number}.id"


def _nameless(file: str, path: str) -> InputFault:
    return InputFault(file, path, "nothing", "an id, because the tables of a workbook refer to each other by ids")


def _holds(text: str) -> bool:
    return len(text) <= CELL_LIMIT and not _CANNOT_HOLD.search(text)


def _cannot_hold(file: str, name: str, text: str) -> InputFault:
    if len(text) > CELL_LIMIT:
        return InputFault(file, name, f"a text of {len(text)} characters", f"{CELL_LIMIT:,} at most, as a cell holds")
    return InputFault(file, name, shown(text), "text without control characters, which a cell cannot hold")
