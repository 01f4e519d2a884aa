"""What the shell completes: commands, options, cases, invoices, messages; at once, and never with an error."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from records.books import Books, open_books
from records.cases import announce_case
from services.settings import SAMPLE, SAMPLES
from starter.cli import COMMANDS as PLACED
from starter.cli import app, command, summary_of, whole
from starter.terminal import completion
from tests.applications import sample
from tests.patience import WITHIN
from tests.postgres import fresh_database

CASES = (
    "accreditation.OH-0417.ct.CT-1.1",
    "accreditation.OH-0417.ct.CT-2.1",
    "accreditation.ME-0008.ultrasound.site.1",
)
SLOW = ("temporalio", "alembic", "icalendar", "typst", "docx", "openpyxl", "pydicom", "starter.cases.show")
"""What an answer must not wait for. Measured on a busy machine: 0.4 s of computing for a command, 1.3 s for a case."""
Press = Callable[..., list[str]]


def announce(books: Books) -> None:
    """Write the cases into books."""
    with books.writing() as session:
        for case_id in CASES:
            announce_case(
                session, case_id, program="accreditation", application=sample(), announced_at=datetime.now(UTC)
            )


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment in which `accredit` is a command, with an office that has some cases."""
    books = open_books(f"sqlite:///{tmp_path}/books.db")
    announce(books)
    books.close()
    program = tmp_path / "bin" / "accredit"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m starter "$@"\n', "utf-8")
    program.chmod(0o755)
    return os.environ | {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(SAMPLES.parent),
        "HOME": str(tmp_path),
        "ACCREDIT_OFFICE": str(SAMPLE),
        "ACCREDIT_DATABASE_URL": f"sqlite:///{tmp_path}/books.db",
    }


@pytest.fixture
def press(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Press:
    """Press Tab at the end of a line, as bash's script does; nothing must be said on stderr."""
    monkeypatch.chdir(tmp_path)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def pressed(line: str, **more: str) -> list[str]:
        for name, value in (asked(line) | more).items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        assert command() == 0
        told = capsys.readouterr()
        assert told.err == ""
        return told.out.split()

    return pressed


def asked(line: str) -> dict[str, str]:
    """Return what bash's script asks at the end of a line."""
    words = line.split() + ([""] if line.endswith(" ") else [])
    return {
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_ACCREDIT_COMPLETE": "complete_bash",
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("accredit sh", ["show"]),
        ("accredit scenario ", ["new"]),
        ("accredit rehearse --wa", ["--watch"]),
        ("accredit show accreditation.OH", [CASES[0], CASES[1]]),
        ("accredit send X record", ["record_mqsa_certificate", "record_payment", "record_refund"]),
        ("accredit option X re", ["repeat", "reinstate"]),
        ("accredit option X repeat --medium ", ["upload", "cd", "film"]),
        ("accredit worklist --modality breast", ["breast_ultrasound"]),
        ("accredit worklist --party=facility --ov", ["--overdue"]),
        ("accredit schema di", ["dicoe", "dicoe-edition"]),
        ("accredit notices --preview option_form_r", ["option_form_reminder"]),
        ("accredit send X view_final_report --by-role a", ["administrator", "acr"]),
        ("accredit statement ", ["OH-0417"]),
        ("accredit check ", []),
        ("accredit 'show", ["show"]),
    ],
)
def test_words_are_completed_where_they_stand(press: Press, line: str, words: list[str]) -> None:
    assert press(line) == words


def test_the_books_of_the_office_that_is_named_are_asked(press: Press, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[database]\nurl = "sqlite:///none.db"\n', "utf-8")
    assert press("accredit --office own.toml show ", ACCREDIT_DATABASE_URL="") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"ACCREDIT_DATABASE_URL": "sqlite:///nowhere/books.db"},
        {"ACCREDIT_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/books"},
        {"ACCREDIT_DATABASE_URL": "postgresql://nobody@192.0.2.1/books"},
        {"ACCREDIT_OFFICE": "absent.toml"},
    ],
    ids=lambda wrong: next(iter(wrong.values())),
)
def test_what_cannot_be_read_is_not_completed_and_nothing_is_said(press: Press, wrong: dict[str, str]) -> None:
    assert press("accredit show ", **wrong) == []


@pytest.mark.postgres
def test_books_on_postgresql_are_asked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "WITHIN", WITHIN)  # this machine may have much else to do
    with fresh_database() as address:
        books = open_books(address)
        announce(books)
        books.close()
        monkeypatch.setenv("ACCREDIT_DATABASE_URL", address)
        monkeypatch.setenv("ACCREDIT_OFFICE", str(SAMPLE))
        line = typer.Context(typer.main.get_command(app))
        assert completion.cases(line, "accreditation.ME") == [(CASES[2], "starting")]
        assert completion.invoices(line, "") == []
        assert completion.facilities(line, "OH") == [("OH-0417", "Sample Imaging Center")]


def test_an_answer_makes_no_books(press: Press, tmp_path: Path) -> None:
    assert press("accredit show ", ACCREDIT_DATABASE_URL="sqlite:///other.db") == []
    assert not (tmp_path / "other.db").exists()


def test_in_bash_the_script_that_is_shown_completes(environ: dict[str, str], tmp_path: Path) -> None:
    script = """
    eval "$(accredit --show-completion)"
    complete -p accredit
    COMP_WORDS=(accredit show accreditation.ME); COMP_CWORD=2
    _accredit_completion accredit
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    ran = subprocess.run(
        ["bash", "--norc", "-c", script], env=environ, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == ["complete -o default -F _accredit_completion accredit", CASES[2]]


def test_zsh_is_told_what_each_word_is_about(environ: dict[str, str], tmp_path: Path) -> None:
    for line, told in {
        "accredit worklist --ov": '_arguments \'*: :(("--overdue":"Only what is overdue."))\'',
        "accredit show accreditation.ME": f'_arguments \'*: :(("{CASES[2]}":"starting"))\'',
        "accredit scen": '_arguments \'*: :(("scenario":"Scenarios\\\\: lives that can be rehearsed."))\'',
        "accredit check ": "_files",
    }.items():
        zsh = {"_TYPER_COMPLETE_ARGS": line, "_ACCREDIT_COMPLETE": "complete_zsh"}
        ran = subprocess.run(["accredit"], env=environ | zsh, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert (ran.stdout.strip(), ran.stderr) == (told, "")


def test_a_name_from_outside_cannot_end_a_quotation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    application = sample()
    application["facility"]["name"] = "He said \"\\\" $(touch x) `touch y` 'z': [red]\\ \x1b[2K"
    books = open_books(f"sqlite:///{tmp_path}/books.db")
    with books.writing() as session:
        announce_case(
            session, CASES[0], program="accreditation", application=application, announced_at=datetime.now(UTC)
        )
    books.close()
    monkeypatch.setenv("ACCREDIT_DATABASE_URL", f"sqlite:///{tmp_path}/books.db")
    monkeypatch.setenv("ACCREDIT_OFFICE", str(SAMPLE))
    ((facility, about),) = completion.facilities(typer.Context(typer.main.get_command(app)), "OH")
    assert facility == "OH-0417"
    assert not {*about} & {*"\"'\\$`[]:\x1b"}


def test_every_command_says_what_it_is_for_without_being_read() -> None:
    commands = whole().commands
    for _, name, _ in PLACED:
        said = " ".join((commands[name].help or "").partition("\n\n")[0].split())
        assert summary_of(name) == said


@pytest.mark.parametrize("line", ["accredit wor", "accredit worklist --modality ", "accredit option X re"])
def test_an_answer_waits_for_nothing_that_it_does_not_need(environ: dict[str, str], tmp_path: Path, line: str) -> None:
    script = (
        "import sys\nfrom starter.cli import command\nassert command() == 0\n"
        f"print([name for name in {SLOW} if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=environ | asked(line),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr.strip() == "[]"
