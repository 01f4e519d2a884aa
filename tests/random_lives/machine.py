"""Random lives by hypothesis, which finds the shortest life that breaks a sentence and tells it line by line."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.random_lives.lives import PROGRAMS, RandomLife
from workflows.case.stages import StageOrder

LONGEST = 40
"""Happenings in one life."""
CHANCE = st.randoms(use_true_random=False)

Figures = Counter[str]
"""What was lived: lives, messages, refused, turned_away, runs."""


class RandomLives(RuleBasedStateMachine):
    """One life at a time: it is opened, anything happens, and in the end every run of it replays."""

    lived: Callable[[RandomLife], None] = staticmethod(lambda life: None)

    def __init__(self) -> None:
        """Begin nothing yet."""
        super().__init__()
        self.life: RandomLife | None = None
        self.sound = False

    @initialize(program=st.sampled_from(sorted(PROGRAMS)), adopted=st.integers(0, 9), chance=CHANCE)
    def opens(self, program: str, adopted: int, chance: Random) -> None:
        """A case of any program opens; one of ten is adopted in its middle."""
        self.life = RandomLife(program, chance, adopted=adopted == 9)
        self.sound = True

    @rule(chance=CHANCE)
    def happens(self, chance: Random) -> None:
        """Anything happens."""
        assert self.life is not None
        self.life.random = self.life.world.random = chance
        self.sound = False
        told = len(self.life.told)
        try:
            self.life.happen()
        finally:
            for line in self.life.told[told:]:
                note(line)
        self.sound = True

    def teardown(self) -> None:
        """The life ends."""
        if self.life is None:
            return
        if self.sound:
            self.life.end()
            self.lived(self.life)
        else:
            self.life.core.close()


def live(sequences: int, seed: int, lived: Callable[[RandomLife], None] = lambda life: None) -> Figures:
    """Live so many random lives, and return what was lived.

    Args:
        sequences: How many.
        seed: What decides which; the same seed gives the same lives.
        lived: Told each life that has ended well.

    Raises:
        AssertionError: A sentence does not hold; hypothesis has found the shortest life that it could.
    """
    figures: Figures = Counter()

    def count(life: RandomLife) -> None:
        figures.update(lives=1, messages=life.messages, refused=life.refused, turned_away=life.turned_away)
        figures.update(runs=len(life.core.runs))
        lived(life)

    kind = type("Lives", (RandomLives,), {"lived": staticmethod(count)})
    wanted = settings(
        max_examples=sequences,
        stateful_step_count=LONGEST,
        deadline=None,
        database=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    strict, StageOrder.strict = StageOrder.strict, True
    try:
        run_state_machine_as_test(seeded(seed)(kind), settings=wanted)
    finally:
        StageOrder.strict = strict
    return figures


def told_by(error: BaseException) -> str:
    """Return the shortest life that broke a sentence, and the sentence."""
    lines = [*getattr(error, "__notes__", ()), f"{type(error).__name__}: {error}"]
    with suppress(AttributeError):
        lines += [told_by(one) for one in error.exceptions]  # type: ignore[attr-defined]
    return "\n".join(lines)
