"""Random image checks while a unit is accredited (AC/11000051607): ordered, reported, answered by a plan in 14 days."""

from policy.accreditation.mammography.facts import ImageCheck
from policy.accreditation.mammography.image_check import open_check, plan_due
from policy.accreditation.mammography.part import terms_of
from policy.facts import Party
from policy.messages import OrderImageCheck, ReportImageCheck, SubmitImageCheckPlan
from workflows.case import Cycle
from workflows.mammography.certificate import own_facts

WINDOW = "image_check_plan"
NO_PLAN = "no corrective plan has come after the random image check: decide what follows"


def order(case: Cycle, message: OrderImageCheck) -> None:
    """A check is ordered; no source says until when its images are sent, so that silence is reminded of."""
    checks = own_facts(case).checks
    checks.append(ImageCheck(number=len(checks) + 1, ordered_at=case.at))
    case.notify("image_check_ordered", "image_check.ordered", reason=message.reason)


def report(case: Cycle, message: ReportImageCheck) -> None:
    """The check is reported: with a deficiency a corrective plan is due within 14 calendar days."""
    check = open_check(case.facts)
    if check is None:
        raise RuntimeError("an image check was reported that nobody ordered")
    check.findings = list(message.findings)
    due = None
    if check.failed:
        due = case.open_deadline(
            WINDOW,
            "image_check.plan",
            plan_due(case.at, case.terms),
            remind=terms_of(case.terms).check_reminders.value,
            notice="image_check_reminder",
            attention=NO_PLAN,
        )
    case.notify(
        "image_check_report",
        "image_check.reported",
        findings=[finding.model_dump(mode="json") for finding in message.findings],
        due_at=due.due_at.isoformat() if due else None,
    )


def look_after(case: Cycle) -> bool:
    """Say what an image check awaits now, if anything; return whether it does."""
    check = open_check(case.facts)
    if check is None:
        if case.facts.asked and case.facts.asked.key.startswith("image_check."):
            case.await_nobody()
        return False
    key = f"image_check.{check.number}"
    if check.findings is None:
        case.await_party(Party.FACILITY, "the images of the random check", key)
    else:
        case.await_party(Party.FACILITY, "the corrective plan", f"{key}.plan", WINDOW)
    return True


def receive_plan(case: Cycle, message: SubmitImageCheckPlan) -> None:
    """The plan has come; the office may order another check, which repeats this one."""
    check = open_check(case.facts)
    if check is None:
        raise RuntimeError("a plan was accepted without an image check")
    check.planned = True
    late = case.facts.deadline(WINDOW)
    case.meet(late)
    case.settle_attention(WINDOW)
    areas = sorted({action.area for action in message.actions})
    case.notify("image_check_plan_received", "image_check.plan", areas=areas)
