"""What a spreadsheet program checks while somebody types, with the lists of the rules. Reading checks all again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openpyxl.worksheet.datavalidation import DataValidation

from intake.workbook.cells import MODALITIES, NO, PLEDGES, YES, offered
from intake.workbook.forms import REGISTRIES
from intake.workbook.plan import Entry, Kind
from policy.application import Modality
from policy.designation.application import Pledge
from policy.designation.edition import DicoeEdition
from policy.designation.fees import base_lines
from policy.edition import Edition, is_survey_based, modalities_covered
from policy.fees import Quote, title
from policy.office import OfficeSettings
from policy.words import day_in_words, listed

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
            return _amount_rule()
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


def _amount_rule() -> DataValidation:
    validation = DataValidation(
        type="decimal", operator="between", formula1="0", formula2="999999999.99", showErrorMessage=True
    )
    validation.errorTitle, validation.error = "Not an amount", "An amount in US dollars, for example 2900.00."
    return validation


Line = Sequence[str | Decimal]
"""A row that people read: texts, and amounts in US dollars."""
NOT_SET = "not set"
EXPENSES = "The surveyors' travel and expenses come on top."


@dataclass(frozen=True)
class Terms:
    """What a workbook is filled with beside an application.

    Attributes:
        lists: What the cells of a field or column offer, by its name, where the rules say so.
        notes: Further lines below the heading of a table, by its name.
        fees: The lines of the payment page; the first one is their heading.
    """

    lists: Mapping[str, Mapping[str, str]]
    notes: Mapping[str, Sequence[str]]
    fees: Sequence[Line]


def terms_of(edition: Edition | DicoeEdition, settings: OfficeSettings, on: date, quote: Quote) -> Terms:
    """Return what the rules and the settings of a day add to a workbook.

    Args:
        edition: The rules in force.
        settings: The office's settings.
        on: The day.
        quote: What the application costs that the workbook is filled with; without lines where there is none.
    """
    lines: list[Line] = [[f"Fees on {day_in_words(on)}, in US dollars"]]
    if settings.sample:
        lines.append(["SAMPLE AMOUNTS: no office charges these fees."])
    covered = [one for one in modalities_covered("accreditation", on) if not is_survey_based("accreditation", on, one)]
    if isinstance(edition, DicoeEdition):
        lines += _designation(edition, settings)
    elif edition.survey_based:
        lines += _practice(edition, settings)
        covered += edition.covers.value
    else:
        lines += _accreditation(covered, settings)
    lines.append(["The fees on the day of the invoice count. `accredit quote` computes those of an application."])
    lines.append([f"Rules: {edition.title} (edition {edition.edition})."])
    if quote.total is not None and quote.lines:
        lines.append(["This application"])
        for line in quote.lines:
            lines.append([line.description, line.amount])
        lines.append(["Total", quote.total])
    if isinstance(edition, DicoeEdition):
        codes = edition.eligibility.registries.value
        return Terms({REGISTRIES: {code: code for code in codes}}, {"offers": _eligibility(edition)}, lines)
    return Terms({"modality": offered(MODALITIES, covered)}, {}, lines)


def _accreditation(covered: Sequence[str], settings: OfficeSettings) -> list[Line]:
    lines: list[Line] = [["Modality", "Application", "Each additional unit", "Repeat", "Reinstatement"]]
    for modality in map(Modality, covered):
        fees = settings.modality_fees(modality)
        first = _amount(fees.application)
        additional = first if fees.additional_unit is None else fees.additional_unit
        lines.append([title(modality), first, additional, _amount(fees.repeat), _amount(fees.reinstatement)])
    lines.append(["Scheduled on-site survey, base fee", _amount(settings.fees.site_survey.base)])
    return lines


def _practice(edition: Edition, settings: OfficeSettings) -> list[Line]:
    (modality,) = map(Modality, edition.covers.value)
    fee = _amount(settings.modality_fees(modality).application)
    again = Decimal(edition.surveyed.reapplication_fee.value)
    return [["Application, for all sites", fee], ["Re-application after a denial", again], [EXPENSES]]


def _designation(edition: DicoeEdition, settings: OfficeSettings) -> list[Line]:
    base, tiers = settings.fees.dicoe.base, edition.tiers
    first, *others = base_lines(tiers.caps.value[-1] + tiers.block.value, base or Decimal(0), edition)
    lines: list[Line] = [["Locations in one state", "Fee"], [first.description, _amount(base)]]
    lines += [[f"{line.description}: in addition", line.unit_price] for line in others]
    lines.append(["A location that is added in mid-cycle", Decimal(edition.additions.fee.value)])
    return lines


def _eligibility(edition: DicoeEdition) -> list[str]:
    terms = edition.eligibility
    labels = {code: label for label, code in PLEDGES.items()}
    pledges = listed(labels[Pledge(code)] for code in terms.pledges.value)
    with_ct, without = listed(terms.with_ct.value), listed(terms.without_ct.value)
    return [
        f"Needed are {terms.registries_needed.value} registries: {with_ct} and another where there is CT, "
        f"{without} and another elsewhere; {listed(terms.always_enough.value)} always suffice.",
        f"Needed are the pledges to {pledges}.",
    ]


def _amount(fee: Decimal | None) -> Decimal | str:
    return NOT_SET if fee is None else fee
