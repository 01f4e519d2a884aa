"""What a new case does is what was accepted: order, waits, notices, invoices, deadlines and what it is listed by."""

import difflib

from tests.histories.fingerprint import fingerprints_of, kept
from tests.workflows.shipped import Life


async def test_every_shipped_life_does_what_was_accepted(
    shipped: dict[str, Life], designations: dict[str, Life]
) -> None:
    """Where a change was meant: `python -m tests.histories.fingerprint`, and the difference is what one reviews."""
    now, before = fingerprints_of(shipped | designations), kept()
    assert now.keys() == before.keys(), "run `python -m tests.histories.fingerprint`"
    changed = [line for name in now for line in difflib.ndiff(before[name].splitlines(), now[name].splitlines())]
    assert [line for line in changed if not line.startswith(" ")] == []
