"""Where everything lies that is not part of the program, what of it is the demonstration's, and what runs there.

A server that runs on data of a folder is found by what it notes there, whatever its port. `embedded.data` writes the
note and holds the lock; both last longer than the server. It counts as running while somebody holds the lock, which it
does itself, so that nobody is taken for it who has its port today.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

VAR = Path("var")
"""Where everything lies that is not part of the program."""
SERVER = VAR / "temporal"
"""The data of the server."""
DEMO = VAR / "demo"
"""What the demonstration leaves behind: books, mail and reports."""
LIVES = DEMO / "lives"
"""Where the demonstration keeps the report of each life, as JSON, under the id of its case."""
TIMELINES = DEMO / "timelines"
"""Where the demonstration leaves the timeline of each life as text, under the id of its case."""
PICTURES = DEMO / "pictures"
"""Where the demonstration leaves the pictures of the lives, with an index over them."""
PORTAL = VAR / "portal.json"
"""Where a portal that is served from this folder notes its address."""
DEMO_NAMESPACE = "demo"
BOOKS = "books.db"
"""The books of a rehearsal, in its folder."""
MAIL = "mail"
PAPERS = "papers"
"""The letters and the papers of a rehearsal, in its folder."""
UPLOADS = "uploads"
"""Where a rehearsal notes the documents of its scenarios, in its folder."""
DEMO_BOOKS = DEMO / BOOKS
DEMONSTRATION = {
    "ACCREDIT_DATABASE_URL": f"sqlite:///{DEMO_BOOKS}",
    "ACCREDIT_MAIL_FOLDER": str(DEMO / MAIL),
    "ACCREDIT_PAPERS_FOLDER": str(DEMO / PAPERS),
    "ACCREDIT_DOCUMENTS_UPLOADS": str(DEMO / UPLOADS),
    "ACCREDIT_SECURITY_ENCRYPT": "false",
    "TEMPORAL_NAMESPACE": DEMO_NAMESPACE,
    "ACCREDIT_SECURITY_SENDERS": "claimed",
}
"""The variables by which a command looks at the demonstration instead of an office's own cases."""
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
        codec: Where its UI has payloads decoded; None: nowhere.
    """

    address: str
    ui_url: str | None
    pid: int
    version: str = ""
    way: str = ""
    rehearsal: bool = False
    codec: str | None = None


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


@contextmanager
def note_portal(address: str) -> Iterator[None]:
    """Note for as long as a block lasts by which address browsers reach the portal of this folder."""
    PORTAL.parent.mkdir(parents=True, exist_ok=True)
    PORTAL.write_text(json.dumps({"address": address, "pid": os.getpid()}), encoding="utf-8")
    try:
        yield
    finally:
        PORTAL.unlink(missing_ok=True)


def noted_portal(folder: Path = Path()) -> str | None:
    """Return by which address browsers reach the portal that is served from a folder; None: none is."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads((folder / PORTAL).read_text(encoding="utf-8"))
        os.kill(int(note["pid"]), 0)
        return str(note["address"])
    return None


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
