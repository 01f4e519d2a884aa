"""What the tests of the pictures share: lives that were really lived, on the run's own server, once for all of them."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pictures.drawing import draw_alone
from pictures.life import Life
from pictures.page import life_page
from rehearsal.pages import life_of_report
from tests.workflows import shipped

ZONE = ZoneInfo("America/New_York")
LIVES = (
    "straight-life",
    "the-whole-ladder",
    "open-window",
    "always-late",
    "extended-and-withdrawn",
    "renewed-in-time",
    "silence",
    "dicoe-whole-life",
)
"""Scenarios in which every kind of window, mark and end comes about."""


@pytest.fixture(scope="session")
def reports(shipped_lives: dict[str, shipped.Life]) -> dict[str, dict[str, Any]]:
    """The reports of lives, by the names of their scenarios."""
    told = {name: shipped_lives[name].report for name in LIVES}
    assert [report["failures"] for report in told.values()] == [[] for _ in LIVES]
    return told


@pytest.fixture(scope="session")
def lives(reports: dict[str, dict[str, Any]]) -> dict[str, Life]:
    """The same lives, as pictures need them."""
    return {name: life_of_report(report, ZONE) for name, report in reports.items()}


@pytest.fixture(scope="session")
def pages(lives: dict[str, Life], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page and a picture of each life, under the name of its scenario."""
    folder = tmp_path_factory.mktemp("pages")
    for name, life in lives.items():
        (folder / f"{name}.html").write_text(life_page(life), "utf-8")
        (folder / f"{name}.svg").write_text(draw_alone(life), "utf-8")
    return folder
