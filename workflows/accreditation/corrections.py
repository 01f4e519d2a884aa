"""What corrections change in a cycle: the case goes back to where the first word was said, and takes it anew.

Stages say what follows from a report, a result, a survey, a choice. So a correction puts the case back into the stage
that the corrected word ends, and leaves the rest to it; what followed from the first word is dropped, never erased.
"""

from collections.abc import Iterable
from datetime import datetime

from policy.accreditation.corrections import judge_travel
from policy.accreditation.mammography.failure import tells_fda
from policy.accreditation.rounds import AreaState, Form, Round, RoundKind
from policy.dates import local_day
from policy.facts import Deadline, Stage
from policy.keeping.pausing import later
from policy.messages import CorrectAppealResult, CorrectFinalReport, CorrectSurveyReport, Option, UndoOption
from workflows.accreditation import appeal as appeals
from workflows.accreditation.grant import correction_of, first_pass_of
from workflows.accreditation.testing_package import take_findings
from workflows.case import Cycle
from workflows.case.corrections import correct_travel, corrected, note_correction
from workflows.case.survey import invoice_travel, notify_report
from workflows.mammography import failure

OF_THE_OUTCOME = ("option_form", "closure", "appeal", "renewal_notice", "expiry", "annual_update")
"""Windows that follow from a report or a result."""


def correct_report(case: Cycle, message: CorrectFinalReport) -> None:
    """The final report was wrong: it is reviewed again with the corrected findings, and all that follows is new."""
    facts, this = case.facts, case.facts.round
    first_at, told = this.reported_at or case.at, facts.stage is Stage.OPTIONS and tells_fda(facts, case.terms)
    passed = [(first_pass_of(this) or first_at) for old in this.findings or [] if _passes_still(old, message)]
    if facts.stage is Stage.OPTIONS:
        facts.deficiencies -= 1
    note_correction(case, "final_report", first_at, message.reason)
    take_back(case, OF_THE_OUTCOME)
    this.form, this.viewed_at = None, None
    this.passed_from, this.corrected_at = min(passed, default=None), case.at
    case.return_to(Stage.REVIEW, corrected=True)
    take_findings(case, message.reviewers, message.findings, keep_passed=True)
    failure.take_back(case, told)


def _passes_still(old: object, message: CorrectFinalReport) -> bool:
    acceptable = {finding.area for finding in message.findings if finding.acceptable}
    return bool(getattr(old, "acceptable", False)) and getattr(old, "area", "") in acceptable


def take_back(case: Cycle, windows: Iterable[str]) -> None:
    """Drop what followed from a report or a result; a certificate that was granted in error is none."""
    facts = case.facts
    for name in windows:
        case.drop(facts.deadline(name))
    if facts.certificate is not None:
        facts.certificate, facts.shared_start = None, None
        facts.taken_back = True


def correct_result(case: Cycle, message: CorrectAppealResult) -> None:
    """The result of the appeal was wrong: it is decided again, and all that follows is new."""
    facts, this = case.facts, case.facts.round
    appeal = this.appeal
    if appeal is None or appeal.decided_at is None:
        raise RuntimeError("the result of an appeal was corrected that was not decided")
    first_at = appeal.decided_at
    found = {finding.area for finding in message.findings if finding.acceptable}
    kept = [area for area in this.overturned if area in found]
    if facts.stage is Stage.ACCREDITED:  # won, and the deficiency was taken back
        facts.deficiencies += 1
    note_correction(case, "appeal_result", first_at, message.reason)
    take_back(case, OF_THE_OUTCOME)
    passed = {one.id: one.passed_at for one in facts.areas if one.id in kept}
    for area in facts.areas:
        if area.id in this.overturned:
            area.state = AreaState.NOT_ACCEPTABLE
    this.overturned = []
    appeal.passed_from = (appeal.passed_from or first_at) if kept else None
    case.return_to(Stage.APPEAL, corrected=True)
    lost = len(found) < len(message.findings)
    appeals.receive_result(case, message, **(correction_of(case) if lost else corrected(facts)))
    for area in facts.areas:
        area.passed_at = passed.get(area.id, area.passed_at)


def correct_survey(case: Cycle, message: CorrectSurveyReport) -> None:
    """The survey's report was wrong; where its outcome is another one, the survey goes on from there."""
    facts, survey = case.facts, case.facts.surveys[-1]
    note_correction(case, "survey_report", survey.reported_at or case.at, message.reason)
    anew = judge_travel(facts, message, survey.travel) if survey.travel is not None else None
    if survey.satisfactory != message.satisfactory:
        if survey.satisfactory:
            _drop_attempt(case)
        survey.satisfactory, survey.team = message.satisfactory, []
        case.return_to(Stage.SURVEY, corrected=True)
    survey.reported_at = case.at
    notify_report(case, message, **corrected(facts))
    if survey.travel is None:
        survey.travel = invoice_travel(case, message)
    elif anew is not None:
        survey.travel = correct_travel(case, anew, message, survey.travel)


def _drop_attempt(case: Cycle) -> None:
    """The attempt that a survey or an option has begun is none: its fee is void."""
    this = case.facts.rounds.pop()
    if fee := case.facts.standing_invoice(this.kind, this.occurrence):
        case.withdraw_invoice(fee)


def undo_option(case: Cycle, message: UndoOption) -> None:
    """The choice is taken back: the form is open again, with what was left of its time when it was sent."""
    facts = case.facts
    reported = facts.reported
    form = reported.form if reported else None
    if reported is None or form is None or form.choice is None or form.chosen_at is None:
        raise RuntimeError("an option was undone that was not chosen")
    choice, chosen_at = form.choice, form.chosen_at
    note_correction(case, "option", chosen_at, message.reason)
    _drop_what_was_chosen(case, choice.option, reported)
    for area in facts.areas:
        if area.id in choice.areas_withdrawn:
            area.state = _state_before(reported, area.id)
    case.return_to(Stage.OPTIONS, undone=choice.option)
    reported.form = _open_again(case, form, chosen_at, message.reason)


def _drop_what_was_chosen(case: Cycle, option: Option, reported: Round) -> None:
    facts = case.facts
    if option is Option.APPEAL:
        reported.appeal = None
        case.drop(facts.deadline("appeal_result"))
        case.settle_attention("appeal_result")
    elif option is Option.SUPPLEMENTAL_REVIEW:
        reported.supplemental = None
    elif option is Option.REPEAT:
        _drop_attempt(case)
    elif facts.stage is Stage.SURVEY:
        survey = facts.surveys.pop()
        if fee := facts.standing_invoice("site_survey", survey.number):
            case.withdraw_invoice(fee)
    else:
        facts.plan = None


def _state_before(reported: Round, area: str) -> AreaState:
    """Return what was known of an area before a form withdrew it."""
    found = {finding.area: finding.acceptable for finding in reported.findings or []}
    if area not in found:
        return AreaState.NOT_ACCEPTABLE if reported.kind is not RoundKind.REPEAT else AreaState.UNTESTED
    return AreaState.ACCEPTABLE if found[area] else AreaState.NOT_ACCEPTABLE


def _open_again(case: Cycle, form: Form, chosen_at: datetime, reason: str) -> Form:
    """Open a form and its windows again; each lies as many days later as the choice stood."""
    facts, zone = case.facts, case.terms.zone
    days = (local_day(case.at, zone) - local_day(chosen_at, zone)).days
    due, closure = facts.deadlines[form.form], facts.deadlines[form.closure]
    again = case.open_deadline(
        "option_form",
        due.rule,
        later(due.due_at, days, zone),
        opens_at=due.opens_at,
        remind=case.terms.option_form.reminders.value,
        notice="option_form_reminder",
    )
    closes = case.open_deadline("closure", closure.rule, later(closure.due_at, days, zone), opens_at=again.due_at)
    opened = Form(
        opens_at=form.opens_at,
        form=again.number,
        closure=closes.number,
        held_days=form.held_days + days,
        undone=reason,
    )
    appeal = facts.deadlines[form.appeal] if form.appeal is not None else None
    if appeal and not _had_passed(appeal, chosen_at):
        due_at = later(appeal.due_at, days, zone)
        opened.appeal = case.open_deadline("appeal", appeal.rule, due_at, opens_at=appeal.opens_at).number
    elif appeal:
        opened.appeal = appeal.number
    return opened


def _had_passed(deadline: Deadline, at: datetime) -> bool:
    return deadline.met is False or deadline.due_at < at
