"""Granting: when every remaining area has passed, and from which day the certificate counts (AS/11000051001)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from temporalio import workflow

from policy.accreditation import flags
from policy.accreditation.cycle import Certificate
from policy.accreditation.options import form_offer
from policy.accreditation.rounds import AreaState, Round, RoundKind
from policy.accreditation.windows import certificate_term
from policy.application import AreaKind
from policy.facts import Outcome, Stage
from policy.messages import AreaFinding
from workflows.accreditation.validation import clear_the_grant
from workflows.case import Cycle
from workflows.case.corrections import corrected
from workflows.case.keeping import end_pause

STANDS_AGAIN = "2026-11 a certificate stands again"
"""What asked for attention because it was taken back then ends by itself; a case that had granted again before this was
written keeps it."""


async def grant_if_all_passed(case: Cycle) -> bool:
    """Grant where every area that is left is acceptable, withdraw where no clinical area is left; else say no."""
    left = [area for area in case.facts.areas if area.state is not AreaState.WITHDRAWN]
    if not any(area.kind is AreaKind.CLINICAL for area in left):
        case.close(Outcome.WITHDRAWN, "withdrawn", "withdrawal.complete")
        return True
    if any(area.state is not AreaState.ACCEPTABLE for area in left):
        return False
    await _grant(case)
    return True


def first_passed_at(case: Cycle) -> datetime | None:
    """Return when the first area passed: in the case, or in its newest reinstatement.

    A survey accredits a practice as a whole, from the day on which it does.
    """
    if case.is_open and case.terms.survey_based:
        return case.facts.certificate.counts_from if case.facts.certificate else None
    rounds = case.facts.rounds
    begin = next((r.number for r in reversed(rounds) if r.kind is RoundKind.REINSTATEMENT), 1)
    passed = [
        first_pass_of(r) or r.reported_at
        for r in rounds[begin - 1 :]
        if r.reported_at and any(finding.acceptable for finding in r.findings or [])
    ]
    passed += [at for r in rounds[begin - 1 :] if r.overturned for at in r.passing_decisions]
    return min(passed, default=None)


def pass_after_all(case: Cycle, findings: Sequence[AreaFinding]) -> dict[str, Any]:
    """Let what was found acceptable after all pass today; a deficiency of which nothing is left is taken back.

    Args:
        case: The case; its round keeps which areas were overturned.
        findings: What an arbitrator, or the reviewers of a supplemental review, have found.

    Returns:
        What the letter tells of it, with the options where something is left.
    """
    for finding in findings:
        area = case.facts.area(finding.area)
        if area and finding.acceptable:
            area.state, area.passed_at = AreaState.ACCEPTABLE, case.at
            case.facts.round.overturned.append(finding.area)
    failed = not all(finding.acceptable for finding in findings)
    if not failed:
        case.facts.deficiencies -= 1
    return {
        "findings": [finding.model_dump(mode="json") for finding in findings],
        "deficiencies": case.facts.deficiencies,
        **(form_offer(case.facts, case.terms, case.at).told() if failed else {}),
    }


def first_pass_of(this: Round) -> datetime | None:
    """Return when the first area passed by an attempt's report; where that was corrected, by the first one if so."""
    return this.passed_from or this.reported_at


def correction_of(case: Cycle) -> dict[str, Any]:
    """Return what a letter says of the correction that it follows from, and of a certificate that is none any more."""
    facts = case.facts
    told = corrected(facts) if facts.corrections and facts.corrections[-1].at == case.at else {}
    if facts.taken_back:
        told["taken_back"], facts.taken_back = True, False
        case.need_attention(flags.CERTIFICATE_TAKEN_BACK, "report.corrected", flags.TAKEN_BACK)
    return told


async def _grant(case: Cycle) -> None:
    """Issue the certificate: 36 months from the day the first area passed; units of one application share the start."""
    await clear_the_grant(case)
    granted_at = case.issued_at  # no accreditation is granted in the past, whatever was received when
    counts_from = first_passed_at(case) or granted_at
    if case.facts.siblings and case.facts.shared_start is None:
        case.ask_shared_start(counts_from)
        await case.until(lambda: case.facts.shared_start is not None)
        case.at = granted_at
    issue_certificate(case, granted_at, min(counts_from, case.facts.shared_start or counts_from), _report(case))


def issue_certificate(case: Cycle, granted_at: datetime, counts_from: datetime, told: dict[str, Any]) -> None:
    """Issue a certificate, and open the windows of its term.

    Args:
        case: The case; it is accredited from now on.
        granted_at: The date of issue.
        counts_from: From when its term counts.
        told: What its letter tells beside it: the report that it follows from.
    """
    term = certificate_term(counts_from, case.terms)
    case.facts.certificate = Certificate(granted_at=granted_at, counts_from=counts_from, expires_at=term.expires_at)
    case.enter(Stage.ACCREDITED)
    end_pause(case)
    case.open_deadline("renewal_notice", "renewal.notice", term.notice_at, is_date=True)
    case.open_deadline("expiry", "certificate.expiry", term.expires_at)
    case.notify(
        "accredited",
        "certificate.granted",
        counts_from=counts_from.isoformat(),
        expires_at=term.expires_at.isoformat(),
        opens_at=term.notice_at.isoformat(),
        areas=[area.id for area in case.facts.areas_in(AreaState.ACCEPTABLE)],
        withdrawn=[area.id for area in case.facts.areas_in(AreaState.WITHDRAWN)],
        **_reissue(case),
        **told,
    )
    case.tell_predecessor(granted=True)


def _reissue(case: Cycle) -> dict[str, Any]:
    """Return what a letter says of a correction by which it goes out; a grant that is made again takes nothing back."""
    facts = case.facts
    facts.taken_back = False
    if any(one.item == flags.CERTIFICATE_TAKEN_BACK for one in facts.attention) and workflow.patched(
        f"{STANDS_AGAIN}, {facts.steps}"
    ):
        case.settle_attention(flags.CERTIFICATE_TAKEN_BACK)
    return correction_of(case)


def _report(case: Cycle) -> dict[str, Any]:
    """Return the findings of the report that the grant follows from; after a deficiency they were sent with it."""
    this = case.facts.round
    if this.form is not None or this.appeal is not None or not all(f.acceptable for f in this.findings or []):
        return {}
    return {"round": this.kind, "findings": [finding.model_dump(mode="json") for finding in this.findings or []]}
