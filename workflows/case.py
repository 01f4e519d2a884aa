"""A case and its verbs: what every step and every claim says in a line each.

`at` is the instant as of which things happen: that of the message that is being taken, or of the mark that has come. It
is what the timeline shows and what windows count from, so that a life has the same days however late a worker got round
to it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeAlias, TypeVar

from temporalio import workflow

from activities.contract import (
    CaseOpening,
    DeadlineEntry,
    Entry,
    EntryKind,
    InvoiceOrder,
    Judged,
    NoticeOrder,
    PaymentReceived,
    RenewalGranted,
    RenewalOrder,
    StepTaken,
    invoice_entries,
    notice_entry,
)
from policy.cycle import CycleFacts
from policy.dates import local_day, morning_of
from policy.dicoe.edition import DicoeEdition
from policy.dicoe.facts import DesignationFacts
from policy.edition import Edition, Rules
from policy.facts import Asked, Attention, CaseFacts, Deadline, InvoiceFact, Mark, Outcome, Party, Stage
from policy.fees import FeeLine
from policy.rules import RULES
from policy.words import due_in_words, instant_in_words
from workflows.labels import deadline_label, mark_label
from workflows.outbox import Outbox
from workflows.waiting import Waiting

FactsT = TypeVar("FactsT", bound=CaseFacts)
RulesT = TypeVar("RulesT", bound=Rules)


class Case(Generic[FactsT, RulesT]):
    """One case: its facts, the rules that it carries, what it has to tell the world, and how it waits."""

    def __init__(self, facts: FactsT, terms: RulesT | None, settle: Callable[[], None]) -> None:
        """Make a case of what is known of it. `settle` is called whenever it comes to rest."""
        self.facts = facts
        self._terms = terms
        self.at = max(facts.opened_at, workflow.now())
        self.outbox = Outbox()
        self.waiting = Waiting(facts, self._fire, settle)

    @property
    def terms(self) -> RulesT:
        """The edition that the case carries."""
        if self._terms is None:
            raise RuntimeError("the case has not opened yet")
        return self._terms

    @property
    def is_open(self) -> bool:
        """Whether the edition is resolved, so that messages can be judged."""
        return self._terms is not None

    def carry(self, terms: RulesT) -> None:
        """Carry an edition from now on."""
        self._terms = terms

    async def change(self) -> None:
        """Wait until something has happened. Raises `CaseClosed` where the case was closed."""
        await self.waiting.change()

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until a condition holds. Raises `CaseClosed` where the case was closed meanwhile."""
        await self.waiting.until(done)

    # What is told

    def note(self, kind: EntryKind, text: str, *, by: str = "acr", **detail: Any) -> None:
        """Write a line of the timeline."""
        self._enter_timeline(Entry(at=self.at, kind=kind, by=by, text=text, detail=detail))

    def notify(self, kind: str, rule: str, **facts: Any) -> None:
        """Send a notice; `rule` is the rule that it rests on."""
        order = NoticeOrder(
            number=self._next_notice(), kind=kind, at=self.at, facts={"rule": rule, "source": RULES[rule], **facts}
        )
        self.outbox.notices.append(order)
        self._enter_timeline(notice_entry(order))

    def _next_notice(self) -> int:
        self.facts.notices += 1
        return self.facts.notices

    def _enter_timeline(self, *entries: Entry, told: bool = False) -> None:
        for entry in entries:
            self.facts.timeline.append(entry.model_dump(mode="json"))
            if not told:
                self.outbox.entries.append(entry)

    def judged(self, judged: Judged) -> None:
        """Tell the books of a message and its verdict."""
        self.outbox.judged.append(judged)

    # Stages

    def enter(self, stage: Stage, **detail: Any) -> None:
        """Enter a stage; whatever the last one waited for is no longer awaited."""
        self.facts.stage, self.facts.stage_since = stage, self.at
        self.nobody()
        self.note("stage", f"Stage: {stage.replace('_', ' ')}", stage=stage, **detail)

    def close(self, outcome: Outcome, notice: str, rule: str, **facts: Any) -> None:
        """Close the case: nothing is awaited, no window runs, no invoice for work that never began stays open."""
        self.facts.outcome = outcome
        self.facts.closed_at = self.at
        for deadline in self.facts.deadlines:
            deadline.over = True
        self.facts.marks.clear()
        self.facts.attention.clear()
        for invoice in self.facts.invoices:
            if not invoice.paid and not invoice.settled and invoice.purpose != "travel_expenses":
                invoice.void = True
                self.outbox.void.extend([invoice.number] if invoice.number else [])
        self.enter(Stage.CLOSED, outcome=outcome)
        self.notify(notice, rule, outcome=outcome, **facts)

    # Waiting for somebody

    def ask(self, party: Party, what: str, key: str, deadline: str | None = None) -> None:
        """Say who is awaited. Without a deadline the silence rule speaks: reminders, then attention."""
        asked = self.facts.asked
        if asked and asked.key == key and asked.party is party:
            return
        self.nobody()
        self.facts.asked = Asked(key=key, party=party, what=what, since=self.at, deadline=deadline)
        if deadline is None:
            self._expect_silence(self.facts.asked)

    def nobody(self) -> None:
        """Nobody is awaited any more; what the silence about it asked for is settled."""
        if self.facts.asked:
            self.settle_attention(f"waiting.{self.facts.asked.key}")
        self.facts.asked = None
        self._drop_marks(lambda mark: mark.kind == "silence")

    def _expect_silence(self, asked: Asked) -> None:
        days = self.terms.silence.reminder.value * (asked.reminded + 1)
        at = morning_of(local_day(asked.since, self.terms.zone) + timedelta(days=days), self.terms.zone)
        label = mark_label("waiting", at, f"{asked.what} (case.waiting)", self.terms.zone)
        self.facts.marks.append(Mark(at=at, kind="silence", label=label))

    def _silence(self, asked: Asked) -> None:
        asked.reminded += 1
        days = self.terms.silence.reminder.value * asked.reminded
        self.notify(
            "waiting",
            "case.waiting",
            awaited=asked.what,
            party=asked.party,
            since=asked.since.isoformat(),
            days=days,
        )
        if days == self.terms.silence.attention.value:
            self.need_attention(f"waiting.{asked.key}", "case.attention", f"{asked.what}: awaited for {days} days")
        self._expect_silence(asked)

    def need_attention(self, item: str, rule: str, text: str) -> None:
        """Ask somebody at the office to look at something, once."""
        if any(attention.item == item for attention in self.facts.attention):
            return
        self.facts.attention.append(Attention(item=item, rule=rule, since=self.at, text=text))
        self.note("attention", f"Needs attention: {text}", item=item, rule=rule)
        if not item.startswith("notice."):  # a notice that cannot go out is not reported by another notice
            self.notify("needs_attention", rule, item=item, text=text)

    def settle_attention(self, item: str) -> None:
        """End an attention item, because what it asked for has come or the office has resolved it."""
        if any(attention.item == item for attention in self.facts.attention):
            self.facts.attention[:] = [attention for attention in self.facts.attention if attention.item != item]
            self.note("attention", f"Attention no longer needed: {item}", item=item, ended=True)

    # Deadlines

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
        """
        deadline = Deadline(
            number=len(self.facts.deadlines),
            name=name,
            rule=rule,
            source=RULES[rule],
            opens_at=opens_at or self.at,
            due_at=due_at,
            is_date=is_date,
        )
        self.facts.deadlines.append(deadline)
        self._schedule(deadline, remind, notice)
        words = instant_in_words if is_date else due_in_words
        self.note(
            "deadline",
            f"{name.replace('_', ' ').capitalize()} {'on' if is_date else 'due'} {words(due_at, self.terms.zone)}",
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
        last = local_day(deadline.due_at - timedelta(microseconds=1), zone)
        for days in remind:
            at = morning_of(last - timedelta(days=days), zone)
            if at > self.at:
                label = mark_label("reminder", at, f"{deadline.name.replace('_', ' ')} ({deadline.rule})", zone)
                mark = Mark(at=at, kind="reminder", label=label, deadline=deadline.number, notice=notice)
                self.facts.marks.append(mark)

    def meet(self, deadline: Deadline | None) -> None:
        """What a window was for has come: in time, unless its time had passed."""
        if deadline and not deadline.over:
            deadline.met = deadline.met is None
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
        self._drop_marks(lambda mark: mark.deadline == deadline.number)
        self._schedule(deadline, remind, notice)

    def _drop_marks(self, which: Callable[[Mark], bool]) -> None:
        self.facts.marks[:] = [mark for mark in self.facts.marks if not which(mark)]

    def _fire(self, mark: Mark) -> None:
        """Do what a mark stands for, as of its instant."""
        self.at = mark.at
        deadline = self.facts.deadlines[mark.deadline] if mark.deadline is not None else None
        if mark.kind == "silence" and self.facts.asked:
            self._silence(self.facts.asked)
        elif mark.kind == "reminder" and deadline and mark.notice:
            self.notify(mark.notice, deadline.rule, deadline=deadline.name, due_at=deadline.due_at.isoformat())
        elif mark.kind == "opening" and deadline and deadline.is_date:
            self.meet(deadline)
        elif mark.kind == "deadline" and deadline:
            deadline.met = False
            text = f"{deadline.name.replace('_', ' ').capitalize()} has passed"
            self.note("deadline", text, deadline=deadline.name, rule=deadline.rule, passed=True)

    # Money

    def want_invoice(self, purpose: str, occurrence: int, *, lines: tuple[FeeLine, ...] = ()) -> InvoiceFact:
        """Return the invoice for a purpose, and order it where that has not been done.

        Outside the US it waits for the office's quote, unless its lines are known.
        """
        invoice = self.facts.invoice(purpose, occurrence)
        if invoice is None:
            quoted = not lines and self.facts.quoted
            invoice = InvoiceFact(purpose=purpose, occurrence=occurrence, needs_quote=quoted)
            self.facts.invoices.append(invoice)
            if not quoted:
                self.order_invoice(invoice, lines)
        return invoice

    def order_invoice(self, invoice: InvoiceFact, lines: tuple[FeeLine, ...] = ()) -> None:
        """Have an invoice issued, with these lines or at the office's fees of the day."""
        invoice.notice = invoice.notice or self._next_notice()
        invoice.ordered = True
        self.outbox.invoices.append(
            InvoiceOrder(
                purpose=invoice.purpose,
                occurrence=invoice.occurrence,
                issued_at=self.at,
                lines=lines,
                notice=invoice.notice,
            )
        )

    def book_payment(self, invoice: InvoiceFact, key: str, amount: Decimal, received_at: datetime, method: str) -> None:
        """Book a payment of an issued invoice."""
        if invoice.number is None:
            raise RuntimeError("a payment of an invoice that has no number")
        invoice.paid += amount
        self.outbox.payments.append(
            PaymentReceived(key=key, invoice=invoice.number, amount=amount, received_at=received_at, method=method)
        )
        text = f"Payment of {amount:.2f} USD for invoice {invoice.number}"
        self.note("payment", text, invoice=invoice.number, amount=f"{amount:.2f}", paid=f"{invoice.paid:.2f}")

    # What the world answers

    def step_taken(self, taken: StepTaken) -> None:
        """Hear what came of a step."""
        for issued in taken.invoices:
            invoice = self.facts.invoice(issued.purpose, issued.occurrence)
            if invoice and invoice.number is None:
                invoice.number, invoice.total, invoice.due_at = issued.number, issued.total, issued.due_at
                invoice.ordered = False
                self._enter_timeline(*invoice_entries(issued, invoice.notice), told=True)
        if taken.shared_start:
            self.facts.shared_start = taken.shared_start
        self.at = max(self.at, workflow.now()) if taken.problems else self.at
        for problem in taken.problems:
            self.need_attention(problem.item, problem.rule, problem.text)

    def open_books(self, opening: CaseOpening) -> None:
        """Have the books open an account of the case."""
        self.outbox.opening = opening

    def ask_shared_start(self, first_passed_at: datetime) -> None:
        """Ask the books for the earliest start among the units of the application."""
        self.outbox.shared_start = first_passed_at

    def call(self, order: RenewalOrder | RenewalGranted) -> None:
        """Have another case opened, or told something."""
        self.outbox.calls.append(order)

    def tell_predecessor(self) -> None:
        """Tell the cycle that this one renews that it was granted."""
        if self.facts.predecessor:
            self.call(RenewalGranted(predecessor=self.facts.predecessor, case_id=self.facts.case_id, at=self.at))

    def deadline_entries(self) -> tuple[DeadlineEntry, ...]:
        """Return the deadlines as they stand, for the books."""
        return tuple(
            DeadlineEntry(number=d.number, name=d.name, opens_at=d.opens_at, due_at=d.due_at, met=d.met, over=d.over)
            for d in self.facts.deadlines
        )


Cycle: TypeAlias = Case[CycleFacts, Edition]
"""An accreditation cycle."""
DesignationCase: TypeAlias = Case[DesignationFacts, DicoeEdition]
"""A designation."""
AnyCase: TypeAlias = Case[Any, Any]
"""A case of either program."""
