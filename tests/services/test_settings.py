"""Where the office's settings come from, and how mistakes in them are told."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from policy.application import Modality
from policy.edition import edition_in_force
from services.errors import Unusable
from services.settings import SAMPLE, load_settings, settings_file


def office(folder: Path, text: str, name: str = "office.toml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def told(file: Path | None, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(Unusable) as unusable:
        load_settings(file, environ or {})
    return [str(trouble) for trouble in unusable.value.troubles]


def test_the_named_file_wins_then_the_variable_then_the_folder_then_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    by_variable = {"ACCREDIT_OFFICE": "b.toml"}
    assert settings_file(None, {}) == SAMPLE
    office(tmp_path, "")
    assert settings_file(None, {}) == Path("office.toml")
    assert settings_file(None, by_variable) == Path("b.toml")
    assert settings_file(Path("a.toml"), by_variable) == Path("a.toml")


def test_a_named_file_that_is_missing_is_never_replaced_by_another_one(tmp_path: Path) -> None:
    gone = tmp_path / "gone.toml"
    assert told(gone) == [f"{gone}: found no such file, expected the office's settings in TOML"]
    assert told(None, {"ACCREDIT_OFFICE": str(gone)}) == told(gone)


def test_the_shipped_sample_says_that_it_is_one_and_prices_every_covered_modality() -> None:
    settings = load_settings(SAMPLE, {})
    assert settings.sample
    for modality in edition_in_force("accreditation", date(2027, 1, 1)).covers.value:
        fees = settings.modality_fees(Modality(modality))
        assert None not in (fees.application, fees.repeat, fees.reinstatement), modality
    assert settings.fees.site_survey.base
    assert settings.fees.dicoe.base


def test_an_empty_file_is_an_office_of_defaults_without_fees(tmp_path: Path) -> None:
    settings = load_settings(office(tmp_path, ""), {})
    assert not settings.sample
    assert settings.fees.accreditation == {}


def test_a_variable_overrides_a_single_setting(tmp_path: Path) -> None:
    file = office(tmp_path, '[database]\nurl = "sqlite:///a.db"\n[fees.accreditation.ct]\nrepeat = "1.00"\n')
    environ = {
        "ACCREDIT_DATABASE_URL": "sqlite:///b.db",
        "ACCREDIT_OFFICE_TIME_ZONE": "America/Chicago",
        "ACCREDIT_MAIL_PORT": "2525",
        "ACCREDIT_MAIL_STARTTLS": "false",
        "ACCREDIT_FEES_PAYMENT_TERM_DAYS": "45",
        "ACCREDIT_FEES_SITE_SURVEY_BASE": "7000.00",
        "ACCREDIT_FEES_ACCREDITATION_BREAST_ULTRASOUND_APPLICATION": "1250.50",
        "ACCREDIT_ISSUER_NAME": "",
        "ACCREDIT_UI": "http://localhost:1",
    }
    settings = load_settings(file, environ)
    assert settings.database.url == "sqlite:///b.db"
    assert settings.zone.key == "America/Chicago"
    assert (settings.mail.port, settings.mail.starttls) == (2525, False)
    assert settings.fees.payment_term_days == 45
    assert settings.fees.site_survey.base == Decimal(7000)
    assert settings.modality_fees(Modality.BREAST_ULTRASOUND).application == Decimal("1250.50")
    assert settings.modality_fees(Modality.CT).repeat == Decimal("1.00")
    assert settings.issuer.name == "American College of Radiology", "an empty variable overrides nothing"


def test_every_mistake_is_told_at_once_with_file_and_field(tmp_path: Path) -> None:
    file = office(
        tmp_path,
        """
        [issuer]
        nam = "A"
        [office]
        time_zone = "Mars"
        [fees.accreditation.ct]
        application = 2900.5
        appeal = "1.00"
        [fees.accreditation.xray]
        repeat = "1.00"
        """,
    )
    lines = told(file, {"ACCREDIT_FEES_DICOE_BASE": "much", "ACCREDIT_MAIL_FOLDR": "x"})
    assert len(lines) == 7
    for part in (
        f"{file}: issuer.nam: found the unknown field nam, expected name (is that meant?)",
        f'{file}: office.time_zone: found "Mars", expected the name of a time zone, for example America/New_York',
        f"{file}: fees.accreditation.ct.application: found 2900.5, expected an amount in US dollars written as text",
        f"{file}: fees.accreditation.ct.appeal: found the unknown field appeal, expected one of application,",
        f"{file}: fees.accreditation.xray: found \"xray\", expected 'ct', 'mri'",
        'ACCREDIT_FEES_DICOE_BASE: found "much"',
        "ACCREDIT_MAIL_FOLDR: found a variable that names no setting, expected one of ACCREDIT_MAIL_FOLDER",
    ):
        assert any(line.startswith(part) for line in lines), part


def test_a_wrong_secret_is_not_shown(tmp_path: Path) -> None:
    lines = told(office(tmp_path, "[mail]\npassword = 5318008\n[database]\nurl = 5318008\n"))
    assert len(lines) == 2
    assert not any("5318008" in line for line in lines)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"[fees\n", "no TOML"),
        (b"[fees]\npayment_term_days = 1\npayment_term_days = 2\n", "no TOML"),
        (b"\xff\xfe", "no UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, content: bytes, found: str) -> None:
    file = tmp_path / "office.toml"
    file.write_bytes(content)
    (line,) = told(file)
    assert str(file) in line
    assert found in line


def test_a_table_that_is_none_is_told_even_where_a_variable_looks_into_it(tmp_path: Path) -> None:
    (line,) = told(office(tmp_path, "fees = 3\n"), {"ACCREDIT_FEES_DICOE_BASE": "1.00"})
    assert "fees: found 3" in line


def test_a_file_that_an_editor_saved_with_its_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_text('[issuer]\nname = "Sample Office"\n', "utf-8-sig")
    assert load_settings(file, {}).issuer.name == "Sample Office"


PROVIDER = """
[portal.providers.hospital]
issuer = "https://login.example.org"
client_id = "accredit"
orgs = ["OH-0417"]
"""


def test_a_table_that_is_free_in_its_names_has_variables_for_those_that_it_holds(tmp_path: Path) -> None:
    secret = {"ACCREDIT_PORTAL_PROVIDERS_HOSPITAL_CLIENT_SECRET": "S3cret"}
    provider = load_settings(office(tmp_path, PROVIDER), secret).portal.providers["hospital"]
    assert provider.client_secret is not None
    assert provider.client_secret.get_secret_value() == "S3cret"
    assert "S3cret" not in repr(provider)
    (unknown,) = told(office(tmp_path, ""), secret)
    assert "a variable that names no setting" in unknown
    (wrong,) = told(office(tmp_path, PROVIDER), {"ACCREDIT_PORTAL_PROVIDERS_HOSPITAL_ISSUER": "S3cret"})
    assert "S3cret" not in wrong
    assert "for example https://login.example.org" in wrong
