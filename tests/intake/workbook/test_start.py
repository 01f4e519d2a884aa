"""`accredit start` with a workbook, on a real server: the cases of its application, and each of them once."""

import pytest

from tests.applications import sample
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server


async def test_a_workbook_starts_the_cases_of_its_application_and_the_file_finds_them(terminal: OfficeTerminal) -> None:
    data = sample("ct-two-units") | {"application_id": "APP-WORKBOOK"}
    data["facility"]["id"] = "PA-0417"
    source = terminal.file("two.json", data)
    assert (await terminal("template", "accreditation", "--from", source, "-o", "two.xlsx")).code == 0
    started = await terminal("start", "two.xlsx", "--json")
    assert started.code == 0, started.err
    assert [(case["case"], case["new"]) for case in started.data["cases"]] == [
        ("accreditation.PA-0417.ct.CT-1.1", True),
        ("accreditation.PA-0417.ct.CT-2.1", True),
    ]
    again = await terminal("start", source, "--json")
    assert [case["new"] for case in again.data["cases"]] == [False, False], "it is the same application"


async def test_a_designations_workbook_starts_its_case(terminal: OfficeTerminal) -> None:
    source = terminal.file("three.json", sample("dicoe-three-locations"))
    assert (await terminal("template", "dicoe", "--from", source, "-o", "three.xlsx")).code == 0
    started = await terminal("start", "three.xlsx", "--json")
    assert [case["case"] for case in started.data["cases"]] == ["dicoe.SAMPLE-TWO.OH.1"]
    assert (await terminal("start", source, "--json")).data["cases"][0]["new"] is False


async def test_what_is_missing_is_refused_with_its_cell_and_starts_nothing(terminal: OfficeTerminal) -> None:
    data = sample() | {"medium": None}
    data["facility"]["id"] = "OH-9417"
    assert (
        await terminal("template", "accreditation", "--from", terminal.file("a.json", data), "-o", "a.xlsx")
    ).code == 0
    ran = await terminal("start", "a.xlsx", "--json")
    assert (ran.code, ran.data["rule"], ran.data["where"]) == (3, "application.incomplete", "Modality!C7, medium")
    assert "OH-9417" not in (await terminal("worklist", "--json")).out


async def test_another_application_for_a_unit_with_an_open_case_is_refused_as_ever(terminal: OfficeTerminal) -> None:
    data = sample()
    data["facility"]["id"] = "OH-8417"
    assert (await terminal("start", terminal.file("first.json", data), "--json")).code == 0
    second = terminal.file("second.json", data | {"application_id": "APP-OTHER"})
    assert (await terminal("template", "accreditation", "--from", second, "-o", "second.xlsx")).code == 0
    ran = await terminal("start", "second.xlsx", "--json")
    assert (ran.code, ran.data["rule"], ran.data["where"]) == (
        3,
        "case.already_open",
        "accreditation.OH-8417.ct.CT-1.1",
    )
