"""Reports, exports and the archive of lives that were lived: what they tell is what the lives themselves told."""

import hashlib
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from records.books import open_books
from records.words import BooksPurpose
from rehearsal.reading import read_scenarios
from rehearsal.sample.copying import Copies, read_life
from rehearsal.sample.lives import how_many, stopped, stops_of
from services.errors import ExitCode
from services.paths import BOOKS
from tests.command import Command
from tests.starter.office.lived import SCENARIOS, Lived, command_of, days_in_stages, live

pytestmark = pytest.mark.server
LADDER, LATE = "the-whole-ladder.toml", "inactive-after-missed-package.toml"
WHOLE = ("--from", "2026-01-01", "--to", "2040-12-31")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """A life that climbs the whole ladder of options, and one that ends because no package came."""
    return await live(temporal_server.address, tmp_path_factory.mktemp("lived"), LADDER, LATE)


@pytest.fixture
def accredit(
    lived: Lived, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """The command line that looks at these lives."""
    return command_of(lived, monkeypatch, capsys, tmp_path)


def test_a_report_tells_what_the_timelines_of_the_lives_tell(accredit: Command, lived: Lived) -> None:
    told = accredit("report", *WHOLE, "--json").data
    days: dict[str, list[float]] = {}
    for report in lived.reports:
        for stage, found in days_in_stages(report).items():
            days.setdefault(stage, []).extend(found)
    counted: dict[str, int] = {}
    for one in told["stages"]:
        counted[one["stage"]] = counted.get(one["stage"], 0) + one["number"]
    assert counted == {stage: len(found) for stage, found in days.items()}
    for stage in ("review", "appeal", "survey"):
        only = [one for one in told["stages"] if one["stage"] == stage]
        if len(only) == 1:
            assert only[0]["median_days"] == pytest.approx(median(days[stage]), abs=0.06)
    windows = [one for report in lived.reports for one in report["deadlines"] if one["name"] == "testing_package"]
    packages = [one for one in told["windows"] if one["window"] == "testing_package"]
    for fate, met in (("met", True), ("missed", False)):
        assert sum(one[fate] for one in packages) == sum(one["met"] is met for one in windows)
    invoiced = sum(Decimal(one["total"]) for report in lived.reports for one in report["invoices"])
    assert Decimal(told["money"]["totals"]["invoiced"]) == invoiced


def test_a_report_is_a_page_with_pictures_and_a_list_for_a_spreadsheet(accredit: Command) -> None:
    ran = accredit("report", *WHOLE, "--html", "report.html", "--csv", "report.csv")
    assert ran.code == ExitCode.DONE
    assert "Windows met and missed" in ran.out
    assert "█" in ran.out
    page = (accredit.folder / "report.html").read_text("utf-8")
    assert page.count("<svg") >= 12
    assert "http" not in page.replace("http://www.w3.org", "")
    assert (accredit.folder / "report.csv").read_text("utf-8-sig").startswith("table,about,figure,value\n")


def test_an_export_holds_all_and_its_manifest_every_digest(accredit: Command, lived: Lived) -> None:
    case = lived.cases[0]
    (lived.folder / "histories").mkdir(exist_ok=True)
    (lived.folder / "histories" / f"{case}.json").write_text('{"events": []}', "utf-8")
    ran = accredit("export", case, "--to", "out", "--json")
    assert ran.code == ExitCode.DONE, ran.err
    out = accredit.folder / "out"
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest == ran.data
    assert manifest["missing"] == []
    for one in manifest["files"]:
        assert hashlib.sha256((out / one["path"]).read_bytes()).hexdigest() == one["sha256"]
    there = {str(file.relative_to(out)) for file in out.rglob("*") if file.is_file()}
    assert there == {one["path"] for one in manifest["files"]} | {"manifest.json", "index.html"}
    told = lived.reports[0]
    assert len(list((out / "letters").iterdir())) == len(told["notices"])
    assert "Sample Reviewer One" in (out / "timeline.json").read_text("utf-8")
    named = json.loads((out / "documents.json").read_text("utf-8"))["named"]
    assert any(one["name"] == "appeal-letter.pdf" and len(one["sha256"]) == 64 for one in named)
    index = (out / "index.html").read_text("utf-8")
    assert all(one["path"] in index for one in manifest["files"])
    acts = accredit("audit", "--case", case, "--json").data
    assert ("exported", "Sample Officer") in {(one["what"], one["person"]) for one in acts}


def test_an_export_for_the_facility_leaves_out_what_a_facility_never_sees(accredit: Command, lived: Lived) -> None:
    ran = accredit("export", lived.cases[0], "--to", "theirs", "--for", "facility", "--json")
    assert ran.code == ExitCode.DONE, ran.err
    texts = [
        file for file in (accredit.folder / "theirs").rglob("*") if file.suffix in (".json", ".csv", ".html", ".svg")
    ]
    assert len(texts) >= 8
    for file in texts:
        text = file.read_text("utf-8")
        for hidden in ("Sample Reviewer", "Sample Arbitrator", "needs attention", "Sample Physicist"):
            assert hidden not in text, (file, hidden)
    paths = {one["path"] for one in ran.data["files"]}
    assert not any(path.startswith("history/") or path == "audit.json" for path in paths)
    assert any("final_report" in path for path in paths)


def test_an_export_never_mixes_with_what_lies_there(accredit: Command, lived: Lived) -> None:
    accredit.file("something.txt", "mine")
    ran = accredit("export", lived.cases[0], "--to", ".")
    assert ran.code == ExitCode.UNUSABLE
    assert "a folder with something in it" in ran.err
    assert [file.name for file in accredit.folder.iterdir()] == ["something.txt"]


def test_a_sample_office_is_made_of_copies_that_stand_as_their_lives_do(
    accredit: Command, lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone, now = ZoneInfo("America/New_York"), datetime(2034, 5, 4, 16, tzinfo=UTC)
    with closing(open_books(f"sqlite:///{lived.folder / BOOKS}", BooksPurpose.REHEARSAL)) as source:
        lives = [read_life(source, case, now) for case in lived.cases]
    copies_file = accredit.folder / "copies.db"
    with closing(open_books(f"sqlite:///{copies_file}")) as books, books.writing() as session:
        copies = Copies(session, zone, now, Random(1))
        for number in range(10):
            copies.copy(lives[number % 2])
        copies.close()
    monkeypatch.setenv("ACCREDIT_DATABASE_URL", f"sqlite:///{copies_file}")
    found = accredit("cases", "--json").data
    assert len({one["case"] for one in found}) == len(found) == 10
    assert all(datetime.fromisoformat(one["closed_at"]) < now for one in found)
    assert not any(one["facility"] in ("OH-0417", "VT-0021") for one in found)
    first = found[0]["case"]
    assert accredit("show", first).code == ExitCode.DONE
    told = accredit("report", "--from", "2020-01-01", "--to", "2040-12-31", "--json").data
    whole = accredit_of(accredit, lived, monkeypatch)("report", *WHOLE, "--json").data
    assert Decimal(told["money"]["totals"]["invoiced"]) == 5 * Decimal(whole["money"]["totals"]["invoiced"])
    stays = {(one["stage"], one["kind"]): one["number"] for one in whole["stages"]}
    assert {(one["stage"], one["kind"]): one["number"] for one in told["stages"]} == {
        stage: 5 * number for stage, number in stays.items()
    }


def accredit_of(accredit: Command, lived: Lived, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Let the command line look at the lives again."""
    monkeypatch.setenv("ACCREDIT_DATABASE_URL", lived.environ["ACCREDIT_DATABASE_URL"])
    return accredit


@pytest.fixture
def office(accredit: Command, lived: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lived:
    """The same lives as those of an office, in a copy that may be changed."""
    own = Lived(lived.reports, tmp_path / "office")
    shutil.copytree(lived.folder, own.folder)
    with closing(sqlite3.connect(own.folder / "books.db")) as books:
        books.execute("UPDATE books SET purpose = 'office'")
        books.execute("UPDATE cases SET history_exported_at = closed_at WHERE case_id = ?", (own.cases[0],))
        books.commit()
    for name, value in own.environ.items():
        monkeypatch.setenv(name, value)
    return own


def test_the_archive_tells_first_and_moves_only_what_nothing_stands_against(accredit: Command, office: Lived) -> None:
    first, other = office.cases
    before = {file for file in office.folder.rglob("*") if file.is_file()}
    told = accredit("archive", "--closed-before", "2040-01-01", "--json").data
    assert told["archived"] == []
    against = {one["case"]: one["against"] for one in told["cases"]}
    assert against[first] == ""
    assert "has not been exported" in against[other]
    assert {file for file in office.folder.rglob("*") if file.is_file()} - before == set()
    done = accredit("archive", "--closed-before", "2040-01-01", "--to", "archive", "--yes", "--json").data["archived"]
    assert [one["case"] for one in done] == [first]
    assert not (office.folder / "mail" / first).exists()
    assert (office.folder / "mail" / other).exists()


def test_an_archive_is_whole_and_the_books_still_answer(accredit: Command, office: Lived) -> None:
    case = office.cases[0]
    letters = {f"letters/{file.name}": file.read_bytes() for file in (office.folder / "mail" / case).iterdir()}
    paper = next((office.folder / "papers" / case).glob("*certificate*"))
    copy = accredit.folder / paper.name
    shutil.copy(paper, copy)
    shown = accredit("show", case).out
    timeline = accredit("timeline", case, "--json").data
    report = accredit("report", *WHOLE, "--json").data | {"as_of": None}  # the instant at which it is asked for
    done = accredit("archive", case, "--closed-before", "2040-01-01", "--to", "archive", "--yes", "--json").data
    packed = Path(done["archived"][0]["file"])
    assert hashlib.sha256(packed.read_bytes()).hexdigest() == done["archived"][0]["sha256"]
    with zipfile.ZipFile(packed) as opened:
        assert opened.testzip() is None
        held = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(held.pop("manifest.json"))
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in held.items()
    }
    assert letters.items() <= held.items()
    assert accredit("show", case).out == shown
    assert accredit("timeline", case, "--json").data == timeline
    assert accredit("report", *WHOLE, "--json").data | {"as_of": None} == report
    assert accredit("verify", str(copy)).code == ExitCode.DONE
    assert accredit("papers", case, "--save", "again").code == ExitCode.DONE
    assert (accredit.folder / "again" / copy.name).read_bytes() == copy.read_bytes()


def test_what_closed_later_stays_though_it_is_named(accredit: Command, office: Lived) -> None:
    ran = accredit("archive", office.cases[0], "--closed-before", "2027-01-01", "--yes", "--json")
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert ran.data["archived"] == []
    assert (office.folder / "mail" / office.cases[0]).exists()


def test_the_lives_of_a_sample_office_stop_after_some_of_their_events() -> None:
    (ladder,) = read_scenarios([SCENARIOS / LADDER])
    stops = [*stops_of(ladder)]
    assert len(stops) == how_many([ladder]) == 5
    assert stops[-1] is None
    day = stops[1] or 0.0
    early = stopped(ladder, day)
    assert early.until_day == day
    assert 0 < len(early.events) < len(ladder.events)
    assert all(event.day <= day for event in early.events)
