"""What a part of the measurement is given, and what a part is."""

from argparse import Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench.measuring.budget import Budget
from bench.measuring.page import Page


@dataclass(frozen=True)
class Setting:
    """What a part is given.

    Attributes:
        page: Where its figures go.
        budget: How long it may take.
        folder: Where it may leave files; gone at the end of the whole run.
        quick: Whether it is to be run in small.
        options: What was asked for on the command line.
    """

    page: Page
    budget: Budget
    folder: Path
    quick: bool
    options: Namespace


class Part(NamedTuple):
    """A part of the measurement. `seconds`: what it may take; `quick`: what it may take in small."""

    name: str
    about: str
    seconds: float
    quick: float
    run: Callable[[Setting], Awaitable[None]]
