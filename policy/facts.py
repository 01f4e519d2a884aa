"""What is known of any case: its stage, deadlines, invoices, what it waits for, and the answers that it gave.

Facts are the whole of a case's memory. They are plain data, so that a case can be carried on in a new run, asked by a
query, and judged by pure functions. They change in the stages and effects of `workflows` alone.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from policy.application import Contact, ContactRole
from policy.fees import FeeLine
from policy.messages import Message, Role
from policy.verdict import Verdict
from policy.words import Outcome as Outcome
from policy.words import Party as Party
from policy.words import Stage as Stage


class Fact(BaseModel):
    """Data that a case carries for years: unknown fields are left out, new ones need defaults."""

    model_config = ConfigDict(extra="ignore")


class Deadline(Fact):
    """A window that closes, or a date that something happens on.

    Attributes:
        number: Its number within the case.
        name: Its public name, for example `option_form`.
        rule: The rule that speaks when it has passed; it is named on the timer.
        source: Where that rule stands.
        opens_at: The instant (UTC) from which it counts.
        due_at: The last instant (UTC) that is still in time.
        met: True: done in time; False: its time passed; None: still open, or dropped.
        over: Nothing can happen to it any more.
        is_date: Something happens on its date by itself (a notice goes out), so that it is met when it comes.
        extended_from: The due instants that it had before, oldest first.
        opened_in_pause: When it was opened while its case was paused; it stands still from then on.
        attention: What somebody at the office must look at once it has passed; empty: nothing.
        late_notice: The kind of the notice that goes out once it has passed; empty: none by itself.
    """

    number: int
    name: str
    rule: str
    source: str
    opens_at: datetime
    due_at: datetime
    met: bool | None = None
    over: bool = False
    is_date: bool = False
    extended_from: list[datetime] = []
    opened_in_pause: datetime | None = None
    attention: str = ""
    late_notice: str = ""


class Mark(Fact):
    """An instant at which a case does something by itself.

    Attributes:
        at: The instant (UTC).
        kind: `opening` happens before a message of the same instant, everything else after it; at a `pause` nothing
            happens by itself, but the step that waits looks again.
        label: What the timer is called in the UI, at most 60 characters, naming rule and date.
        deadline: The number of the deadline that passes at the mark or that it reminds of.
        notice: The kind of the notice that goes out at the mark.
        invoice: The number of the invoice that it reminds of.
        item: The attention item that it raises: of a `follow_up`, which no pause of the case holds up. Of a `pause`:
            for what the step looks again, where the mark may have to be found.
    """

    at: datetime
    kind: Literal["opening", "deadline", "reminder", "silence", "pause", "invoice", "follow_up"]
    label: str
    deadline: int | None = None
    notice: str | None = None
    invoice: str | None = None
    item: str | None = None


class Asked(Fact):
    """What the case waits for, from whom and since when.

    Attributes:
        key: The name of the question, for example `application.1.fee`.
        party: Who is awaited.
        what: What is awaited, in words.
        since: The instant (UTC) since which.
        silent_from: The instant from which silence is counted: left out: the same.
        deadline: The name of the deadline that bounds it; where there is none the silence rule speaks.
        reminded: How often the silence rule has reminded.
    """

    key: str
    party: Party
    what: str
    since: datetime
    silent_from: datetime | None = None
    deadline: str | None = None
    reminded: int = 0


class PaymentFact(Fact):
    """A payment that was recorded, by the key of its message. `undone`: it was entered by mistake.

    When it was received, how, and its reference are not known of payments that an older version recorded.
    """

    key: str
    amount: Decimal
    undone: bool = False
    received_at: datetime | None = None
    method: str = ""
    reference: str = ""


class InvoiceFact(Fact):
    """An invoice that the case wants; `number` and `total` are known once it is issued. US dollars.

    `needs_quote`: the office must name the amount first. `ordered`: it was asked for and the answer is not there yet.
    `paid`: what came, less what was refunded. `credited`: what credit notes took off it. `written_off`: what the office
    gave up. `issued_at`: when the books issued it (null where that was not kept). `replaced_by`: the occurrence of the
    invoice of the same purpose that was issued in its place. `replaces`: the number of the one whose place it takes,
    `reissued_for` why, and `carries` the payments of that one, until it is issued and has them itself. `lines`: what
    somebody named that it asks for, until it is issued.
    """

    purpose: str
    occurrence: int
    notice: int | None = None
    number: str | None = None
    total: Decimal | None = None
    paid: Decimal = Decimal("0.00")
    credited: Decimal = Decimal("0.00")
    written_off: Decimal = Decimal("0.00")
    payments: list[PaymentFact] = []
    issued_at: datetime | None = None
    due_at: datetime | None = None
    replaced_by: int | None = None
    replaces: str | None = None
    reissued_for: str = ""
    carries: list[PaymentFact] = []
    lines: tuple[FeeLine, ...] = ()
    needs_quote: bool = False
    ordered: bool = False
    waived: bool = False
    void: bool = False

    @property
    def waits_for_quote(self) -> bool:
        """Whether the office must name the amount before anything else happens."""
        return self.needs_quote and not (self.ordered or self.number or self.waived or self.void)

    @property
    def replaced(self) -> bool:
        """Whether another invoice was issued in its place."""
        return self.replaced_by is not None

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid; less than nothing where too much was paid. Nothing before the invoice is issued."""
        if self.total is None:
            return Decimal("0.00")
        return self.total - self.credited - self.written_off - self.paid

    @property
    def settled(self) -> bool:
        """Whether nothing more is awaited: paid, credited or written off in full, or waived by the office."""
        return self.waived or (self.total is not None and self.outstanding <= 0)

    @property
    def taken_back(self) -> bool:
        """Whether the office took the whole of it back by credit notes: nothing was bought."""
        return self.void or bool(self.credited and self.credited == self.total and not self.paid)

    @property
    def status(self) -> str:
        """The state in the books: open, partly_paid, paid or void (also where nothing was paid and nothing is owed)."""
        given_up = self.credited + self.written_off
        if self.void or (given_up and given_up == self.total and not self.paid):
            return "void"
        if self.total is not None and self.outstanding <= 0:
            return "paid"
        return "partly_paid" if self.paid else "open"


class Attention(Fact):
    """Something that somebody at the office must look at."""

    item: str
    rule: str
    since: datetime
    text: str


class FollowUp(Fact):
    """A note of the office that somebody looks at again on a day. `item`: the attention item that it becomes then."""

    item: str
    text: str
    due_at: datetime
    assignee: str = ""


FOLLOW_UP = "follow_up"
"""What the attention item of a note begins with."""
LOAN = "loan"
"""What the attention item of a loaner unit begins with, whose loan is over."""


class Correction(Fact):
    """Something that the office issued in error and corrected.

    `what`: testing_package, final_report, appeal_result, survey_report or option. `first_at`: when it was submitted,
    issued or chosen first.
    """

    what: str
    first_at: datetime
    at: datetime
    reason: str


class Pause(Fact):
    """A pause of the case: since when, and why. Nothing falls due until it is resumed but what no pause holds."""

    since: datetime
    reason: str


class Former(Fact):
    """What the facility, the practice or a location was called before something became of it.

    `kind`: renamed, moved, merged or taken_over. `until`: when the office recorded it.
    """

    id: str
    name: str = ""
    kind: str
    until: datetime


UNHELD = frozenset({"mqsa_certificate", "interim_accreditation", "fda_notice", "renewal_notice", "expiry"})
"""Windows that no pause holds or moves: a federal date, a regulation's business days, the term of a grant."""
ADOPTION = "adoption"
"""The attention item of a case whose past is still being entered; resolving it lets the case live."""


RULES_REVISION = 3
"""The meaning of the rules for cases that open now (`CaseFacts.rules_revision`)."""


class Answer(Fact):
    """A message that was judged: what it said (its digest) and the verdict that it got."""

    digest: str
    verdict: Verdict


class CaseFacts(Fact):
    """What is known of any case.

    `invoice_reminders` (days after the due date) and `rules_revision` are settled when the case opens: what a later
    version adds to an edition's file, or to the meaning of a rule, never reaches a case that runs. Since revision 2
    documents are read, and messages that are dated back too far are refused; since revision 3 nobody but an adoption
    dates the office's own acts back (`policy.accreditation.backdating`), and what readings, "Settled since", say holds.
    `earlier_entries`: how many entries of the timeline stand in the books alone (`workflows.case.carrying`).
    `left_to_books`: marks of the messages whose answers stand there alone; one that comes again is asked for there.
    `adopting`: the office still enters what happened before it adopted the case; nothing falls due by itself
    meanwhile, and nobody is written to. `renewal_order`: the renewal that could not be opened, because its id is
    another case's, until the office has looked. `notes_written`: how many notes of the office there are. `paused`: the
    pause that the case is in. `departed`: contacts who have left since the case opened, by name. `former`: what the
    facility was before.
    `voided_by_closing`: the invoices (purpose and occurrence) that became void because the case closed.
    """

    case_id: str
    opened_at: datetime
    stage: Stage = Stage.APPLICATION
    stage_since: datetime | None = None
    seen_at: datetime | None = None
    adopting: bool = False
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    asked: Asked | None = None
    deadlines: list[Deadline] = []
    marks: list[Mark] = []
    invoices: list[InvoiceFact] = []
    invoice_reminders: list[int] = []
    rules_revision: int = 1
    attention: list[Attention] = []
    answers: dict[str, Answer] = {}
    timeline: list[dict[str, Any]] = []
    earlier_entries: int = 0
    left_to_books: list[str] = []
    predecessor: str | None = None
    predecessor_told: bool = False
    renewal: str | None = None
    last_renewal: str | None = None
    renewal_order: dict[str, Any] | None = None
    renewed: bool = False
    shared_start: datetime | None = None
    steps: int = 0
    notices: int = 0
    notes_written: int = 0
    follow_ups: list[FollowUp] = []
    paused: Pause | None = None
    corrections: list[Correction] = []
    departed: list[str] = []
    former: list[Former] = []
    voided_by_closing: list[tuple[str, int]] = []

    @property
    def contacts(self) -> list[Contact]:
        """Whom the office writes to, as the application lists them."""
        return []

    @property
    def key_roles(self) -> tuple[ContactRole, ...]:
        """The roles in which the application must list somebody."""
        return ()

    def keep_contacts(self, contacts: list[Contact]) -> None:
        """List these contacts from now on."""
        raise NotImplementedError  # each program's facts have an application of their own

    @property
    def program(self) -> str:
        """The program that the case belongs to: the first part of its id."""
        return self.case_id.partition(".")[0]

    @property
    def rulebook(self) -> str:
        """Whose articles the case cites: its program's, or those of a modality that has its own."""
        return self.program

    @property
    def reads_documents(self) -> bool:
        """Whether the documents of a message are read before it is judged."""
        return self.rules_revision >= 2

    @property
    def was_surveyed(self) -> bool:
        """Whether a team was named for a survey whose travel the facility pays."""
        return False

    @property
    def quoted(self) -> bool:
        """Whether the office quotes every fee of the case (outside the US)."""
        return False

    def senders(self, message: Message) -> frozenset[Role]:
        """Return the roles that may send a message to this case."""
        return message.SENDERS

    def deadline(self, name: str) -> Deadline | None:
        """Return the newest deadline of that name that is not over."""
        return next((d for d in reversed(self.deadlines) if d.name == name and not d.over), None)

    def latest(self, name: str) -> Deadline | None:
        """Return the newest deadline of that name, also one that is over."""
        return next((d for d in reversed(self.deadlines) if d.name == name), None)

    def invoice(self, purpose: str, occurrence: int) -> InvoiceFact | None:
        """Return the invoice that was ordered for a purpose, the first, second … time."""
        return next((i for i in self.invoices if (i.purpose, i.occurrence) == (purpose, occurrence)), None)

    def standing_invoice(self, purpose: str, occurrence: int) -> InvoiceFact | None:
        """Return the invoice for a purpose, or the one that was issued in its place."""
        invoice = self.invoice(purpose, occurrence)
        while invoice and invoice.replaced_by is not None:
            invoice = self.invoice(purpose, invoice.replaced_by)
        return invoice

    def unquoted(self) -> InvoiceFact | None:
        """Return the invoice that waits for the office's quote."""
        return next((i for i in self.invoices if i.waits_for_quote), None)

    def next_mark(self) -> Mark | None:
        """Return the mark that comes first; of two at one instant the opening, else the older one."""
        return min(self.running_marks(), key=lambda mark: (mark.at, mark.kind != "opening"), default=None)

    def running_marks(self) -> list[Mark]:
        """Return what the case does by itself; while it is paused only what no pause holds."""
        return [mark for mark in self.marks if self.paused is None or self.is_unheld(mark)]

    def is_unheld(self, mark: Mark) -> bool:
        """Whether no pause holds a mark: the office's own notes, and windows that are not the case's to hold."""
        if mark.deadline is None:
            return mark.kind == FOLLOW_UP
        return self.deadlines[mark.deadline].name in UNHELD
