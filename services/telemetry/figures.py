"""Figures of an office for Prometheus, beside the SDK's own: cases, windows, letters, who is turned away, what fails.

They are read from the books and from the server, not counted along: a worker that starts again says the same, and two
workers say it twice, so that a dashboard takes the greatest and not the sum. No figure names a case, a facility or a
person.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import product

from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.common import MetricGauge, MetricMeter
from temporalio.service import RPCError

from policy.facts import Stage
from records.books import Books
from records.reports.figures import Figures, figures, windows_over
from records.words import STAGES, NoticeStatus, Program
from services.clock import now
from services.security.senders import METRIC as TURNED_AWAY
from services.security.senders import TURNED_AWAY_BY
from services.versions.failing import MOST, failing_cases
from services.versions.standing import standing_of

log = logging.getLogger("accredit.figures")
OPEN = [stage for stage in STAGES if stage != Stage.CLOSED]
LOOK_EVERY = 15.0
"""Seconds between two looks; a scrape gives what the last one saw."""
WINDOWS_EVERY = 300.0
"""Seconds between two counts of the windows that are over: they are of all cases there ever were."""


class OfficeFigures:
    """The gauges, and what they were set to."""

    def __init__(self, meter: MetricMeter) -> None:
        """Make the gauges of a meter; a counter of messages that were turned away stands at 0 from the first on."""
        self._cases = meter.create_gauge("accredit_cases", "Open cases, by program and stage")
        self._attention = meter.create_gauge("accredit_cases_needing_attention", "Open cases the office must look at")
        self._failing = meter.create_gauge("accredit_cases_failing", f"Cases whose tasks fail; {MOST} at most")
        self._windows_at: float | None = None
        self._windows = meter.create_gauge("accredit_windows", "Windows that are over, by name and end: met or missed")
        self._letters = meter.create_gauge("accredit_letters", "Letters that are not out: pending or undeliverable")
        self._oldest = meter.create_gauge("accredit_oldest_letter_age_seconds", "Age of the oldest letter that waits")
        self._workers = meter.create_gauge("accredit_workers", "Workers that ask for tasks, by place of their version")
        self._books = meter.create_gauge("accredit_books_readable", "Whether the books could be read: 1 or 0")
        self._server = meter.create_gauge("accredit_server_answers", "Whether the server has answered: 1 or 0")
        turned_away = meter.create_counter(TURNED_AWAY, "Messages whose sender was not verified")
        for rule in TURNED_AWAY_BY:
            turned_away.add(0, {"rule": rule})

    def tell_books(self, found: Figures) -> None:
        """Set what the books say; a stage without cases says 0, and not what it said before."""
        for program, stage in product(Program, OPEN):
            self._cases.set(found.cases.get((program, stage), 0), {"program": program, "stage": stage})
        self._attention.set(found.attention)
        for status in (NoticeStatus.PENDING, NoticeStatus.UNDELIVERABLE):
            self._letters.set(found.letters.get(status, 0), {"status": status})
        age = (now() - found.oldest_letter).total_seconds() if found.oldest_letter else 0
        self._oldest.set(max(0, round(age)))

    def tell_windows(self, found: dict[tuple[str, bool], int]) -> None:
        """Set how many windows are over, by name and end."""
        for (name, met), number in found.items():
            self._windows.set(number, {"window": name, "end": "met" if met else "missed"})

    async def tell_server(self, client: Client, task_queue: str) -> None:
        """Set what the server says.

        Raises:
            RPCError: It does not answer.
        """
        failing, standing = await failing_cases(client), await standing_of(client, task_queue)
        self._failing.set(len(failing or ()))
        for place in ("current", "ramping"):
            found = [one.workers for one in standing.versions if one.place == place] if standing else []
            if found or place == "current":
                self._workers.set(sum(found), {"version": place})

    async def look(self, books: Books, client: Client, task_queue: str) -> None:
        """Look at books and server, and set every gauge; what is away is a figure too."""
        await self._tried(self._books, lambda: asyncio.to_thread(self._read, books))
        await self._tried(self._server, lambda: self.tell_server(client, task_queue))

    def _read(self, books: Books) -> None:
        at = time.monotonic()
        with books.reading() as session:
            self.tell_books(figures(session))
            if self._windows_at is None or at - self._windows_at >= WINDOWS_EVERY:
                self.tell_windows(windows_over(session))
                self._windows_at = at

    async def _tried(self, answers: MetricGauge, look: Callable[[], Awaitable[None]]) -> None:
        try:
            await look()
        except (SQLAlchemyError, RPCError, OSError) as error:
            log.warning("A figure could not be read (%s)", type(error).__name__)
            answers.set(0)
        else:
            answers.set(1)


@asynccontextmanager
async def told_figures(meter: MetricMeter, books: Books, client: Client, task_queue: str) -> AsyncIterator[None]:
    """Keep the figures up to date for as long as a block lasts.

    Args:
        meter: That of the process's runtime.
        books: The office's books.
        client: The server.
        task_queue: The queue whose workers are counted.
    """
    office = OfficeFigures(meter)

    async def keep_looking() -> None:
        while True:
            await office.look(books, client, task_queue)
            await asyncio.sleep(LOOK_EVERY)

    looking = asyncio.create_task(keep_looking())
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
