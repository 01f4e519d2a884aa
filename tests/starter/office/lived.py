"""Lives that were rehearsed once for a whole test file, and the command line that looks at what they left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenarios
from rehearsal.runner import Report, rehearse_in
from rehearsal.world import world
from services.paths import BOOKS, MAIL, PAPERS, UPLOADS
from services.settings import SAMPLE, load_settings
from tests.command import Command

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"


@dataclass(frozen=True)
class Lived:
    """What rehearsed lives left: their reports, and the folder with books, letters and papers."""

    reports: list[Report]
    folder: Path

    @property
    def cases(self) -> list[str]:
        """Their cases, in the order of the scenarios."""
        return [report["case"] for report in self.reports]

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables by which a command looks at them."""
        return {
            "ACCREDIT_OFFICE": str(SAMPLE),
            "ACCREDIT_DATABASE_URL": f"sqlite:///{self.folder / BOOKS}",
            "ACCREDIT_MAIL_FOLDER": str(self.folder / MAIL),
            "ACCREDIT_PAPERS_FOLDER": str(self.folder / PAPERS),
            "ACCREDIT_DOCUMENTS_UPLOADS": str(self.folder / UPLOADS),
            "ACCREDIT_HISTORIES": str(self.folder / "histories"),
            "ACCREDIT_USER": "Sample Officer",
            "TEMPORAL_ADDRESS": "127.0.0.1:9",
        }


async def live(address: str, folder: Path, *names: str) -> Lived:
    """Rehearse shipped scenarios side by side in one world."""
    plans = make_plans(
        read_scenarios([SCENARIOS / name for name in names]), load_settings(SAMPLE, {}), datetime.now(UTC)
    )
    async with world(address, f"lived-{uuid4()}", load_settings(SAMPLE, {}), folder) as place:
        reports = await rehearse_in(place, plans, lambda _plan, _text: None)
    assert all(report["ok"] for report in reports), [report["failures"] for report in reports]
    return Lived(reports, folder)


def command_of(
    lived: Lived, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """Return the command line that looks at them, in a folder of its own."""
    command = Command(monkeypatch, capsys, tmp_path)
    for name, value in lived.environ.items():
        monkeypatch.setenv(name, value)
    return command


def days_in_stages(report: Report) -> dict[str, list[float]]:
    """Return how long a life stayed in each stage, as its own timeline tells it."""
    stages: list[dict[str, Any]] = [one for one in report["timeline"] if one["kind"] == "stage"]
    found: dict[str, list[float]] = {}
    for one, then in pairwise(stages):
        found.setdefault(one["detail"]["stage"], []).append(then["day"] - one["day"])
    return found
