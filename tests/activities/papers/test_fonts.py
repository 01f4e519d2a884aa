"""Names in scripts that the papers' fonts do not have: told beforehand, and never printed as empty boxes."""

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from activities.papers.fonts import legible, not_printable, without_font
from activities.papers.press import press
from policy.application import AccreditationApplication
from tests.applications import an_application

NAMES = [
    ("Sample Imaging Center", []),
    ("Clínica São José, Łódź", []),
    ("Αθήνα Жуков", []),
    ("中央影像诊所 Sample", ["中", "央", "影", "像", "诊", "所"]),
    ("東京 한국 ไทย", ["東", "京", "한", "국", "ไ", "ท", "ย"]),
    ("Smile \N{GRINNING FACE}", ["\N{GRINNING FACE}"]),
]


@pytest.mark.parametrize(("name", "missing"), NAMES)
def test_the_characters_that_no_font_has_are_named_each_once(name: str, missing: list[str]) -> None:
    assert without_font(name + name) == missing


def test_what_cannot_be_printed_is_counted_in_its_place_and_all_else_stays() -> None:
    told = {"name": "中央影像 诊所 Sample", "lines": ["1 Sample Street", "京"], "amount": 3}
    assert legible(told) == {
        "name": "[6 characters] Sample",
        "lines": ["1 Sample Street", "[1 character]"],
        "amount": 3,
    }


def test_a_paper_with_such_a_name_says_whose_it_is_and_is_a_pdf_for_archives(tmp_path: Path) -> None:
    facts = {
        "number": "2028-000001",
        "holder": {"name": "中央影像诊所 Sample", "id": "OH-0702"},
        "stamp": {"year": 2028, "month": 5, "day": 2, "hour": 13, "minute": 0, "second": 0},
        "subject": "CT unit CT-1",
    }
    for kind in ("invoice", "certificate", "designation"):
        paper = tmp_path / f"{kind}.pdf"
        paper.write_bytes(press(kind, legible(facts)))
        text = " ".join(PdfReader(paper).pages[0].extract_text().split())
        assert "[6 characters] Sample (OH-0702)" in text
        assert b"pdfaid:part" in paper.read_bytes(), "it does not claim to be PDF/A"


def test_an_application_is_told_of_such_a_name_with_its_field_and_what_helps() -> None:
    told = json.loads(an_application("ct-unit").model_dump_json())
    assert not_printable(AccreditationApplication.model_validate(told)) == []
    told["facility"]["name"] = "中央 Sample"
    (sentence,) = not_printable(AccreditationApplication.model_validate(told))
    assert sentence.startswith("facility.name: papers cannot print 中  央")
    assert "[papers] fonts" in sentence
