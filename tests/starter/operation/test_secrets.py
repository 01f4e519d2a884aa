"""What goes wrong with a secret in it is told without the secret: to people, to scripts, and in every traceback."""

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from policy.office import OfficeSettings
from services.errors import ExitCode
from services.settings import SAMPLE, load_settings
from tests.command import Command
from tests.starter.operation.planted import API_KEY, CLIENT, DATABASE, MAIL, MARK, STORE, office_with_secrets

AWAY = "127.0.0.1:9"
SAMPLE_TEXT = SAMPLE.read_text("utf-8")
PROVOCATIONS = {
    "a database that is away": {"ACCREDIT_DATABASE_URL": f"postgresql://office:{DATABASE}@{AWAY}/books"},
    "a password in the query": {"ACCREDIT_DATABASE_URL": f"postgresql://office@{AWAY}/books?password={DATABASE}"},
    "one of its key": {"ACCREDIT_DATABASE_URL": f"postgresql://office@{AWAY}/books?sslpassword={DATABASE}"},
    "an unquoted @": {"ACCREDIT_DATABASE_URL": f"postgresql://office:p@{DATABASE}@{AWAY}/books"},
    "an unquoted colon": {"ACCREDIT_DATABASE_URL": f"postgresql://office:p@x:{DATABASE}/books"},
    "a password for an address": {"ACCREDIT_DATABASE_URL": DATABASE},
    "a password for a port": {"ACCREDIT_MAIL_PORT": MAIL},
    "a password for a yes": {"ACCREDIT_MAIL_STARTTLS": MAIL, "ACCREDIT_MAIL_TIMEOUT": MAIL},
    "a mail server that is away": {"ACCREDIT_MAIL_HOST": "127.0.0.1", "ACCREDIT_MAIL_PORT": "9",
                                   "ACCREDIT_MAIL_USERNAME": "office", "ACCREDIT_MAIL_PASSWORD": MAIL},
    "a mail password beyond ASCII": {"ACCREDIT_MAIL_HOST": "127.0.0.1", "ACCREDIT_MAIL_USERNAME": "office",
                                     "ACCREDIT_MAIL_PASSWORD": f"{MAIL}\u00e9"},
    "a server that is away": {"TEMPORAL_ADDRESS": AWAY, "TEMPORAL_API_KEY": API_KEY},
    "an API key that cannot be sent": {"TEMPORAL_ADDRESS": AWAY, "TEMPORAL_API_KEY": f"{API_KEY}\n\u00e9"},
    "a key in an address": {"TEMPORAL_ADDRESS": f"http://office:{API_KEY}@{AWAY}"},
    "a key for a certificate": {"TEMPORAL_ADDRESS": AWAY, "TEMPORAL_TLS_CLIENT_CERT_DATA": API_KEY,
                                "TEMPORAL_TLS_CLIENT_KEY_DATA": API_KEY},
    "a key without a certificate": {"TEMPORAL_ADDRESS": AWAY, "TEMPORAL_TLS_CLIENT_KEY_DATA": API_KEY},
    "a header that cannot be sent": {"TEMPORAL_ADDRESS": AWAY, "TEMPORAL_GRPC_META_AUTHORIZATION": f"{API_KEY}\n"},
}  # fmt: skip
PROFILES = {
    "an unquoted key": f'[profile.default]\naddress = "{AWAY}"\napi_key = {API_KEY}\n',
    "a key of another type": f'[profile.default]\naddress = "{AWAY}"\napi_key = ["{API_KEY}"]\n',
    "a key for a table": f'[profile.default]\naddress = "{AWAY}"\ntls = "{API_KEY}"\n',
}
OFFICES = {
    "an unquoted password": f"[mail]\npassword = {MAIL}\n",
    "a password of another type": f'[mail]\npassword = ["{MAIL}"]\n',
    "a provider's secret of another type": f'[portal.providers.hospital]\nclient_secret = ["{CLIENT}"]\n',
    "a provider's secret for its issuer": f'[portal.providers.hospital]\nissuer = "{CLIENT}"\n',
    "a section that is none": f'mail = "{MAIL}"\ndatabase = "{DATABASE}"\n',
    "a store that is none": f'[documents]\nstorage = "{STORE}"\n',
    "a store's secret one table too high": f'[documents.storage]\nsecret = "{STORE}"\n',
    "a password for a number": f'[mail]\nport = "{MAIL}"\n[documents]\nlargest = "{STORE}"\n',
}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line, in this process and a folder of the test's own."""
    return Command(monkeypatch, capsys, tmp_path)


def shown(command: Command, caplog: pytest.LogCaptureFixture) -> str:
    """Return everything that commands say which look at the settings, the server, the database and the mail."""
    with caplog.at_level(logging.DEBUG):
        runs = [command(*line.split()) for line in ("worklist", "doctor", "doctor --json", "show OH-0417 --json")]
    assert all(ran.code != ExitCode.DONE for ran in runs)
    return "".join(ran.out + ran.err for ran in runs) + caplog.text


@pytest.mark.parametrize("wrong", PROVOCATIONS)
def test_a_secret_in_the_environment_is_not_told(
    wrong: str, command: Command, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in PROVOCATIONS[wrong].items():
        monkeypatch.setenv(name, value)

    assert MARK not in shown(command, caplog)


@pytest.mark.parametrize("wrong", PROFILES)
def test_a_secret_in_a_profile_of_temporals_own_is_not_told(
    wrong: str, command: Command, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", command.file("temporal.toml", PROFILES[wrong]))

    said = shown(command, caplog)

    assert "line " in said
    assert MARK not in said


@pytest.mark.parametrize("wrong", OFFICES)
def test_a_secret_in_settings_that_cannot_be_read_is_not_told(
    wrong: str, command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    command.file("office.toml", OFFICES[wrong])

    said = shown(command, caplog)

    assert "office.toml" in said
    assert MARK not in said


def test_settings_that_are_printed_or_cannot_be_made_tell_no_secret(tmp_path: Path) -> None:
    (tmp_path / "office.toml").write_text(office_with_secrets(SAMPLE_TEXT), "utf-8")
    variables = {"ACCREDIT_MAIL_PASSWORD": MAIL, "ACCREDIT_DATABASE_URL": f"postgresql://u:{DATABASE}@host/books"}

    settings = load_settings(tmp_path / "office.toml", variables)

    assert settings.documents.storage["s3"]["secret"] == STORE
    assert settings.portal.providers["hospital"].client_secret is not None
    assert MARK not in f"{settings!r}{settings}"
    with pytest.raises(ValidationError) as refused:
        OfficeSettings.model_validate({"mail": {"port": MAIL}, "database": DATABASE})
    assert MARK not in str(refused.value)
