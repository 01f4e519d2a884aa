"""Whatever is paid, credited, voided, issued anew, sent back, given up and corrected, before the closing and after it:
invoices, the case's own status, statement and ledger agree to the cent, on every day.

A case's money is moved by the judgements and effects that move it in a workflow, its steps are taken by the books, and
what comes after its closing is taken by the books alone. Beside them stands a naive model: a list of days and amounts.
"""

import shutil
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from activities.contract import CaseOpening, Judged, Step
from activities.mail import MailFolder
from activities.steps import take
from policy.accreditation.cycle import CycleFacts, Survey
from policy.dates import local_day
from policy.edition import Edition
from policy.facts import InvoiceFact, Outcome, Stage
from policy.fees import LARGEST_AMOUNT, FeeLine
from policy.messages import (
    InvoiceTravelExpenses,
    IssueCreditNote,
    Message,
    RecordPayment,
    RecordRefund,
    ReissueInvoice,
    UndoPayment,
    WriteOff,
)
from policy.money import MoneyMessage, shared_out
from policy.verdict import Refused
from records.books import open_books
from records.money_queries import bills, invoice_facts
from records.postings import PostingKind, Scope, postings
from records.statement import draw_up
from services.reports.money import money_of
from services.settlement import settle
from tests.activities.orders import an_office
from tests.books import bytes_of_new_books
from tests.policy.cycles import TERMS, ZONE, a_cycle
from tests.policy.said import ACR, taken
from tests.records.rows import an_application
from workflows.accreditation import view
from workflows.accreditation.effects import EFFECTS
from workflows.accreditation.workflow import TRANSITIONS
from workflows.case.case import Case
from workflows.case.stages import StageOrder

NOTHING, CENT = Decimal("0.00"), Decimal("0.01")
AMOUNTS = st.sampled_from(["due", "0.01", "0.10", "19.99", "333.33", "1000.00", "over", "999999999.99"])
WHICH = st.integers(0, 5)
BACK = st.integers(0, 9)


class Model:
    """What is owed of all invoices together: the days on which it became more or less."""

    def __init__(self) -> None:
        self.changes: list[tuple[date, Decimal]] = []

    def add(self, day: date, amount: Decimal) -> None:
        self.changes.append((day, amount))

    def owed(self, until: date | None = None) -> Decimal:
        return sum((amount for day, amount in self.changes if until is None or day <= until), NOTHING)


class Office(RuleBasedStateMachine):
    """An office with one case, which is open at first and closed some day, and all that becomes of its money."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "books.db").write_bytes(bytes_of_new_books())
        self.books = open_books(f"sqlite:///{self.folder}/books.db")
        self.office = an_office(papers={"folder": str(self.folder / "papers")})
        self.mail = MailFolder(self.folder / "mail")
        self.patch, self.model, self.told, self.steps = pytest.MonkeyPatch(), Model(), 0, 0
        self.facts = a_cycle()
        self.now = self.facts.opened_at
        self.patch.setattr("temporalio.workflow.now", lambda: self.now)
        self.case: Case[CycleFacts, Edition] = Case(self.facts, TERMS, StageOrder(TRANSITIONS), lambda: None)
        self.closed_in_books = False

    def teardown(self) -> None:
        self.patch.undo()
        self.books.close()
        shutil.rmtree(self.folder)

    @initialize()
    def it_opens_and_asks_for_its_fee(self) -> None:
        application = an_application()
        self.case.open_books(
            CaseOpening(
                program="accreditation",
                application=application,
                opened_at=self.facts.opened_at,
                edition=TERMS.edition,
            )
        )
        self.case.enter(Stage.APPLICATION)
        self.case.want_invoice("application", 1)
        self.facts.surveys.append(Survey(number=1, visits=1))
        self.case.judged(
            Judged(
                key="schedule_survey:s-1",
                at=self.now,
                handled_at=self.now,
                by="acr",
                accepted=True,
                rule=None,
                digest="",
            )
        )
        self.carry_out()

    # What happens

    @rule(days=st.integers(0, 40), minutes=st.integers(1, 1400))
    def time_passes(self, days: int, minutes: int) -> None:
        self.now += timedelta(days=days, minutes=minutes)

    @precondition(lambda self: self.facts.stage is not Stage.CLOSED)
    @rule(purpose=st.sampled_from(["travel_expenses", "repeat", "site_survey"]), amount=AMOUNTS)
    def something_is_invoiced(self, purpose: str, amount: str) -> None:
        self.case.at = self.now
        number = 1 + sum(one.purpose == purpose for one in self.facts.invoices)
        total = Decimal("250.00" if amount in ("due", "over") else amount)
        by_fees = amount == "due" and purpose != "travel_expenses"
        self.case.want_invoice(purpose, number, lines=() if by_fees else (FeeLine.of("Sample", total),))

    @rule(which=WHICH, amount=AMOUNTS, back=BACK)
    def it_is_paid(self, which: int, amount: str, back: int) -> None:
        if one := self.invoice(which):
            self.pay(one, self.amount(amount, one.outstanding), self.today - timedelta(days=back) if back else None)

    @rule(share=st.sampled_from(["0.01", "100.00", "3000.00", "20000.00"]))
    def one_payment_is_for_all_invoices(self, share: str) -> None:
        owing = [one for one in self.invoices() if one.number and not one.void and one.outstanding > 0]
        parts = shared_out(Decimal(share), [one.outstanding for one in owing])
        assert sum(parts, NOTHING) == (Decimal(share) if owing else NOTHING)
        for one, part in zip(owing, parts, strict=True):
            if part:
                self.pay(one, part, None)

    @rule(which=WHICH)
    def a_payment_is_taken_back(self, which: int) -> None:
        payments = [payment for one in self.invoices() for payment in one.payments]
        if payments:
            payment = payments[which % len(payments)]
            if self.tell(UndoPayment, payment=payment.key.partition(":")[2], reason="Typed twice."):
                self.model.add(self.today, payment.amount)

    @rule(which=WHICH, amount=AMOUNTS)
    def it_is_credited(self, which: int, amount: str) -> None:
        if one := self.invoice(which):
            left = (one.total or NOTHING) - one.credited - one.written_off
            self.takes_off(IssueCreditNote, one, self.amount(amount, left))

    @rule(which=WHICH, amount=AMOUNTS)
    def it_is_written_off(self, which: int, amount: str) -> None:
        if one := self.invoice(which):
            self.takes_off(WriteOff, one, self.amount(amount, one.outstanding))

    @rule(which=WHICH, amount=AMOUNTS, back=BACK)
    def something_is_sent_back(self, which: int, amount: str, back: int) -> None:
        if one := self.invoice(which):
            sent, on = self.amount(amount, -one.outstanding), self.today - timedelta(days=back)
            told = {"on": on.isoformat()} if back else {}
            if self.tell(RecordRefund, invoice=one.number, amount=str(sent), reason="Paid too much.", **told):
                self.model.add(on, sent)

    @precondition(lambda self: self.facts.stage is not Stage.CLOSED)
    @rule(which=WHICH, amount=AMOUNTS)
    def an_invoice_is_issued_anew(self, which: int, amount: str) -> None:
        if one := self.invoice(which):
            price = Decimal("250.00" if amount in ("due", "over") else amount)
            lines = [] if amount == "due" else [{"description": "Sample", "amount": str(price)}]
            was, asked = one.outstanding + one.paid, len(self.facts.invoices)
            if self.tell(ReissueInvoice, invoice=one.number, lines=lines, reason="It was wrong."):
                assert len(self.facts.invoices) == asked + 1
                self.model.add(self.today, -was)
                for payment in self.facts.invoices[-1].carries:
                    self.model.add(self.today, payment.amount)

    @rule(amount=AMOUNTS)
    def travel_comes_late(self, amount: str) -> None:
        total = "250.00" if amount in ("due", "over") else amount
        expenses = [{"description": "Train", "amount": total}]
        if self.tell(InvoiceTravelExpenses, travel_expenses=expenses, again=True) and self.closed_in_books:
            self.model.add(self.today, Decimal(total))

    @precondition(lambda self: self.facts.stage is not Stage.CLOSED)
    @rule()
    def it_comes_to_rest(self) -> None:
        self.carry_out()

    @precondition(lambda self: self.facts.stage is not Stage.CLOSED and self.told > 4)
    @rule(rested=st.booleans())
    def it_is_closed(self, rested: bool) -> None:
        if rested:
            self.carry_out()
        self.case.at = self.now
        standing = [one for one in self.facts.invoices if not one.void]
        self.case.close(Outcome.WITHDRAWN, "withdrawn", "withdrawal.complete", reason="Sample")
        for one in standing:
            if one.void and one.number:
                self.model.add(self.today, -one.outstanding)
        self.carry_out()
        self.closed_in_books = True

    # How it is done

    @property
    def today(self) -> date:
        return local_day(self.now, ZONE)

    def pay(self, one: InvoiceFact, amount: Decimal, on: date | None) -> None:
        told = {"received_on": on.isoformat()} if on else {}
        if self.tell(RecordPayment, invoice=one.number, amount=str(amount), again=True, method="check", **told):
            self.model.add(on or self.today, -amount)

    def takes_off(self, kind: type[Message], one: InvoiceFact, amount: Decimal) -> None:
        if self.tell(kind, invoice=one.number, amount=str(amount), reason="Agreed."):
            self.model.add(self.today, -amount)

    def tell(self, kind: type[Message], **fields: Any) -> bool:
        """Say it to the case, or, once it is closed, to the books; return whether it was taken."""
        self.told += 1
        message = kind.model_validate({"message_id": f"m-{self.told}", "by": ACR} | fields)
        if self.closed_in_books:
            assert isinstance(message, MoneyMessage)
            return settle(self.books, self.mail, self.office, self.facts.case_id, message, self.now).accepted
        try:
            taken(self.facts, message, self.now)
        except Refused:
            return False
        self.case.at = self.now
        EFFECTS[type(message)](self.case, message)
        return True

    def carry_out(self) -> None:
        """Let the books take all that has gathered, and the case hear of it, until nothing is left."""
        while self.case.outbox.has_step():
            self.steps += 1
            step = Step(
                case_id=self.facts.case_id,
                run_id="the-run",
                number=self.steps,
                at=self.case.at,
                row=view.row(self.case, self.now),
                **self.case.outbox.take_step(),
            )
            done = take(self.books, step, self.office)
            assert done.problems == ()
            for issued in done.invoices:
                known = self.facts.invoice(issued.purpose, issued.occurrence)
                assert known is not None
                self.model.add(local_day(issued.issued_at, ZONE), issued.total)
                for payment in known.carries:
                    self.model.add(local_day(issued.issued_at, ZONE), -payment.amount)
                if known.void:
                    self.model.add(local_day(self.case.at, ZONE), -issued.total)
            self.case.hear_of_step(done)

    def invoices(self) -> list[InvoiceFact]:
        """Return the invoices as the case knows them, or the books, once it is closed."""
        if not self.closed_in_books:
            return self.facts.invoices
        with self.books.reading() as session:
            return invoice_facts(session, self.facts.case_id)

    def invoice(self, which: int) -> InvoiceFact | None:
        issued = [one for one in self.invoices() if one.number]
        return issued[which % len(issued)] if issued else None

    @staticmethod
    def amount(said: str, due: Decimal) -> Decimal:
        if said not in ("due", "over"):
            return Decimal(said)
        return min(max(due, CENT) if said == "due" else max(due, NOTHING) + CENT, LARGEST_AMOUNT)

    # What holds whenever nothing is under way

    @property
    def at_rest(self) -> bool:
        return not self.case.outbox.has_step()

    @invariant()
    def the_case_says_of_each_invoice_what_the_books_say(self) -> None:
        if not self.at_rest or self.closed_in_books:
            return
        told = {one.number: one for one in view.status(self.case, self.now).invoices}
        with self.books.reading() as session:
            for one in bills(session, self.now):
                said, kept = told[one.invoice.number], one.invoice
                assert (said.total, said.paid, said.credited, said.written_off, said.status) == (
                    (kept.total, kept.paid, kept.credited, kept.written_off, kept.status)
                )
                assert max(said.outstanding, NOTHING) == one.outstanding or said.status == "void"
            assert len(told) == len(bills(session, self.now))

    @invariant()
    def statement_ledger_and_report_say_what_is_owed_on_every_day(self) -> None:
        if not self.at_rest:
            return
        with self.books.reading() as session:
            found = postings(session, ZONE, Scope())
            drawn = draw_up(found, since=None, at=self.now)
            owed = {one.invoice.number: one.outstanding for one in bills(session, self.now) if one.outstanding}
            of_each = invoice_facts(session, self.facts.case_id)
        assert drawn.closing == self.model.owed()
        assert {one.invoice: one.amount for one in drawn.owed} == owed
        overpaid = {one.number: one.outstanding for one in of_each if not one.void and one.outstanding < 0}
        assert {one.invoice: one.amount for one in drawn.overpaid} == overpaid
        for day in {posting.day for posting in found}:
            until = [posting for posting in found if posting.day <= day]
            assert draw_up(until, since=day, at=self.now).closing == self.model.owed(day)
        money = money_of(found, date(2000, 1, 1), self.now, ZONE)
        assert (money.open, money.overpaid) == (sum(owed.values(), NOTHING), -sum(overpaid.values(), NOTHING))
        received = sum(
            (
                -p.debit if p.kind is PostingKind.PAYMENT_UNDONE else p.credit
                for p in found
                if p.kind in (PostingKind.PAYMENT, PostingKind.PAYMENT_UNDONE)
            ),
            NOTHING,
        )
        assert money.total("received") == received


Office.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a failing sequence is told as it was found: making it shorter takes minutes
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
TestMoneyAgrees = Office.TestCase
