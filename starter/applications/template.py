"""`accredit template`: makes the workbook that an applicant fills in."""

import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from intake.workbook.plan import WorkbookPlan
from policy.dates import local_day
from policy.fees import Quote
from services.errors import InputFault, ServiceError, Unusable
from services.programs import PROGRAMS, Application, edition_of, quote_as_far_as_known
from services.security.private import as_the_person_would
from starter.terminal.context import office_of
from starter.terminal.output import say, show_json, under_way

SUFFIX = ".xlsx"


class WorkbookName(StrEnum):
    """An application that has a workbook: of a program, or of the modality that is surveyed."""

    ACCREDITATION = "accreditation"
    RADIATION_ONCOLOGY = "radiation_oncology"
    DICOE = "dicoe"


def make_template(
    ctx: typer.Context,
    program: Annotated[WorkbookName, typer.Argument(help="What the application is for.", show_default=False)],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE.xlsx", help="The workbook to write.")],
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="An application (.json or .xlsx) to fill it with.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Write an application as a workbook: sheets Facility, Modality and Payment, each cell explained and validated.

    The lists to choose from and the fees are those of the rules and the office's settings today. `accredit check`,
    `quote` and `start` read the workbook once it is filled in, and name sheet and cell of everything that is wrong.

    For example:

        accredit template accreditation -o application.xlsx
        accredit template radiation_oncology -o oncology.xlsx
        accredit template dicoe -o practice.xlsx
        accredit template accreditation --from samples/ct-unit.json -o ct-unit.xlsx
    """
    from intake.applications import read_application
    from intake.workbook.cell_rules import terms_of
    from intake.workbook.filling import filling_of, nothing
    from intake.workbook.forms import PLANS
    from intake.workbook.writing import written

    target, settings = _target(output, force=force), office_of(ctx)
    plan = PLANS[program]
    application = read_application(source) if source else None
    if application is not None and application.program != plan.program:
        found = f"an application of the program {application.program}"
        raise Unusable([InputFault(str(source), "program", found, plan.program)])
    if plan.modality and getattr(application, "modality", None) not in (None, plan.modality):
        raise Unusable([InputFault(str(source), "modality", "another modality", plan.modality)])
    today = local_day(datetime.now(UTC), settings.zone)
    about: Application = application or PROGRAMS[plan.program].model_validate(_empty(plan))
    edition = edition_of(about, today, settings)
    filling = filling_of(plan, application, str(source)) if application else nothing(plan)
    quote = quote_as_far_as_known(application, edition, settings) if application else Quote((), None)
    with under_way(f"Writing {target}"):
        _save(written(plan, filling, terms_of(edition, settings, today, quote)), target, force=force)
    if as_json:
        show_json({"file": str(target), "program": program.value, "edition": edition.edition})
        return
    say(f"{target} is ready to be filled in.", style="green")
    say(f"Then: accredit check {target}")


def _empty(plan: WorkbookPlan) -> dict[str, str]:
    """Return an application of which only that is known which its workbook says."""
    return {"program": plan.program} | ({"modality": plan.modality} if plan.modality else {})


def _target(output: str, *, force: bool) -> Path:
    """Return the file to write.

    Raises:
        Unusable: It is no name of a workbook, lies in no folder, or is there already.
    """
    path, found, expected = Path(output), "", ""
    if output == "-":
        found, expected = "-, the standard output", "the name of a file: a workbook is no text that a terminal shows"
    elif path.suffix.lower() != SUFFIX:
        found, expected = output, f"a name that ends in {SUFFIX}"
    elif path.is_dir() or not path.parent.is_dir():
        found, expected = f"{output}, {'a folder' if path.is_dir() else 'in no folder that is there'}", "a file's name"
    elif path.exists() and not force:
        found, expected = f"{output}, which is there already", "another name, or --force to write over it"
    if found:
        raise Unusable([InputFault("-o", "", found, expected)])
    return path


def _save(content: bytes, target: Path, *, force: bool) -> None:
    """Write a file as a whole or not at all; over another one only where that is wanted."""
    try:
        if not force:
            with as_the_person_would(), target.open("xb") as file:
                file.write(content)
            return
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with as_the_person_would(), draft.open("xb") as file:  # a link that lies there is not followed
                file.write(content)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        problem = f"{target} cannot be written: {error.strerror or error}."
        raise ServiceError([problem, "Name another file by -o."], {"problem": problem}) from None
