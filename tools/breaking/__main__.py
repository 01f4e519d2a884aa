"""Tries breaking changes one by one on a copy of the tree: `make breaking-changes`.

Each change must be found by a gate at least, else this ends with 1. The last lines are the table of
docs/breaking-changes.md, which `--write` writes down.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from embedded.server import embedded_server
from tools.breaking.changes import CHANGES, Edit
from tools.breaking.gates import DEEP, ORDER, PRINTS, SHAPES, Found

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "breaking-changes.md"
TABLE = "## Each change, and what catches it\n\n"
MODELS = "tests of models"
TESTED = ("tests/policy/test_messages.py", "tests/policy/test_facts.py", "tests/policy/accreditation/test_windows.py")
"""The tests that are run as the last gate."""
GATES = (SHAPES, ORDER, DEEP, PRINTS, MODELS)
LONGEST = 150
"""Signs of a message that the table shows."""


class DoesNotApply(Exception):
    """A change no longer fits the tree: its text stands there no more."""


def copy_tree(folder: Path) -> None:
    """Copy every file that git knows or would add, as it stands."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, told.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def edited(tree: Path, edits: Sequence[Edit]) -> dict[Path, str]:
    """Return the texts of the files that a change edits.

    Raises:
        DoesNotApply: The tree does not have what the change replaces.
    """
    texts: dict[Path, str] = {}
    for edit in edits:
        file = tree / edit.file
        text = texts.get(file) or file.read_text("utf-8")
        if edit.before not in text:
            raise DoesNotApply(f"{edit.file} does not have {edit.before!r}: mend tools/breaking/changes.py")
        texts[file] = text.replace(edit.before, edit.after)
    return texts


@contextmanager
def changed(tree: Path, edits: Sequence[Edit]) -> Iterator[None]:
    """Have a tree be changed for as long as a block lasts. Raises `DoesNotApply`."""
    texts = edited(tree, edits)
    before = {file: file.read_text("utf-8") for file in texts}
    _write(texts)
    try:
        yield
    finally:
        _write(before)


def _write(texts: Mapping[Path, str]) -> None:
    for file, text in texts.items():
        file.write_text(text, "utf-8")
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
            compiled.unlink()  # of two texts of one second and one size Python would take the old one


def gates(tree: Path, address: str) -> Found:
    """Run every gate in a tree and return what each finds."""
    told = _run(tree, "-m", "tools.breaking.gates", address)
    try:
        found: Found = json.loads(told.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        found = {ORDER: [(told.stderr.strip() or "it ended without a word").splitlines()[-1]]}
    tested = _run(tree, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", *TESTED)
    failed = [line for line in tested.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return {**found, MODELS: failed or (["does not begin"] if tested.returncode else [])}


def _run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**own, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )


async def tried(names: Sequence[str]) -> dict[str, Found]:
    """Try changes, and return for each what the gates find that they do not find in the tree as it is."""
    found: dict[str, Found] = {}
    with tempfile.TemporaryDirectory(prefix="breaking-changes-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        async with embedded_server(fast=True, use_configured=False) as server:
            known = await asyncio.to_thread(gates, tree, server.address)
            for name in names:
                with changed(tree, CHANGES[name]):
                    now = await asyncio.to_thread(gates, tree, server.address)
                found[name] = {gate: [one for one in now.get(gate, []) if one not in known[gate]] for gate in GATES}
                caught = [gate for gate in GATES if found[name][gate]]
                print(f"{name}: {', '.join(caught) or 'CAUGHT BY NOTHING'}", file=sys.stderr, flush=True)
    return found


def table(found: Mapping[str, Found]) -> str:
    """Return the table, in Markdown: a change, the gates that catch it, and what the first of them says."""
    lines = ["| change | caught by | and says |", "| --- | --- | --- |"]
    for name, by_gate in found.items():
        caught = [gate for gate in GATES if by_gate[gate]]
        said = by_gate[caught[0]][0] if caught else "nothing"
        lines.append(f"| {name} | {', '.join(caught) or '**nothing**'} | {_cell(said)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Return a message in one line; of a replay's failure what the server's code says of it."""
    text = (text.partition("[TMPRL1100] ")[2] or text).partition('", source: ')[0]
    text = " ".join(text.split()).replace("|", "\\|")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def uncaught(found: Mapping[str, Found]) -> list[str]:
    """Return the changes that no gate finds."""
    return [name for name, by_gate in found.items() if not any(by_gate.values())]


def main() -> int:
    """Try the changes that are named, all where none is."""
    reads = argparse.ArgumentParser(prog="python -m tools.breaking", description=__doc__)
    reads.add_argument("changes", nargs="*", help="beginnings of their names; left out: all")
    reads.add_argument("--write", action="store_true", help="write the table into docs/breaking-changes.md")
    asked = reads.parse_args()
    names = [name for name in CHANGES if not asked.changes or name.startswith(tuple(asked.changes))]
    try:
        found = asyncio.run(tried(names))
    except DoesNotApply as error:
        print(error, file=sys.stderr)
        return 2
    print(table(found), end="")
    if asked.write:
        PAGE.write_text(PAGE.read_text("utf-8").partition(TABLE)[0] + TABLE + table(found), "utf-8")
    return 1 if uncaught(found) else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
