"""What a spreadsheet program checks while somebody types, and what it tells them. Reading checks all of it again."""

from collections.abc import Mapping

from openpyxl.worksheet.datavalidation import DataValidation

from starter.workbook.choices import NO, YES
from starter.workbook.plan import Entry, Kind

TITLE_LIMIT, TEXT_LIMIT = 32, 255
"""Characters that a title and a text of a validation may have."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


def validation_of(entry: Entry, cell: str, choices: Mapping[str, str], owners: str) -> DataValidation:
    """Return the validation of a field or column.

    Args:
        entry: The field or column.
        cell: Its first cell, without `$`; formulas move with the cell that they are copied to.
        choices: What its list offers.
        owners: For a link, the range with the ids to choose from.
    """
    validation = _rule(entry, cell, choices, owners)
    validation.allow_blank = True
    validation.showInputMessage = True
    validation.promptTitle = entry.label[:TITLE_LIMIT]
    validation.prompt = entry.explanation[:TEXT_LIMIT]
    return validation


def _rule(entry: Entry, cell: str, choices: Mapping[str, str], owners: str) -> DataValidation:
    match entry.kind:
        case Kind.YES_NO:
            return _list(entry, f'"{YES},{NO}"', f"Choose {YES} or {NO}.")
        case Kind.CHOICE if choices:
            return _list(entry, f'"{",".join(choices)}"', "Choose one of the list.")
        case Kind.LINK:
            return _list(entry, owners, "Choose an id that is listed in the other table.")
        case Kind.ID:
            formula = (
                f'AND(LEN({cell})<=64,SUMPRODUCT(--ISERROR(FIND(MID(UPPER({cell}),ROW(INDIRECT("1:"&LEN({cell}))),1),'
                f'"{_LETTERS}")))=0)'
            )
            return _custom(formula, "An id has letters, digits, hyphens and underscores only, 64 at most.")
        case Kind.EMAIL:
            formula = (
                f'AND(ISERROR(FIND(" ",{cell})),LEN({cell})-LEN(SUBSTITUTE({cell},"@",""))=1,'
                f'ISNUMBER(FIND(".",{cell},FIND("@",{cell})+2)))'
            )
            return _custom(formula, "One e-mail address, for example name@example.org.")
        case Kind.AMOUNT:
            return _amount()
        case _:
            return DataValidation()  # only explains


def _list(entry: Entry, source: str, error: str) -> DataValidation:
    validation = DataValidation(type="list", formula1=source, showErrorMessage=True)
    if entry.open:
        validation.errorStyle = "information"
        validation.errorTitle, validation.error = (
            "Not in the list",
            "This is not in the list; it may be right all the same.",
        )
    else:
        validation.errorTitle, validation.error = "Not in the list", error
    return validation


def _custom(formula: str, error: str) -> DataValidation:
    validation = DataValidation(type="custom", formula1=formula, showErrorMessage=True)
    validation.errorTitle, validation.error = "Not as expected", error
    return validation


def _amount() -> DataValidation:
    validation = DataValidation(
        type="decimal", operator="between", formula1="0", formula2="999999999.99", showErrorMessage=True
    )
    validation.errorTitle, validation.error = "Not an amount", "An amount in US dollars, for example 2900.00."
    return validation
