"""What each correction and event changes: the page is what the shipped lives say, and nothing that stood is gone."""

import pytest

from policy.messages import AmendApplication, MoveEdition, SubmitAnnualUpdate, changes, keeping, money, upkeep
from policy.messages.keeping import OfficeNote
from policy.messages.money import QuoteFee
from rehearsal.scenario import FIELDS
from tests.policy.spoken import KINDS
from tests.workflows.shipped import Life
from tools.before_after.living import scenarios_to_look_at
from tools.before_after.looking import Sight
from tools.before_after.moments import MOMENTS, Moment
from tools.before_after.page import FILE, ROOT, page

NO_EVENT = {OfficeNote, QuoteFee, SubmitAnnualUpdate}
"""What corrects nothing and happens to nobody."""
BECOMES = {"renamed", "moved", "merged", "taken_over"}
"""What may become of a facility or a practice."""
ALL = [moment for moments in MOMENTS.values() for moment in moments]


@pytest.fixture(scope="module")
def sights(shipped_lives: dict[str, Life]) -> dict[Moment, Sight]:
    return {moment: sight for life in shipped_lives.values() for moment, sight in life.sights.items()}


def test_every_correction_and_every_event_has_its_moment() -> None:
    """A message that is added and that changes what stood, or tells of a facility, is looked at too."""
    corrections = {kind for kind in KINDS.values() if kind.NAME.startswith(("correct_", "undo_"))}
    rooms = {module.__name__ for module in (changes, keeping, money, upkeep)}
    events = {kind for kind in KINDS.values() if kind.__module__ in rooms}
    meant = {AmendApplication.NAME, MoveEdition.NAME} | {kind.NAME for kind in (corrections | events) - NO_EVENT}
    assert meant | FIELDS.keys() == {moment.send for moment in ALL}
    of_facilities = {dict(moment.fields).get("kind") for moment in ALL if moment.send == "change_facility"}
    assert of_facilities == BECOMES


def test_no_two_moments_are_called_the_same() -> None:
    assert len({moment.title for moment in ALL}) == len(ALL)


def test_every_picture_that_the_page_shows_is_there() -> None:
    folder = FILE.with_suffix("")
    shown = {f"{moment.picture}-{when}.png" for moment in ALL if moment.pictured for when in ("before", "after")}
    assert {file.name for file in folder.iterdir()} == shown
    assert sum(file.stat().st_size for file in folder.iterdir()) < 500_000
    assert folder.parent == ROOT / "docs"


@pytest.mark.server
def test_no_line_of_a_timeline_is_gone_or_changed_after_a_correction(sights: dict[Moment, Sight]) -> None:
    assert {moment.scenario for moment in sights} == set(scenarios_to_look_at())
    for sight in sights.values():
        before, after = sight.before, sight.after
        assert after.entries[: len(before.entries)] == before.entries, sight.moment.title
        assert len(after.entries) > len(before.entries), sight.moment.title
        assert after.papers[: len(before.papers)] == before.papers, sight.moment.title


@pytest.mark.server
def test_the_page_says_what_the_cases_say_today(sights: dict[Moment, Sight]) -> None:
    assert FILE.read_text("utf-8") == page(sights), "run `make before-and-after`, and review the difference"
