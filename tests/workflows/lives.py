"""Lives stories side by side on the run's server, and looks into what is reported of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from embedded.server import EmbeddedServer
from rehearsal.runner import Report, rehearse_in
from rehearsal.world import world
from services.settings import SAMPLE, load_settings
from tests.workflows.stories import Story, plans_of

Reports = dict[str, Report]


async def lived(server: EmbeddedServer, folder: Path, stories: Mapping[str, Story]) -> Reports:
    """Live stories in one world, and return their reports by name."""
    plans = plans_of(stories)
    async with world(server.address, f"lives-{uuid4()}", load_settings(SAMPLE, {}), folder) as place:
        reports = await rehearse_in(place, list(plans.values()), lambda plan, text: None)
    return dict(zip(plans, reports, strict=True))


def went_as_told(report: Report) -> dict[str, Any]:
    """Assert that everything went as the story tells it, and return the last status."""
    assert report["failures"] == []
    status: dict[str, Any] = report["status"]
    return status


def days_of(report: Report, kind: str, text: str = "") -> list[float]:
    """Return the days of the timeline's entries of a kind whose text holds some words."""
    return [entry["day"] for entry in report["timeline"] if entry["kind"] == kind and text in entry["text"]]


def notices_of(report: Report, kind: str) -> list[float]:
    """Return the days on which a notice went out."""
    return [notice["day"] for notice in report["notices"] if notice["kind"] == kind]


def deadlines_of(report: Report, name: str) -> list[tuple[Any, bool | None]]:
    """Return due day and fate of every deadline of a name."""
    return [(one["due_day"], one["met"]) for one in report["deadlines"] if one["name"] == name]


def rules_of(report: Report) -> list[str]:
    """Return the rules by which messages were refused."""
    return [refusal["rule"] for refusal in report["refusals"]]
