"""The one judgement of every message: every rule is provoked, nothing is changed, and each kind has its judge."""

import re
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.judgement import JUDGES, judge
from policy.application import Medium
from policy.facts import Stage
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    CloseCase,
    ExtendDueDate,
    IssueCreditNote,
    MoveEdition,
    QuoteFee,
    RecordPayment,
    ResolveAttention,
    ReturnImages,
    StartRenewal,
    UndoPayment,
    ViewFinalReport,
    WithdrawCase,
)
from policy.rules import REFUSALS, RULES
from policy.verdict import Refused
from tests.applications import sample
from tests.policy.accreditation.mammography.provocations import OF_MAMMOGRAPHY
from tests.policy.cycles import (
    CHEST,
    REPORTED,
    TERMS,
    a_ct_unit,
    a_cycle,
    a_cycle_with_a_deficient_report,
    et,
    invoice,
    open_deadline,
    report,
    submit,
    under_test,
)
from tests.policy.onward import accredited, decide_appeal, under_appeal
from tests.policy.provocations import DURING, OF_REINSTATEMENT, OF_TESTING, OF_THE_APPEAL, OF_THE_FORM, Provocation
from tests.policy.said import ACR, FACILITY, refused_by, said, taken
from tests.policy.spoken import FIELDS, message_of
from tests.policy.surveyed import OF_CHANGES, OF_VALIDATION
from tests.policy.upkeep import OF_UPKEEP

ROOT = Path(__file__).resolve().parents[3]
CORRECT = {"reason": "Sample reason"}


def billed() -> CycleFacts:
    facts = a_cycle()
    invoice(facts, "2027-0001", "2500.00")
    open_deadline(facts, "testing_package", et("2027-02-10 11:00"), et("2027-03-27 24:00"))
    return facts


def paid_before() -> CycleFacts:
    facts = billed()
    facts.invoices[-1].paid = Decimal("500.00")
    return facts


def invoiced() -> CycleFacts:
    facts = billed()
    facts.invoices[-1].issued_at = et("2027-02-01 09:00")
    return facts


def standing(*, told: bool = True, renewal: str | None = None) -> CycleFacts:
    facts = accredited(a_cycle(), REPORTED, told=told)
    facts.renewal = renewal
    return facts


def a_renewal(**changes: object) -> StartRenewal:
    return said(StartRenewal, application=sample() | {"kind": "renewal"} | changes)


EARLY, IN_TIME = et("2029-06-01 12:00"), et("2029-07-15 12:00")
A_PAYMENT = {"invoice": "2027-0001", "amount": "2500.00"}
OF_THE_CASE = [
    Provocation("actor.not_allowed", billed(), said(AcceptApplication, by=FACILITY), DURING),
    Provocation("message.in_future", billed(), said(AcceptApplication, received_at="2027-03-09"), DURING),
    Provocation("case.wrong_stage", billed(), said(AcceptApplication), DURING),
    Provocation("payment.unknown_invoice", a_cycle(), said(RecordPayment, **A_PAYMENT), DURING),
    Provocation("payment.in_future", billed(), said(RecordPayment, **A_PAYMENT, received_on="2027-03-09"), DURING),
    Provocation(
        "payment.before_invoice", invoiced(), said(RecordPayment, **A_PAYMENT, received_on="2016-03-08"), DURING
    ),
    Provocation(
        "payment.exceeds_bounds",
        paid_before(),
        said(RecordPayment, **A_PAYMENT | {"amount": "999999999.99"}),
        DURING,
    ),
    Provocation("payment.unknown_payment", billed(), said(UndoPayment, payment="p-1", **CORRECT), DURING),
    Provocation(
        "credit.exceeds_invoice",
        billed(),
        said(IssueCreditNote, invoice="2027-0001", amount="2500.01", **CORRECT),
        DURING,
    ),
    Provocation(
        "application.incomplete", billed(), said(AmendApplication, changes={"medium": None}, **CORRECT), DURING
    ),
    Provocation(
        "application.not_changeable", billed(), said(AmendApplication, changes={"units": []}, **CORRECT), DURING
    ),
    Provocation("quote.not_awaited", billed(), said(QuoteFee, amount="3000.00"), DURING),
    Provocation(
        "attention.unknown_item", billed(), said(ResolveAttention, item="fee", action="retry", **CORRECT), DURING
    ),
    Provocation("edition.unknown", billed(), said(MoveEdition, edition="1999", **CORRECT), DURING),
    Provocation(
        "deadline.not_running",
        billed(),
        said(ExtendDueDate, deadline="appeal", until="2027-04-01", **CORRECT),
        DURING,
    ),
    Provocation(
        "deadline.not_later",
        billed(),
        said(ExtendDueDate, deadline="testing_package", until="2027-03-27", **CORRECT),
        DURING,
    ),
    Provocation(
        "message.date_out_of_range",
        billed(),
        said(ExtendDueDate, deadline="testing_package", until="2062-01-20", **CORRECT),
        DURING,
    ),
    Provocation("renewal.wrong_kind", standing(), a_renewal(kind="initial"), IN_TIME),
    Provocation("renewal.too_early", standing(told=False), a_renewal(), EARLY),
    Provocation("renewal.already_started", standing(renewal="accreditation.OH-0417.ct.CT-1.2"), a_renewal(), IN_TIME),
    Provocation("renewal.other_subject", standing(), a_renewal(modality="mri"), IN_TIME),
]

PROVOCATIONS = [
    *OF_THE_CASE,
    *OF_TESTING,
    *OF_THE_FORM,
    *OF_THE_APPEAL,
    *OF_REINSTATEMENT,
    *OF_VALIDATION,
    *OF_CHANGES,
    *OF_UPKEEP,
]
PROVOCATIONS += OF_MAMMOGRAPHY
BY_THE_INBOX = {"message.id_reused", "case.closed"}
"""What only a running case can say, which knows the ids that it has seen and its end: provoked in tests/workflows."""
BY_PROOF = {"actor.not_verified", "actor.other_facility"}
"""What the proof of a message says of its sender: provoked in tests/policy/test_proofs.py."""
BY_READING = {"document.contains_phi", "document.unreadable", "document.digest_differs"}
"""What only reading a document can tell: provoked in tests/policy/test_documents.py and tests/workflows."""
BY_DATING = {"message.window_over", "message.stamp_not_believed", "case.being_adopted"}
"""What follows from how a message is dated: provoked in tests/policy/accreditation/test_backdating.py."""
BY_MONEY = {
    "payment.recorded_before",
    "payment.refunded",
    "refund.exceeds_overpayment",
    "refund.in_future",
    "refund.before_payment",
    "write_off.exceeds_outstanding",
    "travel.no_survey",
    "travel.invoiced_before",
}
"""What refunds, write-offs and the same payment twice meet with: provoked in tests/policy/test_money.py."""
BY_KEEPING = {
    "correction.already_followed",
    "invoice.not_reissuable",
    "invoice.lines_missing",
    "invoice.line_differs",
    "invoice.exceeds_bounds",
    "invoice.not_waivable",
    "case.paused",
    "pause.not_running",
    "pause.day_out_of_range",
    "note.follow_up_past",
    "note.no_day",
    "note.too_many",
}
"""What a pause and the office's notes meet with: provoked in tests/policy/test_pausing.py,
and what a correction meets with: in tests/policy/accreditation/test_corrections.py and
test_reissuing.py."""
BY_REOPENING = {
    "reopening.not_closed",
    "reopening.past_term",
    "reopening.ended_by_rule",
    "reopening.already_followed",
    "reopening.another_case",
    "reopening.not_on_server",
}
"""What stands in the way of opening a closed case again: provoked in tests/policy/test_reopening.py and
tests/provenance/test_reopening.py."""
BY_COMING_IN = {
    "message.unknown_field",
    "message.too_large",
    "message.no_such_time",
    "message.contains_phi",
    "document.uri_has_secret",
    "document.uri_chained",
    "case.full",
}
"""What is said of any message that comes in: provoked in tests/policy/test_incoming.py, test_private.py and
test_documents.py, in tests/workflows/test_carrying.py and in tests/services/test_converter.py."""
OF_LATER_EDITIONS = {
    "testing.date_missing",
    "testing.images_too_old",
    "testing.date_in_future",
    "supplemental_review.terms_missing",
    "supplemental_review.fee_invoiced",
    "supplemental_review.fee_not_paid",
    "supplemental_review.past_due",
    "supplemental_review.materials_incomplete",
    "supplemental_review.already_decided",
    "withdrawal.part_not_offered",
}
"""What only an edition later than that of 2021 says: provoked in tests/policy/accreditation/test_later_editions.py."""
OF_DESIGNATIONS = {
    "survey.no_location",
    "application.fee_paid",
    "designation.reason_missing",
    "designation.not_mid_cycle",
    "designation.tier_full",
    "designation.case_by_case",
    "designation.location_known",
}
"""What only a designation can say: provoked in tests/policy/designation."""
OF_ONCOLOGY = {
    "modality.procedure_differs",
    "survey.day_missing",
    "survey.not_held",
    "survey.too_early",
    "decision.findings_differ",
    "plan.past_due",
    "plan.no_follow_up",
    "self_audit.documents_missing",
    "reapplication.agreement_missing",
}
"""What only radiation oncology can say: provoked in tests/policy/accreditation/test_oncology.py."""


@pytest.mark.parametrize("provocation", PROVOCATIONS, ids=lambda provocation: provocation.rule)
def test_a_rule_is_provoked(provocation: Provocation) -> None:
    rule, facts, message, now, terms = provocation
    assert refused_by(facts, message, now, terms) == rule


def test_every_rule_that_can_refuse_is_provoked() -> None:
    provoked = [provocation.rule for provocation in PROVOCATIONS]
    assert len(provoked) == len(set(provoked))
    by_others = {
        *BY_KEEPING,
        *BY_REOPENING,
        *BY_THE_INBOX,
        *BY_PROOF,
        *BY_READING,
        *BY_DATING,
        *BY_COMING_IN,
        *BY_MONEY,
        *OF_LATER_EDITIONS,
        *OF_DESIGNATIONS,
        *OF_ONCOLOGY,
    }
    assert set(REFUSALS) == {*provoked, *by_others}


def rules_named_in(*folders: str) -> set[str]:
    """Return every rule with which the sources in these folders refuse something."""
    modules = [module for folder in folders for module in (ROOT / folder).rglob("*.py")]
    return {rule for module in modules for rule in re.findall(r'refuse\(\s*"([a-z_.]+)"', module.read_text("utf-8"))}


def test_nothing_is_refused_by_a_rule_that_has_no_source() -> None:
    named = rules_named_in("policy", "workflows")
    assert named - set(REFUSALS) == set()
    assert set(REFUSALS) - named == BY_READING


def test_what_only_a_running_case_can_say_stands_in_its_inbox_alone() -> None:
    assert rules_named_in("policy") & BY_THE_INBOX == set()
    assert rules_named_in("workflows") >= BY_THE_INBOX


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_what_it_is_about_and_where_it_stands(rule: str) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", rule)
    assert len(RULES[rule]) > 20


@pytest.mark.parametrize("stage", [Stage.APPLICATION, Stage.TESTING, Stage.REVIEW, Stage.OPTIONS, Stage.ACCREDITED])
def test_withdrawing_and_closing_are_possible_in_every_stage(stage: Stage) -> None:
    facts = a_cycle()
    facts.stage = stage
    assert taken(facts, said(WithdrawCase), DURING) == []
    assert taken(facts, said(CloseCase, reason="Sample reason"), DURING) == []


def test_every_message_gets_an_answer_from_every_case() -> None:
    """Whatever is sent whenever: it is taken or refused by a rule, and nothing else is ever raised."""
    cases = {id(facts): facts for _, facts, *_ in PROVOCATIONS} | {0: a_cycle()}
    messages = [message for _, _, message, *_ in PROVOCATIONS] + [message_of(name) for name in FIELDS]
    messages = [message for message in messages if type(message) in JUDGES]
    answers: Counter[str] = Counter()
    for facts, message in product(cases.values(), messages):
        with suppress(Refused):
            judge(facts, TERMS, message, et("2027-07-01 12:00"))
            answers["taken"] += 1
            continue
        answers["refused"] += 1
    assert answers.total() == len(cases) * len(messages)
    assert min(answers["taken"], answers["refused"]) > len(cases)


def test_a_report_is_viewed_once_it_is_there() -> None:
    facts = submit(under_test(a_cycle(), et("2027-02-10 11:00")), et("2027-02-20 11:00"))
    assert refused_by(facts, said(ViewFinalReport), DURING) == "case.wrong_stage"
    assert taken(report(facts, [CHEST], REPORTED), said(ViewFinalReport, viewer="Sample Viewer"), DURING) == []


def test_a_result_is_viewed_as_the_report_was() -> None:
    facts = under_appeal(a_cycle_with_a_deficient_report(CHEST), [CHEST], DURING)
    decide_appeal(facts, [], et("2027-04-20 10:00"), viewed=False)
    assert taken(facts, said(ViewFinalReport), et("2027-04-21 10:00")) == []


RETURNED = said(ReturnImages)


@pytest.mark.parametrize("medium", [Medium.CD, Medium.FILM])
def test_images_are_returned_once_after_a_report(medium: Medium) -> None:
    facts = submit(under_test(a_cycle(a_ct_unit(medium)), et("2027-02-10 11:00")), et("2027-02-20 11:00"))
    assert refused_by(facts, RETURNED, DURING) == "case.wrong_stage"
    report(facts, [CHEST], REPORTED)
    assert taken(facts, RETURNED, DURING) == []
    facts.round.images_returned_at = DURING
    assert refused_by(facts, RETURNED, DURING) == "case.wrong_stage"


def test_uploaded_images_are_not_returned() -> None:
    assert refused_by(a_cycle_with_a_deficient_report(CHEST), RETURNED, DURING) == "case.wrong_stage"
    assert refused_by(a_cycle_with_a_deficient_report(CHEST), said(ReturnImages, by=ACR), DURING) == "case.wrong_stage"
