"""Which messages a case can use now: what it waits for, and what never depends on its stage. The case alone judges.

The tables name stages, not rules: a message that is offered may still be refused, by a rule that says why.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from policy.accreditation.oncology.judgement import JUDGES as ONCOLOGY_JUDGES
from policy.application import Modality
from policy.dates import local_day
from policy.facts import Outcome, Stage
from policy.keeping.pausing import HELD
from policy.messages import (
    AcceptApplication,
    AddLocations,
    AmendApplication,
    AssignArbitrator,
    CallOffValidationSurvey,
    ChangeFacility,
    ChooseOption,
    CloseCase,
    ConfirmCorrectiveActions,
    ConfirmPledge,
    CorrectAccreditationDecision,
    CorrectAppealResult,
    CorrectFinalReport,
    CorrectSurveyReport,
    CorrectTestingPackage,
    DecideAccreditation,
    DecideAfterFailure,
    DecideCorrectiveActionPlan,
    DecideDesignation,
    DecideValidation,
    ExtendDueDate,
    ExtendProvisionalCertificate,
    FileSurveyReport,
    FileValidationReport,
    GrantInterimAccreditation,
    InvoiceTravelExpenses,
    IssueAppealResult,
    IssueCreditNote,
    IssueFinalReport,
    IssueSupplementalResult,
    Message,
    MoveEdition,
    OfficeNote,
    OrderImageCheck,
    OrderValidationSurvey,
    PauseCase,
    QuoteFee,
    RecordMqsaCertificate,
    RecordPayment,
    RecordRefund,
    ReissueInvoice,
    ReopenCase,
    ReportAddedUnit,
    ReportBouncedLetter,
    ReportContactLeft,
    ReportImageCheck,
    ReportLoanerUnit,
    ReportPersonnelChange,
    ReportRelocation,
    ReportReplacedUnit,
    ResolveAttention,
    ResumeCase,
    ReturnApplication,
    ReturnImages,
    ScheduleSurvey,
    SendLetterAgain,
    SetSupplementalReview,
    StartRenewal,
    SubmitAnnualUpdate,
    SubmitAppealMaterials,
    SubmitCommitteeAppeal,
    SubmitCorrectiveActionPlan,
    SubmitImageCheckPlan,
    SubmitReapplication,
    SubmitSelfAudit,
    SubmitSupplementalMaterials,
    SubmitTestingPackage,
    SubmitValidationResponse,
    UndoOption,
    UndoPayment,
    ViewFinalReport,
    WithdrawCase,
    WriteOff,
)
from policy.office import OfficeSettings
from policy.rules import RADIATION_ONCOLOGY
from policy.status import CaseStatus
from records.money_queries import UNSETTLED
from records.words import Program
from services.facility.entries import book_of_id
from services.message_fields import schema_of

Kinds = tuple[type[Message], ...]
ACCREDITATION: dict[str, Kinds] = {
    Stage.APPLICATION: (AcceptApplication, ReturnApplication, UndoOption, CorrectSurveyReport),
    Stage.TESTING: (SubmitTestingPackage,),
    Stage.REVIEW: (IssueFinalReport, CorrectTestingPackage),
    Stage.OPTIONS: (ViewFinalReport, ChooseOption, ReturnImages, CorrectFinalReport, CorrectAppealResult),
    Stage.APPEAL: (SubmitAppealMaterials, AssignArbitrator, IssueAppealResult, UndoOption),
    Stage.CORRECTIVE_ACTION: (
        SubmitCorrectiveActionPlan,
        DecideCorrectiveActionPlan,
        ConfirmCorrectiveActions,
        UndoOption,
    ),
    Stage.SURVEY: (ScheduleSurvey, FileSurveyReport, CorrectSurveyReport, UndoOption),
    Stage.ACCREDITED: (
        StartRenewal,
        ViewFinalReport,
        CorrectFinalReport,
        CorrectAppealResult,
        OrderValidationSurvey,
        CallOffValidationSurvey,
        FileValidationReport,
        SubmitValidationResponse,
        DecideValidation,
        ReportPersonnelChange,
        ReportRelocation,
        ReportAddedUnit,
        SubmitAnnualUpdate,
        ReportReplacedUnit,
        ReportLoanerUnit,
    ),
}
"""What a cycle takes in each of its stages."""
VALIDATION: Kinds = (
    OrderValidationSurvey,
    CallOffValidationSurvey,
    FileValidationReport,
    SubmitValidationResponse,
    DecideValidation,
)
"""What it takes beside that from its acceptance on, before it is accredited."""
ONCOLOGY: dict[str, Kinds] = {
    Stage.APPLICATION: (AcceptApplication, ReturnApplication),
    Stage.SURVEY: (ScheduleSurvey, FileSurveyReport),
    Stage.DECISION: (DecideAccreditation, CorrectSurveyReport),
    Stage.CORRECTIVE_ACTION: (
        SubmitCorrectiveActionPlan,
        DecideCorrectiveActionPlan,
        SubmitCommitteeAppeal,
        SubmitSelfAudit,
        SubmitReapplication,
        ViewFinalReport,
        CorrectAccreditationDecision,
        CorrectAppealResult,
    ),
    Stage.APPEAL: (IssueAppealResult,),
    Stage.ACCREDITED: (
        *(kind for kind in ACCREDITATION[Stage.ACCREDITED] if kind in ONCOLOGY_JUDGES),
        CorrectAccreditationDecision,
    ),
}
"""The same of radiation oncology, which a survey accredits."""
MAMMOGRAPHY: dict[str, Kinds] = {
    Stage.REVIEW: (GrantInterimAccreditation,),
    Stage.OPTIONS: (DecideAfterFailure, GrantInterimAccreditation),
    Stage.APPEAL: (GrantInterimAccreditation,),
    Stage.ACCREDITED: (OrderImageCheck, ReportImageCheck, SubmitImageCheckPlan),
}
"""What a cycle of mammography takes beside that."""
CERTIFICATE: Kinds = (RecordMqsaCertificate, ExtendProvisionalCertificate)
"""What it takes in any stage."""
DICOE: dict[str, Kinds] = {
    Stage.APPLICATION: (AcceptApplication, ReturnApplication),
    Stage.SURVEY: (ScheduleSurvey, FileSurveyReport),
    Stage.DECISION: (DecideDesignation, CorrectSurveyReport),
    Stage.DESIGNATED: (AddLocations, ConfirmPledge, StartRenewal),
}
"""The same of a designation."""
MONEY: Kinds = (RecordPayment, IssueCreditNote, WriteOff, RecordRefund, UndoPayment, InvoiceTravelExpenses)
"""What a closed case takes too."""
OF_A_SURVEY = frozenset({"site_survey", "travel_expenses"})
"""Purposes of invoices by which a case is known to have had a survey."""
CLOSED: Kinds = (ReopenCase,)
"""What it takes while it may still be opened again."""
CORRECTIONS: frozenset[type[Message]] = frozenset(
    {
        CorrectFinalReport,
        CorrectAppealResult,
        CorrectSurveyReport,
        CorrectTestingPackage,
        CorrectAccreditationDecision,
        UndoOption,
    }
)
"""What the office may still correct, where nothing has followed from it; a paused case takes all but the last too."""
ANY_TIME: Kinds = (
    ExtendDueDate, ResolveAttention, QuoteFee, AmendApplication, MoveEdition, PauseCase, ResumeCase, OfficeNote,
    ReissueInvoice, ReportContactLeft, ReportBouncedLetter, SendLetterAgain, ChangeFacility, WithdrawCase, CloseCase,
)  # fmt: skip
WHILE_PAUSED: frozenset[type[Message]] = frozenset(
    {
        ReissueInvoice,
        ResumeCase,
        OfficeNote,
        ResolveAttention,
        CloseCase,
        ReportContactLeft,
        ReportBouncedLetter,
        SendLetterAgain,
        ChangeFacility,
    }
)
"""What a paused case takes beside money."""

OF_SUPPLEMENT: Kinds = (SetSupplementalReview, SubmitSupplementalMaterials, IssueSupplementalResult)
"""What it takes in the stage `review` while a supplemental review is held."""
SUPPLEMENTAL = frozenset(
    {
        "the terms of the supplemental review",
        "the materials of the supplemental review",
        "the supplemental review fee",
        "the result of the supplemental review",
    }
)
"""What a case waits for then."""
IMAGES_BACK = "the images' return"
"""What a case waits for whose images lie at the office still (CD and film)."""


class Possible(NamedTuple):
    """What a case can use now.

    Attributes:
        now: What its stage knows, what is awaited first.
        money: What changes what is owed.
        any_time: What does not depend on the stage.
    """

    now: Kinds
    money: Kinds
    any_time: Kinds

    def takes(self, model: type[Message]) -> bool:
        """Whether a message is among them."""
        return model in (*self.now, *self.money, *self.any_time)


def reopens(case: CaseStatus, office: OfficeSettings, at: datetime) -> bool:
    """Whether a closed case may still be opened again, as far as its own words tell: somebody closed it, lately."""
    if case.closed_at is None or case.outcome not in (Outcome.CLOSED_BY_ACR, Outcome.WITHDRAWN):
        return False
    days = (local_day(at, office.zone) - local_day(case.closed_at, office.zone)).days
    return days <= office.office.reopen_days


def possible_messages(case: CaseStatus, *, reopens: bool = False) -> Possible:
    """Return the messages that a case can use as it stands; a closed one takes money alone.

    Args:
        case: How it stands.
        reopens: Whether it is closed and may still be opened again.
    """
    money = tuple(kind for kind in MONEY if _has_money(case, kind))
    if case.closed_at is not None:
        return Possible((), money, CLOSED if reopens else ())
    stages = {Program.DICOE.value: DICOE, RADIATION_ONCOLOGY: ONCOLOGY}.get(book_of_id(case.case), ACCREDITATION)
    held = case.awaited in SUPPLEMENTAL and case.stage == Stage.REVIEW
    kinds = OF_SUPPLEMENT if held else stages.get(str(case.stage), ())
    if stages is ACCREDITATION and _is_surveyed_early(case):
        kinds += VALIDATION
    now = tuple(kind for kind in kinds if _is_possible(case, kind) and _suits_survey(case, kind))
    of_use = tuple(kind for kind in ANY_TIME if _is_of_use(case, kind))
    if case.paused:
        now = tuple(kind for kind in now if kind in CORRECTIONS - {UndoOption} or kind is ViewFinalReport)
        of_use = tuple(kind for kind in of_use if kind in WHILE_PAUSED)
    elif (case.application or {}).get("modality") == Modality.MAMMOGRAPHY:
        now, of_use = now + MAMMOGRAPHY.get(str(case.stage), ()), CERTIFICATE + of_use
    return Possible(now, money, of_use)


def _is_surveyed_early(case: CaseStatus) -> bool:
    """Whether a validation survey can happen before the grant: the application was accepted."""
    if case.stage in (Stage.ACCREDITED, Stage.CLOSED):
        return False
    return case.stage != Stage.APPLICATION or case.deficiencies > 0


def _is_possible(case: CaseStatus, kind: type[Message]) -> bool:
    """Whether something can have happened that a message of the stage is about."""
    if kind is ReturnImages:
        return case.awaited == IMAGES_BACK
    if kind in CORRECTIONS and case.correctable is not None:
        return kind.NAME in case.correctable
    if kind is UndoOption or (kind in CORRECTIONS and case.stage in (Stage.OPTIONS, Stage.APPLICATION)):
        return case.deficiencies > 0
    return True


def _suits_survey(case: CaseStatus, kind: type[Message]) -> bool:
    """Whether a message about a validation survey is of use: which one, unless it is an unannounced one, is known."""
    survey = case.validation
    reported = survey is not None and survey.state != "ordered"
    if kind in (OrderValidationSurvey, CallOffValidationSurvey, FileValidationReport):
        return not reported
    if kind is DecideValidation:
        return reported
    if kind is SubmitValidationResponse and survey:
        return reported and (survey.respond_by is not None or survey.state == "corrective_action")
    return kind is not SubmitValidationResponse


def _has_money(case: CaseStatus, kind: type[Message]) -> bool:
    issued = [one for one in case.invoices if one.number and one.total is not None]
    if kind is RecordRefund:
        return any(one.outstanding < 0 for one in issued)
    if kind is UndoPayment:
        return any(one.paid > 0 for one in issued)
    if kind is InvoiceTravelExpenses:
        return any(one.purpose in OF_A_SURVEY for one in issued) or _surveys_all(case)
    if kind is WriteOff:
        return any(one.status in UNSETTLED and one.outstanding > 0 for one in issued)
    return any(one.status != "void" for one in issued)


def _surveys_all(case: CaseStatus) -> bool:
    """Whether every case of the program has a survey, and this one has come so far."""
    surveyed = book_of_id(case.case) in (Program.DICOE.value, RADIATION_ONCOLOGY)
    return surveyed and case.stage != Stage.APPLICATION


def _is_of_use(case: CaseStatus, kind: type[Message]) -> bool:
    if kind is ExtendDueDate:
        return bool(extendable(case))
    if kind is ResolveAttention:
        return bool(case.attention or case.follow_ups)
    if kind is ReissueInvoice:
        return any(one.number and one.status != "void" for one in case.invoices)
    if kind is PauseCase:
        return case.stage not in HELD
    if kind is ResumeCase:
        return case.paused is not None
    if kind is SendLetterAgain:
        return any(one.item.startswith("notice.") for one in case.attention)
    if kind is QuoteFee:
        return case.stage == Stage.DESIGNATED or any(one.number is None for one in case.invoices)
    return True


def extendable(case: CaseStatus) -> list[str]:
    """Return the windows that run, or have passed and decide something still, and that the office may extend."""
    known: Iterable[str] = schema_of(ExtendDueDate)["properties"]["deadline"]["enum"]
    running = {one.name for one in case.deadlines if not one.over}
    return [name for name in known if name in running]
