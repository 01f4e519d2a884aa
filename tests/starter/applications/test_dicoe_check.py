"""`accredit check` for designations: what every location lacks, and what the books say of its accreditations."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from records.books import Books, open_books
from tests.applications import sample
from tests.command import Command
from tests.records.rows import LATER, a_case


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    command = Command(monkeypatch, capsys, tmp_path)
    fees = '[fees.dicoe]\nbase = "5000.00"\n'
    command.file("office.toml", f'[database]\nurl = "sqlite:///{tmp_path}/books.db"\n{fees}')
    return command


@pytest.fixture
def books(accredit: Command) -> Iterator[Books]:
    """The books of that office."""
    opened = open_books(f"sqlite:///{accredit.folder}/books.db")
    yield opened
    opened.close()


def practice(**changes: Any) -> dict[str, Any]:
    return sample("dicoe-three-locations") | changes


def located(number: int, **changes: Any) -> dict[str, Any]:
    """Return the sample with a change in one of its locations."""
    data = practice()
    data["locations"][number] |= changes
    return data


def test_a_complete_application_is_shown_location_by_location(accredit: Command) -> None:
    ran = accredit("check", accredit.file("a.json", practice()))
    assert ran.code == 0
    rows = {line.split()[0]: line for line in ran.out.splitlines() if line.startswith("OH-")}
    assert list(rows) == ["OH-4121", "OH-4122", "OH-4123"]
    assert "ct declared; mri declared" in rows["OH-4121"]
    assert "image gently, image wisely" in rows["OH-4121"]
    assert "DIR, GRID" in rows["OH-4121"]
    assert "Sample Radiologist 21" in rows["OH-4121"]
    assert all(line.endswith("yes") for line in rows.values())
    assert "Total" in ran.out
    assert "It opens 1 case(s): dicoe.SAMPLE-TWO.OH." in ran.out


def test_without_books_the_accreditations_are_as_declared_and_none_are_made(accredit: Command) -> None:
    ran = accredit("check", accredit.file("a.json", practice()), "--json")
    assert ran.code == 0
    assert ran.data["books"] is None
    assert "The books were not asked (there are no books at" in ran.err
    assert not (accredit.folder / "books.db").exists()
    assert {one["standing"] for row in ran.data["locations"] for one in row["accreditations"]} == {"declared"}


def test_books_that_cannot_be_used_keep_nobody_from_checking(accredit: Command) -> None:
    (accredit.folder / "books.db").write_bytes(b"no database at all, and rather long for one" * 30)
    ran = accredit("check", accredit.file("a.json", practice()), "--json")
    assert (ran.code, ran.data["books"]) == (0, None)
    assert "The books were not asked (The database" in ran.err
    assert "Traceback" not in ran.err


def test_the_books_confirm_contradict_or_do_not_know(accredit: Command, books: Books) -> None:
    ended: dict[str, Any] = {"stage": "closed", "outcome": "expired", "closed_at": LATER, "awaited_party": None}
    with books.writing() as session:
        session.add(a_case("accreditation.OH-4121.ct.CT-1.2", facility_id="OH-4121", stage="accredited"))
        session.add(a_case("accreditation.OH-4122.mri.MR-1.1", facility_id="OH-4122", modality="mri", **ended))
    ran = accredit("check", accredit.file("a.json", practice()), "--json")
    assert ran.code == 0, "the books may lack what is accredited: the office decides"
    assert ran.data["books"].endswith("books.db")
    first, second, third = ran.data["locations"]
    assert first["accreditations"] == [
        {"modality": "ct", "standing": "confirmed", "case": "accreditation.OH-4121.ct.CT-1.2", "outcome": None},
        {"modality": "mri", "standing": "declared", "case": None, "outcome": None},
    ]
    assert second["accreditations"][0] == {
        "modality": "mri",
        "standing": "contradicted",
        "case": "accreditation.OH-4122.mri.MR-1.1",
        "outcome": "expired",
    }
    assert {one["standing"] for one in third["accreditations"]} == {"declared"}
    contradicted = "OH-4122 is accredited in mri (accreditation.OH-4122.mri.MR-1.1 ended as expired)"
    assert f"Warning: The books contradict that {contradicted}." in ran.err


def test_what_a_location_lacks_is_in_its_row_and_in_the_findings(accredit: Command) -> None:
    data = located(1, pledges=["image_gently"], registries=["NMD"], accredited=["mri"], consulting_radiologist=None)
    ran = accredit("check", accredit.file("a.json", data))
    assert ran.code == 3
    (row,) = [line for line in ran.out.splitlines() if line.startswith("OH-4122")]
    for cell in ("mri declared; ultrasound missing", "image gently (not enough)", "NMD (not enough)", "missing"):
        assert cell in row
    assert row.endswith("no")
    for rule in ("accreditation", "pledge", "registries", "consulting_radiologist"):
        assert re.search(rf"\nlocations\.1\.\w+: .*\n  eligibility\.{rule}: ", ran.err)
    assert "complete" not in ran.out


REFUSED: list[tuple[dict[str, Any], set[str]]] = [
    ({"payment": None}, {"application.incomplete"}),
    ({"practice": None, "locations": [], "payment": None}, {"application.incomplete"}),
    ({"payment": {"amount": "4999.00"}}, {"payment.amount_differs"}),
    ({"shared_governance": False}, {"designation.shared_governance"}),
    ({"agrees_to_survey": False}, {"eligibility.survey_agreement"}),
    ({"state": "PA"}, {"designation.other_state"}),
    (
        {"state": "PA", "shared_governance": None, "agrees_to_survey": None, "payment": {"amount": "1.00"}},
        {
            "designation.other_state",
            "designation.shared_governance",
            "eligibility.survey_agreement",
            "payment.amount_differs",
        },
    ),
]


@pytest.mark.parametrize(("changes", "rules"), REFUSED)
def test_every_finding_is_told_at_once_with_exit_3(accredit: Command, changes: dict[str, Any], rules: set[str]) -> None:
    ran = accredit("check", accredit.file("a.json", practice(**changes)), "--json")
    assert ran.code == 3
    assert {finding["rule"] for finding in ran.data["findings"]} == rules
    for finding in ran.data["findings"]:
        assert set(finding) == {"rule", "where", "reason", "source"}
        assert finding["source"]


@pytest.mark.parametrize(
    ("number", "changes", "field", "found"),
    [
        (0, {"services": ["ct", "xrays"]}, "locations.0.services.1", "xrays"),
        (1, {"pledges": ["image_widely"]}, "locations.1.pledges.0", "image_widely"),
        (2, {"accredited": ["xray"]}, "locations.2.accredited.0", "xray"),
        (2, {"id": "OH 4123"}, "locations.2.id", "OH 4123"),
        (0, {"radiologist": "Dr. Sample"}, "locations.0.radiologist", "the unknown field"),
        (0, {"id": "OH-4122"}, "locations", "OH-4122 more than once"),
    ],
)
def test_what_cannot_be_read_is_exit_2_by_field(
    accredit: Command, number: int, changes: dict[str, Any], field: str, found: str
) -> None:
    ran = accredit("check", accredit.file("a.json", located(number, **changes)), "--json")
    assert ran.code == 2
    (trouble,) = ran.data["problems"]
    assert trouble["field"].startswith(field)
    assert found in trouble["found"]
    assert "accredit schema dicoe" in ran.data["next_step"]


def test_the_schema_of_a_designation_names_its_sheets(accredit: Command) -> None:
    ran = accredit("schema", "dicoe")
    assert ran.code == 0
    assert set(ran.data["properties"]) >= {"practice", "state", "locations", "agrees_to_survey", "payment"}
