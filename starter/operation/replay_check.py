"""`accredit replay-check`: says whether it is safe to deploy the present code."""

import asyncio
from typing import Annotated

import typer
from temporalio.service import RPCError, RPCStatusCode

from services.connect import connect
from services.errors import ExitCode, InputFault, Unusable
from starter.terminal.arguments import AsJson
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, under_way

Query = Annotated[
    str | None, typer.Option("--query", metavar="Q", help="Narrow the open cases, as in the UI: Modality = 'ct'.")
]


def replay_check(ctx: typer.Context, query: Query = None, as_json: AsJson = False) -> None:
    """Replay the histories of open cases against the present code, and say whether it is safe to deploy.

    Exit code 1 when it is not; the cases are named.

    For example:

        accredit replay-check
        accredit replay-check --query "Stage = 'accredited'" --json
    """
    # here, because it loads the workflows and the worker, which no other command needs
    from services.replay import Replayed, replay_open_cases

    async def check() -> Replayed:
        client = await connect(security=office_of(ctx, amounts=False).security)
        try:
            return await replay_open_cases(client, query)
        except RPCError as error:
            if error.status == RPCStatusCode.INVALID_ARGUMENT and query:
                expected = "a list filter as in the Temporal UI, for example Modality = 'ct'"
                raise Unusable([InputFault("--query", "", f"{query} ({error.message})", expected)]) from None
            raise

    with under_way("Replaying the histories of open cases"):
        found = asyncio.run(check())
    if as_json:
        show_json({"safe_to_deploy": not found.unsafe, "replayed": found.safe, "unsafe": found.unsafe})
    elif found.unsafe:
        for case_id, failure in found.unsafe.items():
            note(f"{case_id}: {failure}", style="red")
        say(f"NOT SAFE to deploy: {len(found.unsafe)} of {found.safe + len(found.unsafe)} open cases go differently.")
    else:
        say(f"Safe to deploy: {found.safe} open case(s) replayed to the same decisions.", style="green")
    if found.unsafe:
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)
