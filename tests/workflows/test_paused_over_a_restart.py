"""A pause of twenty days in an option window, over a change to daylight-saving time: worker and server end within it.

They come again on the same files, with another client and another worker; nothing of the case is anywhere else.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from embedded.server import embedded_server
from records.books import open_books
from records.words import BooksPurpose
from rehearsal.world import World, private_settings
from services.connect import connect
from services.namespace import prepare_namespace
from services.settings import SAMPLE, load_settings
from tests.rehearsal.rehearsing import next_january
from tests.workflows.driving import Driven, at_work
from tests.workflows.stories import Story, chosen, deficient, nine_o_clock, say
from tests.workflows.test_continue_as_new import due_on_the_wall

pytestmark = pytest.mark.server
NAMESPACE = "restarted"
PAUSED, RESUMED = 6, 26
FEBRUARY = nine_o_clock(date(next_january().year, 2, 20))
"""The clocks change between the eighth and the fourteenth of March: within the pause."""


@asynccontextmanager
async def server_and_worker(folder: Path, *, new: bool) -> AsyncIterator[World]:
    """A server, a worker and books on the files of a folder, for as long as a block lasts."""
    async with embedded_server(folder / "server", fast=True, use_configured=False) as server:
        if new:
            await prepare_namespace(server.address, NAMESPACE, rehearsal=True)
        client = await connect(server.address, NAMESPACE)
        with closing(open_books(f"sqlite:///{folder}/books.db", BooksPurpose.REHEARSAL)) as books:
            place = World(client, books, private_settings(load_settings(SAMPLE, {}), folder), folder)
            async with at_work(place):
                yield place


async def test_a_window_has_what_was_left_of_it_after_a_pause_in_which_server_and_worker_were_started_again(
    tmp_path: Path,
) -> None:
    story = Story(deficient(), opened_at=FEBRUARY)
    async with server_and_worker(tmp_path, new=True) as place:
        zone = place.settings.zone
        case = Driven(place, story)
        await case.begin()
        before = due_on_the_wall(await case.status(), zone)
        assert (await case.tell(say(PAUSED, "pause_case", reason="A flood."))).accepted
        run = (await case.handle.describe()).run_id
    async with server_and_worker(tmp_path, new=False) as place:
        case = Driven(place, story)
        assert (await case.handle.describe()).run_id == run
        assert await case.handle.query("agenda") == []
        assert (await case.tell(chosen(RESUMED - 1, "repeat"))).rule == "case.paused"
        assert (await case.tell(say(RESUMED, "resume_case"))).accepted
        after = due_on_the_wall(await case.status(), zone)
        due = max(before["option_form"], before["appeal"])
        left = due.replace(tzinfo=zone) + timedelta(days=RESUMED - PAUSED)
        last = (left.astimezone(FEBRUARY.tzinfo) - FEBRUARY) / timedelta(days=1)
        assert (await case.tell(chosen(last - 0.01, "repeat"))).accepted
    assert after == {name: at + timedelta(days=20) for name, at in before.items()}
    assert set(before) == {"option_form", "closure", "appeal"}
    paused, resumed = ((FEBRUARY + timedelta(days=day)).astimezone(zone) for day in (PAUSED, RESUMED))
    assert paused.utcoffset() != resumed.utcoffset()
