"""A list may have twenty thousand rows: the import keeps their texts, and reads what they say when it is wanted."""

import tracemalloc
from pathlib import Path

from intake.batch.importing import Import, read_import
from services.clock import now
from services.settings import SAMPLE, load_settings
from tests.intake.batch.sheets import unit, write_csv

ROWS = 60
MOST = 5 * 1024
"""Bytes of a row; its application, as it is read, and the places of its fields take eleven thousand more."""


def read(folder: Path, rows: int) -> Import:
    file = write_csv(folder / f"{rows}.csv", [unit(number) for number in range(rows)])
    return read_import(file, load_settings(SAMPLE, {}), now(), lambda _: None, check_only=False)


def test_of_a_row_that_is_good_little_more_is_kept_than_its_texts(tmp_path: Path) -> None:
    read(tmp_path, 1)  # whatever is kept for good, is kept now
    tracemalloc.start()
    try:
        kept = read(tmp_path, ROWS)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(kept.good) == ROWS
    assert taken / ROWS < MOST
