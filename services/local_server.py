"""The server that `make up` runs on the data of this folder: found by what it notes in `var`, whatever its port.

`embedded.data` writes the note and holds the lock; both last longer than the server. A server counts as running while
somebody holds the lock, which the server itself does, so that nobody is taken for it who has its port today.
"""

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from services.paths import SERVER

LOCK = "server.lock"
"""The file in the folder of a server's data that is locked while it runs."""
RECORD = "server.json"
"""The file that says where it is, or was."""
PROGRAM = Path(__file__).resolve().parents[1]
"""The folder of the program; where it has a Makefile, `make up` is run there."""


class LocalServer(NamedTuple):
    """A server that runs on the data of a folder.

    Attributes:
        address: Host and port.
        ui_url: Its UI, without a slash at the end; None: it has none.
        pid: The process that started it.
        version: The server's version.
        way: How its program came here, in words.
        rehearsal: Whether it skips time: the demonstration's.
    """

    address: str
    ui_url: str | None
    pid: int
    version: str = ""
    way: str = ""
    rehearsal: bool = False


def local_server(data: Path = SERVER) -> LocalServer | None:
    """Return the server that runs on the data of a folder; None where none does.

    Args:
        data: The folder; left out: that of `make up` in the folder in which a command is run.
    """
    if not _is_held(data / LOCK):
        return None
    note = read_record(data)
    if not isinstance(note.get("address"), str):  # it is about to start
        return None
    return LocalServer(**{name: note[name] for name in LocalServer._fields if name in note})


def read_record(data: Path) -> dict[str, Any]:
    """Return what was noted about the last run; one that is missing or damaged (a full disk) says nothing."""
    with suppress(OSError, ValueError):
        content = json.loads((data / RECORD).read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    return {}


def where_up_runs() -> str:
    """Say, as a next step, where `make up` runs, or is to be run."""
    if not (PROGRAM / "Makefile").exists():
        return "An office begins with `accredit up`, in the folder that is to hold it."
    if Path.cwd() == PROGRAM:
        return "Start it here with `make up`."
    if local_server(PROGRAM / SERVER) is not None:
        return f"`make up` runs in {PROGRAM}: run the command there."
    return f"`make up` is run in {PROGRAM}, and the commands beside it."


def _is_held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
