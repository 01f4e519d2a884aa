"""Lives as lists of steps, for the peers that know no rules: what to write down, what to wait for, how long to stand.

`FULL` is the product's own life (a deficient report, a lost appeal, a passed repeat, a certificate that expires): a row
for each step that the product takes, a wait for each message, a timer for each date. `FLOOR` is the same story with as
few waits as it can be told by.
"""

from typing import Final, NamedTuple, TypeAlias


class Tell(NamedTuple):
    """Write a row: what has happened."""

    what: str


class Wait(NamedTuple):
    """Wait for a message, so many days at most."""

    what: str
    days: float


class Stand(NamedTuple):
    """Let so many days pass."""

    what: str
    days: float


Step: TypeAlias = Tell | Wait | Stand
MOMENT: Final = 0.02 / 86_400
"""Days of a standing that nobody needs to skip: 20 ms."""


def _heard(what: str, days: float) -> tuple[Step, ...]:
    return Wait(what, days), Tell(f"{what} heard")


def _passed(what: str, days: float) -> tuple[Step, ...]:
    return Stand(what, days), Tell(f"{what} passed")


def _attempt() -> tuple[Step, ...]:
    return (*_heard("payment", 30), *_heard("acceptance", 30), *_heard("package", 45), *_heard("report", 30))


def _choice(option: str) -> tuple[Step, ...]:
    return (*_heard("view", 2), *_passed("form opens", 1), *_heard(option, 15))


FULL: Final[tuple[Step, ...]] = (
    Tell("opened"),
    *_attempt(),
    *_choice("appeal"),
    *_heard("result", 30),
    *_choice("repeat"),
    *_attempt(),
    *_passed("notice", 850),
    *_passed("reminder", 46),
    *_passed("due", 15),
    *_passed("expiry", 185),
)
FLOOR: Final[tuple[Step, ...]] = (
    Tell("invoice"),
    Tell("opened"),
    Wait("payment", 3650),
    Wait("package", 90),
    Wait("report", 3650),
    Tell("deficient"),
    Wait("appeal", 15),
    Tell("appeal heard"),
    Wait("result", 45),
    Tell("upheld"),
    Wait("repeat", 15),
    Tell("second invoice"),
    Tell("repeat heard"),
    Wait("second report", 3650),
    Tell("certificate"),
    Tell("certified"),
    Stand("standing", MOMENT),
    Tell("ended"),
)
WINDOW: Final[tuple[Step, ...]] = (Tell("opened"), *_passed("window", 30))
"""A window that nobody uses."""
LIVES: Final = {"full": FULL, "floor": FLOOR, "window": WINDOW}
OPTION: Final = "appeal"
"""The message whose answer is timed: the facility's choice of an option."""
