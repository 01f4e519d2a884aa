"""A list may have twenty thousand rows: the import keeps their texts, and reads what they say when it is wanted."""

import gc
import tracemalloc
from pathlib import Path

from intake.batch.importing import read_import
from services.clock import now
from services.settings import SAMPLE, load_settings
from tests.intake.batch.sheets import unit, write_csv

FEW, MANY = 20, 80
MOST = 4 * 1024
"""Bytes of a row; its application as it is read, and the places of its fields, take eleven thousand more."""


def kept(folder: Path, rows: int) -> int:
    """Return how many bytes an import holds once it has read a file of so many rows."""
    file = write_csv(folder / f"{rows}.csv", [unit(number) for number in range(rows)])
    tracemalloc.start()
    try:
        read = read_import(file, load_settings(SAMPLE, {}), now(), lambda _: None, check_only=False)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(read.good) == rows
    return held


def test_of_a_row_that_is_good_little_more_is_kept_than_its_texts(tmp_path: Path) -> None:
    kept(tmp_path, 1)  # whatever is kept for good, is kept now
    assert kept(tmp_path, MANY) - kept(tmp_path, FEW) < MOST * (MANY - FEW)
