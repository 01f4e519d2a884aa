"""What a case in memory has done to the world: books on paper, and answers to whatever it asks.

The books here are a page of plain lists, added up by the simplest arithmetic there is, so that they can be held against
what the case knows. Rules, fees and editions are the real ones; the real books stand beside the lives that
`tests.random_lives.served` lives on a server.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter
from temporalio.exceptions import ActivityError, ApplicationError, RetryState

from activities.billing import _lines, _term
from activities.contract import (
    InvoiceIssued,
    InvoiceOrder,
    Judged,
    NewsFound,
    NewsToAsk,
    Problem,
    RenewalOrder,
    RenewalToJudge,
    SignalToVerify,
    SignalVerified,
    Step,
    StepTaken,
    TermsRequest,
    invoice_entries,
)
from activities.documents.contract import DocumentFault, DocumentsRead, DocumentsToRead
from activities.renewals import rules_of_renewal
from activities.terms import rules_at, rules_named
from policy.dates import days_after, local_day
from policy.edition import EditionError
from policy.facts import Answer
from policy.office import OfficeSettings
from policy.verdict import Refused, Verdict
from records.tables import CaseRecord
from services.settings import SAMPLE, load_settings
from tests.random_lives.core import PAYLOADS, Asked, Core, decoded

LARGEST = Decimal("999999999.99")
"""The largest amount that the books hold."""
STEPS = ("issue_invoices", "send_notices", "record_events", "take_step")


@cache
def sample_office() -> OfficeSettings:
    """Return the settings of the sample office."""
    return load_settings(SAMPLE, {})


@dataclass
class PaperInvoice:
    """An invoice, and everything that happened to it."""

    issued: InvoiceIssued
    payments: dict[str, Decimal] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    refunds: list[Decimal] = field(default_factory=list)
    credits: list[Decimal] = field(default_factory=list)
    written_off: list[Decimal] = field(default_factory=list)
    void: bool = False

    @property
    def paid(self) -> Decimal:
        """What came, less what was taken back or refunded."""
        came = sum((amount for key, amount in self.payments.items() if key not in self.undone), Decimal(0))
        return came - sum(self.refunds, Decimal(0))

    def figures(self) -> tuple[Decimal, Decimal, Decimal, Decimal, bool]:
        """Return total, paid, credited, written off, and whether it is void."""
        given_up = sum(self.credits, Decimal(0)), sum(self.written_off, Decimal(0))
        return self.issued.total, self.paid, *given_up, self.void


@dataclass
class World:
    """Everything beside the case: books, letters, file stores, other cases.

    Attributes:
        random: What decides where the world may be one way or another.
        away: Whether books and stores are away: what a case asks waits.
        renewals: Cases that were opened to renew this one.
        sound: Whether every document can be read and every renewal opened.
    """

    case_id: str
    random: Random
    office: OfficeSettings = field(default_factory=sample_office)
    away: bool = False
    invoices: dict[str, PaperInvoice] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    judged: dict[str, Judged] = field(default_factory=dict)
    notices: dict[int, str] = field(default_factory=dict)
    steps: set[tuple[str, int]] = field(default_factory=set)
    renewals: list[str] = field(default_factory=list)
    granted: dict[str, datetime] = field(default_factory=dict)
    sound: bool = False
    _case: CaseRecord | None = None

    def work(self, core: Core) -> None:
        """Answer whatever the case waits for, until it waits for nothing; while the world is away only its rules."""
        while not core.over:
            near = (one for one in core.asked.values() if one.local or one.name == "verify_sender" or not self.away)
            asked = next(near, None)
            if asked is None:
                if not core.told or self.away:
                    return
                core.hear()
                continue
            core.answer(asked, self._answer(asked))

    def _answer(self, asked: Asked) -> Any:
        (argument,) = asked.argument
        if asked.name in STEPS:
            return self._step(decoded(argument, Step))
        answers: dict[str, tuple[type, Callable[[Any], Any]]] = {
            "terms_in_force": (TermsRequest, self._terms),
            "renewal_rules": (RenewalToJudge, lambda request: rules_of_renewal(request, self.office)),
            "read_documents": (DocumentsToRead, self._read),
            "verify_sender": (SignalToVerify, lambda request: SignalVerified()),
            "open_renewal": (RenewalOrder, self._open_renewal),
            "ask_books": (NewsToAsk, self._news),
        }
        kind, answer = answers[asked.name]
        return answer(decoded(argument, kind))

    def _terms(self, request: TermsRequest) -> Any:
        if request.edition is None:
            return rules_at(request.program, request.at, request.modality, self.office.editions)
        try:
            return rules_named(request.program, request.edition, self.office.editions.own)
        except EditionError:
            return None

    def _read(self, request: DocumentsToRead) -> DocumentsRead | Failure:
        name = request.documents[0].name
        match 8 if self.sound else self.random.randrange(8):
            case 0:
                return DocumentsRead(faults=(DocumentFault(rule="document.unreadable", document=name, reason="Torn."),))
            case 1:
                return DocumentsRead(warnings=(f"{name}: a person must look at it.",))
            case 2:
                return failed("the store was away for a day", "store.away")
        return DocumentsRead()

    def _open_renewal(self, order: RenewalOrder) -> str | Failure:
        if not self.sound and self.random.randrange(8) == 0:
            return failed("the id is another case's", "renewal.id_taken")
        self.renewals.append(order.case_id)
        return order.case_id

    def _news(self, news: NewsToAsk) -> NewsFound:
        if known := self.judged.get(news.message or ""):
            why = {"rule": known.rule, "reason": "As before.", "source": "S1"} if known.rule else {}
            verdict = Verdict.model_validate({"accepted": known.accepted, "digest": known.digest, **why})
            return NewsFound(answer=Answer(digest=known.digest, verdict=verdict))
        if news.renewal in self.granted:
            return NewsFound(stands="granted", at=self.granted[news.renewal])
        return NewsFound()

    def _step(self, step: Step) -> StepTaken:
        """Write a step down, and say what came of it."""
        assert (step.run_id, step.number) not in self.steps, "a step that was taken came again as another one"
        self.steps.add((step.run_id, step.number))
        if opening := step.opening:
            self._case = CaseRecord(
                case_id=step.case_id,
                program=opening.program,
                subject=step.case_id.rpartition(".")[0],
                cycle=1,
                stage=step.row.stage,
                opened_at=opening.opened_at,
                application=opening.application,
                position=opening.position,
                edition=opening.edition,
            )
        assert self._case is not None, "the first step opens the books"
        if step.application is not None:
            self._case.application = step.application
        self._case.edition = step.row.edition or self._case.edition
        problems = self._take_money(step)
        issued = [self._issue(order) for order in step.invoices]
        problems += [one for one in issued if isinstance(one, Problem)]
        both = zip(step.invoices, issued, strict=True)
        pairs = [(order, one) for order, one in both if isinstance(one, InvoiceIssued)]
        told = [entry for order, one in pairs for entry in invoice_entries(one, order.notice)]
        self.entries += [entry.model_dump(mode="json") for entry in (*step.entries, *told)]
        for number in step.void:
            self.invoices[number].void = True
        for judged in step.judged:
            self.judged.setdefault(judged.key, judged)
        for notice in step.notices:
            assert self.notices.get(notice.number, notice.kind) == notice.kind, "a number stands for one notice"
            self.notices[notice.number] = notice.kind
        return StepTaken(
            invoices=tuple(one for _, one in pairs), problems=tuple(problems), shared_start=step.shared_start
        )

    def _issue(self, order: InvoiceOrder) -> InvoiceIssued | Problem:
        known = (one.issued for one in self.invoices.values())
        if kept := next((i for i in known if (i.purpose, i.occurrence) == (order.purpose, order.occurrence)), None):
            return kept
        assert self._case is not None
        try:
            lines = _lines(self._case, order, self.office)
        except Refused as refused:
            item = f"fee.{order.purpose}.{order.occurrence}"
            return Problem(item=item, rule=refused.rule, text=refused.reason)
        year = f"{local_day(order.issued_at, self.office.zone).year}-"
        issued = InvoiceIssued(
            number=f"{year}{sum(number.startswith(year) for number in self.invoices) + 1:06}",
            purpose=order.purpose,
            occurrence=order.occurrence,
            lines=lines,
            total=sum((line.amount for line in lines), Decimal("0.00")),
            issued_at=order.issued_at,
            due_at=days_after(order.issued_at, _term(order, self.office), self.office.zone),
        )
        self.invoices[issued.number] = PaperInvoice(issued)
        return issued

    def _take_money(self, step: Step) -> list[Problem]:
        """Book what came and went; a case orders nothing that books would refuse, but for what no case can know."""
        for payment in step.payments:
            kept = self.invoices[payment.invoice]
            assert kept.paid + payment.amount <= LARGEST, "a case accepts no more than the books hold"
            kept.payments.setdefault(payment.key, payment.amount)
        for undone in step.reversals:
            kept = next(one for one in self.invoices.values() if undone.payment in one.payments)
            kept.undone.add(undone.payment)
        for credit in step.credits:
            self.invoices[credit.invoice].credits.append(credit.amount)
        for refund in step.refunds:
            self.invoices[refund.invoice].refunds.append(refund.amount)
        for given_up in step.write_offs:
            self.invoices[given_up.invoice].written_off.append(given_up.amount)
        return []


def failed(message: str, kind: str) -> Failure:
    """Return the failure of an activity that is not tried again."""
    cause = ApplicationError(message, type=kind, non_retryable=True)
    error = ActivityError(
        "activity failed",
        scheduled_event_id=1,
        started_event_id=2,
        identity="",
        activity_type="",
        activity_id="",
        retry_state=RetryState.NON_RETRYABLE_FAILURE,
    )
    error.__cause__ = cause
    failure = Failure()
    DefaultFailureConverter().to_failure(error, PAYLOADS, failure)
    return failure


def in_order(entries: list[dict[str, Any]]) -> list[str]:
    """Return entries of a timeline as lines that can be compared, whichever was written first."""
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)
