"""Which version of the program a worker runs: what Temporal calls its build id.

A worker is of another version as soon as anything differs that can change what a case does: the rules, the workflows,
the activities, the books, or the services (through which each step reads the office's fees). The package's number alone
would not tell: an office that corrects one edition file has another worker. No case runs through what lies above.
How cases come to go on with a version stands in `services.versions`.
"""

from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Where the packages stand side by side: the project's folder, or the place that they were installed to."""
PARTS = ("worker.py", "policy", "records", "activities", "workflows", "services")
DIGITS = 12
"""Digits of the digest in a build id: enough to tell versions apart, short enough to read in the UI."""


def build_id(root: Path = ROOT) -> str:
    """Return the version of the program under a folder, for example `0.1.0-3f2a9c51d0be`."""
    return f"{package_version()}-{tree_digest(root)[:DIGITS]}"


def package_version() -> str:
    """Return the package's number; `0` where it was not installed but is run from its folder."""
    try:
        return version("accredit")
    except PackageNotFoundError:
        return "0"


def tree_digest(root: Path) -> str:
    """Return the SHA-256 over the names and contents of every file that a worker is made of."""
    digest = sha256()
    for file in _files(root):
        name = file.relative_to(root).as_posix().encode()
        content = file.read_bytes()
        digest.update(b"%d %s %d " % (len(name), name, len(content)) + content)
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """Yield the files in an order that is the same on every machine, without what Python compiles for itself."""
    for part in PARTS:
        files = [root / part] if part.endswith(".py") else sorted((root / part).rglob("*"))
        yield from (file for file in files if file.is_file() and "__pycache__" not in file.parts)
