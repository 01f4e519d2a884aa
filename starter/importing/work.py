"""The steps of an import: read and check everything, start, send, and keep what was refused."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from policy.office import OfficeSettings
from records.books import open_books
from starter.connect import connect
from starter.importing.applications import Candidate, candidates_of
from starter.importing.checking import check, remarks
from starter.importing.findings import Against
from starter.importing.grid import Grid, read_grids
from starter.importing.lapsing import foresee
from starter.importing.layout import LAYOUTS, MESSAGES
from starter.importing.letters import letters_of
from starter.importing.progress import progress
from starter.importing.refused import refused_file, write_refused
from starter.importing.report import Report
from starter.importing.running import start_all
from starter.importing.sending import send_all
from starter.output import note
from starter.problems import Trouble, Unusable
from starter.programs import AnyEdition, parts_of

Good = dict[int, tuple[Candidate, AnyEdition]]
"""Applications against which nothing stands, with their rules, by their places in the file."""


def import_file(
    file: Path, settings: OfficeSettings, now: datetime, *, check_only: bool, messages: Path | None = None
) -> Report:
    """Import a file.

    Args:
        file: The rows.
        settings: The office's settings.
        now: When cases begin that name no day (UTC).
        check_only: Whether to stop when everything is checked.
        messages: A file of messages for its cases, where they stand in one of their own.

    Raises:
        Unusable: A file is none that can be read.
        Problem: The server or the database is not what it should be.
    """
    grids = [*read_grids(file, LAYOUTS), *(read_grids(messages, [MESSAGES]) if messages else ())]
    candidates = [one for grid in grids if grid.layout.program for one in candidates_of(grid)]
    letters = [one for grid in grids if grid.layout is MESSAGES for one in letters_of(grid, settings.zone)]
    if not candidates and not letters:
        raise Unusable([Trouble(str(file), "", "no row below the headings", "a row for each unit or location")])
    foresee(letters, now, settings.zone)
    report = Report(file, check_only, candidates, letters)
    good = {place: (candidates[place], edition) for place, edition in check(candidates, settings, now).items()}
    if check_only:
        opening = {
            f"{place.case_id(1)}" for one, edition in good.values() for place in parts_of(one.application, edition)
        }
        for letter in letters:
            if letter.lapse and not letter.against and letter.case not in opening:
                letter.against.append(letter.lapse)
    elif good or len(letters) > len(report.refused_letters):
        _carry_out(good, settings, now, report)
    _keep_refused(grids, report)
    return report


def _carry_out(good: Good, settings: OfficeSettings, now: datetime, report: Report) -> None:
    """Start and send; where that breaks off, say that the same command goes on."""
    begun = time.monotonic()
    try:
        asyncio.run(_start_and_send(good, settings, now, report))
    except BaseException:
        done = f"{len(report.started.cases)} of {len(good)} applications"
        sent = f" and {report.sent.now} of {len(report.letters)} messages" if report.letters else ""
        note(f"Stopped after {done}{sent}. The same command again goes on from there.")
        raise
    finally:
        report.seconds = time.monotonic() - begun


async def _start_and_send(good: Good, settings: OfficeSettings, now: datetime, report: Report) -> None:
    client = await connect()
    report.namespace = client.namespace
    if good:
        books = open_books(settings.database.url)
        try:
            adopted = {letter.case for letter in report.letters}
            with progress("Starting applications", len(good)) as advance:
                await start_all(good, client, books, settings, now, report.started, advance, adopted=adopted)
        finally:
            books.close()
    if report.letters:
        with progress("Sending messages", len(report.letters)) as advance:
            await send_all(report.letters, client, report.sent, advance)


def _keep_refused(grids: Sequence[Grid], report: Report) -> None:
    """Write the refused rows of each sheet beside its file."""
    for grid in grids:
        told = {one.row: one.against for one in report.refused_letters if one.grid is grid}
        for candidate in report.refused:
            if candidate.grid is grid:
                told |= remarks(candidate)
        if told:
            several = sum(other.file == grid.file for other in grids) > 1
            _write(refused_file(grid, several=several), grid, told, report)


def _write(target: Path, grid: Grid, told: Mapping[int, Sequence[Against]], report: Report) -> None:
    try:
        write_refused(target, grid, told)
    except OSError as error:
        note(f"{target} cannot be written: {error.strerror or error}. It was to hold the refused rows.")
    else:
        report.refused_files.append(target)
