"""`accredit validation-list`: accredited units that are drawn by chance for validation surveys; nothing is ordered."""

import secrets
from collections import Counter
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from policy.application import Modality
from policy.dates import last_day, local_day
from records.validations import Drawable, accredited_units, draw
from services.clock import now
from starter.office.worklist import OfModality
from starter.terminal.arguments import AsJson
from starter.terminal.books import books_to_read
from starter.terminal.context import office_of
from starter.terminal.output import note, show_json, show_table

Count = Annotated[int, typer.Option("--count", min=1, max=10_000, help="How many units are drawn.")]
Seed = Annotated[
    str | None,
    typer.Option("--seed", help="The same seed draws the same units from the same books. Left out: one is made up."),
]
Months = Annotated[
    int,
    typer.Option("--not-within", min=0, max=120, metavar="MONTHS", help="Leave out what was surveyed within these."),
]
A_TERM = 36
"""Months of a certificate: nobody is drawn twice in one term, unless the office says otherwise."""
COLUMNS = ["Case", "Facility", "State", "Modality", "Unit", "Certificate until", "Surveyed last"]


def validation_list(
    ctx: typer.Context,
    count: Count = 10,
    seed: Seed = None,
    modality: OfModality = None,
    months: Months = A_TERM,
    as_json: AsJson = False,
) -> None:
    """Draw accredited units by chance for validation surveys, with the seed that draws them again; nothing is ordered.

    Left out, and counted, are units of which a survey is under way, and those that were surveyed within so many months.
    The seed is printed: whoever asks later how the units were chosen gets the same list from the same books.

    For example:

        accredit validation-list --count 5
        accredit validation-list --count 5 --seed 2029-Q1 --modality ct
        accredit validation-list --count 20 --not-within 24 --json
    """
    at, zone = now(), office_of(ctx, amounts=False).zone
    chosen_by = seed or secrets.token_hex(4)
    with books_to_read(ctx) as books, books.reading() as session:
        told_by = books.address
        units = accredited_units(session, at, zone, months=months, modality=modality.value if modality else None)
    drawn = draw(units, chosen_by, count)
    left_out = [unit for unit in units if unit.why_not]
    if as_json:
        data = {"seed": chosen_by, "on": str(local_day(at, zone)), "modality": _value(modality), "not_within": months}
        show_json(
            data
            | {"accredited": len(units), "drawn": [_data(unit) for unit in drawn]}
            | {"left_out": [{"case": unit.case.case_id, "why": unit.why_not} for unit in left_out]}
        )
        return
    if drawn:
        show_table(COLUMNS, [_row(unit, zone) for unit in drawn])
    note(f"Seed {chosen_by}: {len(drawn)} of {len(units) - len(left_out)} accredited units that may be drawn.")
    for why, number in Counter(_reason(unit.why_not) for unit in left_out).items():
        note(f"Left out: {number} ({why}).")
    if len(drawn) < count:
        note(f"{count} were asked for; the books hold no more that may be drawn.")
    note(f"Nothing is ordered. As told by the books {told_by} on {local_day(at, zone)}.")


def _value(modality: Modality | None) -> str | None:
    return modality.value if modality else None


def _reason(why: str) -> str:
    return "surveyed within the months that are left out" if why.startswith("surveyed") else why


def _data(unit: Drawable) -> dict[str, Any]:
    case, reported = unit.case, unit.surveyed.reported_at
    return {
        "case": case.case_id,
        **case.model_dump(mode="json", include={"facility_id", "facility_name", "state", "modality", "unit"}),
        "certificate_until": case.certificate_until.isoformat() if case.certificate_until else None,
        "surveyed_at": reported.isoformat() if reported else None,
    }


def _row(unit: Drawable, zone: ZoneInfo) -> list[str]:
    case, reported = unit.case, unit.surveyed.reported_at
    until = str(last_day(case.certificate_until, zone)) if case.certificate_until else ""
    surveyed = str(local_day(reported, zone)) if reported else "never"
    return [case.case_id, case.facility_name, case.state or "", case.modality or "", case.unit or "", until, surveyed]
