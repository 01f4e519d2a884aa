"""`accredit keys`: made, listed, replaced and revoked, with a next step wherever something is amiss."""

from pathlib import Path

import pytest

from services.clock import now
from services.errors import ExitCode
from services.security.keys import KeyRing
from starter.operation import keys
from tests.command import Command


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line in an empty folder, where no worker has to hear of a key."""
    monkeypatch.setattr(keys, "KNOWN_AFTER", 0)
    return Command(monkeypatch, capsys, tmp_path)


def only_key(command: Command) -> str:
    (key,) = [one["kid"] for one in command("keys", "list", "--json").data if one["believed"] and not one["ends"]]
    return str(key)


def test_set_up_makes_the_first_key_once(command: Command) -> None:
    assert "`accredit keys new`" in command("keys", "list").out
    assert "first key office-" in command("keys", "new", "--first").out
    assert command("keys", "new", "--first").out == ""
    assert only_key(command).startswith("office-")


def test_the_offices_key_is_replaced_and_stays_here(command: Command) -> None:
    command("keys", "new", "--first")
    first = only_key(command)
    assert command("keys", "rotate", first).code == ExitCode.DONE
    second = only_key(command)
    assert second != first
    states = {one["kid"]: (one["believed"], one["private_half_here"]) for one in command("keys", "list", "--json").data}
    assert states == {first: (True, False), second: (True, True)}
    assert command("keys", "rotate", first).code == ExitCode.UNUSABLE
    assert "accredit keys new" in command("keys", "revoke", second, "--yes").out


def test_a_facilitys_key_goes_into_a_file_of_its_own(command: Command) -> None:
    assert command("keys", "new", "--org", "OH-0417").code == ExitCode.UNUSABLE
    assert command("keys", "new", "-o", "office.key").code == ExitCode.UNUSABLE
    ran = command("keys", "new", "--org", "OH-0417", "-o", "OH-0417.key")
    assert (ran.code, (command.folder / "OH-0417.key").stat().st_mode & 0o777) == (ExitCode.DONE, 0o600)
    private = (command.folder / "OH-0417.key").read_text()
    assert private.split('"d":"')[1].split('"')[0] not in ran.out + ran.err + command("keys", "list", "--json").out
    key = only_key(command)
    assert command("keys", "rotate", key).code == ExitCode.UNUSABLE
    assert command("keys", "rotate", key, "-o", "next.key").code == ExitCode.DONE
    assert command("keys", "new", "--org", "OH-0417", "-o", "OH-0417.key").code == ExitCode.UNUSABLE


@pytest.mark.parametrize("org", ["office", "Office", "portal", "PORTAL", "a/b", ""])
def test_no_facility_is_called_as_the_office_or_its_portal(command: Command, org: str) -> None:
    assert command("keys", "new", "--org", org, "-o", "x.key").code == ExitCode.UNUSABLE
    assert not (command.folder / "x.key").exists()


def test_the_portals_key_is_listed_and_replaced_and_the_offices_is_made_beside_it(command: Command) -> None:
    ring = KeyRing(command.folder / "var" / "keys")
    ring.portal_key(now())
    assert "portal (people who are signed in)" in command("keys", "list").out
    portal = only_key(command)
    assert "first key office-" in command("keys", "new", "--first").out
    assert command("keys", "rotate", portal, "-o", "x.key").code == ExitCode.UNUSABLE
    assert "The portal signs with it" in command("keys", "rotate", portal).out
    speaking = {one["org"] for one in command("keys", "list", "--json").data if one["private_half_here"]}
    assert speaking == {"office", "portal"}
    new = ring.signing_key(now(), "portal")
    assert new is not None
    assert "the portal is started again" in command("keys", "revoke", new.kid, "--yes").out


def test_where_a_key_cannot_be_read_no_other_one_is_made_in_its_place(command: Command) -> None:
    command("keys", "new", "--first")
    (command.folder / "var" / "keys" / f"{only_key(command)}.json").write_text("damaged")
    assert command("keys", "new", "--first").out == ""


def test_a_key_that_nobody_knows_and_a_question_that_nobody_answers_are_told(command: Command) -> None:
    command("keys", "new", "--first")
    assert "`accredit keys list`" in command("keys", "revoke", "nobody", "--yes").err
    ran = command("keys", "revoke", only_key(command))
    assert (ran.code, "--yes" in ran.err) == (ExitCode.UNUSABLE, True)
    assert only_key(command)
