"""Cases of radiation oncology as the tests of its rules need them: facts built by hand, no server."""

from datetime import date, datetime, timedelta

from policy.accreditation.cycle import CorrectiveActionPlan, CycleFacts, Survey
from policy.accreditation.rounds import Appeal, AreaFact, AreaState, Round, RoundKind
from policy.application import AccreditationApplication, AreaKind
from policy.edition import edition_in_force
from policy.facts import RULES_REVISION, Stage
from policy.messages import AreaFinding, SurveyRole, TeamMember
from tests.applications import an_application
from tests.policy.cycles import end_of, et, open_deadline

TERMS = edition_in_force("accreditation", date(2027, 1, 1), "radiation_oncology")
MAIN, SATELLITE = "MAIN", "SAT-1"
TEAM = (
    TeamMember(name="Sample Radiation Oncologist", role=SurveyRole.RADIATION_ONCOLOGIST),
    TeamMember(name="Sample Surveying Physicist", role=SurveyRole.MEDICAL_PHYSICIST),
)
SURVEYED = et("2027-03-01 24:00")
REPORTED = et("2027-05-10 10:00")
"""The plan is due on 8 August, an appeal on 9 June."""
REPLIED = et("2027-07-01 10:00")
"""The reply to the plan: an audit is due on 1 January 2028, a follow-up survey from then to 1 April."""


def a_practice() -> AccreditationApplication:
    return an_application("radiation-oncology")


def a_practice_case() -> CycleFacts:
    """A practice whose survey is due."""
    application = a_practice()
    return CycleFacts(
        case_id="accreditation.VA-0900.radiation_oncology.site.1",
        opened_at=et("2027-01-11 09:00"),
        application=application,
        areas=[AreaFact(id=area.id, kind=AreaKind.CLINICAL) for area in application.units[0].areas],
        rules_revision=RULES_REVISION,
        rounds=[Round(number=1, kind=RoundKind.INITIAL, areas=[MAIN, SATELLITE], accepted_at=et("2027-01-20 09:00"))],
        surveys=[Survey(number=1)],
        stage=Stage.SURVEY,
    )


def scheduled(on: datetime = SURVEYED) -> CycleFacts:
    facts = a_practice_case()
    facts.surveys[-1].team, facts.surveys[-1].mode, facts.surveys[-1].on = list(TEAM), "on_site", on
    return facts


def surveyed() -> CycleFacts:
    facts = scheduled()
    facts.surveys[-1].visits, facts.stage = 1, Stage.DECISION
    return facts


def reported(outcome: str, on: datetime = REPORTED) -> CycleFacts:
    """A report that does not accredit: the satellite is not acceptable."""
    facts = surveyed()
    this = facts.round
    this.outcome, this.reported_at = outcome, on
    this.findings = findings(SATELLITE)
    facts.areas[0].state, facts.areas[1].state = AreaState.ACCEPTABLE, AreaState.NOT_ACCEPTABLE
    facts.plan, facts.stage, facts.deficiencies = CorrectiveActionPlan(), Stage.CORRECTIVE_ACTION, 1
    open_deadline(facts, "appeal", on, end_of(on, 30))
    open_deadline(facts, "corrective_action_plan", on, end_of(on, 90))
    return facts


def planned(outcome: str) -> CycleFacts:
    facts = reported(outcome)
    assert facts.plan
    facts.plan.addressed = [SATELLITE]
    facts.deadlines[-1].over = True
    return facts


def approved(outcome: str, follow_up: str | None = None) -> CycleFacts:
    facts = planned(outcome)
    assert facts.plan
    facts.plan.approved, facts.plan.decided_at, facts.plan.follow_up = True, REPLIED, follow_up
    if follow_up == "self_audit":
        open_deadline(facts, "self_audit", REPLIED, et("2028-01-01 24:00"))
    return facts


def to_follow_up() -> CycleFacts:
    """A follow-up survey is to be scheduled."""
    facts = approved("deferred", "survey")
    facts.surveys.append(Survey(number=2, replied_at=REPLIED))
    facts.stage = Stage.SURVEY
    return facts


def under_appeal() -> CycleFacts:
    facts = reported("denied")
    facts.round.appeal = Appeal(contested=[SATELLITE], letters=[], additional_images=False, complete_at=REPORTED)
    facts.stage = Stage.APPEAL
    return facts


def appealed(*deficient: str) -> CycleFacts:
    """An appeal that was decided ten days after the report: won, or lost for some sites."""
    facts = under_appeal()
    appeal = facts.round.appeal
    assert appeal
    appeal.findings, appeal.decided_at = findings(*deficient)[1:], REPORTED + timedelta(days=10)
    if not deficient:
        facts.round.overturned, facts.areas[1].state = [SATELLITE], AreaState.ACCEPTABLE
    facts.stage, facts.deficiencies = (Stage.CORRECTIVE_ACTION, 1) if deficient else (Stage.ACCREDITED, 0)
    return facts


def findings(*deficient: str) -> list[AreaFinding]:
    return [
        AreaFinding(area=site, acceptable=site not in deficient, comments="Check charts." if site in deficient else "")
        for site in (MAIN, SATELLITE)
    ]
