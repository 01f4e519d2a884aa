"""Makes a sample office: lives its lives, and writes as many copies into new books as cases are wanted."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from policy.office import OfficeSettings
from records.books import Books, open_books
from records.words import BooksPurpose
from rehearsal.sample.copying import Copies, Life, read_life
from rehearsal.sample.lives import LivedTo, live_all
from rehearsal.scenario import Scenario
from services.security.private import keep_private

SEED = 1
"""The same lives make the same office."""
AT_ONCE = 100
"""Copies that are written in one transaction."""


async def make_office(
    scenarios: Sequence[Scenario],
    settings: OfficeSettings,
    file: Path,
    cases: int,
    now: datetime,
    lived: Callable[[], None],
    copied: Callable[[int], None],
) -> int:
    """Make the books of an office of many cases, and return how many there are.

    Args:
        scenarios: The lives, each about a unit of its own.
        settings: The office's settings.
        file: Where its books go; nothing may lie there.
        cases: How many cases it has, or one or two more.
        now: The instant up to which its lives have come (UTC).
        lived: Called after each life that was lived.
        copied: Told how many cases there are, every so often.
    """
    keep_private()
    with TemporaryDirectory(prefix="accredit-sample-") as folder:
        ways = await live_all(scenarios, settings, Path(folder), now, lived)
        lives = [_life_of(way) for way in ways]
    chance, weights = Random(SEED), [life.weight for life in lives]
    draft = file.with_name(f".{file.name}.part")
    draft.unlink(missing_ok=True)
    with closing(open_books(f"sqlite:///{draft}")) as books:
        number = _fill(books, lives, weights, settings, cases, now, chance, copied)
    draft.rename(file)
    return number


def _life_of(way: LivedTo) -> Life:
    with closing(open_books(f"sqlite:///{way.books}", BooksPurpose.REHEARSAL)) as books:
        return read_life(books, way.case_id, way.at)


def _fill(
    books: Books,
    lives: Sequence[Life],
    weights: Sequence[int],
    settings: OfficeSettings,
    cases: int,
    now: datetime,
    chance: Random,
    copied: Callable[[int], None],
) -> int:
    copies: Copies | None = None
    while copies is None or copies.number < cases:
        with books.writing() as session:
            copies = copies or Copies(session, settings.zone, now, chance)
            copies.session = session
            for life in chance.choices(lives, weights, k=AT_ONCE):
                if copies.number < cases:
                    copies.copy(life)
            if copies.number >= cases:
                copies.close()
        copied(copies.number)
    return copies.number
