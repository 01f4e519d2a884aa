"""The survey of a designation: its schedule, its report, the correction of that."""

from collections.abc import Sequence

from policy.accreditation.corrections import followed, judge_travel
from policy.accreditation.testing_package import judge_findings
from policy.designation.edition import DicoeEdition
from policy.designation.facts import DesignationFacts
from policy.facts import Stage
from policy.messages import AreaFinding, CorrectSurveyReport, FileSurveyReport, ScheduleSurvey, SurveyRole
from policy.rules import refuse
from policy.survey_team import judge_team
from policy.words import listed

REVIEWED = "DICOE updates effective 1 January 2021: the survey reviews X-ray and fluoroscopy as well"


def judge_schedule(facts: DesignationFacts, terms: DicoeEdition, message: ScheduleSurvey) -> None:
    """Judge the schedule of a survey: team, mode, at least one location of the application.

    Raises:
        Refused: `case.wrong_stage` or `survey.*`.
    """
    if facts.stage is not Stage.SURVEY:
        raise refuse("case.wrong_stage", f"No survey is due; the case is in the stage {facts.stage.words}.")
    judge_team(
        message.team,
        terms.survey.team.value,
        stands_for={SurveyRole.ACR_STAFF_TECHNOLOGIST: SurveyRole.ACR_STAFF},
        each_another=facts.rules_revision >= 3,
        source=terms.cite(terms.survey.team),
        body=terms.words.body,
    )
    if message.mode == "virtual" and facts.application.kind not in terms.survey.virtual_for.value:
        whole = "A first designation" if terms.survey.virtual_for.value else "A designation"
        raise refuse(
            "survey.mode_not_allowed",
            f"{whole} is surveyed on site.",
            "Schedule it on site.",
            source=terms.cite(terms.survey.virtual_for),
        )
    known = [place.id for place in facts.application.locations if place.id]
    wrong = [place for place in message.locations if place not in known]
    if wrong or len(set(message.locations)) < terms.survey.locations.value:
        what = f"{listed(wrong)} is no location of the application" if wrong else "No location is named"
        raise refuse("survey.no_location", f"{what}.", f"Name one at least of {listed(known)}.")


def judge_survey_report(facts: DesignationFacts, terms: DicoeEdition, message: FileSurveyReport) -> None:
    """Judge a survey's report: a finding on each service offered at the surveyed locations that a survey reviews.

    X-ray and fluoroscopy are reviewed since 2021; before that a report may speak of them and need not.

    Raises:
        Refused: `case.wrong_stage`, `survey.area_missing` or `report.unknown_area`.
    """
    if facts.stage is not Stage.SURVEY or not facts.survey.team:
        first = ["Schedule it first."] if facts.stage is Stage.SURVEY else []
        raise refuse("case.wrong_stage", "No survey is scheduled.", *first)
    judge_survey_findings(facts, terms, message.findings)


def judge_survey_findings(facts: DesignationFacts, terms: DicoeEdition, findings: Sequence[AreaFinding]) -> None:
    """Judge that a survey's report speaks of each service that is reviewed at the surveyed locations.

    Raises:
        Refused: `survey.area_missing` or `report.unknown_area`.
    """
    offered = facts.services(facts.survey.locations)
    services = [service for service in offered if _is_reviewed(service, terms)]
    found = {finding.area for finding in findings}
    if missing := [service for service in services if service not in found]:
        raise refuse("survey.area_missing", f"The report says nothing of {listed(missing)}.", source=REVIEWED)
    judge_findings(findings, [service for service in offered if service in services or service in found])


def _is_reviewed(service: str, terms: DicoeEdition) -> bool:
    reviewed = terms.survey.reviewed
    return reviewed is None or service in reviewed.value or service not in terms.eligibility.not_accredited.value


def judge_survey_correction(facts: DesignationFacts, terms: DicoeEdition, message: CorrectSurveyReport) -> None:
    """Judge that the survey's report can be corrected, until the office has decided by it.

    Raises:
        Refused: `case.wrong_stage`, `correction.already_followed`, `survey.area_missing` or `report.unknown_area`.
    """
    if not facts.survey.reported:
        raise refuse("case.wrong_stage", f"No survey was reported; the case is in the stage {facts.stage.words}.")
    if facts.stage is not Stage.DECISION or facts.designated is not None:
        raise followed("The office has decided on the designation by it.")
    if facts.survey.travel is not None:
        judge_travel(facts, message, facts.survey.travel)
    judge_survey_findings(facts, terms, message.findings)
