"""The way for machines that reach package registries only: the Go toolchain builds the server and its UI.

Both programs are called `server`, so each is built into a folder of its own. Their modules are fetched by the toolchain
itself, with the settings of its user (GOPROXY, GOFLAGS), and held against their digests (`embedded.go_modules`) before
anything is compiled; nothing needs root.
"""

import asyncio
import os
import shutil
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from embedded import go_modules, versions
from embedded.cache import MACHINE, is_program, unfinished
from embedded.errors import NotThisWay
from embedded.go_modules import LOOSENED_BY, PROGRAM, Module, checked
from embedded.program import ServerProgram, words_of
from embedded.progress import Progress
from services.security.children import TO_BUILD, environment_of_child

WAY = "a build by the Go toolchain"
INSTALLED_AS = "server"
MEND = f"Install Go {versions.show(versions.NEEDED_GO)} or newer (https://go.dev/dl) and put it on the PATH."
SCHEMA = "schema/postgresql/v12"
"""Where in its module the server keeps its schema on PostgreSQL."""
SCHEMA_FILES = ("temporal/schema.sql", "visibility/schema.sql", "version.go")
"""What it keeps cases in, what it lists them by, and the versions of both."""
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
        await _make(go, go_modules.SERVER, made.server, title, progress)
        assert made.ui is not None
        await _make(go, go_modules.UI, made.ui, f"Building Temporal UI {versions.UI} with Go", progress)
    return _at(home(cache))


async def schema(cache: Path, progress: Progress) -> Path:
    """Return the folder of the server's schema on PostgreSQL, from the module that the server was built from.

    It lies beside the built programs. A server that was built before is given it when it is first asked for.

    Raises:
        NotThisWay: The server was not built here, or its module cannot be fetched.
    """
    kept = home(cache) / "schema"
    if not kept.is_dir():
        if find_built(cache) is None:
            raise NotThisWay("the bare server is not built here", MEND)
        with progress.task("Fetching the schema of the server") as show:
            told = await _run(await _go(), "mod", "download", "-json", str(go_modules.SERVER), within=cache, show=show)
            source = await asyncio.to_thread(checked, go_modules.SERVER, told)
        with unfinished(kept) as making:
            for file in SCHEMA_FILES:
                (making / file).parent.mkdir(exist_ok=True)
                shutil.copyfile(source / SCHEMA / file, making / file)
    return kept


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


async def _make(go: str, module: Module, program: Path, title: str, progress: Progress) -> None:
    """Fetch a module, hold it against its digest, and build its program.

    Raises:
        NotThisWay: It cannot be fetched or built, or is another one.
    """
    program.parent.mkdir()
    with progress.task(title) as show:
        told = await _run(go, "mod", "download", "-json", str(module), within=program.parent, show=show)
        source = await asyncio.to_thread(checked, module, told)
        build = ("build", "-v", "-mod=readonly", "-buildvcs=false", "-o", str(program), PROGRAM)
        await _run(go, *build, within=source, show=show)
        if not is_program(program):
            raise NotThisWay(f"go build of {module} made no program", "Let Go reach its module proxy.")


def _environment() -> dict[str, str]:
    told = environment_of_child(TO_BUILD)
    return {name: value for name, value in told.items() if name not in LOOSENED_BY} | {"GOWORK": "off"}


async def _run(go: str, *words: str, within: Path, show: Callable[[str], None]) -> str:
    """Run the toolchain in a folder, and return what it wrote to stdout."""
    process = await asyncio.create_subprocess_exec(
        *(go, *words),
        cwd=within,
        env=_environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        told, last = await asyncio.gather(process.stdout.read(), _follow(process, show))
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)  # the compilers that Go has started are in its group
            await process.wait()
    if process.returncode:
        said = " / ".join(last) or " ".join(told.decode(errors="replace").split())[:400]
        raise NotThisWay(f"go {' '.join(words)} failed: {said}", "Let Go reach its module proxy.")
    return told.decode(errors="replace")


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
