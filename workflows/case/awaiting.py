"""Whom a case waits for, what follows from silence where no window is stated, and what somebody at the office must
see.
"""

from datetime import datetime, timedelta

from temporalio import workflow

from policy.dates import local_day, morning_of
from policy.facts import ADOPTION, LOAN, Asked, Attention, Mark, Party, Stage
from workflows.case.labels import mark_label
from workflows.case.timeline import CaseTimeline, FactsT, RulesT

A_DAY = timedelta(days=1)
MOST, LONGEST = 50, 2000
"""Attention items, of which documents and added units are some, and characters of one: every answer tells them."""
MORE = "document.more"
"""The attention item for whatever is beyond these."""


class CaseAwaiting(CaseTimeline[FactsT, RulesT]):
    """A case that awaits somebody."""

    def await_party(
        self, party: Party, what: str, key: str, deadline: str | None = None, *, silent_from: datetime | None = None
    ) -> None:
        """Say who is awaited. Without a deadline there are reminders, and then attention (`case.waiting`).

        Args:
            party: Who.
            what: What, in words.
            key: The name of the question; asked again under the same one it is the same question.
            deadline: The window that bounds it.
            silent_from: Since when it could have come, where that lies ahead: the day of a survey.
        """
        asked = self.facts.asked
        if asked and asked.key == key and asked.party is party:
            return
        self.await_nobody()
        self.facts.asked = Asked(
            key=key,
            party=party,
            what=what,
            since=self.at,
            silent_from=silent_from or self._silent_from(),
            deadline=deadline,
        )
        if deadline is None:
            self._schedule_reminder(self.facts.asked)

    def await_nobody(self) -> None:
        """Nobody is awaited any more; what its reminders asked for is settled."""
        if self.facts.asked:
            self.settle_attention(f"waiting.{self.facts.asked.key}")
        self.facts.asked = None
        self._drop_marks(lambda mark: mark.kind == "silence")

    def remind_of_what_is_late(self) -> None:
        """The date of what is awaited has passed, and the case waits on: reminders from now on (`case.waiting`)."""
        asked = self.facts.asked
        if asked and not any(mark.kind == "silence" for mark in self.facts.marks):
            asked.silent_from = self._silent_from() or self.at
            self._schedule_reminder(asked)

    def _silent_from(self) -> datetime | None:
        """Nobody is reminded of what could not be known: what was dated back is silent from its handling on."""
        now = workflow.now()
        return now if now - self.at > A_DAY else None

    def _schedule_reminder(self, asked: Asked) -> None:
        days = self.terms.silence.reminder.value * (asked.reminded + 1)
        first = local_day(asked.silent_from or asked.since, self.terms.zone)
        at = morning_of(first + timedelta(days=days), self.terms.zone)
        label = mark_label("waiting", at, f"{asked.what} (case.waiting)", self.terms.zone)
        self.facts.marks.append(Mark(at=at, kind="silence", label=label))

    def _remind_awaited(self, asked: Asked) -> None:
        asked.reminded += 1
        days = self.terms.silence.reminder.value * asked.reminded
        late = self.facts.deadline(asked.deadline) if asked.deadline else None
        self.notify(
            "waiting",
            "case.waiting",
            awaited=f"{asked.what}, which is overdue" if late else asked.what,
            party=asked.party,
            since=(late.due_at if late else asked.since).isoformat(),
            days=days,
        )
        if days == self.terms.silence.attention.value and not late:  # what is late is looked at since its date passed
            self.need_attention(f"waiting.{asked.key}", "case.attention", f"{asked.what}: awaited for {days} days")
        self._schedule_reminder(asked)

    def follow_up(self, item: str | None) -> None:
        """The day of a note's follow-up has come. What the note says stands in the timeline alone, in no letter."""
        found = next((one for one in self.facts.follow_ups if one.item == item), None)
        if found and item and item.startswith(f"{LOAN}."):
            self.need_attention(item, "unit.loan_over", f"{found.text}: the loan is over, what has become of the unit?")
        elif found and item:
            whose = f" by {found.assignee}" if found.assignee else ""
            number = item.rpartition(".")[2]
            self.need_attention(item, "note.follow_up", f"note {number} of the office is to be followed up{whose}")

    def need_attention(self, item: str, rule: str, text: str) -> None:
        """Ask somebody at the office to look at something, once.

        A closed case takes no message that could resolve it: it tells the office, and keeps nothing open.
        """
        if any(attention.item == item for attention in self.facts.attention):
            return
        if self._is_one_too_many(item):
            return self.need_attention(MORE, rule, "more came than is listed here; the timeline has all of it")
        text = text[:LONGEST]
        if self.facts.stage is not Stage.CLOSED:
            self.facts.attention.append(Attention(item=item, rule=rule, since=self.at, text=text))
        self.note("attention", f"Needs attention: {text}", item=item, rule=rule)
        # A notice that cannot go out is not reported by another notice, nor is an adoption to those who enter it.
        if item != ADOPTION and not item.startswith("notice."):
            self.notify("needs_attention", rule, item=item, text=text)

    def _is_one_too_many(self, item: str) -> bool:
        """Whether somebody sends so much that must be looked at that a list of it helps nobody."""
        theirs = item.startswith(("document.", "unit.", "data_update.")) and len(self.facts.attention) >= MOST
        return theirs and item != MORE and workflow.patched("2026-11 attention items have a bound")

    def settle_attention(self, item: str) -> None:
        """End an attention item, because what it asked for has come or the office has resolved it."""
        if any(attention.item == item for attention in self.facts.attention):
            self.facts.attention[:] = [attention for attention in self.facts.attention if attention.item != item]
            self.note("attention", f"Attention no longer needed: {item}", item=item, ended=True)
