"""The letters of corrections: of an appeal's result, a survey's report, the committee's report, a choice."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from policy.accreditation import flags
from policy.facts import Stage
from policy.messages import (
    CorrectAccreditationDecision,
    CorrectAppealResult,
    CorrectFinalReport,
    CorrectSurveyReport,
    Message,
)
from policy.status import EntryView
from services.foreseen import oncology
from services.foreseen.before import Before, Caused, dumped
from services.foreseen.flagged import attention
from services.foreseen.outcomes import corrected_report, corrected_result, reports_of


def newest(before: Before, *words: str) -> EntryView | None:
    """Return the newest message of some kinds, which are named as the timeline says them."""
    return next((one for one in reversed(before.entries) if one.kind == "message" and one.text in words), None)


def taken_back(before: Before) -> list[Caused]:
    """Return the letter to the office that a certificate is none any more, where there is one."""
    if before.case.certificate is None:
        return []
    return attention(before, flags.CERTIFICATE_TAKEN_BACK, "report.corrected", flags.TAKEN_BACK)


def _report(message: CorrectFinalReport, before: Before) -> list[Caused]:
    failed = not all(finding.acceptable for finding in message.findings)
    return [
        *(taken_back(before) if failed else _withdrawn_from_fda(message, before)),
        *corrected_report(message, before),
    ]


def _withdrawn_from_fda(message: CorrectFinalReport, before: Before) -> list[Caused]:
    """Return the letter to FDA that what it was told of the report is corrected, where it was told."""
    reports = reports_of(before)
    sent = [one.detail for one in before.entries if reports and one.kind == "notice" and one.at >= reports[-1].at]
    rules = [str(detail.get("rule")) for detail in sent if detail.get("kind") == "fda_failure"]
    return [Caused("fda_failure", rule, _corrects(reports[-1], message.reason)) for rule in rules[-1:]]


def _corrects(first: EntryView, reason: str) -> dict[str, Any]:
    return {"corrects": first.at.isoformat(), "correction": reason}


def _result(message: CorrectAppealResult, before: Before) -> list[Caused]:
    first = newest(before, "issue appeal result", "correct appeal result")
    if first is None:
        return []
    told, lost = _corrects(first, message.reason), not all(finding.acceptable for finding in message.findings)
    if lost and before.case.certificate is not None:
        told["taken_back"] = True
    if before.is_survey_based:
        return [*(taken_back(before) if lost else []), *oncology.result(message, before, told)]
    letters = corrected_result(message, before, told, _passed_from(first, message, before))
    return [*(taken_back(before) if lost else []), *letters]


def _passed_from(first: EntryView, message: CorrectAppealResult, before: Before) -> datetime | None:
    """Return since when anything has passed: not since the first result where nothing of that is left."""
    since = before.row.first_passed_at
    found = (first.detail.get("message") or {}).get("findings") or []
    passed = {str(one.get("area")) for one in found if one.get("acceptable")}
    kept = passed & {finding.area for finding in message.findings if finding.acceptable}
    return since if since is None or since < first.at or kept else None


def _survey(message: CorrectSurveyReport, before: Before) -> list[Caused]:
    first = newest(before, "file survey report", "correct survey report")
    if first is None:
        return []
    told = _corrects(first, message.reason)
    if before.is_survey_based:
        return [oncology.survey_report(before, told)]
    found = {
        "satisfactory": message.satisfactory,
        "findings": dumped(message.findings),
        "training": [{"area": training.area, "text": training.text} for training in message.training],
    }
    return [Caused("survey_report", "survey.reported", found | told)]


def _decision(message: CorrectAccreditationDecision, before: Before) -> list[Caused]:
    first = newest(before, "decide accreditation", "correct accreditation decision")
    if first is None:
        return []
    told, granted = _corrects(first, message.reason), message.outcome == "accredited"
    if granted:
        stands = before.case.certificate if before.case.stage == Stage.ACCREDITED else None
        found = {"round": before.attempt, "findings": dumped(message.findings)}
        return [oncology.granted(before, found | told, stands.counts_from if stands else None)]
    if before.case.certificate is not None:
        told["taken_back"] = True
    return [*taken_back(before), oncology.not_granted(message.outcome, message.findings, before, told)]


CAUSES: dict[type[Message], Callable[[Any, Before], list[Caused]]] = {
    CorrectFinalReport: _report,
    CorrectAppealResult: _result,
    CorrectSurveyReport: _survey,
    CorrectAccreditationDecision: _decision,
}
"""What each message tells by letter, at once."""
