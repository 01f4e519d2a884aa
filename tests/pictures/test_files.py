"""`accredit timeline`, `rehearse` and `demo` write the pictures that are asked for."""

from pathlib import Path

import pytest
from icalendar import Calendar

from pictures.files import check_place
from rehearsal.pages import INDEX
from services.errors import ExitCode, Unusable
from services.paths import LIVES, PICTURES
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal
from tests.rehearsal.rehearsing import accredit
from tests.rehearsal.scenarios import shipped
from tests.starter.rehearsals.test_demo import choose_ports


@pytest.mark.server
async def test_the_pictures_of_an_open_case_show_its_open_windows(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    ran = await terminal("timeline", case_id, "--svg", "life.svg", "--html", "life.html", "--ics", "life.ics")
    assert ran.code == ExitCode.DONE, ran.err
    assert "Final report: " in ran.out
    picture, page = ((office.folder / name).read_text("utf-8") for name in ("life.svg", "life.html"))
    for text in (picture, page):
        assert "Option form: due" in text
        assert "Reminder of option form" in text
        assert case_id in text
    assert "the case itself, just now" in page
    events = Calendar.from_ical((office.folder / "life.ics").read_bytes()).walk("VEVENT")
    assert f"Option form due: {case_id}" in [str(event["SUMMARY"]) for event in events]


@pytest.mark.server
async def test_the_picture_of_a_closed_case_comes_from_the_books(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.tell(case_id, "close_case", reason="opened by mistake")
    await office.until_books(case_id, "closed")
    ran = await terminal("timeline", case_id, "--json", "--html", "closed.html")
    assert ran.code == ExitCode.DONE, ran.err
    assert ran.data["case"] == case_id
    page = (office.folder / "closed.html").read_text("utf-8")
    assert "Closed: closed by the office" in page
    assert "What lies ahead" not in page


@pytest.mark.server
async def test_a_file_that_cannot_be_written_is_told_before_anything_is_asked(terminal: OfficeTerminal) -> None:
    ran = await terminal("timeline", "no.such.case", "--svg", "absent/life.svg")
    assert ran.code == ExitCode.UNUSABLE
    assert "absent/life.svg: found no folder absent, expected a file in a folder" in ran.err


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="found a folder"):
        check_place(None, tmp_path)


@pytest.mark.server
async def test_a_rehearsal_writes_one_page_with_all_its_lives(tmp_path: Path) -> None:
    ran = await accredit(
        tmp_path, "rehearse", shipped("withdrawn-early"), shipped("inactive-after-missed-package"), "--html", "all.html"
    )
    assert ran.code == 0, ran.err
    page = (tmp_path / "all.html").read_text("utf-8")
    assert "2 of 2 went as written." in page
    assert page.count("<section") == 2


@pytest.mark.server
async def test_the_demonstration_leaves_a_page_and_a_picture_of_every_life(tmp_path: Path) -> None:
    choose_ports(tmp_path)
    ran = await accredit(tmp_path, "demo", shipped("withdrawn-early"), shipped("inactive-after-missed-package"))
    assert ran.code == 0, ran.err
    assert str(PICTURES / INDEX) in ran.out
    lives = {file.stem for file in (tmp_path / LIVES).iterdir()}
    left = {file.name for file in (tmp_path / PICTURES).iterdir()}
    assert left == {INDEX} | {f"{life}{kind}" for life in lives for kind in (".svg", ".html")}
