"""`accredit scenario new`: what it writes can be rehearsed as it stands, and so can whatever is taken into it."""

import json
import re
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from embedded.server import EmbeddedServer
from rehearsal.reading import read_scenario
from rehearsal.scenario import Event
from services.settings import SAMPLES
from tests.applications import sample
from tests.command import Command
from tests.rehearsal.rehearsing import lived

REPORT, DECISION = 'send = "issue_final_report"', 'send = "decide_designation"'
PLEDGE = 'send = "confirm_pledge"'
UNSUCCESSFUL, REPEAT, APPEAL = "An unsuccessful outcome", "The choice, by signal", "Or, in the place of the repeat"
REFUSED, MORE_TIME, GIVEN_UP, RENEWED = "What a rule must refuse", "More time", "Somebody gives up", "The renewal"
ADDED, NOT_DESIGNATED = "Mid-cycle", "Not designated"
Lives: TypeAlias = dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]
"""Lives by their titles: an application's name, the chapters taken in, the events left out."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line, in this process."""
    return Command(monkeypatch, capsys, tmp_path)


def skeleton(command: Command, name: str, **changes: Any) -> str:
    """Return the scenario that the command makes of a shipped application, with other values at its top."""
    ran = command("scenario", "new", command.file(f"{name}.json", sample(name) | changes))
    assert ran.code == 0, ran.err
    return ran.out


def blocks(text: str) -> list[str]:
    """Return what stands between empty lines."""
    return re.split(r"\n{2,}", text.strip())


def taken_in(text: str, *chapters: str, without: tuple[str, ...] = ()) -> str:
    """Return a skeleton with chapters taken in, each known by its first words, and without some events."""
    kept, taking, found = [], False, 0
    for block in blocks(text):
        if block.startswith("## "):
            taking = block.startswith(tuple(f"## {words}" for words in chapters))
            found += taking
        elif block.startswith("# "):
            kept += [re.sub(r"(?m)^# ", "", block)] if taking else []
            continue
        kept += [] if any(line in block.splitlines() for line in without) else [block]
    assert found == len(chapters), f"{chapters} in:\n{text}"
    return "\n\n".join(kept)


def everything(text: str) -> str:
    """Return a skeleton with all that is commented out in it."""
    return re.sub(r"(?m)^# (?!until_day|opens)", "", text)


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.json")))
def test_a_scenario_is_made_of_every_shipped_application(command: Command, tmp_path: Path, name: str) -> None:
    text = skeleton(command, name)
    (tmp_path / "life.toml").write_text(text, "utf-8")
    straight = read_scenario(tmp_path / "life.toml")
    (tmp_path / "life.toml").write_text(everything(text), "utf-8")
    with_all = read_scenario(tmp_path / "life.toml")
    assert len(with_all.events) > len(straight.events) + 5
    assert not [event for event in straight.events if isinstance(event, Event) and event.refused]


def test_the_file_names_its_application_wherever_it_lies(command: Command, tmp_path: Path) -> None:
    application = command.file("unit.json", sample())
    (tmp_path / "stories").mkdir()
    ran = command("scenario", "new", application, "-o", "stories/life.toml")
    assert (ran.code, ran.out) == (0, "")
    assert "accredit rehearse stories/life.toml" in ran.err
    assert 'application = "../unit.json"' in (tmp_path / "stories" / "life.toml").read_text("utf-8")
    assert read_scenario(tmp_path / "stories" / "life.toml").title.startswith("The CT unit CT-1 passes")


def test_a_file_that_is_there_is_written_over_only_when_that_is_said(command: Command, tmp_path: Path) -> None:
    application = command.file("unit.json", sample())
    command.file("life.toml", "mine")
    ran = command("scenario", "new", application, "-o", "life.toml")
    assert ran.code == 2
    assert "life.toml: found a file that is there already, expected a new file, or --force" in ran.err
    assert (tmp_path / "life.toml").read_text("utf-8") == "mine"
    assert command("scenario", "new", application, "-o", "life.toml", "--force").code == 0
    assert read_scenario(tmp_path / "life.toml").events


def test_a_folder_that_does_not_exist_is_named(command: Command) -> None:
    ran = command("scenario", "new", command.file("unit.json", sample()), "-o", "nowhere/life.toml")
    assert ran.code == 2
    assert "nowhere/life.toml: found No such file or directory" in ran.err


def test_one_of_several_units_brings_its_part_of_the_application_along(command: Command, tmp_path: Path) -> None:
    application = command.file("units.json", sample("ct-two-units"))
    ran = command("scenario", "new", application, "--unit", "CT-2", "-o", "life.toml")
    assert ran.code == 0, ran.err
    assert "[[application.units]]" in (tmp_path / "life.toml").read_text("utf-8")
    read = read_scenario(tmp_path / "life.toml").application.model_dump(mode="json")
    assert read == sample("ct-two-units") | {"units": [sample("ct-two-units")["units"][1]]}
    ran = command("scenario", "new", application, "--unit", "CT-9")
    assert ran.code == 2
    assert "--unit: found CT-9, expected one of CT-1, CT-2" in ran.err


def test_a_workbook_brings_its_application_along(command: Command, tmp_path: Path) -> None:
    command.file("unit.json", sample())
    assert command("template", "accreditation", "--from", "unit.json", "-o", "unit.xlsx").code == 0
    assert command("scenario", "new", "unit.xlsx", "-o", "life.toml").code == 0
    assert read_scenario(tmp_path / "life.toml").application.model_dump(mode="json") == sample()
    assert command("template", "accreditation", "-o", "empty.xlsx").code == 0
    ran = command("scenario", "new", "empty.xlsx")
    assert ran.code == 3
    assert "Mend it first: `accredit check empty.xlsx` reads it by itself." in ran.err


def test_an_application_without_a_life_is_refused(command: Command) -> None:
    ran = command("scenario", "new", command.file("unit.json", sample() | {"medium": None, "payment": None}))
    assert ran.code == 3
    assert "medium: How images are submitted is missing" in ran.err
    assert "payment: The payment sheet is missing." in ran.err


def test_whatever_people_are_called_the_scenario_can_be_read(command: Command, tmp_path: Path) -> None:
    units = sample("ct-two-units")["units"]
    units[0]["model"] = 'A "quoted" \\ model, größer'
    application = sample("ct-two-units") | {"units": units}
    assert command("scenario", "new", command.file("u.json", application), "-o", "life.toml").code == 0
    read = read_scenario(tmp_path / "life.toml").application.model_dump(mode="json")
    assert read["units"][0]["model"] == units[0]["model"]


def written_lives(
    command: Command, folder: Path, lives: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]
) -> Any:
    """Write a scenario for each life (an application's name, chapters, events left out); each has its own subject."""
    files = []
    for number, (title, (name, chapters, without)) in enumerate(lives.items(), start=1):
        application = sample(name)
        (application.get("facility") or application["practice"])["id"] = f"F{number}"
        file = folder / str(number) / "life.toml"
        file.parent.mkdir()
        (file.parent / f"{name}.json").write_text(json.dumps(application), "utf-8")
        assert command("scenario", "new", str(file.parent / f"{name}.json"), "-o", str(file)).code == 0, title
        file.write_text(taken_in(file.read_text("utf-8"), *chapters, without=without), "utf-8")
        files.append(file)
    return files


@pytest.mark.server
async def test_cycles_go_as_they_are_written(command: Command, temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    lives: Lives = {
        "straight": ("ct-unit", (), ()),
        "one of two units": ("ct-two-units", (), ()),
        "a facility's service": ("breast-ultrasound", (), ()),
        "refused on the way": ("ct-unit", (REFUSED, MORE_TIME), ()),
        "repeated": ("ct-unit", (UNSUCCESSFUL, REPEAT), (REPORT,)),
        "repeated on CD": ("mri-cd", (UNSUCCESSFUL, REPEAT), (REPORT,)),
        "appealed": ("ct-unit", (UNSUCCESSFUL, APPEAL), (REPORT,)),
        "appealed on CD": ("mri-cd", (UNSUCCESSFUL, APPEAL), (REPORT,)),
        "never chosen": ("ct-unit", (UNSUCCESSFUL,), (REPORT,)),
        "given up": ("ct-unit", (GIVEN_UP,), ()),
        "renewed": ("ct-unit", (RENEWED,), ()),
    }
    reports = await lived(temporal_server, tmp_path, *written_lives(command, tmp_path, lives))
    assert [report["failures"] for report in reports] == [[]] * len(lives)
    outcomes = dict(zip(lives, (report["status"]["outcome"] for report in reports), strict=True))
    ends = {"never chosen": "not_granted", "given up": "withdrawn", "renewed": "renewed"}
    assert outcomes == dict.fromkeys(lives, "expired") | ends


@pytest.mark.server
async def test_designations_go_as_they_are_written(
    command: Command, temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    lives: Lives = {
        "straight": ("dicoe-ohio", (), ()),
        "refused on the way": ("dicoe-ohio", (REFUSED, MORE_TIME), ()),
        "a location added": ("dicoe-three-locations", (ADDED,), ()),
        "a full tier": ("dicoe-fifteen-locations", (ADDED,), ()),
        "abroad": ("dicoe-abroad", (REFUSED, ADDED, RENEWED), ()),
        "not designated": ("dicoe-ohio", (NOT_DESIGNATED,), (DECISION, PLEDGE)),
        "given up": ("dicoe-ohio", (GIVEN_UP,), (PLEDGE,)),
        "renewed": ("dicoe-ohio", (RENEWED,), ()),
    }
    reports = await lived(temporal_server, tmp_path, *written_lives(command, tmp_path, lives))
    assert [report["failures"] for report in reports] == [[]] * len(lives)
    outcomes = dict(zip(lives, (report["status"]["outcome"] for report in reports), strict=True))
    ends = {"not designated": "not_designated", "given up": "withdrawn", "abroad": "renewed", "renewed": "renewed"}
    assert outcomes == dict.fromkeys(lives, "expired") | ends
    added = {title: len(report["status"]["locations"]) for title, report in zip(lives, reports, strict=True)}
    assert (added["a location added"], added["a full tier"]) == (4, 15)
    assert not any(entry["kind"] == "attention" for entry in reports[0]["timeline"])
