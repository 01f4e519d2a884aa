"""Commands that only read open a rehearsal's books too, and say loudly that they are none of an office's."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from records.books import open_books
from records.cases import announce_case
from records.words import BooksPurpose
from services.errors import ExitCode
from services.paths import DEMO_BOOKS, DEMONSTRATION
from tests.applications import sample
from tests.command import Command

CASE = "accreditation.OH-0417.ct.CT-1.1"
NOBODY = "127.0.0.1:9"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line in a folder where a demonstration has left its books, without a server."""
    command = Command(monkeypatch, capsys, tmp_path)
    monkeypatch.setenv("TEMPORAL_ADDRESS", NOBODY)
    (tmp_path / DEMO_BOOKS).parent.mkdir(parents=True)
    with closing(open_books(f"sqlite:///{DEMO_BOOKS}", BooksPurpose.REHEARSAL)) as books, books.writing() as session:
        announce_case(session, CASE, program="accreditation", application=sample(), announced_at=datetime.now(UTC))
    return command


@pytest.mark.parametrize("given", [("show", CASE), ("timeline", CASE), ("worklist",), ("invoices",), ("notices",)])
def test_whoever_reads_them_is_told_that_they_are_a_rehearsals(
    command: Command, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ACCREDIT_DATABASE_URL", f"sqlite:///{DEMO_BOOKS}")
    ran = command(*given)
    assert ran.code == ExitCode.DONE, ran.err
    assert f"REHEARSAL: sqlite:///{DEMO_BOOKS} holds rehearsed lives, and no office's cases." in ran.err


def test_nothing_is_sent_from_them(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCREDIT_DATABASE_URL", f"sqlite:///{DEMO_BOOKS}")
    ran = command("notices", CASE, "--resend", "1")
    assert ran.code == ExitCode.UNUSABLE
    assert "holds rehearsals, and was to be opened for an office's cases" in ran.err


def test_a_case_that_only_the_demonstration_has_says_how_to_see_it(command: Command) -> None:
    ran = command("show", CASE)
    assert ran.code == ExitCode.NO_SUCH_CASE
    assert f"The demonstration has one: accredit --demo show {CASE}" in ran.err


def test_the_demonstration_is_looked_at_by_one_word(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DEMONSTRATION:  # which the command sets, and the test's end takes back
        monkeypatch.setenv(name, "")
    ran = command("--demo", "show", CASE)
    assert ran.code == ExitCode.DONE, ran.err
    assert ran.out.startswith(CASE)
    assert "REHEARSAL" in ran.err


def test_a_case_that_nobody_has_says_nothing_of_a_demonstration(command: Command) -> None:
    ran = command("invoices", "accreditation.OH-0417.ct.CT-9.1")
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "There is no office here" in ran.err
    assert "--demo" not in ran.err
