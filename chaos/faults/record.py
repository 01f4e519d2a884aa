"""What is kept of the faults of a run, and the table of it."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from chaos.faults.plan import KILLING, OTHERS


class Happened(NamedTuple):
    """A fault that happened.

    Attributes:
        kind: What it is called.
        kills: How many processes were killed.
        lives: The lives that were under way.
        seconds: How long it took until everything worked again.
    """

    kind: str
    kills: int
    lives: frozenset[str]
    seconds: float


def table(happened: Sequence[Happened], broken: Iterable[str], not_possible: Sequence[tuple[str, str]]) -> list[str]:
    """Return the table of a run as lines of Markdown.

    Args:
        happened: The faults.
        broken: The lives that did not come out as the undisturbed one.
        not_possible: What could not be brought about here, and why.
    """
    wrong = set(broken)
    lines = ["| fault | times | lives | kills | what happened |", "|---|---:|---:|---:|---|"]
    for kind in (*KILLING, *OTHERS):
        of_kind = [one for one in happened if one.kind == kind.name]
        if not of_kind:
            continue
        lives = frozenset[str]().union(*(one.lives for one in of_kind))
        seconds = sorted(one.seconds for one in of_kind)
        kills = sum(one.kills for one in of_kind)
        word = "works again" if kills or kind.lane != "wires" else "whole again"
        told = f"{word} after {median(seconds):.1f} s, at most {seconds[-1]:.1f} s"
        told += f"; {len(lives & wrong)} of these lives came out otherwise" if lives & wrong else "; nothing lost"
        lines.append(f"| {kind.name} | {len(of_kind)} | {len(lives)} | {kills} | {told} |")
    found = {one.kind for one in happened}  # in one run of several it may have been possible
    without = [(name, why) for name, why in not_possible if name not in found]
    return [*lines, *(f"| {name} | 0 | 0 | 0 | not brought about: {why} |" for name, why in without)]
