"""A case lives by the edition that it took along: other values there, other windows and other refusals here."""

from pathlib import Path

import pytest

from activities import case_activities
from embedded.server import EmbeddedServer
from policy.edition import Edition, Rules, read_edition
from records.queries import case_by_id
from tests.workflows.driving import Driven, a_place, at_work
from tests.workflows.stories import CHEST, HEAD, Story, begun, chosen, deficient, say

pytestmark = pytest.mark.server

SHIPPED = Path(case_activities.__file__).parent.parent / "policy" / "editions" / "accreditation-2021-03-08.toml"


def edition_with(**changes: str) -> Edition:
    """Return the shipped edition under another name, with other values (in TOML) in some of its tables."""
    text = SHIPPED.read_text("utf-8").replace('edition = "2021-03-08"', 'edition = "of-the-test"', 1)
    for name, value in changes.items():
        head, table, rest = text.partition(f"[{name.replace('__', '.')}]\nvalue = ")
        assert table, name
        text = f"{head}{table}{value}\n{rest.partition(chr(10))[2]}"
    return read_edition(text, "an edition of the test")


@pytest.fixture
def in_force(monkeypatch: pytest.MonkeyPatch) -> dict[str, Rules]:
    """The edition that a case takes along: whatever a test puts here under `rules`."""
    found: dict[str, Rules] = {}
    monkeypatch.setattr(case_activities, "rules_at", lambda *asked: found["rules"])
    return found


async def test_where_all_patient_types_are_required_none_is_withdrawn(
    temporal_server: EmbeddedServer, tmp_path: Path, in_force: dict[str, Rules]
) -> None:
    in_force["rules"] = edition_with(withdrawal__all_patient_types='["ct"]')
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(deficient([HEAD, CHEST])))
        await case.begin()
        await case.come_to(6)
        offered = {one["option"]: one["rule"] for one in (await case.status())["options"]}
        assert offered["withdraw_areas"] == "withdrawal.patient_types_required"
        rule = "withdrawal.patient_types_required"
        for option, areas in [("withdraw_areas", [HEAD, CHEST]), ("repeat", [HEAD])]:
            verdict = await case.tell(chosen(6.5, option, areas_withdrawn=areas, refused=rule))
            assert (verdict.rule, "(adult) must stay" in str(verdict.reason)) == (rule, True)
        assert (await case.tell(chosen(7, "withdraw"))).accepted


async def test_a_case_keeps_the_windows_of_its_edition_until_it_is_moved(
    temporal_server: EmbeddedServer, tmp_path: Path, in_force: dict[str, Rules]
) -> None:
    in_force["rules"] = edition_with(testing__package="20", option_form__due="7", testing__reminders="[3]")
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        kept, moved = (Driven(place, Story(begun()), name) for name in ("kept", "moved"))
        for case in (kept, moved):
            await case.begin()
        assert (await kept.status())["edition"] == "of-the-test"
        in_force["rules"] = edition_with(testing__package="99")  # of no concern to cases that run
        await moved.tell(say(1.5, "move_edition", edition="2021-03-08", reason="asked by the facility"))
        for case in (kept, moved):
            for one in deficient()[2:]:
                assert (await case.tell(one)).accepted
        days = {}
        for name, case in (("kept", kept), ("moved", moved)):
            due = {one["name"]: one["due_at"] for one in (await case.status())["deadlines"]}
            days[name] = due["testing_package"], due["option_form"]
        with place.books.reading() as session:
            rows = [case_by_id(session, case.plan.case_id) for case in (kept, moved)]
        assert [row.edition if row else None for row in rows] == ["of-the-test", "2021-03-08"]
        assert days["kept"] == (_iso(kept, 21.625), _iso(kept, 12.625))
        assert days["moved"] == (_iso(moved, 21.625), _iso(moved, 20.625))  # what runs keeps its day


def _iso(case: Driven, day: float) -> str:
    return case.instant(day).isoformat()
