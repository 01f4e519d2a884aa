"""Choices that meet: with a deadline at the same instant, with another choice, with themselves."""

import asyncio
from pathlib import Path

import pytest

from embedded.server import EmbeddedServer
from tests.workflows.driving import Driven, a_place, at_work
from tests.workflows.lives import Reports, deadlines_of, rules_of, went_as_told
from tests.workflows.stories import Story, chosen, deficient, signalled, viewed

pytestmark = pytest.mark.server

DUE = 20.625
FORM_OPEN = Story(deficient())

STORIES = {
    "two at the due instant": Story(
        [*deficient(), chosen(DUE, "repeat"), chosen(DUE, "withdraw", refused="option_form.already_chosen")], until=22
    ),
    "viewed and chosen at the due instant": Story(
        [*deficient(viewing=None), viewed(DUE), chosen(DUE, "repeat")], until=22
    ),
    "chosen as the form opens": Story([*deficient(viewing=None), viewed(5), chosen(5, "repeat")], until=6),
    "at the due instant by signal": Story([*deficient(), signalled(chosen(DUE, "repeat"))], until=22),
}


@pytest.mark.parametrize("how", STORIES)
def test_a_choice_at_the_instant_of_a_deadline_is_in_time(reports: Reports, how: str) -> None:
    assert went_as_told(reports[how])["stage"] == "application"
    assert deadlines_of(reports[how], "option_form") == [(DUE, True)]


def test_of_two_choices_at_one_instant_the_first_stands(reports: Reports) -> None:
    assert rules_of(reports["two at the due instant"]) == ["option_form.already_chosen"]


async def test_of_choices_that_are_sent_at_once_exactly_one_is_accepted(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, FORM_OPEN)
        await case.begin()
        await case.come_to(6)
        options = ["repeat", "withdraw", "appeal", "repeat", "withdraw"]
        forms = [case.message(chosen(6, option), f"form-{number}") for number, option in enumerate(options)]
        sent = [case.update(form) if number % 2 else case.signal(form) for number, form in enumerate(forms)]
        verdicts = await asyncio.gather(*sent)
        (winner,) = [option for option, verdict in zip(options, verdicts, strict=True) if verdict.accepted]
        rules = {verdict.rule for verdict in verdicts if not verdict.accepted}
        assert rules == ({"case.closed"} if winner == "withdraw" else {"option_form.already_chosen"})
        told = [entry for entry in await case.timeline() if entry["kind"] == "message"]
        assert [entry["detail"]["message"]["option"] for entry in told if entry["text"] == "choose option"] == [winner]


async def test_of_two_updates_that_are_sent_at_once_the_other_is_told_that_a_choice_stands(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        for number in range(3):
            case = Driven(place, FORM_OPEN, f"at once {number}")
            await case.begin()
            await case.come_to(6)
            forms = [case.message(chosen(6, option), f"form-{option}") for option in ("repeat", "appeal")]
            verdicts = await asyncio.gather(*(case.update(form) for form in forms))
            assert sorted(verdict.rule or "" for verdict in verdicts) == ["", "option_form.already_chosen"]
            await case.settle()
            invoices = (await case.status())["invoices"]
            assert len(invoices) == (2 if verdicts[0].accepted else 1)
