"""Looks at a case before and after a moment: what the Temporal UI shows of it, its timeline, its letters and papers."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHandle

from pictures.wording import saying
from policy.dates import local_day
from policy.identity import parse_designation_id
from policy.money import NOTHING
from policy.status import EntryView
from policy.words import dollars
from records.money_queries import bills
from records.outbox import notices
from records.papers import papers
from records.queries import timeline
from records.tables import Invoice
from records.words import InvoiceStatus
from rehearsal.preparation import PreparedScenario
from rehearsal.scenario import Event, ExternalEvent
from rehearsal.world import World
from tools.before_after.moments import Moment

METADATA = "__temporal_workflow_metadata"
"""The query by which the Temporal UI asks a case for its details."""
HAPPENED = "WHAT HAPPENED"
"""The heading of a letter under which it says what it is about."""


class Letter(NamedTuple):
    """A letter as it went out: its subject, to which addresses and when, and the first sentences of what it says."""

    subject: str
    to: tuple[str, ...]
    at: datetime | None
    says: str


class Seen(NamedTuple):
    """A case at an instant.

    Attributes:
        details: The lines of the current details in the Temporal UI.
        entries: Its timeline, a line for each entry.
        letters: Its letters.
        papers: Its papers, each by kind and number.
        owed: US dollars that are owed on all its invoices, less what was paid too much.
    """

    details: tuple[str, ...]
    entries: tuple[str, ...]
    letters: tuple[Letter, ...]
    papers: tuple[str, ...]
    owed: str


class Sight(NamedTuple):
    """A moment as it was seen: on which day of its case, before and after."""

    moment: Moment
    day: float
    before: Seen
    after: Seen


Picture = Callable[[World, str, Moment, bool], Awaitable[None]]
"""Takes a picture of a case in a world, before a moment (false) or after it (true)."""


class Looker:
    """Looks at one life's moments while it is lived.

    Attributes:
        sights: What was seen, by the moment.
    """

    def __init__(
        self, plan: PreparedScenario, world: World, moments: Mapping[int, Moment], picture: Picture | None = None
    ) -> None:
        """Take a life and its moments, by the numbers of their events; `picture` also takes pictures of them."""
        self._plan, self._world, self._moments, self._picture = plan, world, moments, picture
        self._before: dict[int, Seen] = {}
        self.sights: dict[Moment, Sight] = {}

    async def look(self, event: Event | ExternalEvent, case_id: str, after: bool) -> None:
        """Look at a case, if the event is one of the moments: before it, or after it."""
        if (moment := self._moments.get(event.number)) is None:
            return
        seen = await look(self._world, case_id, event.instant(self._plan.opened_at))
        if self._picture:
            await self._picture(self._world, case_id, moment, after)
        if after:
            self.sights[moment] = Sight(moment, event.day, self._before[event.number], seen)
        else:
            self._before[event.number] = seen


async def look(world: World, case_id: str, at: datetime) -> Seen:
    """Return a case as it is seen: in the Temporal UI as it stands, in the books, money as of an instant."""
    details = await details_of(world.client.get_workflow_handle(case_id))
    with world.books.reading() as session:
        return Seen(
            tuple(line for line in details.splitlines() if line),
            tuple(_entries(session, case_id, world.settings.zone)),
            tuple(
                Letter(one.subject or one.kind, tuple(one.recipients), one.sent_at, _first_words(one.body or ""))
                for one in notices(session, case_id)
            ),
            tuple(f"{one.kind.replace('_', ' ')} {one.number}" for one in papers(session, case_id)),
            dollars(sum((_owed(bill.invoice) for bill in bills(session, at, case_id)), NOTHING)),
        )


async def details_of(case: WorkflowHandle[Any, Any]) -> str:
    """Return the current details of a case as the Temporal UI asks for them, in Markdown."""
    told: WorkflowMetadata = await case.query(METADATA, result_type=WorkflowMetadata)
    return told.current_details


def _owed(invoice: Invoice) -> Decimal:
    if invoice.status == InvoiceStatus.VOID:
        return NOTHING
    return invoice.total - invoice.credited - invoice.written_off - invoice.paid


def _entries(session: Session, case_id: str, zone: ZoneInfo) -> list[str]:
    designation = parse_designation_id(case_id) is not None
    told = [EntryView.model_validate(one, from_attributes=True) for one in timeline(session, case_id)]
    return [
        f"{local_day(one.at, zone)}  {one.kind:<9}  {saying(one, zone, designation=designation).text}" for one in told
    ]


def _first_words(body: str) -> str:
    """Return the first paragraph of what a letter says has happened, in one line."""
    _, _, told = body.partition(f"{HAPPENED}\n\n")
    return " ".join(told.partition("\n\n")[0].split())
