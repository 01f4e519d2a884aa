"""How a message is judged: by a table that names, for each message that a program knows, the rules for it.

A judgement takes what it needs of the case's facts, its rules, the message and the instant as of which the message
counts. It changes nothing, and raises `Refused` with the rule that speaks against the message.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from policy import case_rules, money
from policy.edition import Rules
from policy.facts import CaseFacts
from policy.keeping import contacts, letters, pausing, reissuing, reopening
from policy.messages import (
    CloseCase,
    ExtendDueDate,
    InvoiceTravelExpenses,
    IssueCreditNote,
    Message,
    OfficeNote,
    PauseCase,
    RecordPayment,
    RecordRefund,
    ReissueInvoice,
    ReopenCase,
    ReportBouncedLetter,
    ReportContactLeft,
    ResolveAttention,
    ResumeCase,
    SendLetterAgain,
    UndoPayment,
    WithdrawCase,
    WriteOff,
)

FactsT = TypeVar("FactsT", bound=CaseFacts)
RulesT = TypeVar("RulesT", bound=Rules)
MessageT = TypeVar("MessageT", bound=Message)

Judge: TypeAlias = Callable[[FactsT, RulesT, Any, datetime], list[str]]
"""Judges one kind of message by facts, rules and instant: returns warnings for the sender, or raises `Refused`."""
Judges: TypeAlias = Mapping[type[Message], Judge[FactsT, RulesT]]
"""The judgement of every message that a program knows."""


def by_message(judge: Callable[[MessageT], object]) -> Judge[CaseFacts, Rules]:
    """Return the judgement of a message that speaks for itself; it never warns."""

    def judged(_facts: CaseFacts, _terms: Rules, message: MessageT, _at: datetime) -> list[str]:
        judge(message)
        return []

    return judged


def by_facts(judge: Callable[[FactsT, MessageT], object]) -> Judge[FactsT, Rules]:
    """Return the judgement of a message for which the facts of the case are enough; it never warns."""

    def judged(facts: FactsT, _terms: Rules, message: MessageT, _at: datetime) -> list[str]:
        judge(facts, message)
        return []

    return judged


def warned_by_facts(judge: Callable[[FactsT, MessageT], list[str]]) -> Judge[FactsT, Rules]:
    """Return the judgement of a message for which the facts of the case are enough; it may warn."""

    def judged(facts: FactsT, _terms: Rules, message: MessageT, _at: datetime) -> list[str]:
        return judge(facts, message)

    return judged


def by_rules(judge: Callable[[FactsT, RulesT, MessageT], object]) -> Judge[FactsT, RulesT]:
    """Return the judgement of a message by facts and rules, for which the instant does not matter; it never warns."""

    def judged(facts: FactsT, terms: RulesT, message: MessageT, _at: datetime) -> list[str]:
        judge(facts, terms, message)
        return []

    return judged


def warned_by_rules(judge: Callable[[FactsT, RulesT, MessageT], list[str]]) -> Judge[FactsT, RulesT]:
    """Return the judgement of a message by facts and rules, for which the instant does not matter; it may warn."""

    def judged(facts: FactsT, terms: RulesT, message: MessageT, _at: datetime) -> list[str]:
        return judge(facts, terms, message)

    return judged


def by_instant(judge: Callable[[FactsT, RulesT, MessageT, datetime], object]) -> Judge[FactsT, RulesT]:
    """Return the judgement of a message by facts, rules and the instant as of which it counts; it never warns."""

    def judged(facts: FactsT, terms: RulesT, message: MessageT, at: datetime) -> list[str]:
        judge(facts, terms, message, at)
        return []

    return judged


def always_accepted(_facts: CaseFacts, _terms: Rules, _message: Message, _at: datetime) -> list[str]:
    """Judge a message that is possible in every stage."""
    return []


COMMON_JUDGES: Judges[CaseFacts, Rules] = {
    **dict.fromkeys((RecordPayment, UndoPayment, IssueCreditNote, RecordRefund, WriteOff), money.judge_money),
    InvoiceTravelExpenses: money.judge_money,
    ExtendDueDate: by_instant(case_rules.judge_extension),
    ResolveAttention: by_facts(case_rules.judge_resolution),
    WithdrawCase: always_accepted,
    CloseCase: always_accepted,
    ReissueInvoice: by_facts(reissuing.judge_reissue),
    OfficeNote: by_instant(pausing.judge_note),
    PauseCase: by_instant(pausing.judge_pause),
    ResumeCase: by_instant(pausing.judge_resumption),
    ReportContactLeft: warned_by_facts(contacts.judge_contact_left),
    ReportBouncedLetter: by_facts(letters.judge_bounce),
    SendLetterAgain: warned_by_facts(letters.judge_sending_again),
    ReopenCase: by_message(reopening.judge_open_case),
}
"""What both programs judge alike."""
