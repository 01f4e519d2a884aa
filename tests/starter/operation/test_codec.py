"""`accredit codec`: keys are made, listed and missed; an exported history is read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from embedded.data import held
from policy.office import OfficeSettings, Security
from services.errors import ExitCode
from services.paths import SERVER
from services.security.codec import codec_of
from services.security.history_keys import HistoryKeyRing, new_key
from starter.operation.checks import check_histories
from starter.operation.codec import decoding
from tests.command import Command

KEYS = Path("var/keys/histories")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line, in this process and an empty folder."""
    return Command(monkeypatch, capsys, tmp_path)


def test_a_key_is_made_for_its_owner_alone_and_listed(command: Command) -> None:
    made = command("codec", "new-key")
    assert made.code == ExitCode.DONE
    (key,) = HistoryKeyRing(KEYS).all()
    assert key.id in made.out
    assert "encrypt = true" in made.out
    (file,) = KEYS.glob("*.key")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text().strip() not in made.out + made.err
    told = command("codec", "list", "--json").data
    assert told["keys"] == [{"key": key.id, "use": "decrypts"}]
    assert told["encrypt"] is False


def test_the_newest_key_that_has_begun_encrypts(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCREDIT_SECURITY_ENCRYPT", "true")
    old = new_key(KEYS, datetime.now(UTC) - timedelta(days=9))
    command("codec", "new-key")
    day = datetime.now(UTC).date() + timedelta(days=30)
    coming = command("codec", "new-key", "--from", day.isoformat())
    assert "Carry it to every machine before." in coming.out
    listed = command("codec", "list", "--json").data["keys"]
    assert [one["use"] for one in listed] == ["to come", "encrypts", "decrypts"]
    assert listed[-1]["key"] == old


def test_a_folder_that_cannot_be_written_is_told(command: Command) -> None:
    command.file("var", "a file where the folder should be")
    ran = command("codec", "new-key")
    assert ran.code == ExitCode.UNUSABLE
    assert "[security] history_keys" in ran.err


def test_to_encrypt_without_a_key_is_exit_2_and_names_the_command(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCREDIT_SECURITY_ENCRYPT", "true")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    ran = command("replay-check")
    assert ran.code == ExitCode.UNUSABLE
    assert "accredit codec new-key" in ran.err


def test_an_exported_history_is_read_with_its_keys_and_without_them_says_which_is_missing(command: Command) -> None:
    key_id = new_key(KEYS, datetime.now(UTC))
    codec = codec_of(Security(encrypt=True), "default")
    event = HistoryEvent(event_id=1)
    said = Payload(metadata={"encoding": b"json/plain"}, data=b'"Dr. Sample"')
    event.workflow_execution_started_event_attributes.input.payloads.append(codec.encoded(said))
    event.user_metadata.summary.CopyFrom(codec.encoded(said))
    file = command.file("case.json", WorkflowHistory("case", [event]).to_json())
    read = WorkflowHistory.from_json("case", command("codec", "decode", file).out)
    assert read.events[0].workflow_execution_started_event_attributes.input.payloads[0] == said
    assert read.events[0].user_metadata.summary == said
    (KEYS / f"{key_id}.key").unlink()
    ran = command("codec", "decode", file)
    assert (ran.code, key_id in ran.err) == (ExitCode.UNUSABLE, True)
    assert command("codec", "decode", "nothing.json").code == ExitCode.UNUSABLE
    assert command("codec", "decode", command.file("other.json", "{")).code == ExitCode.UNUSABLE


async def test_a_link_to_sign_in_by_needs_a_codec_server_that_runs(command: Command) -> None:
    new_key(KEYS, datetime.now(UTC))
    ran = command("codec", "sign-in")
    assert (ran.code, "--at" in ran.err) == (ExitCode.UNUSABLE, True)
    assert command("codec", "sign-in", "--at", "https://temporal.example.org").out.startswith(
        "https://temporal.example.org/codec/sign-in?code="
    )
    async with held(SERVER) as data:
        data.note(address="127.0.0.1:7233", ui_url=None, codec="http://127.0.0.1:8234/codec")
        assert command("codec", "sign-in").out.startswith("http://127.0.0.1:8234/codec/sign-in?code=")


def test_make_up_runs_a_codec_server_where_something_is_or_was_encrypted(command: Command) -> None:
    with decoding(Security(), ["default"]) as none:
        assert none is None
    new_key(KEYS, datetime.now(UTC))
    for security in (Security(), Security(encrypt=True)):
        with decoding(security, ["default"]) as codec:
            assert codec is not None
            assert codec.address.startswith("http://127.0.0.1:")


def test_the_doctor_says_whether_histories_are_encrypted_and_whether_the_keys_are_there(command: Command) -> None:
    assert check_histories(OfficeSettings()).state == "ok"
    on = OfficeSettings(security=Security(encrypt=True))
    assert check_histories(on).state == "wrong"
    assert "accredit codec new-key" in check_histories(on).mend
    key_id = new_key(KEYS, datetime.now(UTC))
    assert (check_histories(on).state, key_id in check_histories(on).found) == ("ok", True)
    (KEYS / f"{key_id}.key").chmod(0o644)
    assert check_histories(on).state == "wrong"
