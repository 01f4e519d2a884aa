"""An office's own editions in living cases: one that is announced counts later, and a case is moved to it by name."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from embedded.server import EmbeddedServer
from records.queries import case_by_id
from rehearsal.world import World
from services.editions.impact import impact_of
from services.editions.reading import own_editions
from services.replays.order import replay
from services.settings import SAMPLES
from tests.workflows.driving import Driven, a_place, at_work
from tests.workflows.stories import Story, begun, deficient, say

pytestmark = pytest.mark.server
OWN = SAMPLES / "imaging-council" / "editions" / "accreditation-sic-2025.toml"
REASON = "the office has taken over the council's handbook"


def with_own_editions(place: World, folder: Path) -> World:
    """Return the place with a folder of editions: the sample's, and one that is announced for 2090."""
    folder.mkdir()
    text = OWN.read_text("utf-8").replace("effective = 2025-07-01\ntitle", "effective = 2090-01-01\ntitle", 1)
    (folder / "announced.toml").write_text(text.replace('"sic-2025"', '"sic-2090"', 1), "utf-8")
    editions = place.settings.editions.having(own_editions(folder))
    return replace(place, settings=place.settings.model_copy(update={"editions": editions}))


async def test_a_case_moves_to_an_edition_of_the_office_and_goes_by_it_from_then_on(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with a_place(temporal_server, tmp_path) as bare:
        place = with_own_editions(bare, tmp_path / "editions")
        own = place.settings.editions.own
        (announced,) = own.accreditation
        async with at_work(place):
            kept, moved = (Driven(place, Story(begun()), name) for name in ("kept", "moved"))
            for case in (kept, moved):
                await case.begin()
                assert (await case.status())["edition"] == "2021-03-08"  # what is announced does not count yet
            with place.books.reading() as session:
                told = {one.case_id: one for one in impact_of(session, announced, own)}
            impact = told[moved.plan.case_id]
            package = next(one for one in impact.differences if one.name == "testing.package")
            assert (package.before and package.before.value, package.after and package.after.value) == (45, 60)
            (window,) = impact.windows
            assert (window.name, window.due_at) == ("testing_package", moved.instant(46.625))
            assert window.counted_anew - window.due_at == timedelta(days=15, hours=1)  # to midnight in Chicago

            refused = await moved.tell(
                say(1.2, "move_edition", edition="sic-1999", reason=REASON, refused="edition.unknown")
            )
            assert (refused.rule, refused.instead) == ("edition.unknown", ("`accredit editions` lists them.",))
            assert (await moved.tell(say(1.5, "move_edition", edition="sic-2090", reason=REASON))).accepted
            shutil.rmtree(tmp_path / "editions")  # what a case carries needs no file any more
            for case in (kept, moved):
                for one in deficient()[2:]:
                    assert (await case.tell(one)).accepted
            due = {}
            for name, case in (("kept", kept), ("moved", moved)):
                found = {one["name"]: one["due_at"] for one in (await case.status())["deadlines"]}
                due[name] = found["testing_package"], found["option_form"]
            history = await moved.handle.fetch_history()
        with place.books.reading() as session:
            row = case_by_id(session, moved.plan.case_id)
            assert row is not None
            assert row.edition == "sic-2090"
            assert {one.case_id for one in impact_of(session, announced, own)} == {kept.plan.case_id}
    assert due["kept"][0] == due["moved"][0] == kept.instant(46.625).isoformat()  # a window that runs keeps its day
    assert due["kept"][1] != due["moved"][1]
    replayed = await replay(_only(history))
    assert (replayed.unsafe, replayed.safe) == ({}, 1)


async def _only(history: WorkflowHistory) -> AsyncIterator[WorkflowHistory]:
    yield history
