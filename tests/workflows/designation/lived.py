"""Whole lives of designations: the shipped scenarios, lived through once for all tests, and how they are read."""

from typing import Any

import pytest

from tests.rehearsal.rehearsing import notices
from tests.workflows.shipped import Life

NAMES = (
    "whole-life", "renewed", "first-survey", "too-early", "other-state", "tier-full", "top-tier", "abroad", "pledges",
    "not-designated", "lapse", "paused-and-corrected", "what-happens",
)  # fmt: skip
DESIGNATED, MID_CYCLE, NOTICE, END = 50.0, 597.583333, 901.916667, 1145.583333
"""Days of a case that opens on 1 March 2040 and is designated on 20 April."""
MILLISECONDS = 0.001

Lives = dict[str, dict[str, Any]]


@pytest.fixture
def lives(shipped_lives: dict[str, Life]) -> Lives:
    """The reports, by name."""
    return {name: shipped_lives[f"dicoe-{name}"].report for name in NAMES}


def days(report: dict[str, Any], kind: str) -> list[float]:
    """Return the days of a kind of notice."""
    return [day for day, sent in notices(report) if sent == kind]


def near(*expected: float) -> list[Any]:
    return [pytest.approx(day, abs=MILLISECONDS) for day in expected]


def refusals(report: dict[str, Any]) -> list[str]:
    return [refusal["rule"] for refusal in report["refusals"]]


def money(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(invoice["purpose"], invoice["total"], invoice["status"]) for invoice in report["invoices"]]
