"""Which worker takes over when it starts: one that is new, and never one that was replaced, unless somebody says so."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.versions import patches
from services.versions.changing import decide
from services.versions.failing import PROBLEMS, problem_of
from services.versions.patches import HELD, may_use
from services.versions.standing import DeploymentStanding, Place, VersionStanding

ROOT = Path(__file__).resolve().parents[3]
DAY = datetime(2027, 6, 1, 12, tzinfo=UTC)


def version(name: str, place: Place, *, workers: int = 1, last_current: datetime | None = None) -> VersionStanding:
    return VersionStanding(name, place, workers, known_since=DAY, last_current=last_current)


def standing(*versions: VersionStanding, percent: float = 0) -> DeploymentStanding:
    return DeploymentStanding("accredit", versions, percent)


CURRENT = version("v2", Place.CURRENT)
REPLACED = version("v1", Place.REPLACED, last_current=DAY)
RAMPING = version("v3", Place.RAMPING)


@pytest.mark.parametrize("found", [None, standing(), standing(REPLACED)])
def test_where_no_version_is_current_whoever_comes_takes_over(found: DeploymentStanding | None) -> None:
    assert decide(found, "v1").takes_over


@pytest.mark.parametrize("found", [standing(CURRENT), standing(CURRENT, version("v3", Place.NEW), REPLACED)])
def test_a_version_that_was_never_current_takes_over(found: DeploymentStanding) -> None:
    assert decide(found, "v3").takes_over


def test_the_current_version_has_nothing_to_take_over() -> None:
    decision = decide(standing(CURRENT, REPLACED), "v2")
    assert (decision.takes_over, decision.why) == (False, "")


def test_a_version_that_was_replaced_says_by_which_one_and_how_it_comes_back() -> None:
    decision = decide(standing(CURRENT, REPLACED), "v1")
    assert not decision.takes_over
    assert "v1 was replaced by version v2" in decision.why
    assert "--take-back" in decision.why
    assert decide(standing(CURRENT, REPLACED), "v1", take_back=True).takes_over


def test_books_are_brought_up_to_date_by_the_version_that_is_current_or_takes_over_and_by_no_other() -> None:
    replaced, ramped = standing(CURRENT, REPLACED), standing(CURRENT, RAMPING, percent=10)
    assert decide(None, "v1").migrates
    assert decide(replaced, "v2").migrates
    assert decide(replaced, "v3").migrates
    assert decide(replaced, "v1", take_back=True).migrates
    assert not decide(replaced, "v1").migrates
    assert not decide(ramped, "v3").migrates
    assert not decide(ramped, "v4").migrates


@pytest.mark.parametrize("mine", ["v3", "v4"])
def test_a_worker_that_starts_leaves_a_ramp_to_whoever_ramps(mine: str) -> None:
    found = standing(CURRENT, RAMPING, percent=10)
    assert "at 10 %" in decide(found, mine).why
    assert not decide(found, mine).takes_over
    assert decide(found, mine, take_back=True).takes_over


def test_one_goes_back_to_the_version_that_was_current_last() -> None:
    older = version("v0", Place.REPLACED, last_current=DAY - timedelta(days=90))
    assert standing(CURRENT, older, REPLACED).before == REPLACED
    assert standing(CURRENT, version("v3", Place.NEW)).before is None


def test_versions_that_cases_go_on_with_need_a_worker_and_others_do_not() -> None:
    lonely = version("v2", Place.CURRENT, workers=0)
    assert standing(lonely, REPLACED).unattended == [lonely]
    ramping = version("v3", Place.RAMPING, workers=0)
    assert standing(CURRENT, ramping).unattended == [ramping]
    assert standing(CURRENT, version("v1", Place.REPLACED, workers=0)).unattended == []


def test_what_the_server_says_of_failing_tasks_is_told_in_words() -> None:
    said: Any = {PROBLEMS: ["category=WorkflowTaskFailed", "cause=WorkflowTaskFailedCauseNonDeterministicError"]}
    assert problem_of(said) == "this version would decide otherwise than its history says (NonDeterministicError)"
    assert problem_of({PROBLEMS: ["category=WorkflowTaskTimedOut"]}) == "category=WorkflowTaskTimedOut"
    assert problem_of({}) == ""


def asks(patch_id: str) -> bool:
    asked: Any = SimpleNamespace(patch_id=patch_id)
    return may_use(asked)


def test_a_patch_that_is_held_back_is_not_used_whatever_its_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patches, "HELD", frozenset({"2027-06 sample patch"}))
    assert not asks("2027-06 sample patch")
    assert not asks("2027-06 sample patch, 3")
    assert asks("2027-06 another one")


def test_what_is_held_back_is_a_patch_of_the_workflows() -> None:
    code = "\n".join(file.read_text("utf-8") for file in (ROOT / "workflows").rglob("*.py"))
    assert [one for one in HELD if not re.search(rf"[\"']{re.escape(one)}", code)] == []
