"""Commands that need neither server nor database: what an application lacks, what it costs, what a file looks like."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from policy.dates import local_day
from policy.designation.application import DicoeApplication
from policy.designation.edition import DicoeEdition
from policy.designation.fees import addition_lines
from policy.designation.judgement import judge_tier
from policy.edition import Edition
from policy.fees import Quote, total
from policy.office import OfficeSettings
from policy.status import CaseStatus
from policy.verdict import Finding, Refused
from policy.words import dollars
from services.errors import ExitCode, InputFault, RefusedByRule, Unusable
from services.message_fields import messages
from services.programs import (
    PROGRAMS,
    AnyEdition,
    Application,
    doubts_of,
    edition_of,
    findings_of,
    is_quoted,
    parts_of,
    quote_as_far_as_known,
    refusal,
)
from starter.applications.submission import read_and_tell, tell_what_papers_cannot_print
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table

ApplicationFile = Annotated[Path, typer.Argument(metavar="FILE", help="The application, a .json or .xlsx file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def edition_today(application: Application, settings: OfficeSettings) -> AnyEdition:
    """Return the edition of an application's program that is in force today, on the office's calendar."""
    return edition_of(application, local_day(datetime.now(UTC), settings.zone), settings)


def check_application(ctx: typer.Context, file: ApplicationFile, as_json: AsJson = False) -> None:
    """Read an application offline: is it complete and eligible, and what does it cost?

    Everything that is missing is told at once, field by field. Nothing is sent and no case is opened. Of a designation
    every location is shown with what it lacks; where the office's books are at hand, they are asked which of its
    accreditations they confirm.

    For example:

        accredit check samples/ct-unit.json
        accredit check application.xlsx
        accredit check application.json --json
        accredit --office my-office.toml check application.json
    """
    submission, settings = read_and_tell(file), office_of(ctx)
    application = submission.application
    edition = edition_today(application, settings)
    tell_what_papers_cannot_print(application, settings)
    found = submission.judged(findings_of(application, edition, settings))
    costs = quote_as_far_as_known(application, edition, settings)
    located = _locations(application, edition, settings, as_json=as_json)
    doubts = doubts_of(application, edition)
    for doubt in doubts:
        note(f"Note: {doubt}")
    if as_json:
        told = [finding.model_dump(mode="json") for finding in found]
        show_json({**_quote_as_json(costs), "findings": told, **({"warnings": doubts} if doubts else {}), **located})
    else:
        _show_quote(application, costs)
    _end(found, as_json=as_json)
    if not as_json:
        cases = [str(part.case_id(1)).removesuffix(".1") for part in parts_of(application, edition)]
        say(f"The application is complete. It opens {len(cases)} case(s): {', '.join(cases)}.", style="green")
        say(f"The start adds the number of the cycle to each id. Then: accredit start {file}")


def _locations(
    application: Application, edition: AnyEdition, settings: OfficeSettings, *, as_json: bool
) -> dict[str, Any]:
    """Show the locations of a designation and return them for a script; nothing where it is none."""
    if not isinstance(application, DicoeApplication) or not isinstance(edition, DicoeEdition):
        return {}
    # Here, because reading the books' tables takes longer than checking an application that needs none of them.
    from starter.applications.eligibility import books_at_hand, eligibility, say_who_told, show_eligibility

    with books_at_hand(settings) as (session, asked):
        rows, at_hand = eligibility(application, edition, session), session is not None
    if rows and not as_json:
        show_eligibility(rows)
        say()
    if rows:
        say_who_told(rows, asked, at_hand=at_hand)
    return {"locations": [row.as_json() for row in rows], "books": asked if at_hand else None}


def quote_application(
    ctx: typer.Context,
    file: ApplicationFile,
    as_json: AsJson = False,
    add: Annotated[
        int, typer.Option("--add", metavar="N", min=0, help="A designation: with N locations added at mid-cycle.")
    ] = 0,
) -> None:
    """Print the fee lines and the total of an application, offline.

    Outside the United States the office quotes every fee: there are no lines then, and the total is null.

    For example:

        accredit quote samples/ct-two-units.json
        accredit quote samples/dicoe-fifteen-locations.json --json
        accredit quote samples/dicoe-three-locations.json --add 2
    """
    submission, settings = read_and_tell(file), office_of(ctx)
    application = submission.application
    edition = edition_today(application, settings)
    found = submission.judged(findings_of(application, edition, settings))
    costs = quote_as_far_as_known(application, edition, settings)
    if add:
        costs = _with_additions(application, edition, costs, add)
    if as_json:
        told = [finding.model_dump(mode="json") for finding in found]
        show_json({**_quote_as_json(costs), **({"findings": told} if told else {})})
    else:
        _show_quote(application, costs)
    _end(found, as_json=as_json)


def _with_additions(application: Application, edition: AnyEdition, costs: Quote, more: int) -> Quote:
    """Return the costs of a designation together with those of locations that are added to it later.

    Raises:
        Unusable: It is no designation.
        RefusedByRule: The tier has no room for so many, or the office quotes them.
    """
    if not isinstance(application, DicoeApplication) or not isinstance(edition, DicoeEdition):
        raise Unusable(
            [InputFault("--add", "", str(more), "an application for a designation, whose locations it adds")]
        )
    first = len(application.locations)
    try:
        judge_tier(first, 0, more, edition, abroad=is_quoted(application))
    except Refused as refused:
        raise RefusedByRule.of(refused, "--add") from None
    if costs.total is None:
        return costs
    lines = (*costs.lines, *addition_lines([f"location {first + number}" for number in range(1, more + 1)], edition))
    return Quote(lines, total(lines))


def schema_names(incomplete: str) -> list[str]:
    """Return the names that `accredit schema` knows and that begin so."""
    return [name for name in schemas() if name.startswith(incomplete)]


def print_schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="application, dicoe, scenario, office, status, edition, dicoe-edition or a message.",
            autocompletion=schema_names,
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="A schema is JSON with or without it.")] = False,
) -> None:
    """Print the JSON schema of an application, a scenario, settings, a case's status, an edition or a message.

    It describes every field, for whoever writes such a file, sends such a message or reads a status from a program.

    For example:

        accredit schema application
        accredit schema dicoe
        accredit schema choose_option > choose_option.schema.json
    """
    shapes = schemas()
    if name not in shapes:
        raise Unusable([InputFault("NAME", "", name, f"one of {', '.join(shapes)}")])
    show_json({"$schema": "https://json-schema.org/draft/2020-12/schema", **shapes[name].model_json_schema()})


def schemas() -> dict[str, Any]:
    """Return every model that a file or message is read by, under the name that `accredit schema` knows it by."""
    from rehearsal.scenario import ScenarioForm  # here, because a check needs no rehearsal

    applications = {"application": PROGRAMS["accreditation"], **PROGRAMS}
    editions = {"edition": Edition, "dicoe-edition": DicoeEdition}
    return {
        **applications,
        "scenario": ScenarioForm,
        "office": OfficeSettings,
        "status": CaseStatus,
        **editions,
        **messages(),
    }


def _end(found: list[Finding], *, as_json: bool) -> None:
    """End a command with what stands against the application; return where nothing does."""
    if found and as_json:
        raise typer.Exit(ExitCode.REFUSED)
    if found:
        raise refusal(found)


def _quote_as_json(costs: Quote) -> dict[str, Any]:
    return {"lines": [line.model_dump(mode="json") for line in costs.lines], "total": costs.total}


def _show_quote(application: Application, costs: Quote) -> None:
    if costs.total is not None:
        rows = [
            [line.description, str(line.quantity), dollars(line.unit_price), dollars(line.amount)]
            for line in costs.lines
        ]
        total = ["Total", "", "", dollars(costs.total)]
        show_table(["Fee", "Quantity", "Each", "Amount"], [*rows, total], right=["Quantity", "Each", "Amount"])
    elif is_quoted(application):
        holder = "practice" if isinstance(application, DicoeApplication) else "facility"
        say(f"The {holder} lies outside the United States: the office quotes every fee.")
