"""A worker of the version before goes on writing every kind of step on books that this version has migrated."""

import subprocess
import sys
import warnings
from contextlib import closing
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlmodel import select

from records.books import open_books
from records.migrate import FOLDER
from records.tables import CaseRecord, Invoice, StepRecord
from tests.records.expanding import before_and_after, taken_away
from tests.records.rows import CASE
from tests.records.version_before import STEPS, commit_before, unpack

SCRIPT = ScriptDirectory(str(FOLDER))


def newest() -> str:
    return SCRIPT.get_current_head() or ""


def test_the_version_before_writes_every_kind_of_step_on_migrated_books(url: str, tmp_path: Path) -> None:
    """In a shallow clone the version before is not there: then only that nothing was taken away from it is held."""
    version = commit_before(newest())
    if version is None:
        warnings.warn(
            "the clone is too shallow: the version before was not run, only its tables were held", stacklevel=1
        )
        assert taken_away(*before_and_after(url, newest())) == []
        return
    tree = tmp_path / "before"
    tree.mkdir()
    unpack(version, tree)
    worker = subprocess.Popen(
        [sys.executable, "-c", STEPS, url],
        cwd=tree,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    if worker.stdout.readline() != "opened\n":
        raise AssertionError(worker.communicate()[1])
    open_books(url, migrates=True).close()
    told, errors = worker.communicate("go on\n")
    assert worker.returncode == 0, errors
    assert told.splitlines() == [f"{number} []" for number in range(2, 9)]
    with closing(open_books(url)) as books, books.reading() as session:
        assert session.get_one(CaseRecord, CASE).outcome == "withdrawn"
        assert {one.number: one.digest for one in session.exec(select(StepRecord))} == dict.fromkeys(range(1, 9))
        assert sorted(one.status for one in session.exec(select(Invoice))) == ["open", "paid", "void"]
