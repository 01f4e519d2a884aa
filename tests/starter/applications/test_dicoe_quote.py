"""`accredit quote` for designations: the three examples of the program's page, with the base fee B of the office."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.applications import sample
from tests.command import Command

B = Decimal("4321.00")


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line of an office whose base fee is B."""
    command = Command(monkeypatch, capsys, tmp_path)
    command.file("office.toml", f'[fees.dicoe]\nbase = "{B}"\n')
    return command


def quoted(accredit: Command, name: str, announced: Decimal, *options: str) -> Decimal:
    """Return what a sample costs, handed in with a payment sheet that announces an amount."""
    data = sample(name)
    data["payment"]["amount"] = f"{announced}"
    ran = accredit("quote", accredit.file("a.json", data), "--json", *options)
    assert ran.code == 0, ran.err
    assert set(ran.data) == {"lines", "total"}
    assert Decimal(ran.data["total"]) == sum(Decimal(line["amount"]) for line in ran.data["lines"])
    return Decimal(ran.data["total"])


def test_example_1_fifteen_locations_in_one_state_cost_the_base_and_3000(accredit: Command) -> None:
    assert len(sample("dicoe-fifteen-locations")["locations"]) == 15
    assert quoted(accredit, "dicoe-fifteen-locations", B + 3000) == B + 3000


def test_example_2_three_locations_and_two_at_mid_cycle_cost_the_base_and_600(accredit: Command) -> None:
    assert len(sample("dicoe-three-locations")["locations"]) == 3
    assert quoted(accredit, "dicoe-three-locations", B) == B
    assert quoted(accredit, "dicoe-three-locations", B, "--add", "2") == B + 600


def test_example_3_three_locations_in_another_state_are_another_application(accredit: Command) -> None:
    ohio, pennsylvania = sample("dicoe-ohio"), sample("dicoe-pennsylvania")
    assert (ohio["state"], pennsylvania["state"]) == ("OH", "PA")
    assert ohio["practice"] == pennsylvania["practice"]
    both = [quoted(accredit, name, B) for name in ("dicoe-ohio", "dicoe-pennsylvania")]
    assert sum(both) == 2 * B
    together = ohio | {"locations": ohio["locations"] + pennsylvania["locations"]}
    together["payment"]["amount"] = f"{B + 2000}"
    ran = accredit("quote", accredit.file("a.json", together), "--json")
    assert (ran.code, [finding["rule"] for finding in ran.data["findings"]]) == (3, ["designation.other_state"])


@pytest.mark.parametrize(
    "name", ["dicoe-fifteen-locations", "dicoe-three-locations", "dicoe-ohio", "dicoe-pennsylvania", "dicoe-abroad"]
)
def test_the_shipped_samples_are_complete_with_the_sample_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    accredit = Command(monkeypatch, capsys, tmp_path)
    ran = accredit("quote", accredit.file("a.json", sample(name)))
    assert ran.code == 0
    assert ran.err.startswith("SAMPLE AMOUNTS")


def test_a_person_reads_the_lines_and_their_sum(accredit: Command) -> None:
    data = sample("dicoe-fifteen-locations")
    data["payment"]["amount"] = f"{B + 3000}"
    out = accredit("quote", accredit.file("a.json", data)).out
    assert "Designation, 1 to 5 locations" in out
    assert "$2,000.00" in out
    assert out.splitlines()[-1].split() == ["Total", "$7,321.00"]


def test_more_than_the_tier_holds_is_refused_with_what_is_possible(accredit: Command) -> None:
    data = sample("dicoe-three-locations")
    data["payment"]["amount"] = f"{B}"
    ran = accredit("quote", accredit.file("a.json", data), "--add", "3")
    assert ran.code == 3
    assert "--add: 3 locations at the application and 0 added leave room for 2" in ran.err
    assert "\n  designation.tier_full: " in ran.err
    assert "Possible instead: File a new application for more." in ran.err


def test_a_unit_has_no_locations_to_add(accredit: Command) -> None:
    accredit.file("office.toml", '[fees.accreditation.ct]\napplication = "2500.00"\n')
    ran = accredit("quote", accredit.file("a.json", sample("ct-unit")), "--add", "1", "--json")
    assert ran.code == 2
    assert "--add" in ran.err


def test_abroad_there_is_no_line_and_additions_are_quoted_too(accredit: Command) -> None:
    accredit.file("a.json", sample("dicoe-abroad"))
    ran = accredit("quote", "a.json", "--json")
    assert (ran.code, ran.data) == (0, {"lines": [], "total": None})
    assert "The practice lies outside the United States" in accredit("quote", "a.json").out
    refused = accredit("quote", "a.json", "--add", "1", "--json")
    assert (refused.code, refused.data["rule"]) == (3, "designation.case_by_case")


def test_a_base_that_nobody_set_has_no_price(accredit: Command) -> None:
    accredit.file("office.toml", "")
    ran = accredit("quote", accredit.file("a.json", sample("dicoe-three-locations")), "--json")
    assert ran.code == 3
    assert (ran.data["lines"], ran.data["total"]) == ([], None)
    assert [finding["rule"] for finding in ran.data["findings"]] == ["fee.not_configured"]
    assert "[fees.dicoe] base" in json.dumps(ran.data)
