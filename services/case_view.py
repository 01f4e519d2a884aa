"""Where a case stands, as the query `status` tells it or the books keep it: one shape for every page of the office.

Read tolerantly: the books hold what cases said years ago, when some of these names did not exist yet.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """A part of the answer; what this code does not know is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AreaView(View):
    """An area and what is known of it."""

    id: str
    state: str


class DeadlineView(View):
    """A deadline as it stands. `met`: true done in time, false its time passed, null open or dropped.

    `over`: nothing can happen to it any more.
    """

    name: str
    opens_at: datetime
    due_at: datetime
    met: bool | None = None
    over: bool = False


class OptionView(View):
    """An option of the form: open, or the rule that closes it, why and where it stands."""

    option: str
    open: bool
    rule: str | None = None
    reason: str | None = None
    source: str | None = None


class InvoiceView(View):
    """An invoice of the case, US dollars; `number` is null until it is issued."""

    number: str | None = None
    purpose: str
    total: Decimal | None = None
    paid: Decimal = Decimal("0.00")
    credited: Decimal = Decimal("0.00")
    status: str = "open"
    due_at: datetime | None = None

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; less than nothing where too much was paid."""
        return (self.total or Decimal("0.00")) - self.credited - self.paid


class AttentionView(View):
    """Something that somebody at the office must look at."""

    item: str
    rule: str
    since: datetime
    text: str = ""


class CertificateView(View):
    """The certificate."""

    granted_at: datetime
    counts_from: datetime
    expires_at: datetime


class DesignationView(View):
    """A practice's designation."""

    designated_at: datetime
    mid_cycle_at: datetime | None = None
    expires_at: datetime


class LocationView(View):
    """A location of a designated practice."""

    id: str


class EntryView(View):
    """A line of the timeline."""

    at: datetime
    kind: str
    by: str
    text: str
    detail: dict[str, Any] = {}


class MarkView(View):
    """An instant at which the case will do something by itself."""

    at: datetime
    label: str
    kind: str = ""


class CaseView(View):
    """Where a case stands."""

    case: str
    stage: str
    outcome: str | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    awaited_party: str | None = None
    awaited: str = ""
    deficiencies: int = 0
    areas: tuple[AreaView, ...] = ()
    certificate: CertificateView | None = None
    designation: DesignationView | None = None
    locations: tuple[LocationView, ...] = ()
    options: tuple[OptionView, ...] = ()
    deadlines: tuple[DeadlineView, ...] = ()
    invoices: tuple[InvoiceView, ...] = ()
    attention: tuple[AttentionView, ...] = ()
    edition: str | None = None
