"""`accredit reconcile`: runs `services.reconcile` once, and tells what it did."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from activities.delivery import deliver
from activities.mail import mailer_of
from records.books import Books
from services.connect import connect
from services.errors import ExitCode, InputFault, Unusable
from services.reconcile import HISTORIES, Report, bring_in_line
from starter.operation.after_restore import after_restore
from starter.terminal.arguments import AsJson
from starter.terminal.books import books_of
from starter.terminal.context import named_file, office_of
from starter.terminal.output import note, say, show_json, under_way

Histories = Annotated[
    Path, typer.Option("--histories", metavar="FOLDER", envvar="ACCREDIT_HISTORIES", help="Where histories go.")
]


AfterRestore = Annotated[
    bool, typer.Option("--after-restore", help="Compare books and histories step by step, and mend both.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="With --after-restore: tell what would be done, do nothing.")]


def reconcile(
    ctx: typer.Context,
    histories: Histories = HISTORIES,
    after_restored: AfterRestore = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring the books in line with the server, deliver letters of closed cases, and export their histories.

    Cases that were cancelled or terminated on the server are closed in the books; cases that were announced but never
    started are started; letters of closed cases that the mail would not take go out; the history of each closed case
    becomes a file. Running it again changes nothing.

    After a restore, with no worker at work, `--after-restore` holds books and histories against each other step by
    step and mends both: docs/restore.md leads through it.

    For example:

        accredit reconcile
        accredit reconcile --histories /srv/accredit/histories --json
        accredit reconcile --after-restore --dry-run
    """
    if dry_run and not after_restored:
        raise Unusable([InputFault("--dry-run", "", "it alone", "together with --after-restore")])
    with books_of(ctx) as books:
        try:
            if after_restored:
                office = office_of(ctx, amounts=False)
                after_restore(books, named_file(ctx), office, histories, dry_run=dry_run, as_json=as_json)
                return
            with under_way("Bringing the books in line with the server"):
                report = asyncio.run(_reconcile(ctx, books, histories))
        except OSError as error:
            found = f"{error.filename or histories}: {error.strerror or error}"
            raise Unusable([InputFault("--histories", "", found, "a folder that can be written")]) from None
    if as_json:
        show_json(report.as_json())
    else:
        _tell(report, histories)
    if report.troubles:
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


async def _reconcile(ctx: typer.Context, books: Books, histories: Path) -> Report:
    office = office_of(ctx, amounts=False)
    letters = partial(deliver, books, mailer_of(office.mail), office)
    return await bring_in_line(await connect(security=office.security), books, office.zone, histories, letters)


def _tell(report: Report, histories: Path) -> None:
    for case_id in report.started:
        say(f"Started {case_id}, which had been announced only.")
    for case_id, how in report.closed.items():
        say(f"Closed {case_id} in the books: {how}.")
    for case_id in report.delivered:
        say(f"Delivered what waited in the outbox of {case_id}.")
    for case_id in report.exported:
        say(f"Exported the history of {case_id} to {histories}.")
    for case_id, trouble in report.troubles.items():
        note(f"{case_id}: {trouble}", style="red")
    if report == Report():
        say("Books and server are in line; nothing was to be done.", style="green")
