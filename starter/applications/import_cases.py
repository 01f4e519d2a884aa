"""`accredit import`: starts or adopts many cases from one spreadsheet."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from intake.batch.applications import Candidate, candidates_of, check, remarks
from intake.batch.columns import ACCREDITATION, CSV, DESIGNATIONS, LAYOUTS, MESSAGES, XLSX
from intake.batch.findings import Against, refused_file, write_refused
from intake.batch.grid import Grid, read_grids
from intake.batch.messages import foresee, letters_of
from intake.batch.running import send_all, start_all
from policy.office import OfficeSettings
from records.books import open_books
from services.clock import now
from services.connect import connect
from services.errors import ExitCode, InputFault, ServiceError, Unusable
from services.programs import AnyEdition, parts_of
from services.security.private import as_the_person_would
from services.security.signing import office_signs
from starter.applications.check import AsJson
from starter.applications.import_report import Report
from starter.applications.submission import tell_what_papers_cannot_print
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, warn

PLAIN_STEPS = 10
"""How many plain lines tell of the way from nothing to all."""


@contextmanager
def progress(title: str, total: int, console: Console | None = None) -> Iterator[Callable[[], None]]:
    """Show how many of a total are done; the function given to the block says that one more is.

    Args:
        title: What is being done, for example `Starting applications`.
        total: How many there are.
        console: Where to; left out: stderr.
    """
    console = console or Console(stderr=True, highlight=False, markup=False)
    if console.is_terminal:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
            task = bar.add_task(title, total=total)
            yield lambda: bar.advance(task)
        return
    done, step = 0, max(1, -(-total // PLAIN_STEPS))

    def advance() -> None:
        nonlocal done
        done += 1
        if done % step == 0 or done == total:
            console.print(f"{title}: {done} of {total}", soft_wrap=True)

    yield advance


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
        ServiceError: The server or the database is not what it should be.
    """
    grids = [*read_grids(file, LAYOUTS, warn), *(read_grids(messages, [MESSAGES], warn) if messages else ())]
    candidates = [one for grid in grids if grid.layout.program for one in candidates_of(grid)]
    letters = [one for grid in grids if grid.layout is MESSAGES for one in letters_of(grid, settings.zone)]
    if not candidates and not letters:
        raise Unusable([InputFault(str(file), "", "no row below the headings", "a row for each unit or location")])
    foresee(letters, now, settings.zone)
    report = Report(file, check_only, candidates, letters)
    good = {place: (candidates[place], edition) for place, edition in check(candidates, settings, now).items()}
    for candidate, _ in good.values():
        tell_what_papers_cannot_print(candidate.application, settings, f"row {candidate.rows[0]}: ")
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
    client = await connect(security=settings.security)
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
            sign = office_signs(settings.security)
            await send_all(report.letters, client, report.sent, advance, settings.documents, sign)


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


class Rows(StrEnum):
    """What the rows of a `.csv` template are for; a workbook has a sheet for each."""

    ACCREDITATION = "accreditation"
    DICOE = "dicoe"
    MESSAGES = "messages"


OF_ROWS = {Rows.ACCREDITATION: ACCREDITATION, Rows.DICOE: DESIGNATIONS, Rows.MESSAGES: MESSAGES}


def import_cases(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The rows: a .csv file in UTF-8 or an .xlsx workbook.")],
    messages: Annotated[
        Path | None, typer.Option("--messages", metavar="FILE", help="A .csv file of messages for the cases of FILE.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Read and check everything, start and send nothing.")] = False,
    template: Annotated[bool, typer.Option("--template", help="Write an empty FILE to be filled in.")] = False,
    rows: Annotated[
        Rows, typer.Option("--rows", help="What the rows of a .csv template are for.")
    ] = Rows.ACCREDITATION,
    ui: Annotated[
        str | None, typer.Option(metavar="URL", help="The Temporal UI that links lead to.", envvar="ACCREDIT_UI")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start or adopt many cases from a spreadsheet: one row for each unit, or for each location of a practice.

    The rows with one application_id are one application, and each is started exactly as `accredit start` does it. The
    whole file is read and checked first, and everything that is wrong is told at once, with sheet, row and column.
    The good applications go in; the rows of the others are written to FILE.refused.csv with rule, reason, source and
    what is possible instead, to be mended and imported. The same file again starts nothing twice, so that after Ctrl-C
    or a crash the same command goes on where it stopped.

    A case that is under way is adopted by its `opened_at`: it opens as of that day. What has happened in it since then
    is told by rows of messages (a sheet of the workbook, or `--messages`), each as of the day on which it was received
    and judged like any other; there is no other way into the middle of a life. Until the last one is in, nothing falls
    due in the case and nobody is written to.

    For example:

        accredit import --template cases.xlsx
        accredit import --template messages.csv --rows messages
        accredit import cases.xlsx --check
        accredit import cases.xlsx
        accredit import units.csv --messages past.csv
        accredit import cases.refused.csv --json
    """
    if template:
        _write_template(file, rows, as_json=as_json)
        return

    report = import_file(file, office_of(ctx), now().replace(microsecond=0), check_only=check, messages=messages)
    if as_json:
        show_json(report.as_json(ui))
    else:
        report.show()
    if report.findings:
        raise typer.Exit(ExitCode.REFUSED)


def _write_template(target: Path, rows: Rows, *, as_json: bool) -> None:
    from intake.batch.template import csv_template, xlsx_template

    suffix = target.suffix.lower()
    if suffix not in (CSV, XLSX):
        raise Unusable([InputFault("FILE", "", str(target), f"a name that ends in {CSV} or {XLSX}")])
    content = csv_template(OF_ROWS[rows]) if suffix == CSV else xlsx_template(LAYOUTS)
    try:
        with as_the_person_would(), target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise Unusable([InputFault("FILE", "", f"{target}, which is there already", "another name")]) from None
    except OSError as error:
        problem = f"{target} cannot be written: {error.strerror or error}."
        raise ServiceError([problem, "Name another file."], {"problem": problem}) from None
    if as_json:
        show_json({"file": str(target)})
        return
    say(f"{target} is ready to be filled in.", style="green")
    say(f"Then: accredit import {target} --check")
