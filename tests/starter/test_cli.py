"""The command line as a whole: exit codes, help, plain output into pipes, and problems told without a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from temporalio.service import RPCError, RPCStatusCode

from policy.verdict import Finding, Refused, Verdict
from policy.words import dollars
from records.problems import BooksUnreachable, WrongPurpose
from services.errors import ExitCode, InputFault, NoSuchCase, NotReachable, RefusedByRule, Unusable
from services.settings import SAMPLES
from starter.terminal.output import show_json, show_table
from starter.terminal.run import run
from tests.command import Command
from tests.patience import WITHIN

ROOT = SAMPLES.parent
FINDING = Finding(rule="application.incomplete", where="medium", reason="No medium.", source="Somewhere")


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    return Command(monkeypatch, capsys, tmp_path)


def raising(error: BaseException) -> Callable[[], object]:
    def main() -> object:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Unusable([InputFault("a.json", "units", "5", "a list")]), 2, "a.json: units: found 5, expected a list"),
        (RefusedByRule([FINDING], instead=["Add one."]), 3, "Possible instead: Add one."),
        (Refused("fee.not_configured", "Not set.", source="Here"), 3, "Not set.\n  fee.not_configured: Here"),
        (NoSuchCase("case", "accreditation.X.ct.1.1"), 4, "There is no case accreditation.X.ct.1.1."),
        (NotReachable("server", "host:1", "Start it."), 5, "The server at host:1 cannot be reached."),
        (BooksUnreachable("The database x cannot be used."), 5, "The database x cannot be used."),
        (WrongPurpose("They are never mixed."), 2, "They are never mixed."),
        (OperationalError("select 1", {}, Exception("no answer")), 5, "no answer"),
        (RPCError("no host", RPCStatusCode.UNAVAILABLE, b""), 5, "no host"),
        (RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b""), 4, "workflow not found"),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (SystemExit(7), 7, ""),
    ],
)
def test_each_problem_has_its_exit_code_and_is_told_without_a_traceback(
    error: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(raising(error)) == code
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""
    assert "Traceback" not in captured.err


def test_a_mistake_in_the_program_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run(raising(ZeroDivisionError()))


def test_a_script_that_asked_for_json_gets_the_problem_as_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["accredit", "send", "--json"])
    verdict = Verdict(
        accepted=False, rule="case.closed", reason="It is closed.", source="Here", instead=("Apply anew.",)
    )
    assert run(raising(RefusedByRule.of(verdict, where="a.b.c.1"))) == ExitCode.REFUSED
    data = json.loads(capsys.readouterr().out)
    assert (data["rule"], data["where"], data["instead"]) == ("case.closed", "a.b.c.1", ["Apply anew."])
    assert len(data["findings"]) == 1


def test_help_names_every_command_and_the_exit_codes(accredit: Command) -> None:
    ran = accredit("--help")
    assert ran.code == 0
    assert "not reachable" in " ".join(ran.out.split())
    for command in ("check", "quote", "schema"):
        assert command in ran.out
        shown = accredit(command, "--help")
        assert shown.code == 0
        assert f"accredit {command} " in shown.out


def test_a_wrong_option_is_unusable_input(accredit: Command) -> None:
    assert accredit("check").code == 2
    assert accredit("nonsense").code == 2
    assert accredit("--office", "gone.toml", "check", str(SAMPLES / "ct-unit.json")).code == 2


def test_the_module_is_the_same_command_and_prints_plainly_into_a_pipe(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ACCREDIT_")}
    ran = subprocess.run(
        [sys.executable, "-m", "starter", "check", str(SAMPLES / "ct-unit.json")],
        cwd=tmp_path,
        env=environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "\x1b" not in ran.stdout + ran.stderr
    assert "accreditation.OH-0417.ct.CT-1." in ran.stdout


def test_a_row_is_never_cut_or_folded_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 200
    show_table(["Name", "Amount"], [[long, "1.00"], ["[bold]y", "10.00"]], right=["Amount"])
    heading, first, second = capsys.readouterr().out.splitlines()
    assert heading == "Name".ljust(200) + "  Amount"
    assert first == long + "    1.00"
    assert second == "[bold]y".ljust(200) + "   10.00"


def test_amounts_are_text_with_two_decimals(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"total": Decimal("2900")})
    assert json.loads(capsys.readouterr().out) == {"total": "2900.00"}
    assert dollars(Decimal("1234567.5")) == "$1,234,567.50"
