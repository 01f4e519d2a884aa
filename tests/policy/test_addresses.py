"""What a letter cannot carry of an address, country by country; and which country a name means."""

import pytest

from policy.addresses import address_faults
from policy.application import AccreditationApplication, Address
from policy.bounds import INCOMING
from policy.countries import NAMES, country_code
from policy.designation.application import DicoeApplication
from policy.fees import is_abroad
from tests.applications import sample


def faults(**parts: str) -> list[str]:
    """Return the fields of an address that no letter can carry."""
    return [where for where, _ in address_faults(Address.model_validate(parts), "a")]


@pytest.mark.parametrize(
    ("country", "postal_code", "lost"),
    [
        ("US", "02139", None),
        ("US", "43215-1234", None),
        ("US", "432151234", None),
        ("US", "2139", True),
        ("US", "139", True),
        ("US", "2139-1234", True),
        ("US", "21", False),
        ("US", "K1A 0B1", False),
        ("CA", "K1A 0B1", None),
        ("CA", "k1a0b1", None),
        ("CA", "43215", False),
        ("DE", "1067", True),
        ("DE", "01067", None),
        ("AT", "1010", None),
        ("IE", "whatever", None),
    ],
)
def test_a_postal_code_reads_as_its_country_has_it(country: str, postal_code: str, lost: bool | None) -> None:
    address = Address.model_validate({"country": country, "postal_code": postal_code})
    told = list(address_faults(address, "a"))
    assert [where for where, _ in told] == ([] if lost is None else ["a.postal_code"])
    assert [("A first zero may be lost." in reason) for _, reason in told] == ([] if lost is None else [lost])


def test_what_is_left_out_is_no_fault_of_an_address() -> None:
    assert faults() == []
    assert faults(country="US") == []


def test_a_state_is_two_letters_in_the_us_and_whatever_it_is_elsewhere() -> None:
    assert faults(country="US", state="Ohio") == ["a.state"]
    assert faults(country="US", state="OH") == []
    assert faults(country="CA", state="Ontario") == []


def test_a_country_that_nobody_knows_is_told() -> None:
    assert faults(country="Samplonia") == ["a.country"]


@pytest.mark.parametrize("said", ["US", "us", "USA", "U.S.A.", "united states", "United States of America"])
def test_the_united_states_are_one_country_however_they_are_written(said: str) -> None:
    assert country_code(said) == "US"
    assert not is_abroad(said)
    assert country_code("\uff35\uff33") == "US"  # letters of full width


@pytest.mark.parametrize(("said", "code"), [("Canada", "CA"), ("germany", "DE"), ("Côte d'Ivoire", "CI"), ("ca", "CA")])
def test_a_country_is_known_by_its_name(said: str, code: str) -> None:
    assert country_code(said) == code
    assert is_abroad(said)


def test_every_code_means_itself() -> None:
    assert [code for code in NAMES if country_code(code) != code] == []
    assert all(len(code) == 2 for code in NAMES)


def test_a_country_that_comes_in_by_its_name_is_kept_by_its_code_and_one_that_is_read_back_is_not_touched() -> None:
    data = sample("ct-unit")
    data["facility"]["address"]["country"] = "USA"
    comes = AccreditationApplication.model_validate(data, context=INCOMING)
    kept = AccreditationApplication.model_validate(data)
    assert [one.facility and one.facility.address and one.facility.address.country for one in (comes, kept)] == [
        "US",
        "USA",
    ]
    practice = sample("dicoe-ohio") | {"country": "United States"}
    assert DicoeApplication.model_validate(practice, context=INCOMING).country == "US"


@pytest.mark.parametrize("name", ["Sample Imaging\nNorth", "Sample Imaging \r\n North", "Sample Imaging\u2028North"])
def test_a_name_that_comes_in_two_lines_becomes_one(name: str) -> None:
    data = sample("ct-unit")
    data["facility"]["name"] = name
    application = AccreditationApplication.model_validate(data, context=INCOMING)
    assert application.facility is not None
    assert application.facility.name == "Sample Imaging North"


@pytest.mark.parametrize(
    "email",
    [
        "physician@example.org>",
        "<physician@example.org>",
        "physician@example.org;other@example.org",
        "physician,@example.org",
        "physician@example..org",
        "physician@example.org.",
        "physician@-example-.o!g",
        "mailto:physician@example.org",
    ],
)
def test_an_address_that_the_mail_never_takes_is_told_where_it_comes_in(email: str) -> None:
    data = sample("ct-unit")
    data["facility"]["contacts"][0]["email"] = email
    with pytest.raises(ValueError, match=r"contacts\.0\.email"):
        AccreditationApplication.model_validate(data, context=INCOMING)


@pytest.mark.parametrize("email", ["physician@example.org", "p.h+y@mail.example.org", "ärztin@bücher.example"])
def test_an_address_that_the_mail_takes_comes_in(email: str) -> None:
    data = sample("ct-unit")
    data["facility"]["contacts"][0]["email"] = email
    AccreditationApplication.model_validate(data, context=INCOMING)


def test_ids_that_differ_in_case_alone_are_one_id_where_they_come_in() -> None:
    data = sample("ct-two-units")
    data["units"][1]["id"] = data["units"][0]["id"].lower()
    AccreditationApplication.model_validate(data)
    with pytest.raises(ValueError, match=r"found twice: CT-1, ct-1"):
        AccreditationApplication.model_validate(data, context=INCOMING)


def test_a_registry_is_known_in_any_case() -> None:
    practice = sample("dicoe-ohio")
    practice["locations"][0]["registries"] = ["dir", "Grid"]
    application = DicoeApplication.model_validate(practice, context=INCOMING)
    assert application.locations[0].registries == ["DIR", "GRID"]
