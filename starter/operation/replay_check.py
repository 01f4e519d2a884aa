"""`accredit replay-check`: says whether it is safe to deploy the present code."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from temporalio.service import RPCError, RPCStatusCode

from services.connect import connect
from services.errors import ExitCode, InputFault, Unusable
from starter.terminal.arguments import AsJson
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, under_way

if TYPE_CHECKING:
    from services.replays.order import Change, Replayed

Query = Annotated[
    str | None, typer.Option("--query", metavar="Q", help="Narrow the open cases, as in the UI: Modality = 'ct'.")
]


Deep = Annotated[
    bool,
    typer.Option("--deep", help="Compare what is said, too: lengths of timers, verdicts, search attributes, steps."),
]
SHOWN = 5
"""Changes of words that are shown of a case."""


def replay_check(ctx: typer.Context, query: Query = None, deep: Deep = False, as_json: AsJson = False) -> None:
    """Replay the histories of open cases against the present code, and say whether it is safe to deploy.

    Exit code 1 when it is not; the cases are named. With --deep also when a case decides the same but waits, answers or
    is listed otherwise than its history says; what would only be worded otherwise is told.

    For example:

        accredit replay-check
        accredit replay-check --query "Stage = 'accredited'" --json
        accredit replay-check --deep
    """
    # here, because it loads the workflows and the worker, which no other command needs
    from services.replays.content import compare_open_cases
    from services.replays.order import replay_open_cases

    async def check() -> "Replayed":
        client = await connect(security=office_of(ctx, amounts=False).security)
        try:
            return await (compare_open_cases if deep else replay_open_cases)(client, query)
        except RPCError as error:
            if error.status == RPCStatusCode.INVALID_ARGUMENT and query:
                expected = "a list filter as in the Temporal UI, for example Modality = 'ct'"
                raise Unusable([InputFault("--query", "", f"{query} ({error.message})", expected)]) from None
            raise

    with under_way("Replaying the histories of open cases"):
        found = asyncio.run(check())
    say_what_came_of_it(found, as_json=as_json, deep=deep)
    if not found.is_safe():
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def say_what_came_of_it(found: "Replayed", *, as_json: bool, deep: bool) -> None:
    """Say whether it is safe to deploy, and name the cases for which it is not."""
    if as_json:
        told = {case_id: [asdict(one) for one in several] for case_id, several in found.changes.items()}
        answer = {"safe_to_deploy": found.is_safe(), "replayed": found.safe, "unsafe": found.unsafe}
        show_json(answer | ({"changes": told} if deep else {}))
        return
    misled = found.misled()
    _say_changes(found.changes)
    if found.unsafe:
        for case_id, failure in found.unsafe.items():
            note(f"{case_id}: {failure}", style="red")
        say(f"NOT SAFE to deploy: {len(found.unsafe)} of {found.safe + len(found.unsafe)} open cases go differently.")
    elif misled:
        say(f"NOT SAFE to deploy: {len(misled)} of {found.safe} open cases decide the same, but not by their history.")
    else:
        say(f"Safe to deploy: {found.safe} open case(s) replayed to the same decisions.", style="green")


def _say_changes(changes: "Mapping[str, Sequence[Change]]") -> None:
    """Name what cases would say otherwise: all that misleads, and some of what is only worded otherwise."""
    for case_id, several in changes.items():
        for one in several:
            if one.misleads:
                note(f"{case_id}: {one.text}", style="red")
        words = [one for one in several if not one.misleads]
        for one in words[:SHOWN]:
            note(f"{case_id}: safe, but {one.text}")
        if len(words) > SHOWN:
            note(f"{case_id}: and {len(words) - SHOWN} more in what it writes (--json names them)")
