"""Whole lives of designations: the shipped scenarios, lived through once for all tests, and how they are read."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenarios
from rehearsal.runner import rehearse_in
from rehearsal.world import World, world
from services.settings import SAMPLE, load_settings
from tests.rehearsal.rehearsing import notices
from tests.rehearsal.scenarios import shipped

NAMES = (
    "whole-life", "renewed", "first-survey", "too-early", "other-state", "tier-full", "top-tier", "abroad", "pledges",
    "not-designated", "lapse",
)  # fmt: skip
DESIGNATED, MID_CYCLE, NOTICE, END = 50.0, 597.583333, 901.916667, 1145.583333
"""Days of a case that opens on 1 March 2040 and is designated on 20 April."""
MILLISECONDS = 0.001

Lives = dict[str, dict[str, Any]]


class Lived(NamedTuple):
    """The reports of all scenarios, by name, and the world in which they were lived."""

    reports: Lives
    world: World


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def all_lived(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lived]:
    """All scenarios, lived side by side."""
    settings, folder = load_settings(SAMPLE), tmp_path_factory.mktemp("designations")
    scenarios = read_scenarios([shipped(f"dicoe-{name}") for name in NAMES])
    plans = make_plans(scenarios, settings, datetime.now(UTC))
    async with world(temporal_server.address, f"designations-{uuid4()}", settings, folder) as place:
        reports = await rehearse_in(place, plans, lambda plan, text: None)
        yield Lived(dict(zip(NAMES, reports, strict=True)), place)


@pytest.fixture
def lives(all_lived: Lived) -> Lives:
    """The reports, by name."""
    return all_lived.reports


def days(report: dict[str, Any], kind: str) -> list[float]:
    """Return the days of a kind of notice."""
    return [day for day, sent in notices(report) if sent == kind]


def near(*expected: float) -> list[Any]:
    return [pytest.approx(day, abs=MILLISECONDS) for day in expected]


def refusals(report: dict[str, Any]) -> list[str]:
    return [refusal["rule"] for refusal in report["refusals"]]


def money(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(invoice["purpose"], invoice["total"], invoice["status"]) for invoice in report["invoices"]]
