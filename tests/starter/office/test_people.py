"""`accredit people`: invited, listed, shut out and let in again; links that work once; what is wrong is told."""

import re
from pathlib import Path

import pytest
from sqlmodel import select

from records.books import open_books
from records.tables import AuditEntry
from services.clock import now
from services.errors import ExitCode
from services.paths import note_portal
from services.people.links import look_at_link
from tests.command import Command
from tests.portal.letters import letters_to, link_in

ANN = ("ann@example.org", "--name", "Ann Sample", "--role", "administrator", "--org", "OH-0417")
AS = ("ann@example.org", "--name", "Ann", "--role")
OFFICE = """
sample = true
[portal.providers.hospital]
issuer = "https://login.example.org"
client_id = "accredit"
orgs = ["OH-0500"]
only = true
"""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line of an office with empty books."""
    monkeypatch.setenv("ACCREDIT_DATABASE_URL", f"sqlite:///{tmp_path}/books.db")
    monkeypatch.setenv("ACCREDIT_MAIL_FOLDER", str(tmp_path / "mail"))
    monkeypatch.setenv("ACCREDIT_USER", "Otto Officer")
    open_books(f"sqlite:///{tmp_path}/books.db").close()
    return Command(monkeypatch, capsys, tmp_path)


def test_an_invited_person_gets_a_letter_with_a_link_that_lets_him_in(command: Command) -> None:
    ran = command("people", "invite", *ANN)
    assert (ran.code, "Ann Sample <ann@example.org> may sign in as administrator of OH-0417." in ran.out) == (0, True)
    (letter,) = letters_to(command.folder, "ann@example.org", "invitation")
    assert "Otto Officer of the office has given you access" in letter
    secret = link_in(letter).rpartition("/")[2]
    books = open_books(f"sqlite:///{command.folder}/books.db")
    with books.reading() as session:
        found = look_at_link(session, secret, now())
        assert found is not None
        assert found[0].name == "Ann Sample"
    books.close()


def test_a_link_is_printed_instead_of_mailed(command: Command) -> None:
    ran = command("people", "invite", *ANN, "--print-link")
    assert re.search(r"^  http://127\.0\.0\.1:8088/sign-in/[\w-]{43}$", ran.out, re.MULTILINE)
    assert letters_to(command.folder, "ann@example.org", "invitation") == []
    assert not (command.folder / "mail").exists()


def test_a_link_leads_to_the_portal_that_the_settings_name_or_that_runs_here(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("people", "invite", *ANN)
    with note_portal("http://localhost:9123"):
        assert command("people", "link", "ann@example.org", "--json").data["link"].startswith("http://localhost:9123/")
        monkeypatch.setenv("ACCREDIT_PORTAL_PUBLIC_URL", "https://portal.example.org/")
        link = command("people", "link", "Ann@Example.org", "--json").data["link"]
    assert link.startswith("https://portal.example.org/sign-in/")


def test_people_are_listed_with_their_roles(command: Command) -> None:
    assert "accredit people invite" in command("people", "list").out
    command("people", "invite", *ANN)
    command("people", "invite", "otto@example.org", "--name", "Otto Officer", "--role", "acr")
    command("people", "invite", "bob@example.org", "--name", "Bob Sample", "--role", "technologist", "--org", "OH-0417")
    shown = command("people", "list").out
    assert re.search(r"Ann Sample +ann@example\.org +OH-0417: administrator \(manages people\) +may sign in", shown)
    assert re.search(r"Otto Officer +otto@example\.org +office: acr +may sign in", shown)
    assert re.search(r"Bob Sample +bob@example\.org +OH-0417: technologist +may sign in", shown)
    assert [one["name"] for one in command("people", "list", "oh-0417", "--json").data] == ["Ann Sample", "Bob Sample"]
    assert [one["name"] for one in command("people", "list", "otto@", "--json").data] == ["Otto Officer"]
    assert command("people", "list", "100%", "--json").data == []
    (otto,) = command("people", "list", "officer", "--json").data
    assert (otto["may_sign_in"], otto["disabled"]) == (True, False)
    assert [(one["org"], one["role"], one["manages"]) for one in otto["roles"]] == [("office", "acr", False)]


def test_who_is_disabled_gets_no_link_until_he_is_enabled(command: Command) -> None:
    command("people", "invite", *ANN)
    link = command("people", "link", "ann@example.org", "--json").data["link"].rpartition("/")[2]
    assert "is shut out" in command("people", "disable", "ann@example.org").out
    books = open_books(f"sqlite:///{command.folder}/books.db")
    with books.reading() as session:
        assert look_at_link(session, link, now()) is None
    refused = command("people", "link", "ann@example.org")
    assert (refused.code, "`accredit people enable`" in refused.err) == (ExitCode.UNUSABLE, True)
    assert "is disabled, and stays so" in command("people", "invite", *ANN).err
    told = command("people", "enable", "ann@example.org", "--json").data
    assert (told["may_sign_in"], told["disabled_at"]) == (True, None)
    assert command("people", "link", "ann@example.org").code == ExitCode.DONE
    with books.reading() as session:
        acts = [(one.act, one.name, one.org) for one in session.exec(select(AuditEntry))]
        assert look_at_link(session, link, now()) is None
    books.close()
    assert [act for act, _, _ in acts] == [
        "invited", "printed a link for", "disabled", "invited", "enabled", "printed a link for",
    ]  # fmt: skip
    assert {(name, org) for _, name, org in acts} == {("Otto Officer", "office")}


WRONG = {
    "no address": (("annexample.org", "--name", "Ann", "--role", "acr"), "e-mail address: found 'annexample.org'"),
    "no name": (("ann@example.org", "--name", " ", "--role", "acr"), "name: found"),
    "no organisation": ((*AS, "technologist"), "--org: found nothing"),
    "an officer of a facility": (
        (*AS, "acr", "--org", "OH-0417"),
        "role: found acr",
    ),
    "a technologist of the office": (
        (*AS, "technologist", "--org", "office"),
        "role: found technologist",
    ),
    "a facility called portal": (
        (*AS, "technologist", "--org", "Portal"),
        "organisation: found 'Portal'",
    ),
    "a facility called Office": (
        (*AS, "technologist", "--org", "Office"),
        "organisation: found 'Office'",
    ),
    "no id": (
        (*AS, "technologist", "--org", "a/b"),
        "organisation: found 'a/b'",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_an_invitation_is_told_and_nobody_is_let_in(wrong: str, command: Command) -> None:
    arguments, told = WRONG[wrong]
    ran = command("people", "invite", *arguments)
    assert (ran.code, told in ran.err) == (ExitCode.UNUSABLE, True), ran.err
    assert command("people", "list", "--json").data == []


@pytest.mark.parametrize("act", ["disable", "enable", "link"])
def test_an_address_that_nobody_has_is_told(act: str, command: Command) -> None:
    ran = command("people", act, "nobody@example.org")
    assert (ran.code, "`accredit people list`" in ran.err) == (ExitCode.UNUSABLE, True)


def test_an_invitation_that_cannot_be_mailed_is_told_and_the_person_is_let_in(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCREDIT_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("ACCREDIT_MAIL_PORT", "9")
    ran = command("people", "invite", *ANN)
    assert (ran.code, "`accredit people link ann@example.org`" in ran.err) == (ExitCode.NOT_AS_EXPECTED, True)
    assert command("people", "list", "ann", "--json").data[0]["may_sign_in"] is True
    assert list(command.folder.rglob("*.eml")) == []


def test_whose_organisation_signs_in_by_its_provider_gets_no_link(command: Command) -> None:
    office = command.file("office.toml", OFFICE)
    command("people", "invite", "eva@example.org", "--name", "Eva Sample", "--role", "technologist", "--org", "OH-0500")
    ran = command("--office", office, "people", "link", "eva@example.org")
    assert (ran.code, "[portal.providers]" in ran.err) == (ExitCode.UNUSABLE, True)


def test_each_command_shows_how_it_is_used(command: Command) -> None:
    for name in ("list", "invite", "disable", "enable", "link"):
        assert f"accredit people {name}" in command("people", name, "--help").out
