"""A shell of an office: what of this machine's environment it has, and the commands that are typed in it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class CommandFailed(Exception):
    """A command of a page did not do what it should; says what it wrote."""


class Typed(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str


def without_offices() -> dict[str, str]:
    """Return this program's environment without what it knows of any office or server."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "ACCREDIT_"))}


def with_programs(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a shell that has these variables, and `accredit` on its path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**without_offices(), **variables, "PATH": path}


def run(command: str, folder: Path, environment: Mapping[str, str], codes: tuple[int, ...]) -> Typed:
    """Run a command of a page in a folder.

    Raises:
        CommandFailed: It ended with another exit code than those.
    """
    ran = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode not in codes:
        raise CommandFailed(f"$ {command}\nended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    return Typed(ran.returncode, ran.stdout, ran.stderr)
