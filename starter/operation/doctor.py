"""`accredit doctor`: looks at everything that an office's cases need, and says how to mend what is not right."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from services.connect import ChosenServer, NoServerKnown, Unreachable, chosen_server, connect
from services.errors import ExitCode
from services.namespace import NamespaceUnfit, prepare_namespace
from services.settings import settings_file
from starter.operation.checks import (
    Check,
    check_books,
    check_histories,
    check_mail_folder,
    check_mail_server,
    check_papers_folder,
    check_privacy,
    check_senders,
    check_settings,
)
from starter.operation.server_checks import check_server
from starter.terminal.arguments import AsJson
from starter.terminal.context import named_file, office_of
from starter.terminal.output import say, show_json, under_way

Mend = Annotated[bool, typer.Option("--mend", help="First set up the namespace: retention and search attributes.")]
STYLES = {"ok": "green", "warning": "yellow", "wrong": "red", "unreachable": "red"}


def doctor(ctx: typer.Context, mend: Mend = False, as_json: AsJson = False) -> None:
    """Check server, version, retention, search attributes, worker, database and mail; say how to mend each.

    Of the server it says what makes it the one, and, where it is that of `make up`, how its program came here. It
    changes nothing, and makes nothing that is not there yet.

    Exit code 0 where cases can live (warnings included), 1 where something is wrong, 5 where the server or the
    database does not answer.

    For example:

        accredit doctor
        accredit doctor --mend
        accredit doctor --json
    """
    settings, chosen = office_of(ctx, amounts=False), _chosen()
    with under_way("Asking the server, the database and the mail"):
        checks = [
            check_settings(settings, settings_file(named_file(ctx))),
            *asyncio.run(_check_server(chosen, mend=mend)),
            check_books(settings),
            check_mail_folder(settings),
            check_papers_folder(settings),
            check_mail_server(settings),
            check_privacy(settings, settings_file(named_file(ctx))),
            check_histories(settings),
            check_senders(settings.security, chosen.address or "the server"),
        ]
    if as_json:
        show_json([asdict(check) for check in checks])
    else:
        _tell(checks)
    states = {check.state for check in checks}
    if "unreachable" in states:
        raise typer.Exit(ExitCode.NOT_REACHABLE)
    if "wrong" in states:
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def _chosen() -> ChosenServer | NoServerKnown:
    """Return the server that commands mean here, or why there is none."""
    try:
        return chosen_server()
    except NoServerKnown as none:
        return none


async def _check_server(chosen: ChosenServer | NoServerKnown, *, mend: bool) -> list[Check]:
    if isinstance(chosen, NoServerKnown):
        return [Check("server", "unreachable", chosen.lines[0], chosen.next_step)]
    try:
        client = await connect()
    except Unreachable as away:
        return [Check("server", "unreachable", away.lines[0], away.next_step)]
    mended: list[Check] = []
    if mend:
        try:
            done = await prepare_namespace(client, client.namespace)
            mended = [Check("mended", "ok", what) for what in done]
        except NamespaceUnfit as error:
            mended = [Check("mended", "wrong", str(error))]
    return [*mended, *await check_server(client, chosen)]


def _tell(checks: list[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        say(f"{check.state:<11}  {check.name:<{width}}  {check.found}", style=STYLES[check.state])
        if check.mend:
            say(f"{'':<11}  {'':<{width}}  {check.mend}")
