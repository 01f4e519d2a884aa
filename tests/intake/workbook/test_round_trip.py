"""From an application to a workbook and back: nothing is lost, and what a workbook cannot hold is refused."""

from pathlib import Path
from typing import Any

import pytest

from intake.applications import read_application
from intake.workbook.filling import filling_of, plan_of
from intake.workbook.forms import PLANS
from policy.bounds import LINE
from services.errors import Unusable
from services.programs import PROGRAMS
from services.settings import SAMPLES
from tests.applications import sample
from tests.command import Command
from tests.intake.workbook.editing import filled

NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))
ODD = [
    '=HYPERLINK("https://example.org")',
    "+1 555 0100",
    "#N/A",
    "0417",
    "1.50",
    "TRUE",
    "2028-04-17",
    "Søndre «Prøve»\nklinikk, 放射線科 🏥",
    "a  b",
    "'quoted'",
    "<b>&amp;</b>",
    "x" * LINE,
]


def round_trip(accredit: Command, data: dict[str, Any]) -> tuple[Any, Any]:
    """Return an application and what is read from its workbook."""
    source = accredit.folder / accredit.file("odd.json", data)
    plan = plan_of(PROGRAMS[data["program"]].model_validate(data)).name
    ran = accredit("template", plan, "--from", "odd.json", "-o", "odd.xlsx", "--force")
    assert ran.code == 0, ran.err
    return read_application(source), read_application(accredit.folder / "odd.xlsx")


def test_there_are_samples_of_both_programs() -> None:
    assert {sample(name)["program"] for name in NAMES} == set(PROGRAMS)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_comes_back_as_it_was(accredit: Command, name: str) -> None:
    before, after = round_trip(accredit, sample(name))
    assert after == before


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_of_a_workbook_holds_the_same_in_every_cell(accredit: Command, name: str) -> None:
    first = filled(accredit, name)
    plan = plan_of(PROGRAMS[sample(name)["program"]].model_validate(sample(name))).name
    assert accredit("template", plan, "--from", first.name, "-o", "second.xlsx").code == 0
    (accredit.folder / "second.xlsx").rename(accredit.folder / "kept.xlsx")
    second = type(first)(accredit.folder / "kept.xlsx")
    for sheet in first.workbook.worksheets:
        assert list(second[sheet.title].iter_rows(values_only=True)) == list(sheet.iter_rows(values_only=True))


def test_a_practice_that_says_more_than_its_own_workbook_holds_keeps_all_of_it_in_the_general_one(
    accredit: Command,
) -> None:
    data = sample("radiation-oncology")
    data["units"][0] |= {"id": "LINAC", "manufacturer": "Sample Linacs"}
    before, after = round_trip(accredit, data)
    assert after == before
    ran = accredit("template", "radiation_oncology", "--from", "odd.json", "-o", "own.xlsx", "--json")
    assert ran.code == 2
    assert [one["field"] for one in ran.data["problems"]] == ["units.0.id", "units.0.manufacturer"]


@pytest.mark.parametrize("text", ODD)
def test_any_text_stays_what_it_is(accredit: Command, text: str) -> None:
    data = sample()
    data["facility"]["name"] = data["facility"]["address"]["street"] = text
    data["facility"]["contacts"][1]["name"] = data["units"][0]["model"] = text
    data["payment"] |= {"reference": text, "method": text}
    before, after = round_trip(accredit, data)
    assert after == before


@pytest.mark.parametrize("amount", ["0", "0.00", "4900", "4900.10", "999999999.99", None])
def test_an_amount_stays_as_it_is_written(accredit: Command, amount: str | None) -> None:
    data = sample()
    data["payment"]["amount"] = amount
    before, after = round_trip(accredit, data)
    assert after.payment.amount == before.payment.amount == amount


def test_lists_keep_their_order_their_gaps_and_what_the_rules_refuse(accredit: Command) -> None:
    data = sample("dicoe-three-locations")
    data["locations"][0] |= {"services": ["xray", "mri", "ct"], "accredited": ["pet", "ct", "ct"], "registries": []}
    data["locations"][1] |= {"services": [], "accredited": [], "registries": ["XYZ", "dir"], "pledges": []}
    data["locations"][2] |= {"services": [], "accredited": [], "registries": [], "pledges": []}
    data |= {"agrees_to_survey": False, "shared_governance": False}
    before, after = round_trip(accredit, data)
    assert after == before


def test_what_is_missing_stays_missing(accredit: Command) -> None:
    data = sample()
    data["facility"]["contacts"][0] = {"role": "supervising_physician"}
    data["units"].append({"id": "CT-9", "areas": [{"module": "chest"}]})
    data |= {"kind": None, "medium": None, "modality": "mammography", "payment": {"reference": "R"}}
    before, after = round_trip(accredit, data)
    assert after == before


def test_more_rows_than_a_template_has_ready_are_held(accredit: Command) -> None:
    data = sample()
    area = data["units"][0]["areas"][0]
    data["units"] = [{"id": f"CT-{n}", "areas": [area | {"id": f"chest-{m}"} for m in range(12)]} for n in range(1, 11)]
    before, after = round_trip(accredit, data)
    assert after == before


@pytest.mark.parametrize("text", ["bell\x07", "_x0041_", "x" * 32_768, "\ufffe"])
def test_what_a_cell_cannot_hold_is_refused_by_field(accredit: Command, text: str) -> None:
    data = sample()
    data["facility"]["name"] = text
    ran = accredit("template", "accreditation", "--from", accredit.file("a.json", data), "-o", "new.xlsx", "--json")
    assert ran.code == 2
    assert [problem["field"] for problem in ran.data["problems"]] == ["facility.name"]
    assert not (accredit.folder / "new.xlsx").exists()


@pytest.mark.parametrize(("name", "path"), [("ct-unit", "units.0.id"), ("dicoe-ohio", "locations.0.id")])
def test_what_rows_belong_to_needs_an_id(name: str, path: str) -> None:
    data = sample(name)
    del data[path.split(".")[0]][0]["id"]
    application = PROGRAMS[data["program"]].model_validate(data)
    with pytest.raises(Unusable) as unusable:
        filling_of(PLANS[data["program"]], application, "a.json")
    assert [trouble.field for trouble in unusable.value.troubles] == [path]


def test_every_field_of_an_application_has_its_cell() -> None:
    """A field that is added to an application and forgotten in the workbook would be lost: this finds it."""
    for name in ("ct-unit", "dicoe-ohio"):
        data = sample(name)
        plan = PLANS[data["program"]]
        schema = PROGRAMS[data["program"]].model_json_schema()
        known = {entry.name for page in plan.pages for entry in page.entries()}
        known |= {
            f"{table.name}.{column.name}" for page in plan.pages for table in page.tables() for column in table.columns
        }
        missing = [path for path in leaves(schema, schema, "") if path not in {renamed(one) for one in known}]
        assert missing == []


def leaves(schema: dict[str, Any], node: dict[str, Any], path: str) -> list[str]:
    """Return the paths of all fields that hold a value, lists without their numbers."""
    if "$ref" in node:
        return leaves(schema, schema["$defs"][node["$ref"].rpartition("/")[2]], path)
    ways = [way for way in node.get("anyOf", []) if way.get("type") != "null"]
    if ways:
        return list(dict.fromkeys(leaf for way in ways for leaf in leaves(schema, way, path)))
    if "properties" in node:
        return [leaf for name, part in node["properties"].items() for leaf in leaves(schema, part, f"{path}.{name}")]
    return leaves(schema, node["items"], path) if node.get("type") == "array" else [path.removeprefix(".")]


def renamed(name: str) -> str:
    """Return the path in the application of what a linked table calls by its own name."""
    return (
        name.replace("areas.", "units.areas.", 1)
        if name.startswith("areas.")
        else name.replace("offers.", "locations.")
    )


def test_a_file_that_ends_in_capitals_is_a_workbook_too(accredit: Command) -> None:
    book = filled(accredit)
    book.path.rename(accredit.folder / "CT.XLSX")
    assert read_application(Path("CT.XLSX")) == read_application(Path("ct-unit.json"))
