"""Where a case stands: the answer of the query `status`, which the books keep, pages read and `accredit schema` shows.

Read tolerantly: the books hold what cases said years ago, when some of these names did not exist yet.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from policy.words import Outcome, Party, Stage

Instant = Annotated[datetime, PlainSerializer(lambda at: at.isoformat(), return_type=str, when_used="json")]
"""An instant, in JSON with its offset as it stands (`+00:00`)."""
Dollars = Annotated[Decimal, PlainSerializer(lambda sum_: f"{sum_:.2f}", return_type=str, when_used="json")]
"""An amount in US dollars, in JSON as text with two decimals."""


OFFICE_WINDOWS = frozenset({"fda_notice"})
"""Windows in which the office itself must act towards an authority: no facility hears of them, in no letter or page."""
UNANNOUNCED = "the validation survey's report"
"""What a case awaits of the surveyors; until that report is filed, only of an announced survey its facility knows."""


def is_secret(awaited: str, validation: object) -> bool:
    """Whether what a case awaits would tell its facility of an unannounced survey.

    Args:
        awaited: What is awaited, in the case's words.
        validation: The validation survey as the status gives it; None: the facility knows of none.
    """
    return awaited == UNANNOUNCED and validation is None


class View(BaseModel):
    """A part of the answer; what this code does not know is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AreaView(View):
    """An area of the unit and what is known of it."""

    id: str
    state: str = Field(description="untested, acceptable, not_acceptable or withdrawn.")


class DeadlineView(View):
    """A deadline as it stands."""

    name: str
    opens_at: Instant = Field(description="The instant from which it counts.")
    due_at: Instant = Field(description="The last instant that is in time.")
    met: bool | None = Field(None, description="True: done in time. False: its time passed. Null: open, or dropped.")
    over: bool = Field(False, description="Whether nothing can happen to it any more.")


class OptionView(View):
    """An option of the option form: open, or closed by a rule."""

    option: str
    open: bool
    rule: str | None = Field(None, description="The rule that closes it; null where it is open.")
    reason: str | None = Field(None, description="Why it is closed; what holds for it where it is open.")
    source: str | None = Field(None, description="Where that stands.")
    instead: tuple[str, ...] = Field((), description="What is possible instead.")


class InvoiceView(View):
    """An invoice of the case, US dollars."""

    number: str | None = Field(None, description="Null until it is issued.")
    purpose: str
    total: Dollars | None = Field(None, description="Null until it is issued.")
    paid: Dollars = Field(Decimal("0.00"), description="What came, less what was refunded.")
    credited: Dollars = Field(Decimal("0.00"), description="What credit notes took off it.")
    written_off: Dollars = Field(Decimal("0.00"), description="What the office gave up.")
    status: str = Field("open", description="open, partly_paid, paid or void.")
    due_at: Instant | None = None

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; less than nothing where too much was paid."""
        return (self.total or Decimal("0.00")) - self.credited - self.written_off - self.paid


class AttentionView(View):
    """Something that somebody at the office must look at."""

    item: str = Field(description="Its name in the case, by which `resolve_attention` ends it.")
    rule: str
    since: Instant
    text: str = ""


class CertificateView(View):
    """The certificate of an accredited unit."""

    granted_at: Instant
    counts_from: Instant = Field(description="When its term begins: the day the first area passed.")
    expires_at: Instant


class MqsaView(View):
    """The MQSA certificate of a mammography case, and how its end is bridged."""

    kind: str = Field(description="full or provisional.")
    expires_on: date = Field(description="Its last day.")
    interim_until: Instant | None = Field(None, description="Until when interim accreditation bridges its end.")


class DesignationView(View):
    """A practice's designation."""

    designated_at: Instant
    mid_cycle_at: Instant | None = Field(None, description="From then on locations may be added.")
    expires_at: Instant


class LocationView(View):
    """A location of a designated practice."""

    id: str
    added_at: Instant | None = None


class ValidationView(View):
    """A validation site survey of the unit, once its facility knows of it."""

    number: int
    announced: bool
    mode: str = Field(description="on_site or virtual.")
    on: Instant | None = Field(None, description="The instant of its day, where it is known.")
    state: str = Field(description="ordered, response, decision or corrective_action: what comes next, or is owed.")
    respond_by: Instant | None = Field(None, description="Until when a response is due, or was.")
    to_address: tuple[str, ...] = Field((), description="What a response must answer.")


class AnnualUpdateView(View):
    """An annual update that was asked for and has not come."""

    number: int
    asked_at: Instant


class PauseView(View):
    """A pause of the case, in which its windows stand still."""

    since: Instant
    reason: str = ""


class CorrectionView(View):
    """Something that the office issued in error and corrected."""

    what: str = Field(description="testing_package, final_report, appeal_result, survey_report, option, closing …")
    first_at: Instant = Field(description="When it was submitted, issued or chosen first.")
    at: Instant
    reason: str = ""


class FollowUpView(View):
    """A note of the office that somebody looks at again; for the office alone."""

    item: str
    text: str = ""
    due_at: Instant
    assignee: str = ""


class FormerView(View):
    """What the facility, the practice or a location was called before something became of it."""

    id: str
    name: str = ""
    kind: str = Field(description="renamed, moved, merged or taken_over.")
    until: Instant = Field(description="When the office recorded it.")


class MissingView(View):
    """An accreditation that a designation rests on and that does not stand."""

    facility: str
    modality: str
    outcome: str = Field(description="How it ended; taken_back: a correction took its certificate back.")
    at: Instant = Field(description="When it ended.")


class CaseStatus(View):
    """Where a case stands. Areas, options and certificate are an accreditation's; designation and locations a
    designation's.
    """

    case: str = Field(description="The id of the case and of its workflow.")
    opened_at: Instant | None = None
    adopting: bool = Field(False, description="Whether the office still enters what happened before it adopted it.")
    closed_at: Instant | None = None
    stage: Stage | str
    outcome: Outcome | str | None = Field(None, description="How it ended; null while it is open.")
    awaited_party: Party | str | None = Field(None, description="Who must act next; null: nobody.")
    awaited: str = Field("", description="What is awaited, in words.")
    deficiencies: int = Field(0, description="How many deficiencies count against the unit.")
    areas: tuple[AreaView, ...] = ()
    certificate: CertificateView | None = None
    validation: ValidationView | None = Field(
        None,
        exclude_if=lambda value: value is None,
        description="A validation survey that is not decided on; an unannounced one from its report on. Else left out.",
    )
    annual_update: AnnualUpdateView | None = Field(
        None,
        exclude_if=lambda value: value is None,
        description="An annual update that was asked for and has not come. Else left out.",
    )
    mqsa: MqsaView | None = Field(None, description="Of mammography: the certificate on file.")
    designation: DesignationView | None = None
    locations: tuple[LocationView, ...] = ()
    options: tuple[OptionView, ...] = Field((), description="Empty where no outcome asks for a choice.")
    deadlines: tuple[DeadlineView, ...] = ()
    attention: tuple[AttentionView, ...] = ()
    paused: PauseView | None = Field(None, description="The pause that it is in; due dates move when it is resumed.")
    corrections: tuple[CorrectionView, ...] = Field((), description="What was issued in error and corrected.")
    correctable: tuple[str, ...] | None = Field(
        None,
        exclude_if=lambda value: value is None,
        description="Messages that correct something: of those, the ones for which something was issued or chosen. Left"
        " out: the case is closed, or the books tell it, which do not keep this.",
    )
    follow_ups: tuple[FollowUpView, ...] = Field((), description="Notes of the office that are to be followed up.")
    former: tuple[FormerView, ...] = Field(
        (), exclude_if=lambda value: not value, description="What the facility was called before; left out: the same."
    )
    missing_accreditations: tuple[MissingView, ...] = Field(
        (),
        exclude_if=lambda value: not value,
        description="Of a designation: accreditations that it rests on and that do not stand; left out: none.",
    )
    invoices: tuple[InvoiceView, ...] = ()
    edition: str | None = Field(None, description="The edition of the rules that the case carries.")
    renewal: str | None = Field(None, description="The case that renews this one.")
    earlier_entries: int = Field(0, description="How many entries of the timeline stand in the books alone.")
    application: dict[str, Any] | None = Field(None, description="The application as it stands, with every correction.")


class EntryView(View):
    """A line of the timeline, as the query `timeline` and the books give it."""

    at: datetime
    kind: str
    by: str
    text: str
    detail: dict[str, Any] = {}


class MarkView(View):
    """An instant at which the case will do something by itself, as the query `agenda` gives it."""

    at: datetime
    label: str
    kind: str = ""
