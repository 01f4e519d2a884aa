"""The letters of radiation oncology that a message causes: the report's outcome, the reply to a plan, an appeal."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from policy.accreditation.oncology.corrective_action import PLAN
from policy.accreditation.oncology.windows import appeal_due, follow_up, plan_due, self_audit_due
from policy.accreditation.windows import certificate_term
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import (
    AcceptApplication,
    AreaFinding,
    CorrectAppealResult,
    DecideAccreditation,
    DecideCorrectiveActionPlan,
    FileSurveyReport,
    IssueAppealResult,
    Message,
    SubmitCommitteeAppeal,
)
from services.foreseen.before import Before, Caused, dumped, window


def _terms(before: Before) -> Edition:
    return cast(Edition, before.terms)


def _acceptance(_message: AcceptApplication, before: Before) -> list[Caused]:
    return [Caused("application_accepted", "application.accepted", {"areas": [one.id for one in before.case.areas]})]


def _survey(_message: FileSurveyReport, before: Before) -> list[Caused]:
    return [survey_report(before, {})]


def survey_report(before: Before, told: dict[str, Any]) -> Caused:
    """Return the letter that the surveyors have reported; `told`: what it says of a correction."""
    due_at = next((one.due_at for one in before.case.deadlines if one.name == "final_report" and not one.over), None)
    return Caused("survey_report", "survey.reported", {"due_at": due_at.isoformat() if due_at else None} | told)


def _report(message: DecideAccreditation, before: Before) -> list[Caused]:
    if message.outcome == "accredited":
        return [granted(before, {"round": before.attempt, "findings": dumped(message.findings)})]
    return [not_granted(message.outcome, message.findings, before, {})]


def not_granted(outcome: str, findings: Sequence[AreaFinding], before: Before, told: dict[str, Any]) -> Caused:
    """Return the letter of a report that does not accredit; `told`: what it says of a correction."""
    due_at, appeal_by = plan_due(before.at, _terms(before)), appeal_due(before.at, _terms(before))
    found = {
        "findings": dumped(findings),
        "due_at": due_at.isoformat(),
        "appeal_by": appeal_by.isoformat(),
        "round": before.attempt,
    }
    begun = (window(before, PLAN, before.at, due_at), window(before, "appeal", before.at, appeal_by))
    return Caused(outcome, f"report.{outcome}", found | told, begun)


def granted(before: Before, told: dict[str, Any], stands_from: datetime | None = None) -> Caused:
    """Return the letter of the grant: three years from the day on which it is issued, or from which it stands."""
    at = stands_from or before.issued_at
    term = certificate_term(at, _terms(before))
    dates = {
        "counts_from": at.isoformat(),
        "expires_at": term.expires_at.isoformat(),
        "opens_at": term.notice_at.isoformat(),
        "areas": [one.id for one in before.case.areas],
    }
    begun = (window(before, "renewal_notice", at, term.notice_at), window(before, "expiry", at, term.expires_at))
    return Caused("accredited", "certificate.granted", dates | told, begun)


def _appeal(_message: SubmitCommitteeAppeal, before: Before) -> list[Caused]:
    contested = [one.id for one in before.case.areas if one.state == "not_acceptable"]
    return [Caused("committee_appeal", "appeal.received", {"areas": contested})]


def _result(message: IssueAppealResult, before: Before) -> list[Caused]:
    return result(message, before, {})


def result(
    message: IssueAppealResult | CorrectAppealResult, before: Before, correction: dict[str, Any]
) -> list[Caused]:
    """Return the letters of the chair's word, and of the grant it leads to; `correction`: what they say of one."""
    told = {"findings": dumped(message.findings)} | correction
    if all(finding.acceptable for finding in message.findings):
        stands = before.case.certificate if before.case.stage == Stage.ACCREDITED else None
        certificate = granted(before, dict(correction), stands.counts_from if stands else None)
        return [Caused("appeal_result", "appeal.decided", told), certificate]
    if any(one.name == PLAN and one.met for one in before.case.deadlines):  # a plan has come already
        return [Caused("appeal_result", "appeal.decided", told)]
    due_at = plan_due(before.at, _terms(before))
    begun = (window(before, PLAN, before.at, due_at),)
    return [Caused("appeal_result", "appeal.decided", told | {"due_at": due_at.isoformat()}, begun)]


def reply(message: DecideCorrectiveActionPlan, before: Before, told: dict[str, Any]) -> list[Caused]:
    """Return the letters of the committee's reply to a plan; `told`: what such a letter tells in every modality."""
    outcome = _outcome(before)
    told = told | {"outcome": outcome, "follow_up": message.follow_up}
    letter = "corrective_action_decision"
    if message.approved and message.follow_up == "self_audit":
        due_at: datetime = self_audit_due(before.at, _terms(before))
        audit = (window(before, "self_audit", before.at, due_at),)
        return [Caused(letter, "plan.decided", told | {"due_at": due_at.isoformat()}, audit)]
    if message.approved and (message.follow_up == "survey" or outcome == "denied"):
        held = follow_up(before.at, _terms(before))
        told |= {"opens_at": held.opens_at.isoformat(), "until": held.due_at.isoformat()}
    decided = Caused(letter, "plan.decided", told)
    at_once = message.approved and not message.follow_up and outcome == "deferred"
    return [decided, granted(before, {})] if at_once else [decided]


def _outcome(before: Before) -> str | None:
    """Return the outcome of the newest final report."""
    told = (one.detail.get("report") for one in reversed(before.entries) if one.kind == "stage")
    return next((str(one) for one in told if one), None)


CAUSES: dict[type[Message], Callable[[Any, Before], list[Caused]]] = {
    AcceptApplication: _acceptance,
    FileSurveyReport: _survey,
    DecideAccreditation: _report,
    SubmitCommitteeAppeal: _appeal,
    IssueAppealResult: _result,
}
"""What each message tells by letter, at once, where radiation oncology tells it otherwise."""
