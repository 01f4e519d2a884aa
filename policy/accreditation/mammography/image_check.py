"""Random image checks of accredited units (AC/11000051607): ordered, reported, answered by a plan within 14 days."""

from datetime import datetime

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.facts import ImageCheck
from policy.accreditation.mammography.part import part_of, terms_of
from policy.accreditation.rounds import AreaState
from policy.dates import days_after
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import OrderImageCheck, ReportImageCheck, SubmitImageCheckPlan
from policy.rules import refuse
from policy.words import listed


def plan_due(reported_at: datetime, terms: Edition) -> datetime:
    """Return until when the plan after a check is due: 14 calendar days after its report (AC/11000051607)."""
    return days_after(reported_at, terms_of(terms).check_plan.value, terms.zone)


def open_check(facts: CycleFacts) -> ImageCheck | None:
    """Return the check that is not ended yet."""
    checks = facts.mammography.checks if facts.mammography else []
    return next((check for check in reversed(checks) if not check.ended), None)


def judge_order(facts: CycleFacts, terms: Edition, _message: OrderImageCheck) -> None:
    """Judge whether a check can be ordered: of an accredited unit, one at a time.

    Raises:
        Refused: `mammography.other_modality`, `case.wrong_stage` or `image_check.under_way`.
    """
    _judge_accredited(facts, terms)
    if (check := open_check(facts)) is not None:
        raise refuse(
            "image_check.under_way", f"Check {check.number} has not ended yet.", "End it first, then order another."
        )


def _judge_accredited(facts: CycleFacts, terms: Edition) -> None:
    """Judge that the unit is accredited, as whatever is said about a check needs it."""
    part_of(facts, terms)
    if facts.stage is not Stage.ACCREDITED:
        raise refuse(
            "case.wrong_stage",
            f"Images of an accredited unit are checked; the case is in the stage {facts.stage.words}.",
        )


def judge_report(facts: CycleFacts, terms: Edition, message: ReportImageCheck) -> None:
    """Judge the report of a check that was ordered: areas of the unit, with recommendations where not acceptable.

    Raises:
        Refused: `mammography.other_modality`, `case.wrong_stage`, `image_check.not_awaited`, `testing.unknown_area` or
            `report.recommendation_missing`.
    """
    _judge_accredited(facts, terms)
    check = open_check(facts)
    if check is None or check.findings is not None:
        raise refuse("image_check.not_awaited", "No report of an image check is awaited.", "Order a check first.")
    known = [area.id for area in facts.areas if area.state is not AreaState.WITHDRAWN]
    if strange := [finding.area for finding in message.findings if finding.area not in known]:
        raise refuse("testing.unknown_area", f"{listed(strange)} is no area of the unit.", f"Areas: {listed(known)}.")
    if silent := [f.area for f in message.findings if not f.acceptable and not f.comments.strip()]:
        raise refuse("report.recommendation_missing", f"{listed(silent)} is not acceptable, and nothing says why.")


def judge_plan(facts: CycleFacts, terms: Edition, message: SubmitImageCheckPlan) -> list[str]:
    """Judge a plan: after a check that found something, with an action for each area that was not acceptable.

    Returns:
        A warning where it comes after its due date.

    Raises:
        Refused: `mammography.other_modality`, `case.wrong_stage`, `image_check.not_awaited` or
            `plan.deficiency_not_addressed`.
    """
    _judge_accredited(facts, terms)
    check = open_check(facts)
    if check is None or check.findings is None:
        raise refuse("image_check.not_awaited", "No plan after an image check is awaited.")
    addressed = {action.area for action in message.actions}
    if missing := [area for area in check.failed if area not in addressed]:
        raise refuse(
            "plan.deficiency_not_addressed",
            f"No action addresses {listed(missing)}.",
            f"Name an action for each of {listed(check.failed)}.",
        )
    due = facts.deadline("image_check_plan")
    late = due is not None and due.met is False
    return ["The plan was due earlier; it is taken, and the office decides what follows."] if late else []
