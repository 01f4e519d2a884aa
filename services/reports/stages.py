"""Days in each stage, what came of each attempt and each appeal, and how cases ended: one reading of the stages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from policy.facts import Stage
from records.reports.lives import Between, Entered
from services.reports.figures import Days, days_between, in_order, kind_of

LAST_ROUND = 4
"""From this attempt on all are counted together."""
BEFORE_REPORT = (Stage.APPLICATION.value, Stage.TESTING.value)


class Stay(NamedTuple):
    """A stay of a case in a stage.

    Attributes:
        kind: The case's modality, or `designation`.
        round: In which attempt; 0 of a designation.
        end: When it left the stage; None: it is in it.
        then: Which stage came then.
        outcome: How the case ended, where it did.
    """

    kind: str
    stage: str
    round: int
    begin: datetime
    end: datetime | None
    then: str
    outcome: str


@dataclass
class StageFigures:
    """What the stages of a period tell.

    Attributes:
        days: Days in each stage, of stays that ended in the period, by stage and kind.
        within: How many were in a stage at the period's end, by stage and kind.
        attempts: What came of attempts, by their number: passed, deficient, ended.
        appeals: What came of appeals, by the attempt that they were about: won, stands, ended.
        endings: How cases ended, by kind and outcome.
        granted: How many were accredited or designated, by kind.
    """

    days: dict[tuple[str, str], Days] = field(default_factory=lambda: defaultdict(Days))
    within: Counter[tuple[str, str]] = field(default_factory=Counter)
    attempts: Counter[tuple[int, str]] = field(default_factory=Counter)
    appeals: Counter[tuple[int, str]] = field(default_factory=Counter)
    endings: Counter[tuple[str, str]] = field(default_factory=Counter)
    granted: Counter[str] = field(default_factory=Counter)

    def stages(self) -> list[str]:
        """Return the stages that there is anything to tell of, in the order of a life."""
        found = {stage for stage, _ in (*self.days, *self.within)}
        return [stage.value for stage in Stage if stage.value in found]

    def kinds(self, stage: str) -> Iterable[str]:
        """Return the kinds that were in a stage."""
        return in_order(kind for one, kind in (*self.days, *self.within) if one == stage)

    def all_days(self, stage: str) -> Days:
        """Return the days in a stage, of all kinds."""
        return Days([days for (one, _), found in self.days.items() if one == stage for days in found.found])

    def as_json(self) -> dict[str, Any]:
        """Return the figures for a script."""
        return {
            "stages": [
                {"stage": stage, "kind": kind, **self._days(stage, kind), "in_it": self.within[stage, kind]}
                for stage in self.stages()
                for kind in self.kinds(stage)
            ],
            "attempts": [
                {"attempt": number, **{word: self.attempts[number, word] for word in ("passed", "deficient", "ended")}}
                for number in rounds(self.attempts)
            ],
            "appeals": [
                {"attempt": number, **{word: self.appeals[number, word] for word in ("won", "stands", "ended")}}
                for number in rounds(self.appeals)
            ],
            "granted": {kind: self.granted[kind] for kind in in_order(self.granted)},
            "endings": [
                {"kind": kind, "outcome": outcome, "number": number}
                for (kind, outcome), number in sorted(self.endings.items())
            ],
        }

    def _days(self, stage: str, kind: str) -> dict[str, Any]:
        return self.days.get((stage, kind), Days()).as_json()


def rounds(counted: Counter[tuple[int, str]]) -> list[int]:
    """Return the attempts that were counted, in their order."""
    return sorted({number for number, _ in counted})


def stays_of(entered: Iterable[Entered]) -> Iterator[Stay]:
    """Yield the stays of cases in their stages.

    Args:
        entered: The stages that they entered, case by case, oldest first.
    """
    for _, ones in groupby(entered, key=lambda one: one.case_id):
        yield from _stays_of_case([*ones])


def _without_reopened(entered: list[Entered]) -> list[Entered]:
    """Return the stages without the closings that were taken back: the case had not ended, and was in one stage.

    An accreditation of elsewhere may begin with its end; what stands afterwards is its first stage then.
    """
    kept: list[Entered] = []
    for one in entered:
        was_closed = bool(kept) and kept[-1].stage == Stage.CLOSED
        if was_closed:
            kept.pop()
        if not was_closed or not kept:
            kept.append(one)
    return kept


def _stays_of_case(entered: list[Entered]) -> Iterator[Stay]:
    entered = _without_reopened(entered)
    number, kind = 0, kind_of(entered[0].program, entered[0].modality)
    for one, then in zip(entered, [*entered[1:], None], strict=True):
        number = one.round or number
        if one.stage == Stage.CLOSED and then is None:
            continue
        end, stage, outcome = (then.at, then.stage, then.outcome or "") if then else (None, "", "")
        yield Stay(kind, one.stage, number, one.at, end, stage, outcome)


def figures_of(entered: Iterable[Entered], between: Between) -> StageFigures:
    """Return what the stages of a period tell.

    Args:
        entered: Every stage that the cases of the period entered, case by case, oldest first.
        between: The instants of the period.
    """
    figures = StageFigures()
    for stay in stays_of(entered):
        if stay.begin <= between.until and (stay.end is None or stay.end > between.until):
            figures.within[stay.stage, stay.kind] += 1
        elif stay.end is not None and between.holds(stay.end):
            figures.days[stay.stage, stay.kind].add(days_between(stay.begin, stay.end))
            _count_result(figures, stay)
    return figures


def _count_result(figures: StageFigures, stay: Stay) -> None:
    number = min(stay.round, LAST_ROUND)
    ended = stay.then == Stage.CLOSED
    granted = stay.then in (Stage.ACCREDITED, Stage.DESIGNATED)
    if granted:
        figures.granted[stay.kind] += 1
    if ended:
        figures.endings[stay.kind, stay.outcome] += 1
    if not stay.round:
        return
    if stay.stage == Stage.REVIEW:
        figures.attempts[number, "passed" if granted else "ended" if ended else "deficient"] += 1
    elif stay.stage in BEFORE_REPORT and ended:
        figures.attempts[number, "ended"] += 1
    elif stay.stage == Stage.APPEAL:
        figures.appeals[number, "won" if granted else "ended" if ended else "stands"] += 1
