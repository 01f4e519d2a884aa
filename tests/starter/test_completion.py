"""What the shell completes: commands, options, cases, invoices, messages; at once, and never with an error."""

import os
import resource
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from records.books import Books, open_books
from records.cases import announce_case
from services.settings import SAMPLE, SAMPLES
from starter.completion.answer import split, zsh_list
from starter.completion.outline import keep_outline
from starter.completion.words import from_books
from tests.applications import sample
from tests.patience import WITHIN
from tests.postgres import fresh_database

CASES = (
    "accreditation.OH-0417.ct.CT-1.1",
    "accreditation.OH-0417.ct.CT-2.1",
    "accreditation.ME-0008.ultrasound.site.1",
)
QUICK = 0.8
"""Seconds of computing that an answer may take; the program itself takes more than one to be read. Measured: 0.3."""
Press = Callable[..., list[str]]


def announce(books: Books) -> None:
    """Write the cases into books."""
    with books.writing() as session:
        for case_id in CASES:
            announce_case(
                session, case_id, program="accreditation", application=sample(), announced_at=datetime.now(UTC)
            )


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that keeps the outline of the program as it is now."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACCREDIT_CACHE", str(folder))
        keep_outline()
    return folder


@pytest.fixture
def environ(cache: Path, tmp_path: Path) -> dict[str, str]:
    """An environment in which `accredit` is a command, with an office that has some cases."""
    books = open_books(f"sqlite:///{tmp_path}/books.db")
    announce(books)
    books.close()
    command = tmp_path / "bin" / "accredit"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m starter "$@"\n', "utf-8")
    command.chmod(0o755)
    return os.environ | {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(SAMPLES.parent),
        "HOME": str(tmp_path),
        "ACCREDIT_CACHE": str(cache),
        "ACCREDIT_OFFICE": str(SAMPLE),
        "ACCREDIT_DATABASE_URL": f"sqlite:///{tmp_path}/books.db",
    }


@pytest.fixture
def press(environ: dict[str, str], tmp_path: Path) -> Press:
    """Press Tab at the end of a line, as bash's script does; nothing must be said on stderr."""

    def pressed(line: str, **more: str) -> list[str]:
        words = split(line) + ([""] if line.endswith(" ") else [])
        asked = {
            "COMP_WORDS": "\n".join(words),
            "COMP_CWORD": str(len(words) - 1),
            "_ACCREDIT_COMPLETE": "complete_bash",
        }
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run(
            ["accredit"], env=environ | asked | more, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert ran.stderr == ""
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < QUICK
        return ran.stdout.splitlines()

    return pressed


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("accredit sh", ["show"]),
        ("accredit scenario ", ["new"]),
        ("accredit rehearse --wa", ["--watch"]),
        ("accredit show accreditation.OH", [CASES[0], CASES[1]]),
        ("accredit send X record", ["record_payment"]),
        ("accredit option X re", ["repeat", "reinstate"]),
        ("accredit option X repeat --medium ", ["upload", "cd", "film"]),
        ("accredit worklist --modality breast", ["breast_ultrasound"]),
        ("accredit worklist --party=facility --ov", ["--overdue"]),
        ("accredit schema di", ["dicoe"]),
        ("accredit notices --preview option_form_r", ["option_form_reminder"]),
        ("accredit send X view_final_report --by-role a", ["administrator", "acr"]),
        ("accredit statement ", ["OH-0417"]),
        ("accredit nonsense sh", []),
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
        {"COMP_CWORD": "many"},
    ],
    ids=lambda wrong: next(iter(wrong.values())),
)
def test_what_cannot_be_read_is_not_completed_and_nothing_is_said(press: Press, wrong: dict[str, str]) -> None:
    assert press("accredit show ", **wrong) == []


@pytest.mark.postgres
def test_books_on_postgresql_are_asked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("starter.completion.words.WITHIN", WITHIN)  # this machine may have much else to do
    with fresh_database() as address:
        books = open_books(address)
        announce(books)
        books.close()
        monkeypatch.setenv("ACCREDIT_DATABASE_URL", address)
        assert from_books("CASE", "accreditation.ME", SAMPLE, demo=False) == [(CASES[2], "starting")]
        assert from_books("INVOICE", "", SAMPLE, demo=False) == []
        assert from_books("FACILITY", "OH", SAMPLE, demo=False) == [("OH-0417", "Sample Imaging Center")]


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
        "accredit check ": "_files",
    }.items():
        asked = {"_TYPER_COMPLETE_ARGS": line, "_ACCREDIT_COMPLETE": "complete_zsh"}
        ran = subprocess.run(
            ["accredit"], env=environ | asked, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert (ran.stdout, ran.stderr) == (told, "")


def test_a_name_from_outside_cannot_end_a_quotation() -> None:
    about = "He said \"\\\" $(touch x) `touch y` 'z': \\"
    assert zsh_list([("OH-1", about)]) == (
        '_arguments \'*: :(("OH-1":"He said ""/"" \\$(touch x) \\`touch y\\` \'\'z\'\'\\\\: /"))\''
    )


def test_without_a_kept_outline_the_program_is_read_and_kept(environ: dict[str, str], tmp_path: Path) -> None:
    asked = {"COMP_WORDS": "accredit\nworkl", "COMP_CWORD": "1", "_ACCREDIT_COMPLETE": "complete_bash"}
    fresh = environ | asked | {"ACCREDIT_CACHE": str(tmp_path / "cache")}
    ran = subprocess.run(["accredit"], env=fresh, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("worklist\n", "")
    assert len(list((tmp_path / "cache" / "completion").iterdir())) == 1
