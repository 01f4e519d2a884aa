"""The windows of a case: opened with their reminders, met, dropped, extended."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from temporalio import workflow

from activities.contract import DeadlineEntry
from policy.dates import last_day, morning_of
from policy.facts import Deadline, Mark
from policy.words import due_in_words, instant_in_words, titled
from workflows.case.awaiting import CaseAwaiting
from workflows.case.labels import deadline_label, mark_label
from workflows.case.timeline import FactsT, RulesT


class CaseWindows(CaseAwaiting[FactsT, RulesT]):
    """A case with windows."""

    def open_deadline(
        self,
        name: str,
        rule: str,
        due_at: datetime,
        *,
        opens_at: datetime | None = None,
        remind: Sequence[int] = (),
        notice: str | None = None,
        is_date: bool = False,
        attention: str = "",
        late_notice: str = "",
    ) -> Deadline:
        """Open a window, with the reminders before its end.

        Args:
            name: Its public name.
            rule: The rule that speaks when it has passed.
            due_at: The last instant that is in time.
            opens_at: Since when it counts (left out: now).
            remind: So many days before its last day, at 08:00, `notice` goes out.
            notice: The kind of the reminder's notice.
            is_date: It is not missed when it comes: something happens by itself.
            attention: What the office must look at once it has passed.
            late_notice: The kind of the notice that goes out once it has passed.
        """
        deadline = Deadline(
            number=len(self.facts.deadlines),
            name=name,
            rule=rule,
            source=self.source_of(rule),
            opens_at=opens_at or self.at,
            due_at=due_at,
            is_date=is_date,
            opened_in_pause=self.at if self.facts.paused else None,
            attention=attention,
            late_notice=late_notice,
        )
        self.facts.deadlines.append(deadline)
        self._schedule(deadline, remind, notice)
        words = instant_in_words if is_date else due_in_words
        self.note(
            "deadline",
            f"{titled(name)} {'on' if is_date else 'due'} {words(due_at, self.terms.zone)}",
            deadline=name,
            opens_at=deadline.opens_at.isoformat(),
            due_at=due_at.isoformat(),
            rule=rule,
        )
        return deadline

    def _schedule(self, deadline: Deadline, remind: Sequence[int], notice: str | None) -> None:
        zone = self.terms.zone
        label = deadline_label(deadline, zone)
        mark = Mark(at=deadline.due_at, kind="deadline", label=label, deadline=deadline.number)
        self.facts.marks.append(mark.model_copy(update={"kind": "opening"}) if deadline.is_date else mark)
        last = last_day(deadline.due_at, zone)
        for days in remind:
            at = morning_of(last - timedelta(days=days), zone)
            if at > max(self.at, workflow.now()):  # of a window that was dated back nobody is reminded in the past
                label = mark_label("reminder", at, f"{deadline.name.replace('_', ' ')} ({deadline.rule})", zone)
                mark = Mark(at=at, kind="reminder", label=label, deadline=deadline.number, notice=notice)
                self.facts.marks.append(mark)

    def meet(self, deadline: Deadline | None) -> None:
        """What a window was for has come: in time, if it counts as of an instant that is not past the due date."""
        if deadline and not deadline.over:
            deadline.met = self.at <= deadline.due_at
            self._end(deadline)

    def drop(self, deadline: Deadline | None) -> None:
        """A window is no longer of use."""
        if deadline and not deadline.over:
            self._end(deadline)

    def _end(self, deadline: Deadline) -> None:
        deadline.over = True
        self._drop_marks(lambda mark: mark.deadline == deadline.number)

    def extend(
        self, deadline: Deadline, until: datetime, remind: Sequence[int] = (), notice: str | None = None
    ) -> None:
        """Give a window more time; it remembers when it was due before."""
        deadline.extended_from.append(deadline.due_at)
        deadline.due_at = until
        deadline.met = None
        kept = "opening" if not deadline.is_date else ""  # a form that has not opened yet still opens
        self._drop_marks(lambda mark: mark.deadline == deadline.number and mark.kind != kept)
        self._schedule(deadline, remind, notice)

    def deadline_entries(self) -> tuple[DeadlineEntry, ...]:
        """Return the deadlines as they stand, for the books."""
        return tuple(
            DeadlineEntry(number=d.number, name=d.name, opens_at=d.opens_at, due_at=d.due_at, met=d.met, over=d.over)
            for d in self.facts.deadlines
        )
