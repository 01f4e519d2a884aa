"""`accredit import`: starts or adopts many cases from one spreadsheet."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from starter.desk.clock import now
from starter.front import office_of
from starter.importing.layout import ACCREDITATION, CSV, DESIGNATIONS, LAYOUTS, MESSAGES, XLSX
from starter.offline import AsJson
from starter.output import say, show_json
from starter.problems import ExitCode, Problem, Trouble, Unusable


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
    from starter.importing.work import import_file  # here, because most commands need neither it nor a workbook

    report = import_file(file, office_of(ctx), now().replace(microsecond=0), check_only=check, messages=messages)
    if as_json:
        show_json(report.as_json(ui))
    else:
        report.show()
    if report.findings:
        raise typer.Exit(ExitCode.REFUSED)


def _write_template(target: Path, rows: Rows, *, as_json: bool) -> None:
    from starter.importing.template import csv_template, xlsx_template

    suffix = target.suffix.lower()
    if suffix not in (CSV, XLSX):
        raise Unusable([Trouble("FILE", "", str(target), f"a name that ends in {CSV} or {XLSX}")])
    content = csv_template(OF_ROWS[rows]) if suffix == CSV else xlsx_template(LAYOUTS)
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise Unusable([Trouble("FILE", "", f"{target}, which is there already", "another name")]) from None
    except OSError as error:
        problem = f"{target} cannot be written: {error.strerror or error}."
        raise Problem([problem, "Name another file."], {"problem": problem}) from None
    if as_json:
        show_json({"file": str(target)})
        return
    say(f"{target} is ready to be filled in.", style="green")
    say(f"Then: accredit import {target} --check")
