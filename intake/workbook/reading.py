"""Reads an application from a workbook: into the same shape as from a `.json` file, with the place of every field."""

from pathlib import Path
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import ValidationError

from intake.submission import Submission, placed
from intake.workbook.assembling import Item, assembled
from intake.workbook.forms import PLANS, SHEETS
from intake.workbook.pages import Content, Sheet, read_page
from intake.workbook.plan import PROGRAM, TABLE, VALUE_COLUMN, WorkbookPlan
from intake.workbook.upload_limits import NotAWorkbook, Opened, opened
from policy.bounds import INCOMING
from policy.designation.completeness import COMPLETE
from policy.rules import RULES
from services.errors import InputFault, Unusable
from services.programs import PROGRAMS, Application
from services.validation import input_faults, shown

EXPECTED = "a workbook that `accredit template` made, or a .json file"
_NEXT = "`accredit template accreditation -o FILE.xlsx` (or `radiation_oncology`, or `dicoe`) makes an empty workbook."
SOURCES = {"accreditation": RULES["application.incomplete"], "dicoe": COMPLETE}
"""Where it stands that an application of a program must be complete."""


def read_workbook(path: Path) -> Submission:
    """Read an application of either program from a workbook.

    Sheets that are no part of an application are not read; a remark names them.

    Raises:
        Unusable: It is no workbook of an application at all. What is wrong in its cells is told by `judged`.
    """
    file = str(path)
    sheets = _sheets(path, *_opened(path))
    plan = PLANS[_program(sheets, file)]
    content = Content(file)
    for page in plan.pages:
        read_page(sheets.get(page.title), page, content)
    remarks = tuple(
        f"{file}: the sheet {name} is not read; an application has the sheets {', '.join(SHEETS)}."
        for name in sheets
        if name not in SHEETS
    )
    program = content.values.get(PROGRAM, plan.name)
    if program != plan.name:
        content.tell(placed(content.places, PROGRAM), shown(program), plan.name)
    data, findings = assembled(plan, content, SOURCES[plan.program])
    application = validated(PROGRAMS[plan.program], data, content)
    return Submission(
        application, content.places, tuple(content.troubles), frozenset(content.unreadable), tuple(findings), remarks
    )


def _opened(path: Path) -> Opened:
    """Return the workbook of a file."""
    try:
        return opened(path)
    except FileNotFoundError:
        found, expected = "no such file", EXPECTED
    except OSError as error:
        found, expected = error.strerror or str(error), EXPECTED
    except NotAWorkbook as error:
        found, expected = error.found, f"{error.expected}; {EXPECTED}"
    raise Unusable([InputFault(str(path), "", found, expected)], next_step=_NEXT) from None


def _sheets(path: Path, workbook: Workbook, last_row: int) -> dict[str, Sheet]:
    """Return the sheets by their names; a name is the one of the plan where it differs in case and spaces only."""
    known = {title.casefold(): title for title in SHEETS}
    sheets: dict[str, Sheet] = {}
    for sheet in workbook.worksheets:
        if isinstance(sheet, Worksheet):
            name = known.get(sheet.title.strip().casefold(), sheet.title)
            sheets.setdefault(name, Sheet(sheet, last_row))
    if not sheets.keys() & set(SHEETS):
        found = f"the sheets {', '.join(sheets)}" if sheets else "no sheet"
        raise Unusable([InputFault(str(path), "", found, f"the sheets {', '.join(SHEETS)}")], next_step=_NEXT)
    return sheets


def _program(sheets: dict[str, Sheet], file: str) -> str:
    """Return the program that a workbook is for: what it says, else the one whose fields it has."""
    ids = {sheet.id_of(row): (sheet, row) for name, sheet in sheets.items() if name in SHEETS for row in sheet.rows}
    if PROGRAM in ids:
        sheet, row = ids[PROGRAM]
        said: Any = sheet.cell(row, VALUE_COLUMN).value
        if isinstance(said, str) and said.strip() in PLANS:
            return said.strip()
    for program, plan in PLANS.items():
        others = {name for other in PLANS.values() if other is not plan for name in _ids(other)}
        if ids.keys() & (_ids(plan) - others):
            return program
    found = "no field of an application (the hidden column A holds none of their ids)"
    raise Unusable([InputFault(file, "", found, "a workbook that `accredit template` made")], next_step=_NEXT)


def _ids(plan: WorkbookPlan) -> set[str]:
    """Return the ids of a plan's fields and tables."""
    entries = {entry.name for page in plan.pages for entry in page.entries()}
    return entries | {f"{TABLE}{table.name}" for page in plan.pages for table in page.tables()}


def validated(model: type[Application], data: Item, content: Content) -> Application:
    """Return the application; a field that its model does not take is told and left out."""
    try:
        return model.model_validate(data, context=INCOMING)
    except ValidationError as error:
        troubles = input_faults(error, model, content.file)
    for trouble in troubles:
        content.unreadable.add(trouble.field)
        content.tell(placed(content.places, trouble.field), trouble.found, trouble.expected)
    for trouble in reversed(troubles):  # from the end of a list, so that no number before it changes
        _leave_out(data, trouble.field)
    return validated(model, data, content)


def _leave_out(data: Any, path: str) -> None:
    """Take a field out of JSON values, by its dotted path."""
    *parents, last = path.split(".")
    for part in parents:
        data = data[int(part) if isinstance(data, list) else part]
    del data[int(last) if isinstance(data, list) else last]
