"""What tests of the ways to a server share: a way that this machine cannot go is named, loudly."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from embedded import versions

GO_MODULE = f"cache/download/go.temporal.io/server/@v/v{versions.SERVER}.zip"


def never_run(reason: str) -> None:
    """Name a way that this machine cannot go: loudly, without failing a CI that cannot go it either."""
    pytest.xfail(reason) if "CI" in os.environ else pytest.skip(reason)


def go_or_never_run() -> str:
    """Return the Go toolchain's command; where there is none, name the way as never run."""
    found = shutil.which("go")
    if found is None:
        never_run("the build by Go was never run here: there is no Go toolchain")
    return str(found)


def go_with_modules_or_never_run() -> str:
    """Return the Go toolchain's command, where it has what the server is built of: to fetch and compile that anew takes
    two cores for six minutes, which no run of the tests is worth. A build once by `ACCREDIT_SERVER_BY=go make setup`
    leaves it there.
    """
    go = go_or_never_run()
    modules = subprocess.run([go, "env", "GOMODCACHE"], capture_output=True, text=True).stdout.strip()
    if not (Path(modules) / GO_MODULE).exists():
        never_run("the build by Go was never run here: ACCREDIT_SERVER_BY=go make setup fetches its modules")
    return go
