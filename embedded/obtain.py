"""Find a Temporal server's program, or obtain one: the ways in their order, and what to say when none leads on."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from embedded import build, cli
from embedded.cache import cache_folder, sole_maker
from embedded.errors import Attempt, NoServer, NotThisWay
from embedded.program import ServerProgram
from embedded.progress import Progress

CONFIGURED = "an address that is configured"


async def obtain(progress: Progress | None = None, *, cache: Path | None = None) -> ServerProgram:
    """Return the program of a Temporal server that skips time and has a UI.

    In this order: the Temporal command on the PATH; what was obtained before; the SDK's download; a build by Go. (An
    address that is configured comes before all of them, and needs no program: see `embedded.server`.)

    Args:
        progress: Who is told what takes long; left out: stderr.
        cache: The folder of obtained programs; left out: the user's.

    Raises:
        NoServer: No way led to one. Names every way, why it failed and what would open it.
    """
    progress, cache = progress or Progress(), cache or cache_folder()
    reason = "Temporal's client configuration names none"
    attempts = [Attempt(CONFIGURED, reason, "Set TEMPORAL_ADDRESS to the address of a running server.")]
    program = await _tried(attempts, cli.ON_PATH, cli.find_on_path()) or _kept(cache)
    if program is not None:
        return program
    async with sole_maker(cache, progress):
        program = _kept(cache)  # another set-up may have made it while this one waited
        for way, make in _MAKERS:
            program = program or await _tried(attempts, way, make(cache, progress), progress)
    if program is None:
        raise NoServer(attempts)
    return program


_MAKERS: tuple[tuple[str, Callable[[Path, Progress], Awaitable[ServerProgram]]], ...] = (
    (cli.DOWNLOAD, cli.download),
    (build.WAY, build.build),
)


def _kept(cache: Path) -> ServerProgram | None:
    return cli.find_downloaded(cache) or build.find_built(cache)


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
