"""The `accredit` command: global options, and the list of all commands. Each lives in the module of its subject."""

import ast
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer._click.exceptions import ClickException  # typer has no public name for it
from typer._click.shell_completion import CompletionItem  # nor for this
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from policy.text.visible import visible
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
    (CASES, "export", "starter.cases.export:export"),
    (OFFICE, "worklist", "starter.office.worklist:worklist"),
    (OFFICE, "cases", "starter.office.cases:cases"),
    (OFFICE, "invoices", "starter.office.invoices:invoices"),
    (OFFICE, "statement", "starter.office.statement:statement"),
    (OFFICE, "ledger", "starter.office.ledger:ledger"),
    (OFFICE, "notices", "starter.office.notices:notices"),
    (OFFICE, "mail", "starter.office.mail:app"),
    (OFFICE, "facility", "starter.office.facility:app"),
    (OFFICE, "papers", "starter.office.papers:papers"),
    (OFFICE, "verify", "starter.office.papers:verify"),
    (OFFICE, "editions", "starter.office.editions:editions"),
    (OFFICE, "edition", "starter.office.edition:app"),
    (OFFICE, "impact", "starter.office.editions:impact"),
    (OFFICE, "people", "starter.office.people:app"),
    (OFFICE, "validation-list", "starter.office.validation_list:validation_list"),
    (OFFICE, "report", "starter.office.report:app"),
    (OFFICE, "audit", "starter.office.audit:audit"),
    (REHEARSALS, "rehearse", "starter.rehearsals.rehearse:rehearse_scenarios"),
    (REHEARSALS, "scenario", "starter.rehearsals.scenario:app"),
    (REHEARSALS, "demo", "starter.rehearsals.demo:demonstrate"),
    (REHEARSALS, "sample-office", "starter.rehearsals.sample_office:sample_office"),
    (OPERATION, "up", "starter.operation.up:stay_up"),
    (OPERATION, "portal", "starter.operation.portal:portal"),
    (OPERATION, "doctor", "starter.operation.doctor:doctor"),
    (OPERATION, "keys", "starter.operation.keys:app"),
    (OPERATION, "archive", "starter.operation.archive:archive"),
    (OPERATION, "books", "starter.operation.books:app"),
    (OPERATION, "reconcile", "starter.operation.reconcile:reconcile"),
    (OPERATION, "deploy", "starter.operation.deploy:app"),
    (OPERATION, "replay-check", "starter.operation.replay_check:replay_check"),
    (OPERATION, "codec", "starter.operation.codec:app"),
)
"""Every command: its panel on the help screen, its name, and the module and name of what carries it out.

A module is read when its command is called, because reading all of them takes seconds.
"""
PLACES = {name: (panel, place) for panel, name, place in COMMANDS}
ROOT = Path(__file__).resolve().parent.parent


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


class OneAtATime(TyperGroup):
    """The commands, each read when it is called or completed; all of them only where somebody looks at the whole."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in the order of the help screen."""
        return [*PLACES]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command; where there is none of that name all are read, so that a like one can be suggested."""
        wanted = [cmd_name] if cmd_name in PLACES else [] if ctx.resilient_parsing else [*PLACES]
        for name in wanted:
            if name not in self.commands:
                self.add_command(read_command(name), name)
        return self.commands.get(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help screen, for which a command's name and its first sentence do: no module is read."""
        for name, (panel, _) in PLACES.items():
            if name not in self.commands:
                self.add_command(TyperCommand(name, help=summary_of(name), rich_help_panel=panel), name)
        super().format_help(ctx, formatter)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the options that stand before a command."""
        with quoted_visibly():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Read the arguments of the command that is named, and carry it out."""
        with quoted_visibly():
            return super().invoke(ctx)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, of which none is read, or the options that stand before a command."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [CompletionItem(name, help=summary_of(name)) for name in PLACES if name.startswith(incomplete)]


@contextmanager
def quoted_visibly() -> Iterator[None]:
    """Let arguments be quoted, where they are wrong, as `policy.text.visible` shows them."""
    try:
        yield
    except ClickException as error:
        error.message = visible(error.message)
        raise


def read_command(name: str) -> Any:
    """Read the module of a command and return the command, with its panel on the help screen."""
    panel, place = PLACES[name]
    module, _, attribute = place.partition(":")
    carried_out = getattr(import_module(module), attribute)
    if isinstance(carried_out, typer.Typer):
        group = get_group(carried_out)
        group.name, group.rich_help_panel = name, panel
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    alone.command(name, rich_help_panel=panel)(carried_out)
    return get_command(alone)


def summary_of(name: str) -> str:
    """Return the first sentence of a command's help, taken from its text, because reading its module takes too long.

    A group `app` says it in its callback `about_app`.
    """
    module, _, attribute = PLACES[name][1].partition(":")
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name in (attribute, f"about_{attribute}"):
            return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
    return ""


app = typer.Typer(
    name="accredit", cls=OneAtATime, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="markdown"
)
"""The command line."""
app.callback()(accredit)


def whole() -> TyperGroup:
    """Return the command line with every command read, for whoever looks at it as a whole."""
    group = get_group(app)
    for name in PLACES:
        group.add_command(read_command(name), name)
    return group


def command() -> int:
    """Run the command that the arguments name and return its exit code."""
    return run(lambda: app(prog_name="accredit"))


def main() -> NoReturn:
    """Run the command that the arguments name and end the process with its exit code."""
    leave(command())
