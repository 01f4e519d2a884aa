"""A validation site survey: ordered, reported, answered, decided on, or called off. It is no stage: of an accredited
unit it happens while the certificate runs, until the office revokes the accreditation; before accreditation it goes
on beside the stages, and what they await is awaited first. What it may hold up then is the certificate alone.

Of an unannounced one nothing that a facility sees tells before its report: no letter, no window, nobody awaited. What
the case knows of it stands in its facts, in the office's letter and in the label of the timer.
"""

from policy.accreditation.cycle import Validation
from policy.accreditation.validation import (
    CORRECTING,
    RESPONSE,
    REVOKED,
    day_of_survey,
    reasons_of,
    response_reminders,
    to_address,
    told_of_calling_off,
    told_of_decision,
    told_of_order,
    told_of_report,
)
from policy.dates import as_instant
from policy.facts import Mark, Outcome, Party, Stage
from policy.messages import (
    CallOffValidationSurvey,
    DecideValidation,
    FileValidationReport,
    OrderValidationSurvey,
    SubmitValidationResponse,
    When,
)
from workflows.case import Cycle
from workflows.case.labels import mark_label

OVERDUE = "the response to a validation survey is overdue"
MARK = "validation"
"""What the mark of an unannounced survey's day is called."""


def order(case: Cycle, message: OrderValidationSurvey) -> None:
    """The office has ordered a survey, or ordered the one anew that was not held yet."""
    facts, accredited = case.facts, case.facts.stage is Stage.ACCREDITED
    survey = facts.validation
    if survey is None:
        survey = Validation(number=len(facts.validations) + 1, ordered_at=case.at, announced=message.announced)
        facts.validations.append(survey)
    _forget_day(case, survey)
    survey.ordered_at, survey.announced, survey.mode = case.at, message.announced, message.mode
    survey.on, survey.day = day_of_survey(message, case.terms), None
    survey.holds_grant = not accredited and not message.without_waiting
    if survey.on and survey.on > case.at:
        _expect(case, survey)
    kind, rule = ("announced", "validation.announced") if message.announced else ("ordered", "validation.ordered")
    case.notify(f"validation_{kind}", rule, **told_of_order(message, case.terms, accredited=accredited))


def _forget_day(case: Cycle, survey: Validation) -> None:
    """The day that a survey was ordered for first does not hold any more."""
    if survey.day is not None:
        case.drop(case.facts.deadlines[survey.day])
    # Those of before have no name: of an accredited unit no other mere look is without one.
    names = (MARK, None) if case.facts.stage is Stage.ACCREDITED else (MARK,)
    case.facts.marks[:] = [mark for mark in case.facts.marks if mark.kind != "pause" or mark.item not in names]


def _expect(case: Cycle, survey: Validation) -> None:
    """Have the case look again on the day of the survey: a date that all may see, or one that nobody sees."""
    if survey.on is None:
        return
    if survey.announced:
        day = case.open_deadline("validation_survey", "validation.announced", survey.on, is_date=True)
        survey.day = day.number
    else:
        label = mark_label("opening", survey.on, "Validation survey (validation.ordered)", case.terms.zone)
        case.facts.marks.append(Mark(at=survey.on, kind="pause", label=label, item=MARK))


def call_off(case: Cycle, _message: CallOffValidationSurvey) -> None:
    """The office has called the survey off: whoever knew of it hears so, and nothing waits for it any more."""
    survey = case.facts.validation
    if survey is None:
        raise RuntimeError("a validation survey was called off that was not ordered")
    _forget_day(case, survey)
    survey.called_off = True
    if survey.announced:
        case.notify("validation_called_off", "validation.called_off", **told_of_calling_off(survey.on))
    _settle(case, survey)


def file_report(case: Cycle, message: FileValidationReport) -> None:
    """The report is filed: the facility hears of it, and until when it responds."""
    survey = case.facts.validation
    if survey is None:
        raise RuntimeError("a validation report was accepted without a survey")
    if survey.day is not None:
        case.meet(case.facts.deadlines[survey.day])
    survey.reported_at, survey.satisfactory = case.at, message.satisfactory
    survey.to_address = to_address(message)
    accredited = case.facts.stage is Stage.ACCREDITED
    told = told_of_report(message, survey.announced, survey.on, case.terms, accredited=accredited)
    case.notify("validation_report", "validation.reported", **told)
    _open_window(case, survey, message.respond_by)


def _open_window(case: Cycle, survey: Validation, respond_by: When | None) -> None:
    """Open the window that the office has set."""
    survey.responded_at, survey.overdue_told, survey.due = None, False, None
    if respond_by is None:
        return
    accredited = case.facts.stage is Stage.ACCREDITED  # there the stage itself sees to what is late
    due = case.open_deadline(
        RESPONSE,
        "validation.response_due",
        as_instant(respond_by, case.terms.zone),
        remind=response_reminders(case.terms),
        notice="validation_reminder",
        attention="" if accredited else OVERDUE,
        late_notice="" if accredited else "validation_overdue",
    )
    survey.due = due.number


def receive_response(case: Cycle, message: SubmitValidationResponse) -> None:
    """The facility has responded; a later response replaces it until the office has decided."""
    survey = case.facts.validation
    if survey is None:
        raise RuntimeError("a validation response was accepted without a survey")
    survey.responded_at = case.at
    _settle(case, survey)
    if survey.due is not None:
        case.meet(case.facts.deadlines[survey.due])
    case.notify(
        "validation_response_received",
        "validation.responded",
        actions=[{"area": action.area, "text": action.action} for action in message.actions],
        documents=[{"name": document.name} for document in message.documents],
    )


def decide(case: Cycle, message: DecideValidation) -> None:
    """The office has decided: all stands, or corrective action is owed, or the accreditation is revoked."""
    survey = case.facts.validation
    if survey is None:
        raise RuntimeError("a validation survey was decided on that is none")
    survey.decision, survey.decisions = message.decision, survey.decisions + 1
    if survey.due is not None:
        case.drop(case.facts.deadlines[survey.due])
    _settle(case, survey)
    if message.decision == REVOKED:
        expires = case.facts.certificate.expires_at.isoformat() if case.facts.certificate else None
        reasons = reasons_of(message)
        case.close(Outcome.REVOKED, "revoked", "validation.revoked", reasons=reasons, expires_at=expires)
        return
    accredited = case.facts.stage is Stage.ACCREDITED
    case.notify(
        "validation_decision", "validation.decided", **told_of_decision(message, case.terms, accredited=accredited)
    )
    _open_window(case, survey, message.respond_by if message.decision == CORRECTING else None)


async def clear_the_grant(case: Cycle) -> None:
    """Wait, before a certificate is issued, until nothing is open any more of a survey that it was to wait for.

    Its report is awaited from now on, also of an unannounced one without a day: nothing else is left to wait for.
    """
    while (survey := case.facts.validation) is not None and survey.holds_grant:
        if not look_after(case, until_reported=True):
            raise RuntimeError("a certificate waits for a validation survey that awaits nobody")
        await case.change()


def look_after(case: Cycle, *, until_reported: bool = False) -> bool:
    """Say whom a validation survey awaits now, and what follows from silence; return whether it awaits somebody.

    `until_reported`: its report is awaited, also before its day has come.
    """
    survey = case.facts.validation
    if survey and survey.awaits_response:
        _await_response(case, survey)
    elif survey and survey.reported_at:
        key = f"validation.{survey.number}.{survey.decisions}.decision"
        case.await_party(Party.ACR, "the validation decision", key)
    elif survey and (until_reported or _is_held(case, survey)):
        ahead = survey.on if survey.on and survey.on > case.at else None
        key = f"validation.{survey.number}.report"
        case.await_party(Party.SURVEYOR, "the validation survey's report", key, silent_from=ahead)
    else:
        if _is_asked(case):
            case.await_nobody()
        return False
    return True


def _is_asked(case: Cycle) -> bool:
    """Whether what the case awaits is of a validation survey."""
    return case.facts.asked is not None and case.facts.asked.key.startswith("validation.")


def _is_held(case: Cycle, survey: Validation) -> bool:
    """Whether the day of a survey has come; without one, of an announced survey: it may be held any day."""
    return survey.on <= case.at if survey.on else survey.announced


def _await_response(case: Cycle, survey: Validation) -> None:
    """Await the response; once its window has passed both sides are told, and it is awaited on until the decision."""
    due = case.facts.deadlines[survey.due] if survey.due is not None else None
    key = f"validation.{survey.number}.{survey.decisions}.response"
    case.await_party(Party.FACILITY, "the validation response", key, RESPONSE if due else None)
    if due is None or due.met is not False or survey.overdue_told:
        return
    survey.overdue_told = True
    if not due.late_notice:
        case.need_attention(_item(survey), "validation.response_due", OVERDUE)
        case.notify("validation_overdue", "validation.response_due", due_at=due.due_at.isoformat())
    case.remind_of_what_is_late()


def window_extended(case: Cycle) -> None:
    """The office has given more time for the response: it is not late any more.

    Cases of before surveys could be early asked anew for whatever they awaited; they go on doing so.
    """
    if (survey := case.facts.validation) is not None:
        survey.overdue_told = False
        _settle(case, survey)
        if not case.facts.surveyed_early or case.facts.stage is Stage.ACCREDITED or _is_asked(case):
            case.await_nobody()


def tell_of_open_survey(case: Cycle) -> None:
    """The case has closed while a validation survey was open: somebody at the office looks.

    Without a certificate that is told of cases whose surveys could be early; of those before nobody heard of it.
    """
    facts = case.facts
    if (survey := facts.validation) is not None and (facts.certificate or facts.surveyed_early):
        text = "the certificate ended while a validation survey was open: decide in the cycle that follows, if any"
        if facts.certificate is None:
            text = "the case closed while a validation survey was open: see to it that nobody travels for it"
        case.need_attention(_item(survey), "validation.open_at_end", text)


def _item(survey: Validation) -> str:
    return f"validation.{survey.number}"


def _settle(case: Cycle, survey: Validation) -> None:
    """Whatever somebody had to look at because no response came is settled."""
    case.settle_attention(_item(survey))
    case.settle_attention(RESPONSE)
