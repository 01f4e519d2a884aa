"""The `accredit` command: global options, and the list of all commands. Each lives in the module of its subject."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from services.exits import leave
from services.paths import DEMONSTRATION
from starter.terminal.context import GlobalOptions
from starter.terminal.run import run

APPLICATIONS = "Applications"
CASES = "Cases"
OFFICE = "The office"
OPERATION = "Operation"
REHEARSALS = "Rehearsals"

COMMANDS = (
    (APPLICATIONS, "check", "starter.applications.check:check_application"),
    (APPLICATIONS, "quote", "starter.applications.check:quote_application"),
    (APPLICATIONS, "template", "starter.applications.template:make_template"),
    (APPLICATIONS, "schema", "starter.applications.check:print_schema"),
    (APPLICATIONS, "start", "starter.applications.start:start_application"),
    (APPLICATIONS, "import", "starter.applications.import_cases:import_cases"),
    (CASES, "send", "starter.cases.send:send"),
    (CASES, "option", "starter.cases.option:option"),
    (CASES, "pay", "starter.cases.pay:pay"),
    (CASES, "refund", "starter.cases.pay:refund"),
    (CASES, "write-off", "starter.cases.pay:write_off"),
    (CASES, "show", "starter.cases.show:show"),
    (CASES, "explain", "starter.cases.explain:explain"),
    (CASES, "timeline", "starter.cases.timeline:timeline"),
    (OFFICE, "worklist", "starter.office.worklist:worklist"),
    (OFFICE, "invoices", "starter.office.invoices:invoices"),
    (OFFICE, "statement", "starter.office.statement:statement"),
    (OFFICE, "ledger", "starter.office.ledger:ledger"),
    (OFFICE, "notices", "starter.office.notices:notices"),
    (OFFICE, "papers", "starter.office.papers:papers"),
    (OFFICE, "verify", "starter.office.papers:verify"),
    (REHEARSALS, "rehearse", "starter.rehearsals.rehearse:rehearse_scenarios"),
    (REHEARSALS, "scenario", "starter.rehearsals.scenario:app"),
    (REHEARSALS, "demo", "starter.rehearsals.demo:demonstrate"),
    (OPERATION, "up", "starter.operation.up:stay_up"),
    (OPERATION, "doctor", "starter.operation.doctor:doctor"),
    (OPERATION, "reconcile", "starter.operation.reconcile:reconcile"),
    (OPERATION, "replay-check", "starter.operation.replay_check:replay_check"),
)
"""Every command: its panel on the help screen, its name, and the module and name of what carries it out.

A module is read when its command is called, because reading all of them takes a second.
"""


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


def application(only: str | None = None) -> typer.Typer:
    """Return the command line with all its commands, or with one of them, which is read in half the time."""
    app = typer.Typer(
        name="accredit", no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="markdown"
    )
    app.callback()(accredit)
    for panel, name, place in COMMANDS:
        if only not in (None, name):
            continue
        module, _, attribute = place.partition(":")
        carried_out = getattr(import_module(module), attribute)
        if isinstance(carried_out, typer.Typer):
            app.add_typer(carried_out, name=name, rich_help_panel=panel)
        else:
            app.command(name, rich_help_panel=panel)(carried_out)
    return app


def named_command(arguments: Sequence[str]) -> str | None:
    """Return the command that arguments name, or None: then every command is needed, to help or to say what is wrong.

    Args:
        arguments: What follows the program's name; global options stand before the command.
    """
    known, coming = {name for _, name, _ in COMMANDS}, iter(arguments)
    for argument in coming:
        if argument == "--office":
            next(coming, None)
        elif not argument.startswith("--office=") and argument != "--demo":
            return argument if argument in known else None
    return None


def __getattr__(name: str) -> typer.Typer:
    """Return `app`, the command line with all its commands, for whoever looks at it as a whole."""
    if name == "app":
        return application()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def command() -> int:
    """Run the command that the arguments name and return its exit code."""
    return run(lambda: application(named_command(sys.argv[1:]))(prog_name="accredit"))


def main() -> NoReturn:
    """Run the command that the arguments name and end the process with its exit code."""
    leave(command())
