"""In which order stages may follow each other: each program has a table of its transitions beside its `run`.

The tables are what `docs/stages.md` is drawn from (`make stages`).
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar, NamedTuple

from temporalio import workflow

from policy.facts import Stage


class Transition(NamedTuple):
    """One way on.

    Attributes:
        before: The stage that is left; None: the case begins.
        after: The stage that is entered.
        when: What has happened, in words.
        rule: The rule that it rests on; its source stands in `policy.rules`.
    """

    before: Stage | None
    after: Stage
    when: str
    rule: str


class OutOfOrder(Exception):
    """A stage was entered that may not follow the one before."""


class StageOrder:
    """Which stage may follow which. Closing may follow any: a facility may withdraw and the office close at any time.

    Attributes:
        strict: Whether a stage out of order raises. Tests switch it on. A case in production goes on instead and says
            so in the worker's log: an order that is wrong on paper must not hold up somebody's accreditation.
    """

    strict: ClassVar[bool] = False

    def __init__(self, transitions: Iterable[Transition]) -> None:
        follows: dict[Stage | None, set[Stage]] = {}
        for one in transitions:
            follows.setdefault(one.before, set()).add(one.after)
        self.follows: Mapping[Stage | None, frozenset[Stage]] = {
            before: frozenset(after | {Stage.CLOSED}) for before, after in follows.items()
        }

    def check(self, before: Stage | None, after: Stage) -> None:
        """Find out whether a stage may follow.

        Raises:
            OutOfOrder: It may not, and order is held strictly.
        """
        if after in self.follows.get(before, frozenset()):
            return
        text = f"the stage {after} may not follow {before or 'the opening'}"
        if self.strict:
            raise OutOfOrder(text)
        workflow.logger.error("%s: %s", workflow.info().workflow_id, text)
