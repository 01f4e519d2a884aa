"""The file of refused rows: their columns with rule, reason, source and what is possible, to be mended and imported."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from starter.importing.findings import Against
from starter.importing.grid import FORMULA_STARTS, QUOTE, Grid
from starter.importing.layout import CSV, REMARKS

Refused = Mapping[int, Sequence[Against]]
"""What stands against each row, by its number."""


def refused_file(grid: Grid, *, several: bool) -> Path:
    """Return where the refused rows of a sheet go: beside its file, named after the sheet where there are several."""
    name = f"{grid.file.stem}.{grid.layout.sheet.lower()}" if several else grid.file.stem
    return grid.file.with_name(f"{name}.refused{CSV}")


def write_refused(target: Path, grid: Grid, refused: Refused) -> None:
    """Write the refused rows of a sheet; as a whole or not at all, over an older file of them.

    Raises:
        OSError: It cannot be written there.
    """
    headings = list(grid.columns)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open(
            "w", encoding="utf-8-sig", newline=""
        ) as file:  # with its mark, so that Excel knows the encoding
            writer = csv.writer(file, delimiter=grid.delimiter or ",")
            writer.writerow([*headings, *REMARKS])
            for row, found in sorted(refused.items()):
                texts = grid.texts(row)
                writer.writerow(guarded_cell(text) for text in [*(texts[h] for h in headings), *_remarks(found)])
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def guarded_cell(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula: behind a quote, which is left out in reading."""
    return QUOTE + text if text.startswith(FORMULA_STARTS) else text


def _remarks(found: Sequence[Against]) -> list[str]:
    reasons = [f"{one.column}: {one.reason}" if one.column else one.reason for one in found]
    columns = [[one.rule for one in found], reasons, [one.source for one in found], [one.instead for one in found]]
    return ["; ".join(filter(None, dict.fromkeys(column))) for column in columns]
