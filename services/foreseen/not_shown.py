"""Letters that a message causes and that nobody can show before it is sent: which one goes out, in a sentence, and why.

What an invoice says hangs on its number and on the day on which it is issued; a letter after a change is written by the
application as it stands then; what goes out once more stands in the books already.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from policy.dates import local_day
from policy.facts import ADOPTION
from policy.fees import total
from policy.keeping.reissuing import lines_of
from policy.messages import (
    AddLocations,
    AmendApplication,
    AssignArbitrator,
    CallOffValidationSurvey,
    ChangeFacility,
    ChooseOption,
    ConfirmCorrectiveActions,
    ConfirmPledge,
    CorrectAppealResult,
    CorrectFinalReport,
    CorrectSurveyReport,
    CorrectTestingPackage,
    DecideValidation,
    FileSurveyReport,
    InvoiceTravelExpenses,
    IssueAppealResult,
    IssueCreditNote,
    IssueFinalReport,
    IssueSupplementalResult,
    Message,
    MoveEdition,
    OfficeNote,
    Option,
    OrderValidationSurvey,
    QuoteFee,
    RecordMqsaCertificate,
    RecordPayment,
    ReissueInvoice,
    ReopenCase,
    ReportBouncedLetter,
    ResolveAttention,
    ReturnImages,
    SendLetterAgain,
    SetSupplementalReview,
    StartRenewal,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitReapplication,
    SubmitSelfAudit,
    SubmitSupplementalMaterials,
    SubmitTestingPackage,
    WriteOff,
)
from policy.words import dollars
from services.foreseen import surveys
from services.foreseen.before import Before

FEE = "The fee is invoiced by a letter of its own, which has its number then; where it must be quoted, once it is."
WAITS = "Where all has passed, the letter of the accreditation waits for the validation survey that was ordered."
GOES_ON = (
    "Where all has passed and the certificate waits for this survey alone, the letter of the accreditation goes out."
)
OF_A_GRANT = (IssueFinalReport, CorrectFinalReport, IssueAppealResult, CorrectAppealResult, IssueSupplementalResult)
OF_A_SURVEY = (CallOffValidationSurvey, DecideValidation, OrderValidationSurvey)
FOLLOWS: Mapping[Option, str] = {
    Option.APPEAL: "where nothing else is announced, the letters that the appeal's materials are complete follow",
    Option.REPEAT: "the fee of the repeat is invoiced by a letter of its own",
    Option.WITHDRAW: "the letter of the end of the case follows",
    Option.WITHDRAW_UNIT: "the letter of the end of the case follows",
}


def _reissued(message: ReissueInvoice, _before: Before) -> str:
    asked = f" over {dollars(total(lines_of(message)))}" if message.lines else ", by the fees in force,"
    return (
        f"Another invoice{asked} goes out by its own letter, and a letter that it takes the place of "
        f"{message.invoice}: its number and what stands paid on it are known once it is issued."
    )


def _quoted(message: QuoteFee, _before: Before) -> str:
    return f"An invoice of {dollars(message.amount)} is issued and goes out with its own letter."


def _surveyed(message: FileSurveyReport | CorrectSurveyReport, before: Before) -> str:
    notes = []
    if any(one.name == "final_report" and one.met is False and not one.over for one in before.case.deadlines):
        notes.append("The letter that the final report is overdue goes out too.")
    if message.travel_expenses:
        asked = sum((one.amount for one in message.travel_expenses), start=Decimal("0.00"))
        anew = " where it asks for another sum than before" if isinstance(message, CorrectSurveyReport) else ""
        notes.append(f"An invoice of the travel expenses, {dollars(asked)}, goes out with its own letter{anew}.")
    if message.satisfactory and not (before.is_designation or before.is_survey_based):
        notes.append(FEE)
    return " ".join(notes)


def _amended(_message: AmendApplication, before: Before) -> str:
    if not before.is_designation:
        return ""
    return (
        "Where other locations cost another fee, their invoice becomes void and a new one goes out by its own letter."
    )


def _facility(message: ChangeFacility, _before: Before) -> str:
    anew = ", and the certificate by another one" if message.new_certificate else ""
    moved = "; the office is asked to look at the move of an accredited unit" if message.kind == "moved" else ""
    return (
        f"A letter of the change goes out{anew}{moved}: with the names and addresses as they are then, "
        "so that it cannot be shown before."
    )


def _again(message: SendLetterAgain, _before: Before) -> str:
    corrected = " and the corrected one" if message.corrected else ""
    return f"Letter {message.notice} goes out again, to the addresses of the application{corrected}."


def _chosen(message: ChooseOption, _before: Before) -> str:
    follows = f"; {FOLLOWS[message.option]}" if message.option in FOLLOWS else ""
    return (
        "A letter goes out that the form has come, with its summary on paper, which is made from the form as it was "
        f"received{follows}."
    )


def _materials(message: SubmitAppealMaterials, _before: Before) -> str:
    if not message.complete:
        return ""
    return (
        "A letter goes out that the materials are complete, and to the office the arbitrator's packet, which is put "
        "together from the whole case then."
    )


def _returned(_message: ReturnImages, _before: Before) -> str:
    return "A letter goes out once the option form is open and the report was viewed: it lists what is offered then."


def _resolved(message: ResolveAttention, _before: Before) -> str:
    kind = message.item.partition(".")[0]
    if message.item == ADOPTION:
        return "Each invoice that is unpaid is reminded of by a letter: what is owed is counted then."
    if message.action != "retry":
        return ""
    if kind == "notice":
        return "The letter that could not be delivered goes out again, as the case is then."
    if kind == "fee":
        return "The invoice that could not be issued goes out by its own letter, which has its number then."
    return "The renewal is tried again: its letters go out from its own case." if kind == "renewal" else ""


def _reopened(_message: ReopenCase, before: Before) -> str:
    closed_at, zone = before.case.closed_at, before.terms.zone
    days = (local_day(before.at, zone) - local_day(closed_at, zone)).days if closed_at else 0
    later = f", {days} day{'' if days == 1 else 's'} later than they were" if days else ""
    return (
        f"A letter goes out that the case is open again, with the dates that run{later}: which ones they are, the "
        "closed case tells only then. An invoice that became void with the closing comes anew by its own letter."
    )


def _settled(message: RecordPayment | WriteOff | IssueCreditNote, before: Before) -> str:
    """Say that locations are added where their fee is settled with it."""
    own = [one for one in before.facts.invoices if one.number == message.invoice]
    if not own or own[0].purpose != "additional_locations" or message.amount < own[0].outstanding:
        return ""
    return "Where the locations are added with it, a letter says so: it goes out once the books have taken this."


def _travelled(message: InvoiceTravelExpenses, _before: Before) -> str:
    asked = sum((one.amount for one in message.travel_expenses), Decimal(0))
    return f"An invoice of {dollars(asked)} goes out by its own letter, which has its number then."


def _priced(message: SetSupplementalReview, _before: Before) -> str:
    if not message.fee:
        return ""
    return f"An invoice of {dollars(message.fee)} goes out by its own letter, which has its number then."


def _fee(_message: Message, _before: Before) -> str:
    return FEE


def _renewal(_message: StartRenewal, _before: Before) -> str:
    return "The renewal is a case of its own: what it begins with, a letter and an invoice, goes out from there."


NOT_SHOWN: Mapping[type[Message], Callable[[Any, Before], str]] = {
    ReissueInvoice: _reissued,
    QuoteFee: _quoted,
    InvoiceTravelExpenses: _travelled,
    FileSurveyReport: _surveyed,
    CorrectSurveyReport: _surveyed,
    AmendApplication: _amended,
    ChangeFacility: _facility,
    SendLetterAgain: _again,
    ChooseOption: _chosen,
    SubmitAppealMaterials: _materials,
    ReturnImages: _returned,
    ResolveAttention: _resolved,
    ReopenCase: _reopened,
    RecordPayment: _settled,
    WriteOff: _settled,
    IssueCreditNote: _settled,
    SetSupplementalReview: _priced,
    ConfirmCorrectiveActions: _fee,
    SubmitReapplication: _fee,
    AddLocations: _fee,
    StartRenewal: _renewal,
}
"""What each message's preview says of letters that it cannot show; empty: there is none this time."""
SILENT: frozenset[type[Message]] = frozenset(
    {
        AssignArbitrator,
        ConfirmPledge,
        CorrectTestingPackage,
        MoveEdition,
        OfficeNote,
        RecordMqsaCertificate,
        ReportBouncedLetter,
        SubmitCorrectiveActionPlan,
        SubmitSelfAudit,
        SubmitSupplementalMaterials,
        SubmitTestingPackage,
    }
)
"""Messages that cause no letter at once."""


def sentence_of(message: Message, before: Before) -> str:
    """Return what a preview says of letters that a message causes and that it cannot show; empty: there are none."""
    told = NOT_SHOWN.get(type(message))
    if type(message) in (*OF_A_GRANT, *OF_A_SURVEY) and surveys.holds_grant(before):
        return WAITS if type(message) in OF_A_GRANT else GOES_ON
    return told(message, before) if told else ""
