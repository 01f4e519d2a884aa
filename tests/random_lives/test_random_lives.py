"""Whatever is said to a case, in whatever order, and whatever fails around it: what always holds, holds.

`make random-lives` lives thousands; here a few are lived, each time the same ones.
"""

from random import Random

import pytest

from embedded.server import EmbeddedServer
from policy.facts import Stage
from tests.random_lives.invariants import ALWAYS, Broken
from tests.random_lives.lives import PROGRAMS, RandomLife
from tests.random_lives.machine import live
from tests.random_lives.served import live_served


def test_random_lives_break_no_sentence_and_replay() -> None:
    figures = live(60, seed=1)
    assert figures["lives"] >= 60
    assert figures["messages"] > 5 * figures["lives"]
    assert 0 < figures["refused"] < figures["messages"]
    assert figures["runs"] > figures["lives"]  # some went on in a new run


@pytest.mark.server
async def test_a_server_and_the_real_books_say_the_same(temporal_server: EmbeddedServer) -> None:
    figures, wrong = await live_served(len(PROGRAMS), 1, temporal_server)
    assert wrong == []
    assert figures["served"] == len(PROGRAMS)
    assert figures["runs"] > figures["served"]  # some went on in a new run


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_case_of_every_program_opens_in_memory_and_replays(program: str) -> None:
    life = RandomLife(program, Random(program))
    assert life.facts.stage is Stage.APPLICATION
    life.say()
    life.end()


def test_the_sentences_are_sentences_and_each_is_held() -> None:
    names = [sentence.__name__ for sentence in ALWAYS]
    assert len(names) == len(set(names)) > 25
    assert all(sentence.__doc__ for sentence in ALWAYS)


def test_a_sentence_that_does_not_hold_is_found_and_named() -> None:
    """A payment that the books do not have: the life is broken by hand, once, to see that somebody looks."""
    life = RandomLife("ct", Random(7))
    life.facts.invoices[0].paid += 1
    with pytest.raises(Broken) as broken:
        life.wait()
    assert broken.value.sentence == "money_is_what_the_books_add_up_to"


def test_another_answer_at_a_replay_is_found() -> None:
    life = RandomLife("designation", Random(7))
    life.wait()
    first = life.core.run.moments[0]
    life.core.run.moments[0] = first.__class__(**{**vars(first), "patches": ("2026-11 nobody knows it",)})
    life.core.replayed()  # a patch that nobody asks for changes nothing
    life.core.run.moments[0] = first.__class__(**{**vars(first), "commands": first.commands[1:]})
    with pytest.raises(AssertionError, match="came to other commands"):
        life.core.replayed()
