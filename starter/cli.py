"""The `accredit` command: global options, and the list of all commands. Each lives in the module of its subject."""

import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from starter import demo, doctor, offline, rehearse, scenario_command, screenshots, start_command, up
from starter.desk import (
    explain,
    invoices,
    ledger,
    notices,
    option,
    papers,
    pay,
    reconciling,
    replaying,
    send,
    show,
    statement,
    timeline,
    worklist,
)
from starter.front import GlobalOptions
from starter.rehearsal.places import DEMONSTRATION
from starter.importing.command import import_cases
from starter.run import leave, run
from starter.workbook import template

APPLICATIONS = "Applications"
CASES = "Cases"
OFFICE = "The office"
OPERATION = "Operation"
REHEARSALS = "Rehearsals"

app = typer.Typer(
    name="accredit",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.callback()
def accredit(
    ctx: typer.Context,
    office: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The office's settings (else ACCREDIT_OFFICE, ./office.toml, the sample)."),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Look at what `accredit demo` left, not at the office.")] = False,
) -> None:
    """Accreditation cycles of imaging facilities: applications, cases, deadlines, fees and appeals.

    Exit codes: 0 done; 1 done, but not as expected; 2 unusable input; 3 refused by a rule; 4 no such case or invoice;
    5 server or database not reachable.
    """
    ctx.obj = GlobalOptions(office=office)
    if demo:
        os.environ |= DEMONSTRATION


app.command("check", rich_help_panel=APPLICATIONS)(offline.check_application)
app.command("quote", rich_help_panel=APPLICATIONS)(offline.quote_application)
app.command("template", rich_help_panel=APPLICATIONS)(template.make_template)
app.command("schema", rich_help_panel=APPLICATIONS)(offline.print_schema)
app.command("start", rich_help_panel=APPLICATIONS)(start_command.start_application)
app.command("import", rich_help_panel=APPLICATIONS)(import_cases)
app.command("send", rich_help_panel=CASES)(send.send)
app.command("option", rich_help_panel=CASES)(option.option)
app.command("pay", rich_help_panel=CASES)(pay.pay)
app.command("show", rich_help_panel=CASES)(show.show)
app.command("explain", rich_help_panel=CASES)(explain.explain)
app.command("timeline", rich_help_panel=CASES)(timeline.timeline)
app.command("worklist", rich_help_panel=OFFICE)(worklist.worklist)
app.command("invoices", rich_help_panel=OFFICE)(invoices.invoices)
app.command("statement", rich_help_panel=OFFICE)(statement.statement)
app.command("ledger", rich_help_panel=OFFICE)(ledger.ledger)
app.command("notices", rich_help_panel=OFFICE)(notices.notices)
app.command("papers", rich_help_panel=OFFICE)(papers.papers)
app.command("verify", rich_help_panel=OFFICE)(papers.verify)
app.command("rehearse", rich_help_panel=REHEARSALS)(rehearse.rehearse_scenarios)
app.add_typer(scenario_command.app, name="scenario", rich_help_panel=REHEARSALS)
app.command("demo", rich_help_panel=REHEARSALS)(demo.demonstrate)
app.command("screenshots", rich_help_panel=OPERATION)(screenshots.take_screenshots)
app.command("up", rich_help_panel=OPERATION)(up.stay_up)
app.command("doctor", rich_help_panel=OPERATION)(doctor.doctor)
app.command("reconcile", rich_help_panel=OPERATION)(reconciling.reconcile)
app.command("replay-check", rich_help_panel=OPERATION)(replaying.replay_check)


def command() -> int:
    """Run the command that the arguments name and return its exit code."""
    return run(lambda: app(prog_name="accredit"))


def main() -> NoReturn:
    """Run the command that the arguments name and end the process with its exit code."""
    leave(command())
