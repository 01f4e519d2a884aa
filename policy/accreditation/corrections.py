"""Corrections in an accreditation cycle: of a report, a result, a survey, an option that was chosen.

What was issued in error is corrected until something has followed from it. A corrected report or result is a new one
for the clocks: the form opens 48 hours after it, and the facility has its whole time (decided: what it may choose hangs
on what the report says). The certificate of a grant that a correction leaves standing counts from the day from which it
counted, where an area that passed first has still passed; none begins before the correction where nothing had.
"""

from policy.accreditation.appeal import judge_arbitrator_alone
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.image_check import open_check
from policy.accreditation.option_table import name_of
from policy.accreditation.reinstatement import judge_survey_findings
from policy.accreditation.rounds import Round
from policy.accreditation.testing_package import judge_findings, judge_recommendations
from policy.facts import CaseFacts, InvoiceFact, Stage
from policy.messages import CorrectAppealResult, CorrectFinalReport, CorrectSurveyReport, Option, UndoOption
from policy.rules import refuse
from policy.verdict import Refused


def followed(what: str, *instead: str) -> Refused:
    """Return the refusal of a correction that comes too late. `what`: a sentence that says what has followed."""
    return refuse("correction.already_followed", what, *instead)


def judge_report_correction(facts: CycleFacts, message: CorrectFinalReport) -> None:
    """Judge that the newest final report can be corrected, and that the corrected one is a report.

    Raises:
        Refused: `case.wrong_stage`, `correction.already_followed` or `report.*`.
    """
    reported = facts.reported
    if reported is None:
        raise refuse("case.wrong_stage", f"There is no final report; the case is in the stage {facts.stage.words}.")
    _judge_choice(facts, reported)
    if reported.appeal is not None:
        raise followed("An appeal of this report was decided.", "Correct its result (correct_appeal_result).")
    if reported.supplemental_decided:
        raise followed("A supplemental review of this report was decided.")
    judge_grant(facts)
    if facts.stage not in (Stage.OPTIONS, Stage.ACCREDITED):
        raise _under_way(facts, "report")
    judge_findings(message.findings, reported.areas)
    judge_recommendations(message.findings)


def judge_result_correction(facts: CycleFacts, message: CorrectAppealResult) -> None:
    """Judge that the newest appeal result can be corrected, and that the corrected one is a result.

    Raises:
        Refused: `case.wrong_stage`, `correction.already_followed`, `appeal.arbitrator_not_independent` or `report.*`.
    """
    reported = facts.reported
    appeal = reported.appeal if reported else None
    if reported is None or appeal is None or appeal.findings is None:
        raise refuse("case.wrong_stage", f"No appeal result was issued; the case is in the stage {facts.stage.words}.")
    if facts.option_of_form() is not Option.APPEAL:  # the choice that led to it did not follow from it
        _judge_choice(facts, reported)
    judge_grant(facts)
    if facts.stage not in (Stage.OPTIONS, Stage.ACCREDITED):
        raise _under_way(facts, "result")
    judge_arbitrator_alone(facts, message.arbitrator)
    judge_findings(message.findings, appeal.contested)


def _under_way(facts: CycleFacts, what: str) -> Refused:
    """Return the refusal of a correction while a stage is being left, or its certificate waits for a survey."""
    if facts.validation and facts.validation.holds_grant:
        return refuse(
            "case.wrong_stage",
            f"What follows from the {what} waits for validation survey {facts.validation.number}.",
            "Decide the survey first (decide_validation), or call it off (call_off_validation_survey).",
        )
    return refuse("case.wrong_stage", f"What follows from the {what} is under way.", "Send it again in a minute.")


def _judge_choice(facts: CycleFacts, reported: Round) -> None:
    choice = reported.form.choice if reported.form else None
    if choice is not None:
        name = name_of(choice.option, facts.deficiencies)
        raise followed(
            f"The facility has chosen {name}.", "Undo the option first (undo_option), where nothing followed from it."
        )


def judge_grant(facts: CycleFacts) -> None:
    """Judge that nothing has followed from a grant: it may be taken back until the renewal's notice."""
    if facts.stage is not Stage.ACCREDITED:
        return
    if facts.renewal or facts.last_renewal:
        raise followed(f"The renewal {facts.renewal or facts.last_renewal} was applied for.")
    if facts.latest("renewal_application"):
        raise followed("The certificate ran until its renewal notice was sent.")
    if facts.predecessor:
        raise followed(f"The case that it renews, {facts.predecessor}, was closed by this grant.")
    if facts.validation:
        raise followed(
            f"Validation survey {facts.validation.number} of the accredited unit is under way.",
            "Decide it first (decide_validation).",
        )
    if (check := open_check(facts)) is not None:
        raise followed(f"Random image check {check.number} of the accredited unit is under way.", "Let it end first.")


def judge_survey_correction(facts: CycleFacts, message: CorrectSurveyReport) -> None:
    """Judge that the newest survey report can be corrected, and that the corrected one is a report.

    Raises:
        Refused: `case.wrong_stage`, `correction.already_followed`, `survey.area_missing` or `report.unknown_area`.
    """
    survey = facts.surveys[-1] if facts.surveys else None
    if survey is None or not survey.visits:
        raise refuse("case.wrong_stage", f"No survey was reported; the case is in the stage {facts.stage.words}.")
    if survey.satisfactory:
        if facts.stage is not Stage.APPLICATION:
            raise followed("The reinstatement that follows from it is being tested.")
        judge_unbegun(facts, "reinstatement")
    elif survey.team:
        raise followed("Another visit of the survey was scheduled.")
    if survey.travel is not None:
        judge_travel(facts, message, survey.travel)
    judge_survey_findings(facts, message.findings)


def judge_travel(facts: CaseFacts, message: CorrectSurveyReport, occurrence: int) -> InvoiceFact | None:
    """Return the invoice of a report's travel expenses that must be issued anew; None: it asks for the right sum.

    Raises:
        Refused: `correction.already_followed`: something of it was paid.
    """
    invoice = facts.standing_invoice("travel_expenses", occurrence)
    if invoice is None or invoice.total == sum(one.amount for one in message.travel_expenses):
        return None
    if invoice.paid or invoice.carries or invoice.credited or invoice.written_off:
        raise followed(
            f"The travel expenses of invoice {invoice.number or invoice.replaces} were paid or taken off.",
            "Send the travel expenses as they were invoiced, and issue that invoice anew (reissue_invoice).",
        )
    return invoice


def judge_unbegun(facts: CycleFacts, name: str) -> None:
    """Judge that nothing has come of an attempt: no acceptance, no money.

    Raises:
        Refused: `correction.already_followed`.
    """
    if facts.round.accepted_at is not None:
        raise followed(f"The application of the {name} was accepted.")
    judge_unpaid(facts.round_fee(), name)


def judge_unpaid(fee: InvoiceFact | None, name: str) -> None:
    """Judge that nothing was paid, credited or written off of a fee that an option has raised.

    Raises:
        Refused: `correction.already_followed`.
    """
    if fee and fee.carries:
        raise followed(f"Of the {name} fee something was paid, and its new invoice is not issued yet.")
    if fee and (fee.paid or fee.credited or fee.written_off or fee.waived):
        raise followed(
            f"Of the {name} fee something was paid or taken off (invoice {fee.number or 'waived'}).",
            "Undo the payment first (undo_payment), where it was entered by mistake.",
        )


def judge_undo(facts: CycleFacts, _message: UndoOption) -> None:
    """Judge that nothing has followed from the option that was chosen.

    Raises:
        Refused: `case.wrong_stage` or `correction.already_followed`.
    """
    reported = facts.reported
    choice = reported.form.choice if reported and reported.form else None
    if reported is None or choice is None:
        if reported and reported.appeal_decided:
            raise followed("The appeal's result was issued.")
        if reported and reported.supplemental_decided:
            raise followed("The result of the supplemental review was issued.")
        raise refuse("case.wrong_stage", f"No option was chosen; the case is in the stage {facts.stage.words}.")
    if reported.appeal_decided and facts.stage is Stage.ACCREDITED and choice.option is Option.APPEAL:
        raise followed("The appeal's result was issued.", "Correct it (correct_appeal_result).")
    if facts.stage is Stage.ACCREDITED:
        raise followed("The certificate was granted.")
    match choice.option:
        case Option.REPEAT:
            judge_unbegun(facts, "repeat")
        case Option.SUPPLEMENTAL_REVIEW if reported.supplemental and reported.supplemental.accepts is not None:
            raise followed("The office has set the terms of the supplemental review.")
        case Option.REINSTATE:
            _judge_reinstatement(facts, reported)


def _judge_reinstatement(facts: CycleFacts, reported: Round) -> None:
    if facts.round is not reported:
        raise followed("The corrective actions are done, and the reinstatement is applied for.")
    if facts.stage is Stage.SURVEY:
        number = facts.surveys[-1].number
        judge_unpaid(facts.standing_invoice("site_survey", number), "site visit's base")
    elif facts.plan and (facts.plan.addressed is not None or facts.plan.decisions):
        raise followed("A corrective action plan was submitted.")
