"""The editions after that of 2021-03-08, for the tests that hold them beside it."""

from datetime import datetime

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.judgement import judge
from policy.edition import Edition, edition_named
from policy.messages import Message
from policy.rules import RULES
from policy.verdict import Refused


def edition(name: str) -> Edition:
    found = edition_named("accreditation", name)
    assert found is not None
    return found


OF_2022, OF_2026 = edition("2022-11-09"), edition("2026-01-14")


def answer(facts: CycleFacts, message: Message, at: datetime, terms: Edition) -> str | None:
    """Return the rule by which a message is refused, which is explained and sourced; None: it is accepted."""
    try:
        judge(facts, terms, message, at)
    except Refused as said:
        refused = said
    else:
        return None
    assert refused.reason.endswith(".")
    assert refused.source
    assert refused.rule in RULES
    return refused.rule
