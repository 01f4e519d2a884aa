"""PostgreSQL of this machine: where its programs lie, and as whom they run, since it does not serve root.

For what runs a cluster of its own beside the product: tests, measurements, lives under faults.
"""

import os
import pwd
import shutil
from pathlib import Path


class NoPostgres(RuntimeError):
    """PostgreSQL is not installed here, or cannot be run by whoever asks."""


def programs(one: str = "initdb") -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest version's where there are several; None: not here.

    Args:
        one: The program that must lie there.
    """
    if found := shutil.which(one):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{one}"))
    return versions[-1].parent if versions else None


def unprivileged() -> str:
    """Return a user who may run PostgreSQL: it refuses to serve root."""
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def as_another() -> list[str]:
    """Return what runs a program as another user than root and ends with its parent; nothing where root does not ask.

    Raises:
        NoPostgres: There is nothing that could.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise NoPostgres("PostgreSQL does not serve root, and there is no setpriv (util-linux) to run it as another")
    user = unprivileged()
    return [setpriv, f"--reuid={user}", f"--regid={user}", "--init-groups", "--pdeathsig", "INT"]
