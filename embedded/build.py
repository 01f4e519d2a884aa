"""The way for machines that reach package registries only: the Go toolchain builds the server and its UI.

Both programs are called `server`, so each is installed into a folder of its own. Their modules are fetched by the
toolchain itself, with the settings of its user (GOPROXY, GOFLAGS); nothing needs root.
"""

import asyncio
import os
import shutil
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from embedded import versions
from embedded.cache import MACHINE, is_program, unfinished
from embedded.errors import NotThisWay
from embedded.program import ServerProgram, words_of
from embedded.progress import Progress
from services.security.children import TO_BUILD, environment_of_child

WAY = "a build by the Go toolchain"
SERVER_PACKAGE = f"go.temporal.io/server/cmd/server@v{versions.SERVER}"
UI_PACKAGE = f"github.com/temporalio/ui-server/v2/cmd/server@v{versions.UI}"
INSTALLED_AS = "server"
MEND = f"Install Go {versions.show(versions.NEEDED_GO)} or newer (https://go.dev/dl) and put it on the PATH."
LAST_LINES = 6


def find_built(cache: Path) -> ServerProgram | None:
    """Return the server and the UI that were built before, if both are there."""
    program = _at(home(cache))
    return program if is_program(program.server) and program.ui and is_program(program.ui) else None


async def build(cache: Path, progress: Progress) -> ServerProgram:
    """Build the server and its UI, and keep them.

    Raises:
        NotThisWay: There is no Go, or it is too old, or it cannot fetch or build the modules.
    """
    go = await _go()
    with unfinished(home(cache)) as making:
        made = _at(making)
        title = f"Building Temporal server {versions.SERVER} with Go (some minutes the first time)"
        await _install(go, SERVER_PACKAGE, made.server.parent, title, progress)
        assert made.ui is not None
        await _install(go, UI_PACKAGE, made.ui.parent, f"Building Temporal UI {versions.UI} with Go", progress)
    return _at(home(cache))


async def _go() -> str:
    """Return the Go command, once its version is known to be one that can build the server."""
    go = shutil.which("go")
    if go is None:
        raise NotThisWay("there is no command go", MEND)
    try:
        words = await words_of(go, "version")
        switching = await words_of(go, "env", "GOTOOLCHAIN")
    except OSError as error:
        raise NotThisWay(f"{go} does not run ({str(error) or 'no answer'})", MEND) from error
    version = versions.read_go(words)
    if version is None:
        raise NotThisWay(f"{go} does not say which release it is: {words[:80]!r}", MEND)
    fetches_newer = version >= versions.SELF_UPDATING_GO and "auto" in switching
    if version < versions.NEEDED_GO and not fetches_newer:
        needed = versions.show(versions.NEEDED_GO)
        raise NotThisWay(f"{go} is Go {versions.show(version)}, and the server needs {needed}", MEND)
    return go


async def _install(go: str, package: str, into: Path, title: str, progress: Progress) -> None:
    with progress.task(title) as show:
        process = await asyncio.create_subprocess_exec(
            *(go, "install", "-v", package),
            env=environment_of_child(TO_BUILD) | {"GOBIN": str(into)},
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            last = await _follow(process, show)
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)  # the compilers that Go has started are in its group
                await process.wait()
        if process.returncode or not is_program(into / INSTALLED_AS):
            raise NotThisWay(f"go install {package} failed: {' / '.join(last)}", "Let Go reach its module proxy.")


async def _follow(process: asyncio.subprocess.Process, show: Callable[[str], None]) -> list[str]:
    """Read what Go says until it ends: a line for each module that it fetches and each package that it compiles."""
    modules = packages = 0
    last: deque[str] = deque(maxlen=LAST_LINES)
    assert process.stderr is not None
    async for raw in process.stderr:
        line = raw.decode(errors="replace").strip()
        if line.startswith("go: downloading "):
            modules += 1
        elif line and " " not in line:
            packages += 1
        elif line:
            last.append(line)
        show(f"{modules} modules downloaded, {packages} packages compiled")
    await process.wait()
    return list(last)


def home(cache: Path) -> Path:
    """Return the folder of the built programs."""
    return cache / f"temporal-server-{versions.SERVER}-ui-{versions.UI}-{MACHINE}"


def _at(home: Path) -> ServerProgram:
    server, ui = home / "server" / INSTALLED_AS, home / "ui" / INSTALLED_AS
    return ServerProgram("go", WAY, versions.SERVER, server, ui)
