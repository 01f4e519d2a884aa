"""`accredit quote`: the fee lines and the total, and nothing else."""

from pathlib import Path

import pytest

from tests.applications import sample
from tests.command import Command


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    return Command(monkeypatch, capsys, tmp_path)


def test_json_holds_lines_and_total_and_nothing_else(accredit: Command) -> None:
    ran = accredit("quote", accredit.file("a.json", sample("ct-two-units")), "--json")
    assert ran.code == 0
    assert set(ran.data) == {"lines", "total"}
    assert [line["amount"] for line in ran.data["lines"]] == ["2500.00", "2400.00"]
    assert ran.data["total"] == "4900.00"


def test_a_facilitys_service_is_one_line(accredit: Command) -> None:
    ran = accredit("quote", accredit.file("a.json", sample("breast-ultrasound")), "--json")
    assert [line["amount"] for line in ran.data["lines"]] == ["1300.00"]


def test_abroad_there_is_no_line_and_the_total_is_null(accredit: Command) -> None:
    data = sample()
    data["facility"]["address"]["country"] = "DE"
    ran = accredit("quote", accredit.file("a.json", data), "--json")
    assert (ran.code, ran.data) == (0, {"lines": [], "total": None})


def test_an_incomplete_application_is_priced_and_refused(accredit: Command) -> None:
    ran = accredit("quote", accredit.file("a.json", sample() | {"payment": None}), "--json")
    assert ran.code == 3
    assert ran.data["total"] == "2500.00"
    assert [finding["where"] for finding in ran.data["findings"]] == ["payment"]


def test_a_fee_that_is_not_set_has_no_price(accredit: Command) -> None:
    accredit.file("mine.toml", '[fees.accreditation.mri]\napplication = "1.00"\n')
    ran = accredit("--office", "mine.toml", "quote", accredit.file("a.json", sample()))
    assert ran.code == 3
    assert ran.out == ""
    assert "modality: The office has not set the fee [fees.accreditation.ct] application." in ran.err
    assert "\n  fee.not_configured: " in ran.err


def test_a_variable_sets_a_fee_for_one_command(accredit: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCREDIT_FEES_ACCREDITATION_CT_APPLICATION", "1234.50")
    accredit.file("office.toml", "")
    ran = accredit("quote", accredit.file("a.json", sample()), "--json")
    assert (ran.code, ran.data["total"], ran.err) == (0, "1234.50", "")
