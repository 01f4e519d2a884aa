"""The letters of an accreditation cycle's outcomes: what a report or an appeal's result offers, and the grant."""

from collections.abc import Sequence
from typing import Any, cast

from policy.accreditation.cycle import Appeal, AreaFact, AreaState, CycleFacts, Round, RoundKind
from policy.accreditation.mammography.facts import CertificateFact, MammographyFacts
from policy.accreditation.options import form_offer
from policy.accreditation.windows import appeal_due, certificate_term, form_window
from policy.application import AccreditationApplication, AreaKind, CertificateKind, Medium
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import AreaFinding, IssueAppealResult, IssueFinalReport
from records.tables import Deadline
from services.foreseen.before import Before, Caused, dumped, window


def report(message: IssueFinalReport, before: Before) -> list[Caused]:
    """Return the letter of a final report: what it offers, or the grant."""
    facts = _cycle_after(before, message.findings)
    facts.deficiencies += 1
    facts.rounds[-1].findings, facts.rounds[-1].reported_at = list(message.findings), before.at
    if (granted := _granted(facts, before, message.findings)) is not None:
        return granted
    told = {"deficiencies": facts.deficiencies, "findings": dumped(message.findings), "round": before.attempt}
    terms = cast(Edition, before.terms)
    told |= form_offer(facts, terms, before.at).told()
    return [Caused("final_report", "report.deficiency", told, tuple(_form_windows(facts, before, terms)))]


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
    facts = _cycle_after(before, message.findings)
    failed = not all(finding.acceptable for finding in message.findings)
    facts.deficiencies -= 0 if failed else 1
    told: dict[str, Any] = {"findings": dumped(message.findings), "deficiencies": facts.deficiencies}
    if not failed:
        granted = _granted(facts, before, ()) or []
        return [Caused("appeal_result", "appeal.decided", told), *granted]
    terms = cast(Edition, before.terms)
    facts.rounds[-1].findings, facts.rounds[-1].reported_at = list(message.findings), before.at
    facts.rounds[-1].appeal = _decided(message, before)
    told |= form_offer(facts, terms, before.at).told()
    form = form_window(before.at, terms, facts.medium)
    return [
        Caused(
            "appeal_result",
            "appeal.decided",
            told,
            (
                window(before, "option_form", form.opens_at, form.due_at),
                window(before, "closure", form.due_at, form.closes_at),
            ),
        )
    ]


def _decided(message: IssueAppealResult, before: Before) -> Appeal:
    contested = [finding.area for finding in message.findings]
    return Appeal(
        contested=contested,
        letters=[],
        additional_images=False,
        arbitrator=message.arbitrator,
        findings=list(message.findings),
        decided_at=before.at,
    )


def _cycle_after(before: Before, findings: Sequence[AreaFinding]) -> CycleFacts:
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
    told = before.case.mqsa
    if told is None:
        return None
    kept = CertificateFact(kind=CertificateKind(told.kind), expires_on=told.expires_on, deadline=0)
    return MammographyFacts(certificate=kept)


def _granted(facts: CycleFacts, before: Before, findings: Sequence[AreaFinding]) -> list[Caused] | None:
    """Return the letter of the grant where everything that is left has passed; else None."""
    left = [area for area in facts.areas if area.state is not AreaState.WITHDRAWN]
    if any(area.state is not AreaState.ACCEPTABLE for area in left) or not left:
        return None
    first = before.row.first_passed_at if before.attempt == RoundKind.REPEAT else None
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
    windows = (
        window(before, "renewal_notice", before.at, term.notice_at),
        window(before, "expiry", before.at, term.expires_at),
    )
    return [Caused("accredited", "certificate.granted", told, windows)]
