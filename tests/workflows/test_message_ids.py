"""One id, one content, one answer: however often, on whichever road, and however late a message is repeated."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from embedded.server import EmbeddedServer
from policy.messages import Message
from policy.verdict import Verdict
from rehearsal.world import World
from tests.workflows.driving import Driven, a_place, at_work
from tests.workflows.stories import Story, chosen, deficient, say

pytestmark = pytest.mark.server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A world for this file's cases."""
    async with a_place(temporal_server, Path(tmp_path_factory.mktemp("ids"))) as world, at_work(world):
        yield world


async def with_open_form(place: World, name: str) -> Driven:
    """Return a case on day 6, whose option form is open."""
    case = Driven(place, Story(deficient()), name)
    await case.begin()
    await case.come_to(6)
    return case


async def entries(case: Driven, form: Message) -> int:
    """Return how often the timeline tells of a message, accepted or refused."""
    message, refusal = form.NAME.replace("_", " "), f"Refused {form.NAME}"
    told: list[str] = [entry["text"] for entry in await case.timeline()]
    return told.count(message) + sum(text.startswith(refusal) for text in told)


ROADS = ["update update", "signal signal", "update signal", "signal update"]


class Repeated(NamedTuple):
    """A case that was told everything twice, by two roads; the verdicts, and how many entries each form has left."""

    case: Driven
    verdicts: dict[str, list[Verdict]]
    left: dict[str, int]


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=ROADS)
async def repeated(request: pytest.FixtureRequest, place: World) -> Repeated:
    """A case to which a form that it refuses, one that it takes, and another one by that one's id were sent."""
    roads = request.param.split()
    case = await with_open_form(place, f"twice {request.param}")
    verdicts, left = {}, {}
    for option in ("reinstate", "repeat"):
        form = case.message(chosen(6, option), f"to-{option}")
        before = await entries(case, form)
        verdicts[option] = [await (case.update(form) if road == "update" else case.signal(form)) for road in roads]
        left[option] = await entries(case, form) - before
    other = case.message(chosen(6, "withdraw"), "to-repeat")
    verdicts["other content"] = [await (case.update(other) if roads[1] == "update" else case.signal(other))]
    await case.settle()
    return Repeated(case, verdicts, left)


@pytest.mark.parametrize("option", ["repeat", "reinstate"])
def test_a_message_that_is_sent_twice_counts_once(repeated: Repeated, option: str) -> None:
    first, again = repeated.verdicts[option]
    assert first == again
    assert first.accepted is (option == "repeat")
    assert repeated.left[option] == 1


async def test_another_content_under_the_same_id_is_told_so_and_changes_nothing(repeated: Repeated) -> None:
    (verdict,) = repeated.verdicts["other content"]
    assert verdict.rule == "message.id_reused"
    status = await repeated.case.status()
    assert (status["stage"], status["outcome"]) == ("application", None)


async def test_a_message_that_is_sent_many_times_at_once_counts_once(place: World) -> None:
    case = await with_open_form(place, "many times")
    form = case.message(chosen(6, "repeat"), "the-form")
    sent = [case.update(form), case.signal(form), case.update(form), case.signal(form), case.update(form)]
    verdicts = await asyncio.gather(*sent)
    assert len({verdict.model_dump_json() for verdict in verdicts}) == 1
    assert verdicts[0].accepted
    assert await entries(case, form) == 1
    await case.settle()
    assert [one["purpose"] for one in (await case.status())["invoices"]] == ["application", "repeat"]


async def test_another_stamp_alone_makes_no_other_message(place: World) -> None:
    case = await with_open_form(place, "another stamp")
    form = case.message(chosen(6, "repeat"), "the-form")
    assert form.received_at is not None
    first = await case.update(form)
    again = form.model_copy(update={"received_at": case.instant(6) + timedelta(minutes=1)})
    assert await case.signal(again) == first
    assert await entries(case, form) == 1


async def test_after_a_refusal_the_mended_message_needs_an_id_of_its_own(place: World) -> None:
    case = await with_open_form(place, "mended")
    unattested = case.message(chosen(6, "repeat", attested=False), "the-form")
    mended = case.message(chosen(6, "repeat"), "the-form")
    assert (await case.update(unattested)).rule == "option_form.not_attested"
    assert (await case.update(mended)).rule == "message.id_reused"
    assert (await case.update(case.message(chosen(6, "repeat"), "the-mended-form"))).accepted


async def test_an_id_belongs_to_one_kind_of_message(place: World) -> None:
    case = await with_open_form(place, "one kind")
    assert (await case.update(case.message(say(6, "view_final_report"), "number-1"))).accepted
    assert (await case.update(case.message(chosen(6, "repeat"), "number-1"))).accepted


async def test_a_message_that_closed_its_case_is_answered_again_after_the_closing(place: World) -> None:
    case = await with_open_form(place, "closing")
    form = case.message(chosen(6, "withdraw"), "the-form")
    first = await case.update(form)
    await case.settle()
    assert (await case.status())["outcome"] == "withdrawn"
    assert await case.update(form) == first
