"""Reading an application from a file: what cannot be read is told, all at once."""

import json
from pathlib import Path

import pytest

from intake.applications import read_application, with_application
from policy.application import AccreditationApplication
from policy.designation.application import DicoeApplication
from policy.messages import AmendApplication, StartRenewal
from services.errors import ExitCode, Unusable
from tests.applications import an_application, sample


def written(folder: Path, text: str | bytes, name: str = "a.json") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def told(file: Path) -> list[str]:
    with pytest.raises(Unusable) as unusable:
        read_application(file)
    assert unusable.value.code == ExitCode.UNUSABLE
    return [str(trouble).removeprefix(f"{file}: ") for trouble in unusable.value.troubles]


def test_an_application_is_read_also_with_a_byte_order_mark_and_a_capital_suffix(tmp_path: Path) -> None:
    data = sample()
    expected = AccreditationApplication.model_validate(data)
    assert read_application(written(tmp_path, json.dumps(data))) == expected
    assert read_application(written(tmp_path, b"\xef\xbb\xbf" + json.dumps(data).encode(), "B.JSON")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "no JSON in line 1, column 1"),
        ('{"program": "accreditation",}', "no JSON in line 1"),
        ('{\n "program": accreditation}', "no JSON in line 2, column 13"),
        (b"\xff{}", "a byte at position 0 that is no UTF-8"),
        ("[1, 2]", "found [1, 2], expected one JSON object"),
        ('"accreditation"', 'found "accreditation", expected one JSON object'),
        ('{"program": "accreditation", "program": "dicoe"}', "program: found the name twice"),
        ('{"program": "accreditation", "units": NaN}', "found NaN"),
        ("[" * 100_000, "objects or lists within each other without end"),
        ("{}", "program: found nothing, expected one of accreditation, dicoe"),
        ('{"program": "DICOE"}', 'program: found "DICOE", expected one of accreditation, dicoe'),
        ('{"program": ["dicoe"]}', 'program: found ["dicoe"]'),
    ],
)
def test_what_is_no_application_is_told_with_its_place(tmp_path: Path, text: str | bytes, expected: str) -> None:
    (line,) = told(written(tmp_path, text))
    assert expected in line


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "gone.json") == ["found no such file, expected a .json file"]
    assert told(tmp_path) == ["found Is a directory, expected a .json file"]


def test_a_workbook_is_not_mistaken_for_json(tmp_path: Path) -> None:
    (line,) = told(written(tmp_path, b"PK\x03\x04", "application.xlsx"))
    assert "a .json file" in line


def test_every_wrong_field_is_told_with_what_was_found_and_what_is_expected(tmp_path: Path) -> None:
    data = sample()
    data["modality"] = "xray"
    data["mediun"] = "cd"
    data["facility"]["contacts"][0]["email"] = "nobody"
    data["facility"]["id"] = "OH.0417"
    data["units"] *= 2
    data["payment"]["amount"] = 2500
    assert sorted(told(written(tmp_path, json.dumps(data)))) == [
        'facility.contacts.0.email: found "nobody", expected an e-mail address',
        'facility.id: found "OH.0417", expected letters, digits, underscores and hyphens only',
        "mediun: found the unknown field mediun, expected medium (is that meant?)",
        'modality: found "xray", expected one of ct, mri, nuclear_medicine, pet, ultrasound, breast_ultrasound, '
        "stereotactic_breast_biopsy, mammography, radiation_oncology",
        'payment.amount: found 2500, expected an amount in US dollars such as "2900.00"',
        "units: found CT-1 more than once, expected each id once",
    ]


def test_a_designation_is_read_as_one(tmp_path: Path) -> None:
    application = read_application(written(tmp_path, '{"program": "dicoe", "state": "OH"}'))
    assert isinstance(application, DicoeApplication)
    assert application.state == "OH"


def test_the_application_of_a_renewal_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "renewal.json").write_text(json.dumps(sample()), "utf-8")
    fields = with_application(StartRenewal, {"application": "renewal.json"}, tmp_path)
    assert fields == {"application": an_application().model_dump(mode="json")}


def test_a_renewal_whose_file_is_no_application_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path / "renewal.json").write_text('{"program": "accreditation", "modality": "x"}', "utf-8")
    for file, field, found in (("renewal.json", "modality", '"x"'), ("absent.json", "", "no such file")):
        with pytest.raises(Unusable) as unusable:
            with_application(StartRenewal, {"application": file}, tmp_path)
        assert found in {one.found for one in unusable.value.troubles if one.field == field}


def test_an_application_that_is_no_file_and_the_fields_of_other_messages_stay_as_they_are(tmp_path: Path) -> None:
    inline = {"application": sample()}
    assert with_application(StartRenewal, inline, tmp_path) is inline
    assert with_application(AmendApplication, {"application": "renewal.json"}, tmp_path) == {
        "application": "renewal.json"
    }
