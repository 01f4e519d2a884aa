"""A case with all its verbs: stages, closing, its marks, and what comes of its steps."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from temporalio import workflow

from activities.contract import CaseOpening, RenewalGranted, RenewalOrder, StepTaken
from policy.facts import FOLLOW_UP, Mark, Outcome, Stage
from policy.words import titled
from workflows.case.money import CaseMoney
from workflows.case.outbox import Call
from workflows.case.stages import StageOrder
from workflows.case.standing import Standing
from workflows.case.timeline import FactsT, RulesT
from workflows.case.waiting import Waiting


class Case(CaseMoney[FactsT, RulesT]):
    """One case: its facts, the rules that it carries, what it has to record and send, and how it waits."""

    def __init__(self, facts: FactsT, terms: RulesT | None, stages: StageOrder, on_idle: Callable[[], None]) -> None:
        """Make a case of what is known of it.

        Args:
            facts: All that it knows.
            terms: The edition that it carries; None until its rules are resolved.
            stages: Which stage may follow which.
            on_idle: Called whenever it comes to rest.
        """
        super().__init__(facts, terms)
        self._stages = stages
        self.before_closing: Standing | None = None
        """Where it stood before it was closed, for the run that goes on where that was an error."""
        self.waiting = Waiting(facts, self._fire, on_idle)

    def follow(self, stages: StageOrder) -> None:
        """Keep to another order of stages, that of the procedure which the case's rules have."""
        self._stages = stages

    async def change(self) -> None:
        """Wait until something has happened. Raises `CaseClosed` where the case was closed."""
        await self.waiting.change()

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until a condition holds. Raises `CaseClosed` where the case was closed meanwhile."""
        await self.waiting.until(done)

    def enter(self, stage: Stage, **detail: Any) -> None:
        """Enter a stage; whatever the last one waited for is no longer awaited."""
        before = self.facts.stage if self.facts.stage_since else None
        self._stages.check(before, stage)
        self.facts.stage, self.facts.stage_since = stage, self.at
        self.await_nobody()
        self.note("stage", f"Stage: {stage.replace('_', ' ')}", stage=stage, **detail)

    def return_to(self, stage: Stage, **detail: Any) -> None:
        """Put the case back to a stage, because what ended it was corrected: it is gone through anew."""
        self.enter(stage, **detail)
        self.waiting.leave()

    def close(self, outcome: Outcome, notice: str, rule: str, **facts: Any) -> None:
        """Close the case: nothing is awaited, no window runs, no invoice for work that never began stays open."""
        self.before_closing = Standing.of(self.facts)
        self.facts.outcome = outcome
        self.facts.closed_at = self.at
        for deadline in self.facts.deadlines:
            deadline.over = True
        self.facts.marks.clear()
        unresolved = [attention.item for attention in self.facts.attention]
        self.facts.attention.clear()
        self.facts.follow_ups.clear()
        self.facts.paused = None
        for invoice in self.facts.invoices:
            paid = invoice.payments or invoice.paid or invoice.carries
            worked_for = paid or invoice.purpose == "travel_expenses"
            if not worked_for and not invoice.settled and not invoice.void:
                self.void_invoice(invoice)
                self.facts.voided_by_closing.append((invoice.purpose, invoice.occurrence))
        for item in unresolved:
            self.issue_what_is_carried(item)
        self.enter(Stage.CLOSED, outcome=outcome)
        if not self.facts.predecessor_told:
            self.tell_predecessor(granted=False)
        if owed := self._owed():
            facts["owed"] = owed
        self.notify(notice, rule, outcome=outcome, **facts)
        self.facts.adopting = False  # nobody enters more of its past: a closed case takes no message

    def _owed(self) -> list[dict[str, str | None]]:
        """Return what stays owed after the closing, invoice by invoice: the last letter says so."""
        return [
            {
                "invoice": invoice.number,
                "outstanding": f"{invoice.outstanding:.2f}",
                "due_at": invoice.due_at.isoformat() if invoice.due_at else None,
            }
            for invoice in self.facts.invoices
            if invoice.number and not invoice.settled and not invoice.void
        ]

    def _fire(self, mark: Mark) -> None:
        """Do what a mark stands for, as of its instant."""
        self.at = mark.at
        deadline = self.facts.deadlines[mark.deadline] if mark.deadline is not None else None
        if mark.kind == "silence" and self.facts.asked:
            self._remind_awaited(self.facts.asked)
        elif mark.kind == "reminder" and deadline and mark.notice:
            self.notify(mark.notice, deadline.rule, deadline=deadline.name, due_at=deadline.due_at.isoformat())
        elif mark.kind == "invoice":
            self.remind_of_invoice(mark.invoice)
        elif mark.kind == FOLLOW_UP:
            self.follow_up(mark.item)
        elif mark.kind == "opening" and deadline and deadline.is_date:
            self.meet(deadline)
        elif mark.kind == "deadline" and deadline:
            deadline.met = False
            text = f"{titled(deadline.name)} has passed"
            self.note("deadline", text, deadline=deadline.name, rule=deadline.rule, passed=True)
            if deadline.attention:
                self.need_attention(deadline.name, deadline.rule, deadline.attention)
            if deadline.late_notice:
                self.notify(deadline.late_notice, deadline.rule, due_at=deadline.due_at.isoformat())

    def hear_of_step(self, result: StepTaken) -> None:
        """Hear what came of a step that was carried out."""
        for issued in result.invoices:
            self.invoice_issued(issued)
        if result.shared_start:
            self.facts.shared_start = result.shared_start
        self.at = max(self.at, workflow.now()) if result.problems else self.at
        for problem in result.problems:
            self.need_attention(problem.item, problem.rule, problem.text)
            if self.facts.stage is Stage.CLOSED:
                self.issue_what_is_carried(problem.item)

    def renewal_taken(self, order: RenewalOrder) -> None:
        """Keep the order of a renewal whose id is another case's, until the office has looked."""
        self.facts.renewal_order = order.model_dump(mode="json")

    def settle_renewal(self, *, again: bool) -> None:
        """The office has looked: the renewal is ordered again, or given up, and the facility may apply anew."""
        kept, self.facts.renewal_order = self.facts.renewal_order, None
        if kept is None or self.facts.renewal is None:
            return
        if again:
            self.call(RenewalOrder.model_validate(kept))
        else:
            self.facts.renewal, self.facts.last_renewal = None, self.facts.renewal

    def open_books(self, opening: CaseOpening) -> None:
        """Have the books open an account of the case."""
        self.outbox.opening = opening

    def ask_shared_start(self, first_passed_at: datetime) -> None:
        """Ask the books for the earliest start among the units of the application."""
        self.outbox.shared_start = first_passed_at

    def call(self, order: Call) -> None:
        """Have another case opened, or send it news."""
        self.outbox.calls.append(order)

    def tell_predecessor(self, *, granted: bool) -> None:
        """Tell the case that this one renews that it was granted, or that it will not be."""
        self.facts.predecessor_told = True
        if self.facts.predecessor:
            news = RenewalGranted(
                predecessor=self.facts.predecessor, case_id=self.facts.case_id, at=self.at, granted=granted
            )
            self.call(news)
