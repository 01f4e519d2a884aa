"""The option window after an unsuccessful outcome: viewing, the form's opening and closing, choice, silence (S1)."""

from collections.abc import Sequence
from typing import Any

from policy.accreditation.appeal import strange_signers
from policy.accreditation.cycle import CorrectiveActionPlan, Survey
from policy.accreditation.options import form_offer
from policy.accreditation.rounds import AreaState, Form, Round, RoundKind
from policy.accreditation.windows import appeal_due, form_window
from policy.application import AreaKind
from policy.facts import Deadline, Mark, Outcome, Party, Stage
from policy.messages import ChooseOption, Document, Option, ReturnImages, ViewFinalReport
from workflows.accreditation.appeal import begin_appeal
from workflows.accreditation.application import begin_round
from workflows.accreditation.grant import grant_if_all_passed
from workflows.accreditation.supplemental_review import begin_supplemental_review
from workflows.case import Cycle
from workflows.case.labels import mark_label


async def await_option(case: Cycle) -> None:
    """Wait for the facility's choice, and follow it; without one the case closes 30 days after the form's due date."""
    this = case.facts.round
    form = this.form or await _open_form(case, this)
    case.await_party(Party.FACILITY, "the option form", f"option.{this.number}.{form.form}", "option_form")
    due, closure = case.facts.deadlines[form.form], case.facts.deadlines[form.closure]

    def is_decided() -> bool:
        return form.choice is not None or closure.met is not None

    def opens() -> bool:
        return _to_announce(case, this, form, due)

    def is_overdue() -> bool:
        return due.met is False and not form.overdue_told

    while not is_decided():
        if opens():
            _announce(case, form, due)
        if is_overdue():
            form.overdue_told = True
            case.notify(
                "option_form_overdue",
                "option_form.past_due",
                due_at=due.due_at.isoformat(),
                until=closure.due_at.isoformat(),
            )
        await case.until(lambda: is_decided() or opens() or is_overdue())
    if form.choice is None:
        case.close(Outcome.NOT_GRANTED, "not_granted", "option_form.closure")
    else:
        await _follow(case, form.choice)


async def _open_form(case: Cycle, this: Round) -> Form:
    """Start the form's clocks: it opens after 48 hours, counts as sent then, and is due 15 days later.

    CD and film: no clock of the form runs before the images are back.
    """
    if this.received_at(case.facts.medium) is None:
        case.await_party(Party.ACR, "the images' return", f"images.{this.number}")
        await case.until(lambda: this.images_returned_at is not None)
    received_at = this.received_at(case.facts.medium) or case.at
    window = form_window(received_at, case.terms, case.facts.medium)
    due = case.open_deadline(
        "option_form",
        "option_form.past_due",
        window.due_at,
        opens_at=window.opens_at,
        remind=case.terms.option_form.reminders.value,
        notice="option_form_reminder",
    )
    closure = case.open_deadline("closure", "option_form.closure", window.closes_at, opens_at=window.due_at)
    this.form = Form(opens_at=window.opens_at, form=due.number, closure=closure.number)
    if not this.appeal_decided:
        until = appeal_due(received_at, window.due_at, case.facts.medium, case.terms)
        this.form.appeal = case.open_deadline("appeal", "appeal.past_due", until, opens_at=received_at).number
    label = mark_label("opening", window.opens_at, "Option form opens (option_form.open)", case.terms.zone)
    case.facts.marks.append(Mark(at=window.opens_at, kind="opening", label=label, deadline=due.number))
    return this.form


def _to_announce(case: Cycle, this: Round, form: Form, due: Deadline) -> bool:
    """Whether the form is open, the report viewed and the facility not told of it yet."""
    opened = not any(mark.kind == "opening" and mark.deadline == form.form for mark in case.facts.marks)
    return opened and not form.announced and this.viewed_at is not None and due.met is None


def _announce(case: Cycle, form: Form, due: Deadline) -> None:
    form.announced = True
    case.at = max(case.at, form.opens_at)  # the viewing may count from before the opening
    case.notify(
        "option_form_open",
        "option_form.open",
        opens_at=form.opens_at.isoformat(),
        due_at=due.due_at.isoformat(),
        deficiencies=case.facts.deficiencies,
        **form_offer(case.facts, case.terms, case.at).told(),
        **({"undone": form.undone} if form.undone else {}),
    )


def choose(case: Cycle, choice: ChooseOption) -> None:
    """The facility has chosen: the choice stands from this instant, and what it withdraws is withdrawn."""
    reported = case.facts.reported
    if reported is None or reported.form is None:
        raise RuntimeError("a choice was accepted without a form")
    form, deadlines = reported.form, case.facts.deadlines
    form.choice, form.chosen_at = choice, case.at
    case.meet(deadlines[form.form])
    case.drop(deadlines[form.closure])
    if form.appeal is not None:
        (case.meet if choice.option is Option.APPEAL else case.drop)(deadlines[form.appeal])
    for area_id in choice.areas_withdrawn if not choice.option.ends_the_case else ():
        area = case.facts.area(area_id)
        if area:
            area.state = AreaState.WITHDRAWN
    case.notify("option_received", "option.chosen", **_form_in_words(case, choice))


def _form_in_words(case: Cycle, choice: ChooseOption) -> dict[str, Any]:
    """Return what a notice and the summary on paper say of a form; who attested and signed it, the books know."""
    form = choice.model_dump(mode="json")
    return {
        "option": choice.option,
        "areas": list(choice.areas_withdrawn),
        "message": choice.key(),
        "deficiencies": case.facts.deficiencies,
        "leads_to": _leads_to(case),
        "entered_by": form["by"] if choice.on_behalf_of else None,
        "reason": choice.reason,
        "grounds": choice.withdrawal_grounds,
        "medium": choice.medium,
        "additional_images": choice.additional_images,
        "warnings": strange_signers(case.facts, choice),
        "documents": [
            {"sort": sort, "name": one.name, "sha256": one.sha256}
            for sort, documents in _by_sort(choice).items()
            for one in documents
        ],
    }


def _leads_to(case: Cycle) -> str | None:
    """Return what follows at once from the areas that a form withdraws, where nothing is left to be tested."""
    left = [area for area in case.facts.areas if area.state is not AreaState.WITHDRAWN]
    if not any(area.kind is AreaKind.CLINICAL for area in left):
        return "withdrawn"
    return "accredited" if all(area.state is AreaState.ACCEPTABLE for area in left) else None


def _by_sort(choice: ChooseOption) -> dict[str, Sequence[Document]]:
    form = choice.withdrawal_form
    return {"letter": choice.letters, "withdrawal_form": [form] if form else [], "document": choice.documents}


async def _follow(case: Cycle, choice: ChooseOption) -> None:
    """Go the way that was chosen; where the withdrawal leaves only areas that passed, there is nothing to go for."""
    if choice.option.ends_the_case:
        case.close(Outcome.WITHDRAWN, "withdrawn", "withdrawal.complete", option=choice.option)
    elif choice.areas_withdrawn and await grant_if_all_passed(case):
        return
    elif choice.option is Option.APPEAL:
        begin_appeal(case, choice)
    elif choice.option is Option.SUPPLEMENTAL_REVIEW:
        begin_supplemental_review(case, choice)
    elif choice.option is Option.REPEAT:
        begin_round(case, RoundKind.REPEAT)
    elif case.facts.deficiencies < 3:  # the first in mammography alone, with few days left on the certificate
        case.facts.plan = CorrectiveActionPlan()
        case.enter(Stage.CORRECTIVE_ACTION)
    else:
        invoiced = max((one.occurrence for one in case.facts.invoices if one.purpose == "site_survey"), default=0)
        case.facts.surveys.append(Survey(number=1 + max(invoiced, len(case.facts.surveys))))
        case.enter(Stage.SURVEY)


def view_report(case: Cycle, _message: ViewFinalReport) -> None:
    """Somebody at the facility has viewed the report, or the appeal's result."""
    reported = case.facts.reported
    if reported and reported.viewed_at is None:
        reported.viewed_at = case.at


def return_images(case: Cycle, _message: ReturnImages) -> None:
    """The images are back at the facility (CD and film)."""
    case.facts.round.images_returned_at = case.at
