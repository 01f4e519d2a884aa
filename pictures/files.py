"""Writes pictures into files."""

from datetime import datetime
from pathlib import Path

from pictures.calendar import calendar_file
from pictures.drawing import draw_alone
from pictures.life import Life
from pictures.page import life_page
from services.errors import InputFault, Unusable
from services.security.private import as_the_person_would


def check_place(*files: Path | None) -> None:
    """Make sure, before anything else is done, that files can be written where they are wanted.

    Raises:
        Unusable: There is no such folder, or the file is a folder; every trouble is named.
    """
    troubles = [
        InputFault(str(file), "", "a folder" if file.is_dir() else f"no folder {file.parent}", "a file in a folder")
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
    with as_the_person_would():
        if svg:
            write_file(svg, draw_alone(life).encode())
        if html:
            write_file(html, life_page(life).encode())
        if ics:
            write_file(ics, calendar_file(life, told_at))


def write_file(file: Path, content: bytes) -> Path:
    """Write a file and return it. Raises `Unusable` where it cannot be written."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Unusable(
            [InputFault(str(file), "", error.strerror or str(error), "a file that can be written")]
        ) from None
    return file
