"""`accredit reconcile --after-restore`: runs `services.restore`, and tells what was found and what was done."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import typer
from temporalio.client import Client

from activities.case_activities import CaseActivities
from activities.mail import mailer_of
from policy.office import OfficeSettings
from records.books import Books
from services.connect import connect
from services.errors import ExitCode
from services.queries import pollers
from services.restore.comparing import Findings, Progress, compare
from services.restore.mending import Mended, Mender
from services.security.senders import senders_of
from services.security.signing import office_signs
from services.settings import load_settings
from services.workers import working
from starter.terminal.output import note, say, show_json, under_way, warn

SHOWN = 20
"""Cases that are named where many are found; `--json` has all."""


def after_restore(
    books: Books, settings_file: Path | None, settings: OfficeSettings, histories: Path, *, dry_run: bool, as_json: bool
) -> None:
    """Compare, mend unless it is a dry run, and tell; ends with exit code 1 where something is left to do."""
    with under_way("Comparing books and server") as progress:
        found, mended = asyncio.run(_run(books, settings_file, settings, histories, progress, dry_run=dry_run))
    if as_json:
        show_json(_found_as_json(found) if mended is None else mended.as_json())
    elif mended is None:
        _tell_found(found)
    else:
        _tell_mended(found, mended)
    if mended.troubles if mended else not found.is_in_line():
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


async def _run(
    books: Books,
    settings_file: Path | None,
    settings: OfficeSettings,
    histories: Path,
    progress: Progress,
    *,
    dry_run: bool,
) -> tuple[Findings, Mended | None]:
    client = await connect(security=settings.security)
    found = await compare(client, books, settings, histories, progress)
    if dry_run:
        return found, None
    if await pollers(client):
        warn(
            "A worker works, or did in the last 90 seconds. Stop workers before: what they write meanwhile is not seen."
        )
    mender = Mender(client, books, settings, office_signs(settings.security), progress=progress)
    mended = Mended()
    await mender.mend_books(found, mended)
    if found.behind or found.lost:  # what has begun anew must hear its messages
        found_then = await compare(client, books, settings, histories, progress)
        found.ahead, found.known = found_then.ahead, found_then.known
    await mender.send_again(found, mended, partial(_working, client, books, settings_file, settings))
    return found, mended


@asynccontextmanager
async def _working(
    client: Client, books: Books, settings_file: Path | None, settings: OfficeSettings
) -> AsyncIterator[None]:
    """Have the office's worker work, as `python -m worker` does."""
    activities = CaseActivities(
        books,
        partial(load_settings, settings_file),
        mailer_of(settings.mail),
        client,
        announced_only=settings.security.senders == "verified",
    )
    senders = await asyncio.to_thread(senders_of, settings.security)
    async with working(client, activities=activities, senders=senders):
        yield


def _found_as_json(found: Findings) -> dict[str, object]:
    return {
        "cases": found.cases,
        "behind": [
            {"case": told.step.case_id, "step": told.step.number, "at": told.at.isoformat()} for told in found.behind
        ],
        "ahead": [{"case": one.case_id, "message": one.key, "at": one.at.isoformat()} for one in found.ahead],
        "ahead_by": found.ahead_by,
        "lost": found.lost,
        "counters": [one._asdict() for one in found.raised],
        "left": {case_id: [text for _, text in items] for case_id, items in found.left.items()},
    }


def _tell_found(found: Findings) -> None:
    """Tell what would be done."""
    by_case: dict[str, list[int]] = {}
    for told in found.behind:
        by_case.setdefault(told.step.case_id, []).append(told.step.number)
    for case_id, numbers in [*by_case.items()][:SHOWN]:
        say(f"{case_id}: the books lack {_steps(numbers)}.")
    for case_id, numbers in [*found.ahead_by.items()][:SHOWN]:
        say(f"{case_id}: the server lacks {_steps(numbers)}, which the books have.")
    for one in found.ahead[:SHOWN]:
        say(f"{one.case_id}: {one.key} of {one.at.isoformat(timespec='minutes')} would be sent again.")
    for case_id in found.lost[:SHOWN]:
        say(f"{case_id}: the server does not know it; it would begin anew.")
    for raised in found.raised:
        say(f"The counter of {raised.series}{raised.year} stands at {raised.was}, and {raised.found} was given out.")
    _tell_left({case_id: [text for _, text in items] for case_id, items in found.left.items()})
    if found.is_in_line():
        say(f"Books and server are in line: {found.cases} cases compared step by step.", style="green")
    else:
        say(
            f"{len(found.behind)} steps to write, {len(found.ahead)} messages to send again, {len(found.lost)} cases "
            f"to begin anew, {len(found.raised)} counters to raise. Nothing was changed: without --dry-run it is done."
        )


def _steps(numbers: list[int]) -> str:
    return f"step {numbers[0]}" if len(numbers) == 1 else f"steps {min(numbers)} to {max(numbers)}"


def _tell_mended(found: Findings, mended: Mended) -> None:
    say(f"Compared {found.cases} cases step by step.")
    done = {
        "counters raised": mended.counters,
        "steps written into the books": mended.steps,
        "cases begun anew": len(mended.begun),
        "messages sent again": len(mended.sent),
    }
    for what, count in done.items():
        if count:
            say(f"{count} {what}.")
    for case_id in mended.told[:SHOWN]:
        say(f"{case_id} was told what is left to look at: it stands among what needs attention.")
    _tell_left(mended.troubles)
    if not mended.troubles:
        say("Books and server are in line.", style="green")


def _tell_left(left: dict[str, list[str]]) -> None:
    for case_id, texts in left.items():
        for text in dict.fromkeys(texts):
            note(f"{case_id}: {text}", style="red")
