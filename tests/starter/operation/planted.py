"""Secrets that are planted where an office keeps them, and the search for them in everything that came of it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

MARK = "S3cretQ9"
"""Stands in every one of them, and nowhere else."""
MAIL, STORE, API_KEY, DATABASE, CLIENT = (f"{MARK}{of}" for of in ("mail", "store", "api", "books", "client"))

SETTINGS = f"""
[documents.storage.s3]
key = "{STORE}"
secret = "{STORE}"

[portal.providers.hospital]
issuer = "https://login.example.org"
client_id = "accredit"
client_secret = "{CLIENT}"
orgs = ["OH-0417"]
"""


def office_with_secrets(sample: str) -> str:
    """Return the sample's settings with a store and its secret."""
    return sample + SETTINGS


def in_files(folder: Path) -> list[str]:
    """Return the files below a folder in which a planted secret stands, a database's further files included."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [str(path) for path in files if MARK.encode() in path.read_bytes()]


def descendants(pid: int) -> Iterator[int]:
    """Yield the processes that a process has started, and what they have started (Linux)."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent(entry) == pid:
            yield int(entry.name)
            yield from descendants(int(entry.name))


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended
        return 0


def told_by(pids: Iterable[int]) -> list[str]:
    """Return the arguments and environments of processes in which a planted secret stands."""
    places = [Path(f"/proc/{pid}/{name}") for pid in pids for name in ("cmdline", "environ")]
    return [str(place) for place in places if MARK.encode() in place.read_bytes()]


def open_to_others(folder: Path) -> list[str]:
    """Return what of a folder, and of everything in it, anybody but its owner may touch."""
    paths = [folder, *folder.rglob("*")]
    return [f"{path} {path.stat().st_mode:o}" for path in paths if path.stat().st_mode & 0o077]
