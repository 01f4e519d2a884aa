"""`accredit notices --preview`: a notice as a facility would get it; nothing is sent, nothing is written down."""

import email
import email.policy
from pathlib import Path
from typing import Any

import pytest

from activities.notices.index import index
from services.errors import ExitCode
from tests.command import Command
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line in an empty folder."""
    return Command(monkeypatch, capsys, tmp_path)


def test_without_a_case_it_is_about_the_shipped_sample(run: Command) -> None:
    ran = run("notices", "--preview", "final_report")
    assert ran.code == ExitCode.DONE, ran.err
    assert ran.out.startswith("PREVIEW: this letter was not sent to anybody.\n")
    assert "Subject: Final report: CT unit CT-1" in ran.out
    assert "Attached: option-form-2028-05-19.ics" in ran.out
    assert "Attached: final report (PDF, made when the notice goes out)" in ran.out
    assert "By 19 May 2028" not in ran.out
    assert "is due by 19 May 2028, 24:00 ET" in " ".join(ran.out.split())
    assert "samples/ct-unit.json" in ran.err


@pytest.mark.parametrize("kind", ["designated", "invoice_reminder", "credit_note", "payment_undone"])
def test_kinds_of_either_program_can_be_looked_at(run: Command, kind: str) -> None:
    assert run("notices", "--preview", kind).code == ExitCode.DONE


def test_every_kind_can_be_looked_at_on_a_screen_of_80_columns(run: Command) -> None:
    for kind in index().kinds:
        lines = run("notices", "--preview", kind).out.splitlines()
        body = lines[lines.index("") :]
        assert max(len(line) for line in body) <= 80, kind


def test_it_is_written_as_a_page_and_as_a_letter_that_say_what_they_are(run: Command, tmp_path: Path) -> None:
    html, eml = tmp_path / "report.html", tmp_path / "report.eml"
    ran = run("notices", "--preview", "final_report", "--html", str(html), "--eml", str(eml))
    assert ran.code == ExitCode.DONE, ran.err
    assert "PREVIEW: this letter was not sent" in html.read_text("utf-8")
    message: Any = email.message_from_bytes(eml.read_bytes(), policy=email.policy.default)
    assert message["Subject"] == "[Preview] Final report: CT unit CT-1"
    assert message.get_body(("plain",)).get_content().startswith("PREVIEW")
    kinds = [part.get_content_type() for part in message.iter_attachments()]
    assert kinds == ["text/calendar", "text/calendar"]


WRONG = [
    (["--preview", "gossip"], "the name of a text in activities/notices/texts"),
    (["--html", "report.html"], "the kind of notice to write"),
    (["--preview", "expired", "--html", "no-such-folder/x.html"], "a file that can be written"),
]


@pytest.mark.parametrize(("arguments", "expected"), WRONG)
def test_what_cannot_be_shown_is_exit_2(run: Command, arguments: list[str], expected: str) -> None:
    ran = run("notices", *arguments)
    assert ran.code == ExitCode.UNUSABLE
    assert expected in ran.err


@pytest.mark.server
async def test_of_a_case_it_says_what_the_latest_such_notice_said(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    before = (await terminal("notices", case_id, "--json")).data
    sent = (await terminal("notices", case_id, "--read", "2")).out
    ran = await terminal("notices", case_id, "--preview", "invoice")
    assert ran.code == ExitCode.DONE, ran.err
    assert ran.out.partition("\n\n")[2].split() == sent.partition("\n\n")[2].split()
    assert "administrator@facility.example.org" in ran.out
    other = await terminal("notices", case_id, "--preview", "accredited")
    assert "what it says is a sample" in other.err
    assert case_id in other.out
    assert (await terminal("notices", case_id, "--json")).data == before
    assert not list(office.folder.rglob("*preview*"))


@pytest.mark.server
async def test_a_case_sends_no_notice_of_the_other_program(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    ran = await terminal("notices", case_id, "--preview", "designated")
    assert (ran.code, "this case's program sends" in ran.err) == (ExitCode.UNUSABLE, True)
    assert (await terminal("notices", "no-such-case", "--preview", "invoice")).code == ExitCode.NO_SUCH_CASE
