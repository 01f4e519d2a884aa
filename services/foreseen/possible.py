"""Which messages a case can use now: what it waits for, and what never depends on its stage. The case alone judges.

The tables name stages, not rules: a message that is offered may still be refused, by a rule that says why.
"""

from collections.abc import Iterable
from typing import NamedTuple

from policy.application import Modality
from policy.facts import Stage
from policy.messages import (
    AcceptApplication,
    AddLocations,
    AmendApplication,
    AssignArbitrator,
    ChooseOption,
    CloseCase,
    ConfirmCorrectiveActions,
    ConfirmPledge,
    DecideAfterFailure,
    DecideCorrectiveActionPlan,
    DecideDesignation,
    ExtendDueDate,
    ExtendProvisionalCertificate,
    FileSurveyReport,
    GrantInterimAccreditation,
    IssueAppealResult,
    IssueCreditNote,
    IssueFinalReport,
    Message,
    MoveEdition,
    OrderImageCheck,
    QuoteFee,
    RecordMqsaCertificate,
    RecordPayment,
    RecordRefund,
    ReportImageCheck,
    ResolveAttention,
    ReturnApplication,
    ReturnImages,
    ScheduleSurvey,
    StartRenewal,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitImageCheckPlan,
    SubmitTestingPackage,
    UndoPayment,
    ViewFinalReport,
    WithdrawCase,
    WriteOff,
)
from policy.status import CaseStatus
from records.money_queries import UNSETTLED
from records.words import Program
from services.message_fields import schema_of

Kinds = tuple[type[Message], ...]
ACCREDITATION: dict[str, Kinds] = {
    Stage.APPLICATION: (AcceptApplication, ReturnApplication),
    Stage.TESTING: (SubmitTestingPackage,),
    Stage.REVIEW: (IssueFinalReport,),
    Stage.OPTIONS: (ViewFinalReport, ChooseOption, ReturnImages),
    Stage.APPEAL: (SubmitAppealMaterials, AssignArbitrator, IssueAppealResult),
    Stage.CORRECTIVE_ACTION: (SubmitCorrectiveActionPlan, DecideCorrectiveActionPlan, ConfirmCorrectiveActions),
    Stage.SURVEY: (ScheduleSurvey, FileSurveyReport),
    Stage.ACCREDITED: (StartRenewal, ViewFinalReport),
}
"""What a cycle takes in each of its stages."""
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
    Stage.DECISION: (DecideDesignation,),
    Stage.DESIGNATED: (AddLocations, ConfirmPledge, StartRenewal),
}
"""The same of a designation."""
MONEY: Kinds = (RecordPayment, IssueCreditNote, WriteOff, RecordRefund, UndoPayment)
"""What a closed case takes too."""
ANY_TIME: Kinds = (ExtendDueDate, ResolveAttention, QuoteFee, AmendApplication, MoveEdition, WithdrawCase, CloseCase)

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


def possible_messages(case: CaseStatus) -> Possible:
    """Return the messages that a case can use as it stands; a closed one takes money alone."""
    money = tuple(kind for kind in MONEY if _has_money(case, kind))
    if case.closed_at is not None:
        return Possible((), money, ())
    designation = case.case.startswith(f"{Program.DICOE}.")
    stages = DICOE if designation else ACCREDITATION
    returned = case.awaited != IMAGES_BACK
    now = tuple(kind for kind in stages.get(str(case.stage), ()) if kind is not ReturnImages or not returned)
    any_time = tuple(kind for kind in ANY_TIME if _is_of_use(case, kind))
    if (case.application or {}).get("modality") == Modality.MAMMOGRAPHY:
        now, any_time = now + MAMMOGRAPHY.get(str(case.stage), ()), CERTIFICATE + any_time
    return Possible(now, money, any_time)


def _has_money(case: CaseStatus, kind: type[Message]) -> bool:
    issued = [one for one in case.invoices if one.number and one.total is not None]
    if kind is RecordRefund:
        return any(one.outstanding < 0 for one in issued)
    if kind is UndoPayment:
        return any(one.paid > 0 for one in issued)
    if kind is WriteOff:
        return any(one.status in UNSETTLED and one.outstanding > 0 for one in issued)
    return any(one.status != "void" for one in issued)


def _is_of_use(case: CaseStatus, kind: type[Message]) -> bool:
    if kind is ExtendDueDate:
        return bool(extendable(case))
    if kind is ResolveAttention:
        return bool(case.attention)
    if kind is QuoteFee:
        return case.stage == Stage.DESIGNATED or any(one.number is None for one in case.invoices)
    return True


def extendable(case: CaseStatus) -> list[str]:
    """Return the windows that run, or have passed and decide something still, and that the office may extend."""
    known: Iterable[str] = schema_of(ExtendDueDate)["properties"]["deadline"]["enum"]
    running = {one.name for one in case.deadlines if not one.over}
    return [name for name in known if name in running]
