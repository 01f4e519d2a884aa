"""`accredit editions`, `edition diff`, `edition check`, `impact`: the rules by date, an office's own, and moves."""

import shutil
from pathlib import Path

import pytest

from records.books import open_books
from records.tables import Deadline
from services.errors import ExitCode
from services.settings import SAMPLES
from tests.command import Command
from tests.records.rows import CASE, NOON, a_case

COUNCIL = SAMPLES / "imaging-council"
OWN = COUNCIL / "editions" / "accreditation-sic-2025.toml"
BOOKS = "sqlite:///books.db"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line in a folder of its own, with the council's settings and editions in it."""
    shutil.copytree(COUNCIL, tmp_path / "council")
    monkeypatch.setenv("ACCREDIT_DATABASE_URL", BOOKS)
    return Command(monkeypatch, capsys, tmp_path)


OFFICE = ("--office", "council/office.toml")


def test_without_an_office_the_editions_that_ship_are_listed(command: Command) -> None:
    ran = command("editions", "--json")
    known = {(one["program"], one["edition"]): one for one in ran.data}
    dicoe = known["dicoe", "2021-01-01"]
    assert (dicoe["standing"], dicoe["own"], dicoe["open_cases"]) == ("in force", False, None)
    assert known["dicoe", "2020-07-01"]["standing"] == "not in force"
    first = known["accreditation", "2021-03-08"]
    assert first["values"] == {"stated": 14, "inferred": 2, "decided": 14, "unknown": 0}
    assert "ct" in first["covers"]
    assert not (command.folder / "books.db").exists()
    assert "There are no books here" in command("editions").err


def test_an_offices_own_edition_counts_instead_and_one_that_is_announced_not_yet(command: Command) -> None:
    announced = OWN.read_text("utf-8").replace("effective = 2025-07-01\ntitle", "effective = 2091-02-03\ntitle", 1)
    command.file("council/editions/next.toml", announced.replace('"sic-2025"', '"sic-2091"', 1))
    told = {one["edition"]: one for one in command(*OFFICE, "editions", "--program", "accreditation", "--json").data}
    assert told["2021-03-08"]["standing"] == "the office's own counts instead"
    assert (told["sic-2025"]["standing"], told["sic-2025"]["own"]) == ("in force", True)
    assert told["sic-2091"]["standing"] == "announced for 3 February 2091"


def test_a_difference_is_told_value_by_value_with_both_sources(command: Command) -> None:
    ran = command("edition", "diff", "2021-03-08", str(OWN))
    assert ran.code == ExitCode.DONE
    for line in (
        "testing.package",
        "  2021-03-08: 45 days after acceptance.",
        '    Stated in "Time requirements (revised 12-17-19)"',
        "  sic-2025: 60 days after acceptance.",
        '    Stated in "Handbook of the Sample Imaging Council": 2.1: sixty days for the testing package.',
    ):
        assert line in ran.out
    told = {one["name"]: one for one in command("edition", "diff", "2021-03-08", str(OWN), "--json").data["values"]}
    assert told["testing.package"]["differs"] == ["value", "effective", "source", "note"]
    assert (told["testing.package"]["before"]["value"], told["testing.package"]["after"]["value"]) == (45, 60)
    assert "value" not in told["survey.team"]["differs"]  # the same team, which stands in another place
    assert "They say the same of everything." in command("edition", "diff", "2021-03-08", "2021-03-08").out


def test_editions_that_ship_are_compared_also_in_what_no_text_says(command: Command) -> None:
    ran = command("edition", "diff", "2021-03-08", "2022-11-09")
    assert ran.code == ExitCode.DONE
    assert "  2022-11-09: not known.\n" in ran.out
    assert (
        '    Not said by "Options following a failure or deficiency (revised 11-9-2022)": no text at hand ' in ran.out
    )


def test_where_a_survey_accredits_there_is_no_table_of_options(command: Command) -> None:
    named = ("explain", "--table", "--edition", "radiation-oncology-2021-06-02")
    assert "no option form follows a report" in command(*named).out
    assert command(*named, "--json").data == []


def test_two_programs_are_not_compared_and_an_unknown_name_is_told_with_all_that_are_known(command: Command) -> None:
    ran = command("edition", "diff", "2021-03-08", "dicoe:2021-01-01")
    assert (ran.code, "B: found an edition of dicoe, expected one of accreditation" in ran.err) == (
        ExitCode.UNUSABLE,
        True,
    )
    ran = command("edition", "diff", "2021-03-09", "2021-03-08")
    assert ran.code == ExitCode.UNUSABLE
    assert "found no edition 2021-03-09, expected one of accreditation:2021-03-08" in ran.err


def test_a_file_is_checked_and_every_mistake_told_with_its_line(command: Command) -> None:
    right = command("edition", "check", "council/editions/accreditation-sic-2025.toml")
    assert (right.code, "is an edition of accreditation" in right.out) == (ExitCode.DONE, True)
    text = OWN.read_text("utf-8").replace("value = 60", 'value = "60"', 1).replace('"America/Chicago"', '"Chicago"', 1)
    file = command.file("broken.toml", text)
    wrong = command("edition", "check", file)
    assert wrong.code == ExitCode.UNUSABLE
    assert wrong.err.splitlines()[:2] == [
        'broken.toml, line 28: time_zone.value: found "Chicago", expected America/Chicago (is that meant?)',
        'broken.toml, line 52: testing.package.value: found "60", expected a whole number, without quotes',
    ]
    assert [one["field"] for one in command("edition", "check", file, "--json").data["problems"]] == [
        "time_zone.value",
        "testing.package.value",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "edition = = 1",
            "found no TOML: Invalid value (at line 1, column 11), expected an edition of the rules in TOML",
        ),
        ("# " + "x" * 70_000, "found more than 65,536 bytes"),
        ("a" + ".a" * 50 + " = 1", "keys of 8 parts at most"),
    ],
)
def test_what_is_no_edition_at_all_is_told_as_any_file(command: Command, content: str, told: str) -> None:
    ran = command("edition", "check", command.file("x.toml", content))
    assert (ran.code, told in ran.err) == (ExitCode.UNUSABLE, True), ran.err
    assert "no such file" in command("edition", "check", "nowhere.toml").err


def test_nothing_is_read_by_settings_whose_editions_are_wrong(command: Command) -> None:
    command.file("council/editions/second.toml", OWN.read_text("utf-8"))
    ran = command(*OFFICE, "editions")
    assert ran.code == ExitCode.UNUSABLE
    assert 'second.toml, line 4: edition: found "sic-2025", expected a name that no other edition' in ran.err
    shutil.rmtree(command.folder / "council" / "editions")
    ran = command(*OFFICE, "editions")
    assert (ran.code, "[editions] folder: found council/editions (No such file or directory)" in ran.err) == (2, True)


def test_impact_tells_what_open_cases_would_go_by_and_moves_nothing(command: Command) -> None:
    books = open_books(f"sqlite:///{command.folder}/books.db")
    other, closed = CASE.replace("CT-1", "CT-2"), CASE.replace("CT-1", "CT-3")
    with books.writing() as session:
        session.add(a_case(edition="2021-03-08"))
        session.add(a_case(other, edition="2021-03-08", stage="accredited"))
        session.add(a_case(closed, edition="2021-03-08", stage="closed", closed_at=NOON, outcome="withdrawn"))
        session.flush()
        due = NOON.replace(month=7, day=19, hour=4, minute=0)
        session.add(Deadline(case_id=CASE, number=0, name="testing_package", opens_at=NOON, due_at=due))
    books.close()
    told = {one["case"]: one for one in command(*OFFICE, "impact", "sic-2025", "--json").data["cases"]}
    assert told.keys() == {CASE, other}
    ahead, granted = ({one["name"] for one in told[case]["values"]} for case in (CASE, other))
    assert {"testing.package", "option_form.due", "certificate.term", "silence.reminder"} <= ahead
    assert "silence.reminder" in granted
    assert not {"testing.package", "option_form.due", "certificate.term", "covers"} & granted
    ran = command(*OFFICE, "impact", "sic-2025", CASE)
    assert (
        "testing.package (The testing package is due): 45 days after acceptance → 60 days after acceptance" in ran.out
    )
    assert "1 of 1 open case(s) under other editions would go on differently under sic-2025." in ran.out
    listed = {one["edition"]: one["open_cases"] for one in command(*OFFICE, "editions", "--json").data}
    assert (listed["2021-03-08"], listed["sic-2025"]) == (2, 0)


def test_a_move_tells_first_what_it_means_and_asks_for_a_yes(command: Command) -> None:
    books = open_books(f"sqlite:///{command.folder}/books.db")
    with books.writing() as session:
        session.add(a_case(edition="2021-03-08"))
    books.close()
    ran = command(*OFFICE, "edition", "move", "sic-2025", CASE, "nobody", "--reason", "agreed")
    assert (ran.code, "With --yes 1 case(s) move." in ran.err) == (ExitCode.DONE, True)
    assert "nobody: no open case under another edition that could move to sic-2025." in ran.err
    assert "testing.package" in ran.out
    ran = command(*OFFICE, "edition", "move", "sic-2025", "--reason", "agreed")
    assert (ran.code, "one case or more, or --carrying EDITION" in ran.err) == (ExitCode.UNUSABLE, True)
    ran = command(*OFFICE, "edition", "move", "sic-2025", "--carrying", "2019", "--reason", "agreed")
    assert ran.code == ExitCode.NO_SUCH_CASE


def test_a_rule_is_explained_by_the_words_of_the_offices_edition(command: Command) -> None:
    ran = command(*OFFICE, "explain", "option_form.past_due")
    assert "Handbook of the Sample Imaging Council" in ran.out
    assert "revised 03-08-2021" not in ran.out
