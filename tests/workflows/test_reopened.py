"""A case that was closed in error and is opened again, on its own clock: windows keep what was left of them."""

from datetime import timedelta
from pathlib import Path

import pytest

from embedded.server import EmbeddedServer
from tests.workflows.driving import Driven, a_place, at_work
from tests.workflows.stories import Story, chosen, deficient, say
from tests.workflows.test_continue_as_new import DUE, due_on_the_wall

pytestmark = pytest.mark.server


async def test_a_form_that_was_open_when_its_case_was_closed_is_open_again_for_the_days_that_were_left(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case, zone = Driven(place, Story(deficient())), place.settings.zone
        await case.begin()
        before = due_on_the_wall(await case.status(), zone)
        assert (await case.tell(say(5, "reopen_case", reason="Sample"))).rule == "reopening.not_closed"
        assert (await case.tell(say(6, "close_case", reason="taken for another"))).accepted
        assert (await case.tell(chosen(7, "repeat"))).rule == "case.closed"
        assert (await case.tell(say(97, "reopen_case", reason="Sample"))).rule == "reopening.past_term"
        assert (await case.tell(say(26, "reopen_case", reason="It was taken for another."))).accepted
        after = due_on_the_wall(await case.status(), zone)
        assert (await case.tell(chosen(DUE + 20 - 0.1, "repeat"))).accepted
        told = [one["text"] for one in await case.timeline()]
    assert after == {name: at + timedelta(days=20) for name, at in before.items()}
    assert [text for text in told if text.startswith("Stage: ")][-4:-1] == [
        "Stage: options", "Stage: closed", "Stage: options",
    ]  # fmt: skip
