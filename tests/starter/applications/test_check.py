"""`accredit check`: complete, eligible, at what price; and every reason why not."""

from pathlib import Path

import pytest

from tests.applications import sample
from tests.command import Command

OFFICE = '[fees.accreditation.ct]\napplication = "2900.00"\nadditional_unit = "2800.00"\n'


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    return Command(monkeypatch, capsys, tmp_path)


def test_a_complete_application_is_priced_and_its_cases_are_named(accredit: Command) -> None:
    accredit.file("office.toml", OFFICE)
    ran = accredit("check", accredit.file("a.json", sample("ct-two-units")))
    assert ran.code == 0
    assert "$2,900.00" in ran.out
    assert ran.out.splitlines()[3].split() == ["Total", "$5,700.00"]
    assert "accreditation.PA-0099.ct.CT-1, accreditation.PA-0099.ct.CT-2" in ran.out
    assert ran.err == ""


def test_sample_amounts_are_announced_loudly_beside_the_data(accredit: Command) -> None:
    ran = accredit("check", accredit.file("a.json", sample()), "--json")
    assert ran.code == 0
    assert ran.err.startswith("SAMPLE AMOUNTS")
    assert ran.data["total"] == "2500.00"


def test_json_holds_lines_total_and_findings_and_nothing_else(accredit: Command) -> None:
    accredit.file("office.toml", OFFICE)
    ran = accredit("check", accredit.file("a.json", sample()), "--json")
    assert ran.code == 0
    description = "CT accreditation of OH-0417, unit CT-1: application fee"
    assert ran.data == {
        "lines": [{"description": description, "quantity": 1, "unit_price": "2900.00", "amount": "2900.00"}],
        "total": "2900.00",
        "findings": [],
    }


def test_every_missing_field_is_a_finding_with_exit_3(accredit: Command) -> None:
    data = sample() | {"medium": None, "payment": {}}
    data["facility"]["address"]["city"] = ""
    ran = accredit("check", accredit.file("a.json", data), "--json")
    assert ran.code == 3
    assert [finding["where"] for finding in ran.data["findings"]] == [
        "facility.address.city",
        "medium",
        "payment.amount",
    ]
    for finding in ran.data["findings"]:
        assert set(finding) == {"rule", "where", "reason", "source"}
        assert finding["rule"] == "application.incomplete"
    assert ran.data["total"] == "2500.00", "the price does not depend on what is missing"


def test_a_person_reads_rule_place_reason_source_and_what_to_do(accredit: Command) -> None:
    ran = accredit("check", accredit.file("a.json", sample() | {"medium": None}))
    assert ran.code == 3
    assert "\nmedium: How images are submitted is missing" in ran.err
    assert "\n  application.incomplete: The accreditation process (revised 11-9-2022)\n" in ran.err
    assert "Possible instead: Fill in what is missing" in ran.err
    assert "complete" not in ran.out


def test_what_one_rule_finds_stands_together_and_names_the_rule_once(accredit: Command) -> None:
    changes = {"medium": None, "payment": None}
    lines = accredit("check", accredit.file("a.json", sample() | changes)).err.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("medium: "))
    assert lines[at + 1].startswith("payment: ")
    assert lines[at + 2].startswith("  application.incomplete: ")
    assert "\n".join(lines).count("application.incomplete") == 1


def test_a_fee_that_is_not_set_is_refused_by_name(accredit: Command) -> None:
    accredit.file("office.toml", "")
    ran = accredit("check", accredit.file("a.json", sample()), "--json")
    assert ran.code == 3
    assert ran.data["lines"] == []
    assert ran.data["total"] is None
    assert [finding["rule"] for finding in ran.data["findings"]] == ["fee.not_configured"]
    assert "[fees.accreditation.ct] application" in ran.data["findings"][0]["reason"]


def test_where_a_quote_is_needed_the_total_is_null_and_all_is_well(accredit: Command) -> None:
    data = sample()
    data["facility"]["address"] |= {"country": "CA", "postal_code": "K1A 0B1"}
    ran = accredit("check", accredit.file("a.json", data), "--json")
    assert ran.code == 0
    assert ran.data == {"lines": [], "total": None, "findings": []}
    assert "quotes every fee" in accredit("check", "a.json").out


def test_an_unknown_program_is_answered_with_the_known_ones(accredit: Command) -> None:
    ran = accredit("check", accredit.file("a.json", {"program": "dicos"}), "--json")
    assert ran.code == 2
    assert 'program: found "dicos", expected one of accreditation, dicoe' in ran.err


def test_what_cannot_be_read_is_exit_2_with_every_trouble(accredit: Command) -> None:
    data = sample() | {"modality": "xray", "mediun": "cd"}
    ran = accredit("check", accredit.file("a.json", data), "--json")
    assert ran.code == 2
    assert {trouble["field"] for trouble in ran.data["problems"]} == {"modality", "mediun"}
    assert all(trouble["file"] == "a.json" for trouble in ran.data["problems"])
    assert 'a.json: modality: found "xray", expected one of ct' in ran.err
    assert "Traceback" not in ran.err
