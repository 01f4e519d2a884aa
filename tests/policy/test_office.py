"""The office's settings: what has a default, what has none, and what is a mistake."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from policy.application import Modality
from policy.office import OfficeSettings


def test_everything_but_the_fees_has_a_default() -> None:
    settings = OfficeSettings()
    assert settings.issuer.fax == "703-295-6776"
    assert settings.zone.key == "America/New_York"
    assert settings.mail.folder
    assert settings.mail.host is None
    assert settings.database.url.startswith("sqlite:///var/")
    assert settings.fees.dicoe.base is None
    assert settings.fees.site_survey.base is None
    assert settings.fees.payment_term_days is None
    assert settings.fees.accreditation == {}


def test_a_modality_without_a_table_has_no_fees() -> None:
    fees = OfficeSettings().modality_fees(Modality.PET)
    assert (fees.application, fees.additional_unit, fees.repeat, fees.reinstatement) == (None, None, None, None)


def test_an_amount_written_as_text_is_a_decimal() -> None:
    settings = OfficeSettings.model_validate({"fees": {"accreditation": {"ct": {"application": "2900.10"}}}})
    assert settings.modality_fees(Modality.CT).application == Decimal("2900.10")


def test_settings_survive_being_written_as_json() -> None:
    settings = OfficeSettings.model_validate({"fees": {"dicoe": {"base": "5000.00"}, "payment_term_days": 45}})
    assert OfficeSettings.model_validate(settings.model_dump(mode="json")) == settings


@pytest.mark.parametrize(
    ("amount", "part_of_the_message"),
    [
        (2900.5, "written as text"),
        (2900, "written as text"),
        ("0.00", "greater than 0"),
        ("-5.00", "greater than 0"),
        ("2900.005", "2 decimal places"),
        ("NaN", "finite"),
        ("much", "valid decimal"),
    ],
)
def test_a_fee_that_is_no_amount_is_a_mistake(amount: Any, part_of_the_message: str) -> None:
    with pytest.raises(ValidationError, match=part_of_the_message):
        OfficeSettings.model_validate({"fees": {"dicoe": {"base": amount}}})


@pytest.mark.parametrize(
    "data",
    [
        {"isuer": {}},
        {"issuer": {"telephone": "1"}},
        {"fees": {"accreditation": {"xray": {"application": "1.00"}}}},
        {"fees": {"accreditation": {"ct": {"appeal": "1.00"}}}},
        {"office": {"time_zone": "Eastern"}},
        {"mail": {"port": 0}},
        {"fees": {"payment_term_days": -1}},
    ],
)
def test_an_unknown_name_or_an_impossible_value_is_a_mistake(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OfficeSettings.model_validate(data)


def test_the_mail_servers_password_is_not_printed_with_the_settings() -> None:
    settings = OfficeSettings.model_validate({"mail": {"password": "hidden-from-view"}})
    assert "hidden-from-view" not in repr(settings)
    assert settings.mail.password is not None
    assert settings.mail.password.get_secret_value() == "hidden-from-view"
