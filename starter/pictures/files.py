"""Writes pictures into files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starter.pictures.adapters import life_of_report
from starter.pictures.calendar import calendar_file
from starter.pictures.drawing import draw_alone
from starter.pictures.life import Life
from starter.pictures.page import index_page, life_page, rehearsal_page
from starter.problems import Trouble, Unusable

INDEX = "index.html"


def check_place(*files: Path | None) -> None:
    """Make sure, before anything else is done, that files can be written where they are wanted.

    Raises:
        Unusable: There is no such folder, or the file is a folder; every trouble is named.
    """
    troubles = [
        Trouble(str(file), "", "a folder" if file.is_dir() else f"no folder {file.parent}", "a file in a folder")
        for file in files
        if file and (file.is_dir() or not file.parent.is_dir())
    ]
    if troubles:
        raise Unusable(troubles)


def write_pictures(life: Life, told_at: datetime, *, svg: Path | None, html: Path | None, ics: Path | None) -> None:
    """Write those pictures of a life for which a file is named.

    Raises:
        Unusable: A file cannot be written.
    """
    if svg:
        _write(svg, draw_alone(life).encode())
    if html:
        _write(html, life_page(life).encode())
    if ics:
        _write(ics, calendar_file(life, told_at))


def write_rehearsal(reports: Sequence[Mapping[str, Any]], zones: Sequence[ZoneInfo], file: Path) -> Path:
    """Write one page with all lives of a rehearsal, each with its verdict.

    Raises:
        Unusable: The file cannot be written.
    """
    lives = [
        (life_of_report(report, zone), bool(report["ok"]), report["failures"])
        for report, zone in zip(reports, zones, strict=True)
    ]
    return _write(file, rehearsal_page(lives).encode())


def write_shelf(reports: Sequence[Mapping[str, Any]], zones: Sequence[ZoneInfo], title: str, folder: Path) -> Path:
    """Write a picture and a page of every life into a folder, and an index over them; return the index.

    Raises:
        Unusable: A file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shown = []
    for report, zone in zip(reports, zones, strict=True):
        life = life_of_report(report, zone)
        picture, page = f"{life.case}.svg", f"{life.case}.html"
        _write(folder / picture, draw_alone(life).encode())
        _write(folder / page, life_page(life).encode())
        shown.append((life, page, picture))
    return _write(folder / INDEX, index_page(title, shown).encode())


def _write(file: Path, content: bytes) -> Path:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Unusable([Trouble(str(file), "", error.strerror or str(error), "a file that can be written")]) from None
    return file
