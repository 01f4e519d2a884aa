"""Application: the fee is collected, the office accepts; then the site survey and the decision (S0)."""

from policy.accreditation.corrections import judge_travel
from policy.dates import as_instant
from policy.designation.facts import DesignationSurvey
from policy.facts import Outcome, Party, Stage
from policy.messages import (
    AcceptApplication,
    CorrectSurveyReport,
    DecideDesignation,
    FileSurveyReport,
    ReturnApplication,
    ScheduleSurvey,
)
from workflows.case import DesignationCase
from workflows.case.corrections import correct_travel, corrected, note_correction
from workflows.case.fee import collect_fee_and_accept
from workflows.case.survey import invoice_travel, notify_report, notify_schedule
from workflows.designation.grant import grant


async def apply(case: DesignationCase) -> None:
    """Invoice the fee by the number of locations, wait until it is paid, then until the office accepts."""
    await collect_fee_and_accept(
        case, "designation", 1, accepted=lambda: case.facts.accepted_at is not None, key="acceptance"
    )
    case.notify("application_accepted", "designation.accepted")
    case.enter(Stage.SURVEY)


def accept(case: DesignationCase, _message: AcceptApplication) -> None:
    """The office accepts the application; the survey follows."""
    case.facts.accepted_at = case.at


def return_application(case: DesignationCase, message: ReturnApplication) -> None:
    """The office returns the application; it stays open until it is amended and accepted, or the case is closed."""
    case.notify("application_returned", "application.returned", reasons=list(message.reasons))


async def hold_survey(case: DesignationCase) -> None:
    """Schedule the survey of at least one location, and wait for its report."""
    if not case.facts.survey.team:
        case.await_party(Party.ACR, "the survey's schedule", "survey.schedule")
        await case.until(lambda: bool(case.facts.survey.team))
    case.await_party(Party.SURVEYOR, "the survey's report", "survey.report")
    await case.until(lambda: case.facts.survey.reported)
    case.enter(Stage.DECISION)


def schedule(case: DesignationCase, message: ScheduleSurvey) -> None:
    """The survey is scheduled, or scheduled anew."""
    case.facts.survey = DesignationSurvey(
        team=list(message.team),
        mode=message.mode,
        on=as_instant(message.on, case.terms.zone) if message.on else None,
        locations=list(message.locations),
    )
    notify_schedule(case, message, case.facts.survey.on)


def file_report(case: DesignationCase, message: FileSurveyReport) -> None:
    """The report is filed; the surveyors' travel is invoiced and holds nothing up."""
    case.facts.survey.reported, case.facts.survey.satisfactory = True, message.satisfactory
    case.facts.survey.reported_at = case.at
    notify_report(case, message)
    case.facts.survey.travel = invoice_travel(case, message)


def correct_report(case: DesignationCase, message: CorrectSurveyReport) -> None:
    """The report was wrong: the office decides by the corrected one."""
    survey = case.facts.survey
    note_correction(case, "survey_report", survey.reported_at or case.at, message.reason)
    anew = judge_travel(case.facts, message, survey.travel) if survey.travel is not None else None
    survey.satisfactory, survey.reported_at = message.satisfactory, case.at
    notify_report(case, message, **corrected(case.facts))
    if survey.travel is None:
        survey.travel = invoice_travel(case, message)
    elif anew is not None:
        survey.travel = correct_travel(case, anew, message, survey.travel)


async def await_decision(case: DesignationCase) -> None:
    """The office decides on the designation."""
    case.await_party(Party.ACR, "the decision on the designation", "decision")
    await case.until(lambda: case.facts.designated is not None)
    if case.facts.designated:
        grant(case)
    else:
        reasons = case.facts.decision_reasons
        case.close(Outcome.NOT_DESIGNATED, "not_designated", "designation.not_granted", reasons=reasons)


def decide(case: DesignationCase, message: DecideDesignation) -> None:
    """The office has decided."""
    case.facts.designated = message.designated
    case.facts.decision_reasons = list(message.reasons) or ([message.reason] if message.reason else [])
