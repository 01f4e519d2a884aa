"""Carries an import out in the background of the portal, and keeps in the books how far it is."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool

from intake.batch.importing import Advance, Import, carry_out, keep_refused, read_import
from policy.office import OfficeSettings
from portal.office.import_files import folder_of, path_of, place_of
from portal.world import World
from records.tables import Draft
from services.drafts.imports import DONE, RUNNING, STOPPED, beat
from services.errors import ServiceError
from services.security.signing import office_signs

log = logging.getLogger("accredit.portal")
EVERY = 1.0
"""Seconds between two words in the books of how far an import is."""
_RUNNING: set[asyncio.Task[None]] = set()
"""What keeps the imports of this process from being forgotten while they run."""


@dataclass
class Progress:
    """How many applications and messages are done."""

    started: int = 0
    sent: int = 0

    def one_started(self) -> None:
        """Count an application."""
        self.started += 1

    def one_sent(self) -> None:
        """Count a message."""
        self.sent += 1

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {"started": self.started, "sent": self.sent}


def run(world: World, kept: Draft) -> None:
    """Carry an import out that was taken up."""
    task = asyncio.create_task(_run(world, kept.draft_id, kept.fields), name=f"import {kept.draft_id}")
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)


async def _run(world: World, import_id: str, known: dict[str, Any]) -> None:
    progress = Progress()
    telling = asyncio.create_task(_tell(world, import_id, progress))
    state, news = STOPPED, dict[str, Any]()
    try:
        news = await _carry_out(world, known, progress)
        state = DONE
    except ServiceError as problem:
        news = {"problem": [plain_of(world.settings, line) for line in problem.lines]}
    except Exception:
        log.exception("an import has failed")
        news = {"problem": ["The portal failed; its log says why. Nothing is lost: start again, and it goes on."]}
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        await _keep(world, import_id, {**progress.as_json(), **news}, state)
        if state == DONE:
            await run_in_threadpool(_remove, world, known)


async def _tell(world: World, import_id: str, progress: Progress) -> None:
    while True:
        await _keep(world, import_id, progress.as_json(), RUNNING)
        await asyncio.sleep(EVERY)


async def _keep(world: World, import_id: str, news: dict[str, Any], state: str) -> None:
    def keeping() -> None:
        with world.books.writing() as session:
            beat(session, import_id, world.clock(), news, state)

    await run_in_threadpool(keeping)


async def _carry_out(world: World, known: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Start the cases and send the messages of a file; return what is told of it afterwards."""
    settings, at = world.settings, world.clock().replace(microsecond=0)
    read, _ = await run_in_threadpool(read_kept, world, known, check_only=False)
    advance, sign = Advance(progress.one_started, progress.one_sent), None
    if read.report.letters:
        sign = office_signs(settings.security)
    await carry_out(read, world.client, world.books, settings, at, advance, sign=sign)
    await run_in_threadpool(keep_refused, read, _not_written)
    report = read.report
    cases = report.started.all_cases()
    return {
        "cases": [case.case_id for case in cases],
        "new": sum(case.new for case in cases),
        "sent_now": report.sent.now,
        "sent_before": report.sent.before,
        "findings": [one.as_json() for one in report.findings],
        "refused": [f"{path.parent.name}/{path.name}" for path in report.refused_files],
    }


def _not_written(_path: object, error: OSError) -> None:
    log.warning("the refused rows of an import cannot be written: %s", error.strerror)


def read_kept(world: World, known: dict[str, Any], *, check_only: bool) -> tuple[Import, list[str]]:
    """Read the files of an import, the same ones by their digests; return what was read, and what is to be told of it.

    Raises:
        Unusable: A file is gone, is another one, or is none that can be read.
    """
    settings, remarks = world.settings, list[str]()
    file, messages = (path_of(settings, name) if name else None for name in (known["file"], known.get("messages")))
    assert file is not None  # a file is kept with every import
    named: Callable[[str], None] = remarks.append
    at = world.clock().replace(microsecond=0)
    read = read_import(file, settings, at, named, check_only=check_only, messages=messages, files=False)
    return read, [plain_of(settings, remark) for remark in remarks]


def plain_of(settings: OfficeSettings, text: str) -> str:
    """Return a sentence in which files are called by their names alone."""
    return re.sub(re.escape(str(folder_of(settings))) + "/[0-9a-f]{64}/", "", text)


def _remove(world: World, known: dict[str, Any]) -> None:
    """Remove the files of an import that is finished; its refused rows stay, to be fetched and mended."""
    for name in (known["file"], known.get("messages")):
        if name:
            place_of(world.settings, name).unlink(missing_ok=True)
