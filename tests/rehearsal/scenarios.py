"""Scenarios for tests, written into a folder as people write them."""

import json
from pathlib import Path
from typing import Any

from starter.rehearsals.demo import SCENARIOS
from tests.applications import sample

PAID_AND_ACCEPTED = """
[[event]]
day = 3.0
send = "record_payment"
invoice = "$invoice"
amount = "$due"

[[event]]
day = 5.0
send = "accept_application"
"""
PACKAGE = """
send = "submit_testing_package"
medium = "upload"
exams = [
    { area = "chest-adult", exam = "chest with contrast", subject = "S-1" },
    { area = "head-neck-adult", exam = "head", subject = "S-2" },
    { area = "abdomen-adult", exam = "abdomen", subject = "S-3" },
    { area = "phantom", exam = "phantom" },
]
"""
REPORT = """
send = "issue_final_report"
reviewers = ["Sample Reviewer"]
findings = [
    { area = "chest-adult", acceptable = true },
    { area = "head-neck-adult", acceptable = true },
    { area = "abdomen-adult", acceptable = true },
    { area = "phantom", acceptable = true },
]
"""


def write_scenario(folder: Path, events: str, head: str = "", **application: Any) -> Path:
    """Write a scenario about the sample CT unit, with its application beside it, and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "unit.json").write_text(json.dumps(sample() | application), "utf-8")
    file = folder / "scenario.toml"
    file.write_text(f'title = "A life"\napplication = "unit.json"\n{head}\n{events}', "utf-8")
    return file


def event(day: float, fields: str) -> str:
    """Return an event of a scenario."""
    return f"\n[[event]]\nday = {day!r}\n{fields}"


def shipped(name: str) -> Path:
    """Return the file of a shipped scenario."""
    return SCENARIOS / f"{name}.toml"
