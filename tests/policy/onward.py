"""What may follow an option form, for the tests of the rules: an appeal, a plan, a survey, a certificate."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from policy.accreditation.cycle import Certificate, CorrectiveActionPlan, CycleFacts, Survey
from policy.accreditation.rounds import Appeal, AreaState
from policy.facts import Stage
from policy.messages import TeamMember
from tests.policy.cycles import (
    REPORTED,
    ZONE,
    chosen,
    end_of,
    et,
    finding,
    invoice,
    open_deadline,
    open_form,
    take_choice,
)

ARBITRATOR = "Sample Arbitrator"
TEAM = tuple(
    TeamMember.model_validate({"name": f"Sample {role.replace('_', ' ')}", "role": role})
    for role in ("radiologist", "medical_physicist", "acr_staff_technologist")
)


def under_appeal(facts: CycleFacts, contested: Sequence[str], complete_at: datetime | None) -> CycleFacts:
    """The appeal is open; its materials are complete, or still to come."""
    take_choice(facts, chosen("appeal"), REPORTED + timedelta(days=5))
    images = complete_at is None
    facts.round.appeal = Appeal(
        contested=list(contested), letters=[], additional_images=images, complete_at=complete_at
    )
    facts.stage = Stage.APPEAL
    return facts


def decide_appeal(facts: CycleFacts, won: Sequence[str], on: datetime, *, viewed: bool = True) -> CycleFacts:
    """The arbitrator has spoken and not everything was won: a new form without an appeal runs from the result."""
    this = facts.round
    assert this.appeal is not None
    this.appeal.arbitrator, this.appeal.decided_at, this.overturned = ARBITRATOR, on, list(won)
    this.appeal.findings = [finding(area, acceptable=area in won) for area in this.appeal.contested]
    for area in facts.areas:
        if area.id in won:
            area.state, area.passed_at = AreaState.ACCEPTABLE, on
    this.viewed_at = on + timedelta(hours=1) if viewed else None
    facts.stage = Stage.OPTIONS
    open_form(facts, on)
    return facts


def in_corrective_action(facts: CycleFacts, plan: CorrectiveActionPlan | None = None) -> CycleFacts:
    facts.plan, facts.stage = plan or CorrectiveActionPlan(), Stage.CORRECTIVE_ACTION
    return facts


def in_survey(facts: CycleFacts, *, paid: bool = True, scheduled: bool = False) -> CycleFacts:
    """The scheduled on-site survey: its base fee is invoiced; perhaps paid, perhaps scheduled."""
    facts.surveys.append(Survey(number=1, team=list(TEAM) if scheduled else []))
    invoice(facts, "2027-0009", "4500.00", "4500.00" if paid else "0.00", purpose="site_survey", occurrence=1)
    facts.stage = Stage.SURVEY
    return facts


def accredited(facts: CycleFacts, passed_at: datetime, *, told: bool = True) -> CycleFacts:
    """Every area passed on that day (it must be one that 36 and 28 months later exists); the notice is out or not."""
    for area in facts.areas:
        area.state, area.passed_at = AreaState.ACCEPTABLE, passed_at
    day = passed_at.astimezone(ZONE).date()
    expires = et(f"{day.replace(year=day.year + 3)} 24:00")
    facts.certificate = Certificate(granted_at=passed_at, counts_from=passed_at, expires_at=expires)
    months = day.month + 28 - 1
    notice_day = date(day.year + months // 12, months % 12 + 1, day.day)
    notice = open_deadline(facts, "renewal_notice", passed_at, et(f"{notice_day} 08:00"))
    notice.is_date, notice.over = True, told
    open_deadline(facts, "expiry", passed_at, expires)
    if told:
        open_deadline(facts, "renewal_application", notice.due_at, end_of(notice.due_at, 60))
    facts.stage = Stage.ACCREDITED
    return facts
