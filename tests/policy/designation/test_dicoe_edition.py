"""Editions of the designation: three parts with dates of their own, merged, and every value with its source."""

import copy
from datetime import date, timedelta
from typing import Any

import pytest

from policy.designation.edition import (
    PARTS,
    dicoe_edition_in_force,
    dicoe_edition_named,
    merge,
    shipped_parts,
)
from policy.edition import Certainty, EditionError
from tests.policy.designation.practices import TERMS


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2019, 1, 1), "2019-01-01"),
        (date(2020, 6, 30), "2019-01-01"),
        (date(2020, 7, 1), "2020-07-01"),
        (date(2020, 12, 31), "2020-07-01"),
        (date(2021, 1, 1), "2021-01-01"),
        (date(2040, 6, 1), "2021-01-01"),
    ],
)
def test_the_newest_parts_of_a_day_are_one_edition_named_by_the_newer(day: date, name: str) -> None:
    edition = dicoe_edition_in_force(day)
    assert (edition.edition, edition.program) == (name, "dicoe")
    assert edition.effective.isoformat() == name
    assert edition.tiers.caps.value == [5, 10, 15]
    assert dicoe_edition_named(name) == edition


def test_before_the_first_part_there_are_no_rules() -> None:
    with pytest.raises(EditionError, match="payment, eligibility and survey was in force on 2018-12-31"):
        dicoe_edition_in_force(date(2018, 12, 31))
    assert dicoe_edition_named("2018-01-01") is None


def test_payment_stays_as_it_was_when_eligibility_changed() -> None:
    older, newer = dicoe_edition_in_force(date(2020, 1, 1)), TERMS
    assert older.tiers == newer.tiers
    assert older.designation == newer.designation
    assert older.eligibility.with_ct.value == ["DIR", "GRID"]
    assert newer.eligibility.with_ct.value == ["DIR"]
    assert newer.eligibility.without_ct.value == ["GRID"]


def test_every_value_cites_a_source_of_its_own_part() -> None:
    for name, provision in TERMS.provisions().items():
        assert provision.source in TERMS.sources, name
        part = name.partition(".")[0] if name.startswith(("eligibility", "survey")) else "payment"
        assert provision.source.startswith(f"{part}."), name
        assert provision.effective >= date(2019, 1, 1)
        assert provision.unit
        if provision.certainty is Certainty.DECIDED:
            assert provision.note, name


def test_what_the_page_does_not_say_is_marked_as_decided_or_inferred() -> None:
    provisions = TERMS.provisions()
    decided = {name for name, one in provisions.items() if one.certainty is Certainty.DECIDED}
    assert {"tiers.block_fee", "additions.from_mid_cycle", "pledges.attention", "eligibility.registries"} <= decided
    assert provisions["tiers.steps"].certainty is Certainty.INFERRED
    assert provisions["designation.term"].certainty is Certainty.STATED


def changed(part: int, table: str, name: str, **values: Any) -> tuple[dict[str, Any], ...]:
    newest = {each["part"]: each for each in shipped_parts()}
    parts = copy.deepcopy(tuple(newest[name] for name in PARTS))
    parts[part][table][name] |= values
    return parts


@pytest.mark.parametrize(
    "parts",
    [
        changed(0, "tiers", "caps", value="5, 10, 15"),
        changed(0, "tiers", "caps", value=[5, 10, "15"]),
        changed(0, "designation", "term", value=-36),
        changed(0, "designation", "term", value="36"),
        changed(0, "designation", "term", source="S9"),
        changed(0, "additions", "fee", certainty="decided", note=""),
        changed(0, "additions", "fee", certainty="sure"),
        changed(0, "additions", "fee", vaule="300.00"),
        changed(1, "eligibility", "pledges", value="image_gently"),
    ],
)
def test_a_part_is_read_strictly(parts: tuple[dict[str, Any], ...]) -> None:
    assert [part["part"] for part in parts] == list(PARTS)
    with pytest.raises(EditionError):
        merge(parts)


def test_a_value_that_is_missing_is_named() -> None:
    parts = changed(0, "tiers", "caps")
    del parts[0]["tiers"]["caps"]
    with pytest.raises(EditionError, match=r"tiers\.caps"):
        merge(parts)


def test_a_case_still_reads_an_edition_that_says_more_than_this_code_knows() -> None:
    carried = TERMS.model_dump(mode="json") | {"refunds": {"value": 0, "unit": "USD"}}
    assert type(TERMS).model_validate(carried) == TERMS


def test_the_parts_are_shipped_oldest_first() -> None:
    effective = [part["effective"] for part in shipped_parts()]
    assert effective == sorted(effective)
    assert {part["part"] for part in shipped_parts()} == set(PARTS)


@pytest.mark.parametrize("part", shipped_parts(), ids=lambda part: f"{part['part']}-{part['edition']}")
def test_a_part_holds_only_what_was_in_force_on_its_day(part: dict[str, Any]) -> None:
    tables = [value for value in part.values() if isinstance(value, dict)]
    provisions = [one for table in tables for one in (table, *table.values()) if isinstance(one, dict)]
    late = [one for one in provisions if one.get("effective", part["effective"]) > part["effective"]]
    assert late == []


def test_a_value_that_is_not_in_force_yet_is_refused() -> None:
    with pytest.raises(EditionError, match=r"survey\.reviewed: in force from 2021-01-02 on"):
        merge(changed(2, "survey", "reviewed", effective=date(2021, 1, 2)))


@pytest.mark.parametrize(
    ("day", "virtual", "reviewed", "consultation", "registries"),
    [
        (date(2019, 1, 1), [], [], False, ["DIR", "GRID"]),
        (date(2020, 6, 30), [], [], False, ["DIR", "GRID"]),
        (date(2020, 7, 1), ["renewal"], [], False, ["DIR", "GRID"]),
        (date(2020, 12, 31), ["renewal"], [], False, ["DIR", "GRID"]),
        (date(2021, 1, 1), ["renewal"], ["xray", "fluoroscopy"], True, ["DIR"]),
    ],
)
def test_what_came_in_2020_and_2021_holds_from_its_day_on(
    day: date, virtual: list[str], reviewed: list[str], consultation: bool, registries: list[str]
) -> None:
    edition = dicoe_edition_in_force(day)
    assert edition.survey.virtual_for.value == virtual
    assert edition.survey.reviewed
    assert edition.survey.reviewed.value == reviewed
    assert edition.eligibility.consultation.value is consultation
    assert edition.eligibility.with_ct.value == registries


def test_each_merged_edition_is_read_once_for_all_cases() -> None:
    days = [part["effective"] for part in shipped_parts()]
    first = dicoe_edition_in_force(days[-1])
    assert dicoe_edition_in_force(days[-1] + timedelta(days=400)) is first
    assert dicoe_edition_named(first.edition) is first
