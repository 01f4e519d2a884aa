"""Drives lives of the product: each message as its senders send it, each window passed on the case's own clock."""

import asyncio
import time
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from bench.peers.ledger import Tail
from bench.peers.life import OPTION
from bench.peers.lived import Lived
from bench.peers.null import FEE, INVOICE
from bench.peers.sample import AREAS, FACILITY, FAILS, LETTER_FILE, OFFICE, an_application, exams, findings, letter
from bench.peers.stepwise import SKIPS
from policy.messages import (
    AcceptApplication,
    ChooseOption,
    IssueAppealResult,
    IssueFinalReport,
    Message,
    RecordPayment,
    SubmitTestingPackage,
    ViewFinalReport,
)
from policy.office import OfficeSettings
from records.books import Books
from services.clock import now
from services.opening import JudgedApplication, judge_application, open_cases, start_case
from services.programs import parts_of
from services.security.signing import Sign
from services.sending import send_update

WITHIN = timedelta(seconds=240)
FORM_OPENS = timedelta(hours=49)
"""Beyond the opening of the option form, short of everything that follows."""
REST = timedelta(days=1600)
"""Beyond the expiry of a certificate."""
UNKNOWN, A_MOMENT, TIMES_AS_LONG = "payment.unknown_invoice", 0.1, 2
"""An invoice can be read in the books a moment before its case knows it: who pays at once must pay again. A case hears
of it by a task, as of a message; so whoever pays waits twice as long as the last message took to be answered."""
NUMBERS = "SELECT what FROM rows WHERE life = ? AND what LIKE '2000-%' ORDER BY id DESC LIMIT 1"
INVOICES = "SELECT number, printf('%.2f', total) FROM invoices WHERE case_id = ? ORDER BY sequence DESC LIMIT 1"
LETTERS = "SELECT count(*) FROM notices WHERE case_id = ? AND kind = ? AND status = 'sent'"
ASK_EVERY = 0.01


class Office:
    """What sends the messages of an office.

    Attributes:
        client: The server that holds the cases.
        settings: Its settings.
        tail: Sees its books, or the ledger in their place.
        books: Its books, where cases are announced; null: the activities do nothing, and cases are started as they are.
        sign: Proves who sends a message; null: nobody asks.
        letter: The file of the appeal letter.
    """

    def __init__(
        self,
        client: Client,
        settings: OfficeSettings,
        tail: Tail,
        books: Books | None = None,
        sign: Sign | None = None,
        letter_file: Path = LETTER_FILE,
    ) -> None:
        self.client, self.settings, self.tail, self.books, self.sign = client, settings, tail, books, sign
        self.letter = letter(letter_file, sha256(letter_file.read_bytes()).hexdigest())

    def judged(self, name: str) -> JudgedApplication:
        """Return an application, judged as `accredit start` judges it."""
        return judge_application(an_application(name), self.settings, now())


async def open_one(office: Office, name: str) -> str:
    """Open the case of a facility of that name and return its id."""
    judged = office.judged(name)
    if office.books is not None:
        return (await open_cases(judged, office.client, office.books))[0].case_id
    part = parts_of(judged.application, judged.edition)[0]
    case_id = str(part.case_id(1))
    await start_case(office.client, case_id, part, judged.begins, office.settings.zone)
    return case_id


class ProductLife:
    """Drives the lives of an office's cases."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._skipper = TimeSkipper(office.client, config=TimeSkippingConfig(max_session_skip_count=SKIPS))

    async def live(self, name: str, stop_at: str = "") -> Lived:
        """Drive one life."""
        case = _Case(self._office, self._skipper, await open_one(self._office, name))
        tail = self._office.tail
        await case.invoiced(1)
        await case.attempt(AREAS, "S-1", acceptable=False)
        await case.view()
        if stop_at == OPTION:
            return Lived(0.0, early=case.early)
        begun = time.perf_counter()
        appeal = {"option": "appeal", "attested": True, "letters": [self._office.letter]}
        await case.say(ChooseOption, by=FACILITY, **appeal)
        answered = time.perf_counter() - begun
        visible = await tail.seen(case.case_id, "option_received") - begun
        letter = await case.letter_out("option_received") - begun if self._office.books is not None else 0.0
        lost = findings((FAILS,), acceptable=False)
        await case.say(IssueAppealResult, by=OFFICE, arbitrator="Sample Arbitrator", findings=lost)
        await case.view()
        await case.say(ChooseOption, by=FACILITY, option="repeat", attested=True)
        await case.invoiced(2)
        await case.attempt((FAILS,), "S-2", acceptable=True)
        await tail.seen(case.case_id, "accredited")
        await case.pass_time(REST)
        await tail.seen(case.case_id, "expired")
        return Lived(visible, answered, letter, case.early)


class _Case:
    """One case, while it is driven."""

    def __init__(self, office: Office, skipper: TimeSkipper, case_id: str) -> None:
        self._office, self._skipper = office, skipper
        self.case_id, self.early = case_id, 0
        self._ids, self._views = count(1), 0
        self._begun, self._answered = time.perf_counter(), 0.0

    async def attempt(self, areas: tuple[str, ...], patient: str, *, acceptable: bool) -> None:
        """Pay, accept, hand in, report."""
        invoice, amount = self._due()
        await self.say(RecordPayment, by=OFFICE, invoice=invoice, amount=amount)
        await self.say(AcceptApplication, by=OFFICE)
        await self.say(SubmitTestingPackage, by=FACILITY, medium="upload", exams=exams(areas, patient))
        found = findings(areas, acceptable=acceptable)
        await self.say(IssueFinalReport, by=OFFICE, reviewers=["Reviewer One"], findings=found)

    async def view(self) -> None:
        """View the report, and wait until the option form is open."""
        self._views += 1
        await self.say(ViewFinalReport, by=FACILITY)
        await self.pass_time(FORM_OPENS)
        await self._office.tail.seen(self.case_id, "option_form_open", self._views)

    async def pass_time(self, by: timedelta) -> None:
        """Let time pass on the case's clock; it stops where the case ends."""
        await self._skipper.fast_forward(self._office.client.get_workflow_handle(self.case_id), by)

    async def say(self, kind: type[Message], **fields: Any) -> None:
        """Send a message; all of them must be accepted."""
        while True:
            message = kind.model_validate({"message_id": f"m{next(self._ids)}", **fields})
            begun = time.perf_counter()
            verdict = await send_update(self._office.client, self.case_id, message, WITHIN, self._office.sign)
            self._answered = time.perf_counter() - begun
            if verdict.accepted:
                return
            if verdict.rule != UNKNOWN:
                raise RuntimeError(f"{self.case_id}: {kind.NAME} was refused: {verdict}")
            self.early += 1
            await asyncio.sleep(A_MOMENT)

    async def invoiced(self, nth: int) -> None:
        """Wait for an invoice, as the facility does: until its letter is there."""
        await self._office.tail.seen(self.case_id, INVOICE, nth)
        self._answered = self._answered or time.perf_counter() - self._begun  # its first task was as long under way
        if self._office.books is not None:
            await self.letter_out(INVOICE, nth)
        await asyncio.sleep(max(A_MOMENT, TIMES_AS_LONG * self._answered))

    async def letter_out(self, kind: str, nth: int = 1) -> float:
        """Wait until so many letters of a kind are out, and return when that was."""
        while self._letters(kind) < nth:  # noqa: ASYNC110 (another process writes them)
            await asyncio.sleep(ASK_EVERY)
        return time.perf_counter()

    def _letters(self, kind: str) -> int:
        row = self._office.tail.ask(LETTERS, self.case_id, kind)
        return int(str(row[0])) if row else 0

    def _due(self) -> tuple[str, str]:
        """Return the newest invoice, and what is due on it."""
        real = self._office.books is not None
        row = self._office.tail.ask(INVOICES if real else NUMBERS, self.case_id)
        assert row is not None
        return str(row[0]), str(row[1]) if real else f"{FEE:.2f}"
