"""`accredit import`: starts or adopts many cases from one spreadsheet."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from intake.batch.columns import ACCREDITATION, CSV, DESIGNATIONS, LAYOUTS, MESSAGES, ONCOLOGY, XLSX
from intake.batch.importing import Advance, Import, carry_out, keep_refused, read_import
from intake.batch.report import Report
from intake.batch.starting import PACE
from policy.office import OfficeSettings
from records.books import open_books
from services.clock import now
from services.connect import connect
from services.errors import ExitCode, InputFault, ServiceError, Unusable
from services.security.private import as_the_person_would
from services.security.signing import office_signs
from starter.applications.check import AsJson
from starter.applications.import_report import show_report
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


def import_file(
    file: Path,
    settings: OfficeSettings,
    now: datetime,
    *,
    check_only: bool,
    messages: Path | None = None,
    pace: float = PACE,
) -> Report:
    """Import a file.

    Args:
        file: The rows.
        settings: The office's settings.
        now: When cases begin that name no day (UTC).
        check_only: Whether to stop when everything is checked.
        messages: A file of messages for its cases, where they stand in one of their own.
        pace: How many cases begin in a second; 0: all at once.

    Raises:
        Unusable: A file is none that can be read.
        ServiceError: The server or the database is not what it should be.
    """
    read = read_import(file, settings, now, warn, check_only=check_only, messages=messages)
    if not check_only and (read.good or read.has_messages):
        _carry_out(read, settings, now, pace)
    keep_refused(read, _not_written)
    return read.report


def _not_written(target: Path, error: OSError) -> None:
    note(f"{target} cannot be written: {error.strerror or error}. It was to hold the refused rows.")


def _carry_out(read: Import, settings: OfficeSettings, now: datetime, pace: float) -> None:
    """Start and send; where that breaks off, say that the same command goes on."""
    begun, report = time.monotonic(), read.report
    try:
        asyncio.run(_start_and_send(read, settings, now, pace))
    except BaseException:
        done = f"{len(report.started.cases)} of {len(read.good)} applications"
        sent = f" and {report.sent.now} of {len(report.letters)} messages" if report.letters else ""
        note(f"Stopped after {done}{sent}. The same command again goes on from there.")
        raise
    finally:
        report.seconds = time.monotonic() - begun


async def _start_and_send(read: Import, settings: OfficeSettings, now: datetime, pace: float) -> None:
    client, report = await connect(security=settings.security), read.report
    report.namespace = client.namespace
    told = len(report.letters)
    title = "Starting applications and sending messages" if told else "Starting applications"
    sign = office_signs(settings.security) if told else None
    with closing(open_books(settings.database.url)) as books, progress(title, len(read.good) + told) as advance:
        await carry_out(read, client, books, settings, now, Advance(advance, advance), sign=sign, pace=pace)


class Rows(StrEnum):
    """What the rows of a `.csv` template are for; a workbook has a sheet for each."""

    ACCREDITATION = "accreditation"
    RADIATION_ONCOLOGY = "radiation_oncology"
    DICOE = "dicoe"
    MESSAGES = "messages"


OF_ROWS = {
    Rows.ACCREDITATION: ACCREDITATION,
    Rows.RADIATION_ONCOLOGY: ONCOLOGY,
    Rows.DICOE: DESIGNATIONS,
    Rows.MESSAGES: MESSAGES,
}


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
    pace: Annotated[
        float, typer.Option(metavar="N", min=0, max=1000, help="Cases that begin in a second; 0: all at once.")
    ] = PACE,
    ui: Annotated[
        str | None, typer.Option(metavar="URL", help="The Temporal UI that links lead to.", envvar="ACCREDIT_UI")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start or adopt many cases from a spreadsheet: a row for each unit, or each site or location of a practice.

    The rows with one application_id are one application, and each is started exactly as `accredit start` does it. The
    whole file is read and checked first, and everything that is wrong is told at once, with sheet, row and column.
    The good applications go in; the rows of the others are written to FILE.refused.csv (of a workbook
    FILE.refused.xlsx, the cells in question marked) with rule, reason, source and what is possible instead, to be
    mended there and imported as they are. The same file again starts nothing twice, so that after Ctrl-C
    or a crash the same command goes on where it stopped.

    A case that is under way is adopted by its `opened_at`: it opens as of that day. What has happened in it since then
    is told by rows of messages (a sheet of the workbook, or `--messages`), each as of the day on which it was received
    and judged like any other; there is no other way into the middle of a life. Until the last one is in, nothing falls
    due in the case and nobody is written to.

    All cases are started as fast as the server takes them, and each then begins at its turn, so many in a second as
    `--pace` says: the worker keeps room for what people wait for. Those that are told by messages begin at once, and
    hear them before the next ones start.

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

    at = now().replace(microsecond=0)
    report = import_file(file, office_of(ctx), at, check_only=check, messages=messages, pace=pace)
    if as_json:
        show_json(report.as_json(ui))
    else:
        show_report(report)
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
