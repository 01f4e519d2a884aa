"""`accredit deploy`: which version of the program cases go on with."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NamedTuple, TypeVar

import typer
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from policy.identity import TASK_QUEUE
from policy.words import instant_in_words
from services.connect import connect
from services.deployment import build_id
from services.errors import ExitCode, InputFault, ServiceError, Unusable
from services.versions.cases import cases_of_version
from services.versions.changing import set_current, set_ramp
from services.versions.failing import FailingCase, failing_cases
from services.versions.standing import DeploymentStanding, Place, VersionStanding, standing_of
from starter.terminal.arguments import AsJson
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table, under_way

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
T = TypeVar("T")
Version = Annotated[
    str | None,
    typer.Argument(metavar="VERSION", help="Its name or a part that only it has; left out: this program's."),
]
Percent = Annotated[
    float, typer.Argument(min=0, max=100, metavar="N", help="How many of a hundred cases; 0 ends the ramp.")
]
CROSSED = (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.ABORTED)
PLACES = {Place.CURRENT: "current", Place.RAMPING: "ramping", Place.NEW: "new", Place.REPLACED: "replaced"}


class Overview(NamedTuple):
    """Everything that is told of a deployment."""

    standing: DeploymentStanding
    cases: dict[str, int]
    failing: list[FailingCase] | None


@app.callback()
def about_app() -> None:
    """Versions of the program: which one cases go on with, a ramp to a new one, and the way back."""


@app.command("status")
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show the versions that the server knows: which is current, who works for each, how many cases it has carried on.

    Exit code 1 where cases stand still: nobody works for a version that they go on with, or their tasks fail.

    For example:

        accredit deploy status
        accredit deploy status --json
    """
    found = _shown(ctx, _overview, as_json)
    if found.standing.unattended or found.failing:
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


@app.command("current")
def current(ctx: typer.Context, version: Version = None, as_json: AsJson = False) -> None:
    """Let all cases go on with a version, whose worker must run; a ramp ends by it.

    Ask `accredit replay-check` on that version's tree before: what it calls unsafe would stand still.

    For example:

        accredit deploy current
        accredit deploy current 0.1.0-9194f882beb3
    """

    async def change(client: Client) -> Overview:
        standing = await _known(client)
        chosen = _chosen(standing, version)
        if chosen.place is not Place.CURRENT:
            _must_have_workers(chosen)
            await set_current(client, standing.name, chosen.build_id, standing.token)
        return await _overview(client)

    _shown(ctx, change, as_json)


@app.command("ramp")
def ramp(ctx: typer.Context, percent: Percent, version: Version = None, as_json: AsJson = False) -> None:
    """Let some of the cases go on with a version: always the same ones, each from its next task on.

    A case that has gone on with it goes back with its next task when the ramp is ended: the current version must be
    able to read what the new one has written.

    For example:

        accredit deploy ramp 10
        accredit deploy ramp 50 0.1.0-9194f882beb3
        accredit deploy ramp 0
    """

    async def change(client: Client) -> Overview:
        standing = await _known(client)
        if not percent:
            await set_ramp(client, standing.name, "", 0, standing.token)
            return await _overview(client)
        chosen = _chosen(standing, version)
        if chosen.place is Place.CURRENT:
            text = f"Version {chosen.build_id} is current: all cases go on with it already."
            raise _no(text, "Name another one: `accredit deploy status` lists them.")
        if standing.current is None:
            raise _no(
                "No version is current that the others could stay with.", "`accredit deploy current` makes one so."
            )
        _must_have_workers(chosen)
        await set_ramp(client, standing.name, chosen.build_id, percent, standing.token)
        return await _overview(client)

    _shown(ctx, change, as_json)


@app.command("back")
def back(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Go back: end the ramp where there is one, else let all cases go on with the version that was current before.

    Its worker must run: `python -m worker --not-current` on its tree. Ask `accredit replay-check` there before: cases
    may have gone on meanwhile with what it cannot read. Their tasks would fail until the newer version is current
    again; nothing is lost by that.

    For example:

        accredit deploy back
        accredit deploy back --json
    """

    async def change(client: Client) -> Overview:
        standing = await _known(client)
        if standing.ramping is not None:
            await set_ramp(client, standing.name, "", 0, standing.token)
        else:
            before = standing.before
            if before is None:
                raise _no(
                    "No other version was current before this one.", "`accredit deploy status` lists all of them."
                )
            _must_have_workers(before)
            await set_current(client, standing.name, before.build_id, standing.token)
        return await _overview(client)

    _shown(ctx, change, as_json)


def _shown(ctx: typer.Context, ask: Callable[[Client], Awaitable[Overview]], as_json: bool) -> Overview:
    """Ask the server, or carry out a change, and show how the versions stand then."""
    with under_way("Asking the server"):
        found = asyncio.run(_with_client(ctx, ask))
    if as_json:
        show_json(_as_json(found))
    else:
        _tell(ctx, found)
    return found


async def _with_client(ctx: typer.Context, ask: Callable[[Client], Awaitable[T]]) -> T:
    try:
        return await ask(await connect(security=office_of(ctx, amounts=False).security))
    except RPCError as error:
        if error.status not in CROSSED:
            raise
        step = "Look again with `accredit deploy status`: somebody may have changed it meanwhile."
        raise _no(f"The server did not take the change: {error.message}.", step) from None


async def _known(client: Client) -> DeploymentStanding:
    standing = await standing_of(client)
    if standing is None:
        text = f"The server has not seen a worker with a version on {TASK_QUEUE} in the namespace {client.namespace}."
        raise _no(text, "Start one: `python -m worker`, or `make up`.", ExitCode.NOT_REACHABLE)
    return standing


async def _overview(client: Client) -> Overview:
    standing = await _known(client)
    cases = {one.build_id: await cases_of_version(client, standing.name, one.build_id) for one in standing.versions}
    return Overview(standing, cases, await failing_cases(client))


def _chosen(standing: DeploymentStanding, wanted: str | None) -> VersionStanding:
    """Return the version that is meant.

    Raises:
        Unusable: The server knows none of that name, or several have it as a part.
    """
    name = wanted or build_id()
    exact = standing.version(name)
    found = [exact] if exact else [one for one in standing.versions if name and name in one.build_id]
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.build_id for one in standing.versions) or "none"
    step = "" if wanted else "Start a worker of this program with `python -m worker --not-current`, or name a version."
    what = f"{name}, which {len(found)} versions have" if found else name
    raise Unusable([InputFault("VERSION", "", what, f"one that the server knows: {known}")], next_step=step)


def _must_have_workers(version: VersionStanding) -> None:
    if not version.workers:
        text = f"Nobody works for version {version.build_id}: cases that went on with it would stand still."
        raise _no(text, "Start its worker on its tree with `python -m worker --not-current`, then ask again.")


def _no(text: str, next_step: str, code: ExitCode = ExitCode.NOT_AS_EXPECTED) -> ServiceError:
    return ServiceError([text, next_step], {"problem": text, "next_step": next_step}, code)


def _as_json(found: Overview) -> dict[str, Any]:
    standing = found.standing
    return {
        "deployment": standing.name,
        "current": standing.current.build_id if standing.current else None,
        "ramping": standing.ramping.build_id if standing.ramping else None,
        "percent": standing.percent,
        "this_program": build_id(),
        "versions": [
            {
                "version": one.build_id,
                "state": one.place.value,
                "workers": one.workers,
                "cases": found.cases[one.build_id],
                "known_since": one.known_since,
                "current_since": one.current_since,
                "last_current": one.last_current,
            }
            for one in standing.versions
        ],
        "failing_cases": None if found.failing is None else [one._asdict() for one in found.failing],
        "next_steps": _next_steps(found),
    }


def _tell(ctx: typer.Context, found: Overview) -> None:
    zone, mine = office_of(ctx, amounts=False).zone, build_id()
    rows = []
    for one in found.standing.versions:
        state = f"{PLACES[one.place]} {found.standing.percent:g} %" if one.place is Place.RAMPING else PLACES[one.place]
        since = one.current_since or one.last_current or one.known_since
        rows.append(
            [
                f"{one.build_id}{' (this program)' if one.build_id == mine else ''}",
                state,
                str(one.workers),
                str(found.cases[one.build_id]),
                instant_in_words(since, zone) if since else "",
            ]
        )
    show_table(["Version", "State", "Workers", "Cases", "Since"], rows, right=["Workers", "Cases"])
    for case in found.failing or ():
        say(f"Tasks fail: {case.case_id}: {case.why}", style="red")
    for step in _next_steps(found):
        note(step)


def _next_steps(found: Overview) -> list[str]:
    """Return what to do next, in the order in which it presses."""
    standing, steps = found.standing, []
    steps += [
        f"Nobody works for the {one.place.value} version {one.build_id}: its cases stand still. Start its worker, or "
        "go back with `accredit deploy back`."
        for one in standing.unattended
    ]
    if found.failing:
        steps.append("Cases whose tasks fail: `accredit show CASE`, then mend the code or `accredit deploy back`.")
    if standing.ramping and standing.ramping.workers:
        steps.append(
            f"Look at `accredit doctor`, then `accredit deploy ramp N` for more, `accredit deploy current "
            f"{standing.ramping.build_id}` for all, `accredit deploy back` for none."
        )
    waiting = [one for one in standing.versions if one.place is Place.NEW and one.workers]
    steps += [
        f"Version {one.build_id} waits: `accredit replay-check` on its tree, then "
        f"`accredit deploy ramp 10 {one.build_id}`."
        for one in waiting
        if not standing.ramping
    ]
    idle = [one for one in standing.versions if one.place is Place.REPLACED and one.workers]
    steps += [
        f"Version {one.build_id} is replaced and its worker still runs: it serves `accredit deploy back`; stop it when "
        "nobody goes back any more."
        for one in idle
    ]
    return steps
