"""What a case records: lines of its timeline, notices, verdicts. Everything gathers in the outbox until the case is at
rest.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from temporalio import workflow

from activities.contract import Entry, EntryKind, Judged, NoticeOrder, Signed, notice_entry, notice_words
from policy.documents import signings_of
from policy.edition import Rules
from policy.facts import CaseFacts, Mark
from policy.messages import Message
from policy.rules import source_of
from workflows.case.outbox import Outbox

FactsT = TypeVar("FactsT", bound=CaseFacts)
RulesT = TypeVar("RulesT", bound=Rules)


class CaseTimeline(Generic[FactsT, RulesT]):
    """A case that knows its facts and rules, and keeps its timeline.

    `at` is the instant as of which things happen: that of the message that is being handled, or of the mark that has
    come. It is what the timeline shows and what windows count from, so that a case has the same days however late a
    worker got round to it.
    """

    def __init__(self, facts: FactsT, terms: RulesT | None) -> None:
        """Begin with what is known of the case. `terms` is None until its rules are resolved."""
        self.facts = facts
        self._terms = terms
        self.offered: RulesT | None = None
        """The edition that the message which is being judged names, where it was looked for outside of the case."""
        self.at = max(facts.opened_at, workflow.now())
        self.outbox = Outbox()

    @property
    def terms(self) -> RulesT:
        """The edition that the case carries."""
        if self._terms is None:
            raise RuntimeError("the case has not opened yet")
        return self._terms

    @property
    def issued_at(self) -> datetime:
        """The date of what the office issues now: letters, invoices, credit notes, grants.

        What others handed in counts from its receipt, also where that is long ago; what the office issues never goes
        back further than a stamp is believed (readings, "Dating back"). An adopted case's past is as it was.
        """
        now = workflow.now()
        if self.facts.rules_revision < 3 or self.facts.adopting:
            return self.at
        return self.at if now - self.at <= timedelta(days=self.terms.backdating.believed.value) else now

    @property
    def is_open(self) -> bool:
        """Whether the edition is resolved, so that messages can be judged."""
        return self._terms is not None

    def carry(self, terms: RulesT) -> None:
        """Carry an edition from now on."""
        self._terms = terms

    def note(self, kind: EntryKind, text: str, *, by: str = "acr", **detail: Any) -> None:
        """Write a line of the timeline."""
        self._enter_timeline(Entry(at=self.at, kind=kind, by=by, text=text, detail=detail))

    def source_of(self, rule: str) -> str:
        """Return where a rule stands, as this case cites it."""
        source = source_of(rule, self.facts.rulebook)
        return self._terms.where(rule, source) if self._terms else source

    def notify(self, kind: str, rule: str, **facts: Any) -> None:
        """Send a notice; `rule` is the rule that it rests on. Nobody but the office
        hears of an adopted case's past.
        """
        if self.facts.adopting and kind != "needs_attention":
            return
        order = NoticeOrder(
            number=self._next_notice(),
            kind=kind,
            at=self.issued_at,
            facts={"rule": rule, "source": self.source_of(rule), **facts},
        )
        self.outbox.notices.append(order)
        self._enter_timeline(notice_entry(order))

    def send_again(self, number: int) -> str | None:
        """Have a notice tried again that could not be delivered: the books know it by its number. Return its kind."""
        kind = self.kind_of_notice(number)
        if kind:
            self.outbox.notices.append(NoticeOrder(number=number, kind=kind, at=self.at))
        return kind

    def tell_sent_again(self, number: int, kind: str | None) -> None:
        """Write into the timeline that a notice is sent again because the office says so."""
        detail = {"notice": number, "kind": kind or "", "again": True, "rule": "notice.sent_again"}
        text = f"{notice_words(kind or 'letter')}, sent again"
        self._enter_timeline(Entry(at=self.at, kind="notice", by="acr", text=text, detail=detail))

    def kind_of_notice(self, number: int) -> str | None:
        """Return the kind of a notice by its number; None where the books alone still have its entry."""
        sent = [entry["detail"] for entry in self.facts.timeline if entry["kind"] == "notice"]
        return next((detail["kind"] for detail in sent if detail.get("notice") == number), None)

    def _next_notice(self) -> int:
        self.facts.notices += 1
        return self.facts.notices

    def _enter_timeline(self, *entries: Entry, booked: bool = False) -> None:
        """Add lines. `booked`: whoever keeps the books has written them already."""
        for entry in entries:
            self.facts.timeline.append(entry.model_dump(mode="json"))
            if not booked:
                self.outbox.entries.append(entry)

    def judged(self, judged: Judged) -> None:
        """Tell the books of a message and its verdict."""
        self.outbox.judged.append(judged)

    def signed(self, message: Message) -> None:
        """Tell the books who signed or attested what in an accepted message."""
        self.outbox.signatures += [
            Signed(key=message.key(), position=position, at=self.at, **signing._asdict())
            for position, signing in enumerate(signings_of(message))
        ]

    def _drop_marks(self, which: Callable[[Mark], bool]) -> None:
        self.facts.marks[:] = [mark for mark in self.facts.marks if not which(mark)]
