"""The letters of an accreditation cycle's outcomes: what a report or an appeal's result offers, and the grant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.facts import MammographyFacts
from policy.accreditation.mammography.failure import tells_fda
from policy.accreditation.options import form_offer
from policy.accreditation.rounds import Appeal, AreaFact, AreaState, Round, RoundKind
from policy.accreditation.windows import appeal_due, certificate_term, form_window
from policy.application import AccreditationApplication, AreaKind, Medium
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import (
    AreaFinding,
    CorrectAppealResult,
    CorrectFinalReport,
    IssueAppealResult,
    IssueFinalReport,
    IssueSupplementalResult,
)
from policy.status import EntryView
from records.tables import Deadline
from services.foreseen.before import Before, Caused, dumped, window
from services.foreseen.mammography import certificate_on_file


def report(message: IssueFinalReport, before: Before) -> list[Caused]:
    """Return the letters of a final report: what it offers, or the grant; in mammography FDA may hear of it."""
    return _reported(message.findings, before, message.serious_risk)


def corrected_report(message: CorrectFinalReport, before: Before) -> list[Caused]:
    """Return the letters of a report that takes the place of one that was issued in error."""
    reports = reports_of(before)
    if not reports:
        return []
    told: dict[str, Any] = {"corrects": reports[-1].at.isoformat(), "correction": message.reason}
    if before.case.certificate is not None and not all(finding.acceptable for finding in message.findings):
        told["taken_back"] = True
    passed = _passed_from(reports, {one.area for one in message.findings if one.acceptable})
    counted = before._replace(
        case=before.case.model_copy(
            update={"deficiencies": before.case.deficiencies - (before.case.stage == Stage.OPTIONS)}
        )
    )
    return _reported(message.findings, counted, risk=False, passed=passed, correction=told)


def reports_of(before: Before) -> list[EntryView]:
    """Return the final report of the present attempt and what has corrected it, the oldest first."""
    found: list[EntryView] = []
    for entry in (one for one in before.entries if one.kind == "message"):
        if entry.text == "issue final report":
            found = [entry]
        elif entry.text == "correct final report":
            found.append(entry)
    return found


def _passed_from(reports: Sequence[EntryView], passing: set[str]) -> datetime | None:
    """Return since when something has passed in every report up to one in which `passing` does; null: nothing has."""
    since: datetime | None = None
    for number, report in enumerate(reports):
        after = _passing(reports[number + 1]) if number + 1 < len(reports) else passing
        since = (since or report.at) if _passing(report) & after else None
    return since


def _passing(report: EntryView) -> set[str]:
    told = (report.detail.get("message") or {}).get("findings") or []
    return {str(one.get("area")) for one in told if one.get("acceptable")}


def _reported(
    findings: Sequence[AreaFinding],
    before: Before,
    risk: bool,
    *,
    passed: datetime | None = None,
    correction: Mapping[str, Any] | None = None,
) -> list[Caused]:
    """Return the letters that follow from findings.

    Args:
        findings: All of the report's.
        before: What is known before it.
        risk: Whether a serious risk to human health was found.
        passed: When areas that still pass had passed by a report that was corrected.
        correction: What letters say of that.
    """
    facts = cycle_after(before, findings)
    facts.deficiencies += 1
    facts.rounds[-1].findings, facts.rounds[-1].reported_at = list(findings), before.at
    facts.rounds[-1].serious_risk = risk
    told = dict(correction or {})
    if (granted := _granted(facts, before, findings, passed, told)) is not None:
        return granted
    terms = cast(Edition, before.terms)
    told |= {"deficiencies": facts.deficiencies, "findings": dumped(findings), "round": before.attempt}
    told |= form_offer(facts, terms, before.at).told()
    letter = Caused("final_report", "report.deficiency", told, tuple(_form_windows(facts, before, terms)))
    return [letter, *_to_fda(facts, terms)]


def _to_fda(facts: CycleFacts, terms: Edition) -> list[Caused]:
    """Return the notice to FDA of a second failure, or of a serious risk."""
    if not tells_fda(facts, terms):
        return []
    this = facts.rounds[-1]
    failed = [finding.area for finding in this.findings or [] if not finding.acceptable]
    told = {"deficiencies": facts.deficiencies, "areas": failed, "serious_risk": this.serious_risk}
    return [Caused("fda_failure", "failure.serious_risk" if this.serious_risk else "failure.fda", told)]


def _form_windows(facts: CycleFacts, before: Before, terms: Edition) -> list[Deadline]:
    """Return the windows that begin with a report; on CD and film they begin when the images are back."""
    if facts.medium is not Medium.UPLOAD:
        return []
    form = form_window(before.at, terms, facts.medium)
    appeal = appeal_due(before.at, form.due_at, facts.medium, terms)
    return [
        window(before, "option_form", form.opens_at, form.due_at),
        window(before, "closure", form.due_at, form.closes_at),
        window(before, "appeal", before.at, appeal),
    ]


def result(message: IssueAppealResult, before: Before) -> list[Caused]:
    """Return the letter of an appeal's result, and of the grant where nothing is left to mend."""
    facts = cycle_after(before, message.findings)
    facts.rounds[-1].appeal = _decided(message, before)
    return _after_all("appeal_result", "appeal.decided", message.findings, facts, before, before.row.first_passed_at)


def corrected_result(
    message: CorrectAppealResult, before: Before, told: Mapping[str, Any], passed: datetime | None
) -> list[Caused]:
    """Return the letters of a result that takes the place of one that was issued in error.

    Args:
        message: The corrected result.
        before: What is known before it.
        told: What its letters say of the correction.
        passed: Since when anything has passed that still has; None: nothing had.
    """
    facts = cycle_after(before, message.findings)
    if before.case.stage == Stage.ACCREDITED:  # won, and the deficiency was taken back
        facts.deficiencies += 1
    facts.rounds[-1].appeal = _decided(message, before)
    return _after_all("appeal_result", "appeal.decided", message.findings, facts, before, passed, told)


def supplemental_result(message: IssueSupplementalResult, before: Before) -> list[Caused]:
    """Return the letter of a supplemental review's result, and of the grant where nothing is left to mend."""
    facts = cycle_after(before, message.findings)
    kind, rule = "supplemental_review_result", "supplemental_review.decided"
    return _after_all(kind, rule, message.findings, facts, before, before.row.first_passed_at)


def _after_all(
    kind: str,
    rule: str,
    findings: Sequence[AreaFinding],
    facts: CycleFacts,
    before: Before,
    passed: datetime | None,
    correction: Mapping[str, Any] | None = None,
) -> list[Caused]:
    """Return the letters of a result about what had failed: a deficiency of which nothing is left is taken back.

    Args:
        kind: The kind of the result's letter.
        rule: The rule that it rests on.
        findings: All of the result's.
        facts: What the cycle knows once they are there.
        before: What is known before them.
        passed: Since when anything has passed already; None: nothing has.
        correction: What letters say of a correction.
    """
    failed = not all(finding.acceptable for finding in findings)
    facts.deficiencies -= 0 if failed else 1
    told: dict[str, Any] = {"findings": dumped(findings), "deficiencies": facts.deficiencies, **(correction or {})}
    if not failed:
        return [Caused(kind, rule, told), *(_granted(facts, before, (), passed, correction) or [])]
    terms = cast(Edition, before.terms)
    facts.rounds[-1].findings, facts.rounds[-1].reported_at = list(findings), before.at
    told |= form_offer(facts, terms, before.at).told()
    form = form_window(before.at, terms, facts.medium)
    begun = (
        window(before, "option_form", form.opens_at, form.due_at),
        window(before, "closure", form.due_at, form.closes_at),
    )
    return [Caused(kind, rule, told, begun)]


def _decided(message: IssueAppealResult | CorrectAppealResult, before: Before) -> Appeal:
    contested = [finding.area for finding in message.findings]
    return Appeal(
        contested=contested,
        letters=[],
        additional_images=False,
        arbitrator=message.arbitrator,
        findings=list(message.findings),
        decided_at=before.at,
    )


def cycle_after(before: Before, findings: Sequence[AreaFinding]) -> CycleFacts:
    """Return what a cycle will know once findings are there: enough of it for what its letters offer."""
    application = AccreditationApplication.model_validate(before.case.application or before.row.application)
    found = {finding.area: finding.acceptable for finding in findings}
    known = {area.id: area.state for area in before.case.areas}
    areas = []
    for area in (area for unit in application.units for area in unit.areas):
        judged = {True: AreaState.ACCEPTABLE, False: AreaState.NOT_ACCEPTABLE}.get(found.get(area.id or ""))  # type: ignore[arg-type]
        state = judged or AreaState(known.get(area.id or "", AreaState.UNTESTED))
        kind = area.kind or AreaKind.CLINICAL
        areas.append(AreaFact(id=area.id or "", kind=kind, patient_type=area.patient_type, state=state))
    rounds = [Round(number=1, kind=RoundKind(before.attempt or RoundKind.INITIAL), areas=list(found))]
    return CycleFacts(
        case_id=before.row.case_id,
        opened_at=before.row.opened_at,
        stage=Stage.OPTIONS,
        application=application,
        areas=areas,
        rounds=rounds,
        deficiencies=before.case.deficiencies,
        mammography=_mammography(before),
    )


def _mammography(before: Before) -> MammographyFacts | None:
    """Return what options depend on in mammography: the certificate on file."""
    kept = certificate_on_file(before)
    return MammographyFacts(certificate=kept) if kept else None


def _granted(
    facts: CycleFacts,
    before: Before,
    findings: Sequence[AreaFinding],
    passed: datetime | None = None,
    more: Mapping[str, Any] | None = None,
) -> list[Caused] | None:
    """Return the letter of the grant where all that is left has passed; else None. `more`: what it says beside."""
    left = [area for area in facts.areas if area.state is not AreaState.WITHDRAWN]
    if any(area.state is not AreaState.ACCEPTABLE for area in left) or not left:
        return None
    first = passed or (before.row.first_passed_at if before.attempt == RoundKind.REPEAT else None)
    counts_from = min(first or before.at, before.at)
    term = certificate_term(counts_from, cast(Edition, before.terms))
    told: dict[str, Any] = {
        "counts_from": counts_from.isoformat(),
        "expires_at": term.expires_at.isoformat(),
        "opens_at": term.notice_at.isoformat(),
        "areas": [area.id for area in left],
        "withdrawn": [area.id for area in facts.areas if area.state is AreaState.WITHDRAWN],
    }
    if findings:
        told |= {"round": before.attempt, "findings": dumped(findings)}
    told |= more or {}
    windows = (
        window(before, "renewal_notice", before.at, term.notice_at),
        window(before, "expiry", before.at, term.expires_at),
    )
    return [Caused("accredited", "certificate.granted", told, windows)]
