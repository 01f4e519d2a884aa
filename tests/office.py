"""A living office for tests: a namespace of a real server, a worker at work, books, and cases brought some way along.

Cases are opened some days ago and everything in them is dated back, as an office dates what came by post. So the option
form of such a case is open now, in real time, without any skipping.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import Client, WorkflowExecutionDescription

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from policy.application import AccreditationApplication
from policy.cases import CasePart
from policy.designation.application import DicoeApplication
from policy.designation.cases import DesignationPart, designation_part
from policy.office import Security
from policy.verdict import Verdict
from records.books import Books, open_books
from records.cases import announce_case
from records.money_queries import invoice_by_number
from records.outbox import pending_notices
from records.queries import case_by_id
from records.tables import CaseRecord, Invoice
from services.composition import compose, message_named
from services.connect import connect
from services.namespace import prepare_namespace
from services.opening import start_case
from services.queries import pollers
from services.security.keys import KeyRing
from services.security.senders import Senders, senders_of
from services.security.signing import Sign, office_signs
from services.sending import send_update
from services.settings import SAMPLE, load_settings
from services.workers import working
from tests import patience
from tests.applications import sample

APart = TypeVar("APart", CasePart, DesignationPart)
WITHIN = timedelta(seconds=patience.WITHIN)
BELIEVED, RECENTLY = 3.0, 2.9
"""Days that a stamp is believed back, and a day as long ago as an office can still enter what it did itself."""
OFFICE_USER = "Sample Officer"
AREAS = ("chest-adult", "head-neck-adult", "abdomen-adult", "phantom")
"""The areas of the shipped sample unit."""


class LivingOffice:
    """An office: its server, its books, its folder, and what tests do in it."""

    def __init__(self, client: Client, books: Books, folder: Path, *, at_work: bool = True) -> None:
        self.client, self.books, self.folder, self.at_work = client, books, folder, at_work

    @property
    def security(self) -> Security:
        """Its senders are verified, by keys of its own."""
        return Security(keys=str(self.folder / "keys"))

    @property
    def sign(self) -> Sign | None:
        """What signs for the office."""
        return office_signs(self.security)

    def senders(self) -> Senders:
        """Return who looks at the senders of messages, for its worker."""
        return senders_of(self.security)

    @property
    def environ(self) -> dict[str, str]:
        """The environment in which its commands run."""
        return {
            "TEMPORAL_ADDRESS": self.client.service_client.config.target_host,
            "TEMPORAL_NAMESPACE": self.client.namespace,
            "ACCREDIT_OFFICE": str(SAMPLE),
            "ACCREDIT_DATABASE_URL": f"sqlite:///{self.folder}/books.db",
            "ACCREDIT_MAIL_FOLDER": str(self.folder / "mail"),
            "ACCREDIT_PAPERS_FOLDER": str(self.folder / "papers"),
            "ACCREDIT_DOCUMENTS_UPLOADS": str(self.folder / "uploads"),
            "ACCREDIT_SECURITY_KEYS": self.security.keys,
            "ACCREDIT_HISTORIES": str(self.folder / "histories"),
            "ACCREDIT_USER": OFFICE_USER,
        }

    async def start(self, *, days_ago: float = RECENTLY, adopting: bool = False, **changes: Any) -> str:
        """Start a case of a facility of its own that opened some days ago, and return its id once it is invoiced.

        Longer ago than a stamp is believed it is adopted: what the office issued then is issued as of then. `adopting`:
        more of its past is to be entered.
        """
        case_id, part, opened_at = self.announce(days_ago=days_ago, **changes)
        adopted, zone = days_ago > BELIEVED, load_settings(SAMPLE, {}).zone
        await start_case(self.client, case_id, part, opened_at, zone, adopted=adopted)
        await self.until(case_id, "an invoice", lambda told: bool(told["invoices"] and told["invoices"][0]["number"]))
        if adopted and not adopting:
            await self.end_adoption(case_id)
        return case_id

    async def end_adoption(self, case_id: str) -> None:
        """Let an adopted case live."""
        await self.tell(case_id, "resolve_attention", item="adoption", action="skip", reason="all is entered")

    async def start_designation(self) -> str:
        """Start a designation that opened some days ago, and return its id once it is invoiced."""
        case_id, part, opened_at = self.announce_designation()
        await start_case(self.client, case_id, part, opened_at, load_settings(SAMPLE, {}).zone)
        await self.until(case_id, "an invoice", lambda told: bool(told["invoices"] and told["invoices"][0]["number"]))
        return case_id

    async def start_without_worker(self, *, days_ago: float = RECENTLY, **changes: Any) -> str:
        """Announce and start a case, and wait for nothing."""
        case_id, part, opened_at = self.announce(days_ago=days_ago, **changes)
        await start_case(self.client, case_id, part, opened_at, load_settings(SAMPLE, {}).zone)
        return case_id

    def announce(self, *, days_ago: float = RECENTLY, **changes: Any) -> tuple[str, CasePart, datetime]:
        """Announce a case of a facility of its own in the books, and start nothing."""
        data = sample() | changes
        data["application_id"] = f"APP-{uuid4().hex[:8]}"
        data["facility"] = data["facility"] | {"id": f"OH-{uuid4().hex[:8]}"}
        application = AccreditationApplication.model_validate(data)
        return self._announce(CasePart(application.units[0].id, 1, application), days_ago)

    def announce_designation(self, *, days_ago: float = RECENTLY) -> tuple[str, DesignationPart, datetime]:
        """Announce the designation of a practice of its own in the books, and start nothing."""
        data = sample("dicoe-ohio")
        data["application_id"] = f"APP-{uuid4().hex[:8]}"
        data["practice"] = data["practice"] | {"id": f"P-{uuid4().hex[:8]}"}
        return self._announce(designation_part(DicoeApplication.model_validate(data)), days_ago)

    def _announce(self, part: APart, days_ago: float) -> tuple[str, APart, datetime]:
        application = part.application
        case_id, opened_at = str(part.case_id(1)), datetime.now(UTC) - timedelta(days=days_ago)
        with self.books.writing() as session:
            announce_case(
                session,
                case_id,
                program=application.program,
                application=application.model_dump(mode="json"),
                announced_at=opened_at,
            )
        return case_id, part, opened_at

    async def status(self, case_id: str) -> dict[str, Any]:
        """Return what a case says of itself."""
        told: dict[str, Any] = await self.client.get_workflow_handle(case_id).query("status")
        return told

    async def until(self, case_id: str, what: str, holds: Any) -> dict[str, Any]:
        """Wait until something holds of a case's status, and return it."""
        stop = asyncio.get_running_loop().time() + WITHIN.total_seconds()
        while not holds(told := await self.status(case_id)):
            assert asyncio.get_running_loop().time() < stop, f"{case_id} never came to {what}: {told}"
            await asyncio.sleep(0.05)
        return told

    async def tell(self, case_id: str, name: str, *, days_ago: float | None = None, **fields: Any) -> Verdict:
        """Send a message, dated back by the office where days are named; it must be accepted."""
        if days_ago is not None:
            received_at = datetime.now(UTC) - timedelta(days=days_ago)
            fields |= {"received_at": received_at.isoformat(), "reason": "came by post"}
        model = message_named(name)
        message = compose(model, fields, folder=self.folder, user=OFFICE_USER)
        verdict = await send_update(self.client, case_id, message, WITHIN, self.sign)
        assert verdict.accepted, f"{name}: {verdict}"
        return verdict

    async def pay_and_accept(self, case_id: str, *, days_ago: float = 2.8) -> None:
        """Pay the newest invoice in full and accept the application."""
        invoice = (await self.status(case_id))["invoices"][-1]
        payment = {"invoice": invoice["number"], "amount": invoice["total"]}
        await self.tell(case_id, "record_payment", days_ago=days_ago, **payment)
        await self.tell(case_id, "accept_application", days_ago=days_ago)

    async def report(self, case_id: str, *, deficient: tuple[str, ...] = ("head-neck-adult",)) -> None:
        """Bring a case to its final report, issued two and a half days ago and viewed: its option form is open now."""
        somebody = {"on_behalf_of": {"name": "Ann Sample"}}
        await self.pay_and_accept(case_id)
        subjects = {area: None if area == "phantom" else f"subject-{area}" for area in AREAS}
        exams = [{"area": area, "exam": f"{area} exam", "subject": subject} for area, subject in subjects.items()]
        package = {"medium": "upload", "exams": exams}
        await self.tell(case_id, "submit_testing_package", days_ago=2.7, **somebody, **package)
        findings = [
            {"area": area, "acceptable": area not in deficient, "comments": "Rescan." if area in deficient else ""}
            for area in AREAS
        ]
        report = {"reviewers": ["Reviewer One", "Reviewer Two"], "findings": findings}
        await self.tell(case_id, "issue_final_report", days_ago=2.5, **report)
        if deficient:
            await self.tell(case_id, "view_final_report", days_ago=2.4, **somebody)

    def row(self, case_id: str) -> CaseRecord:
        """Return a case's row in the books."""
        with self.books.reading() as session:
            found = case_by_id(session, case_id)
        assert found is not None
        return found

    async def until_books(self, case_id: str, stage: str) -> CaseRecord:
        """Wait until the books have a case in a stage."""
        stop = asyncio.get_running_loop().time() + WITHIN.total_seconds()
        while (row := self.row(case_id)).stage != stage:
            assert asyncio.get_running_loop().time() < stop, f"the books never had {case_id} in {stage}"
            await asyncio.sleep(0.05)
        return row

    async def until_awaited(self, case_id: str, what: str) -> None:
        """Wait until the books have it that a case waits for something."""
        stop = asyncio.get_running_loop().time() + WITHIN.total_seconds()
        while (row := self.row(case_id)).awaited != what:
            assert asyncio.get_running_loop().time() < stop, f"{case_id} waits for {row.awaited!r}, never for {what!r}"
            await asyncio.sleep(0.05)

    async def until_polled(self, *, activities: bool = False) -> None:
        """Wait until the server has seen the worker ask for workflow tasks, and for activity tasks too if so asked."""
        stop = asyncio.get_running_loop().time() + WITHIN.total_seconds()
        also = [TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY] if activities else []
        for kind in (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, *also):
            while not await pollers(self.client, kind=kind):
                assert asyncio.get_running_loop().time() < stop, "the server never saw the worker"
                await asyncio.sleep(0.05)

    async def until_another_run(self, case_id: str, run_id: str) -> None:
        """Wait until a case goes on in another run."""
        await self._until_described(case_id, "another run", lambda found: found.run_id != run_id)

    async def until_asleep(self, case_id: str) -> None:
        """Wait until a case's history holds a timer."""
        # started, scheduled, begun, completed, timer: a life that does nothing but sleep
        await self._until_described(case_id, "its timer", lambda found: found.history_length >= 5)

    async def until_at_rest(self, case_id: str) -> None:
        """Wait until a case has nothing to do before its next date, and every letter of it is out."""
        await self._until_described(case_id, "rest", lambda found: self._rests(case_id, found.raw_description))

    def _rests(self, case_id: str, found: DescribeWorkflowExecutionResponse) -> bool:
        with self.books.reading() as session:
            waiting = pending_notices(session, case_id)
        return not (waiting or found.pending_activities or found.HasField("pending_workflow_task"))

    async def _until_described(
        self, case_id: str, what: str, holds: Callable[[WorkflowExecutionDescription], bool]
    ) -> None:
        handle = self.client.get_workflow_handle(case_id)
        stop = asyncio.get_running_loop().time() + WITHIN.total_seconds()
        while not holds(await handle.describe()):
            assert asyncio.get_running_loop().time() < stop, f"{case_id} never came to {what}"
            await asyncio.sleep(0.05)

    async def until_paid(self, number: str, status: str) -> None:
        """Wait until the books have an invoice in a state."""
        stop = asyncio.get_running_loop().time() + WITHIN.total_seconds()
        while (found := self._invoice(number)).status != status:
            assert asyncio.get_running_loop().time() < stop, f"invoice {number} is {found.status}, never {status}"
            await asyncio.sleep(0.05)

    def _invoice(self, number: str) -> Invoice:
        with self.books.reading() as session:
            found = invoice_by_number(session, number)
        assert found is not None
        return found


@asynccontextmanager
async def a_living_office(
    address: str, folder: Path, *, at_work: bool = True, announced_only: bool = False
) -> AsyncIterator[LivingOffice]:
    """Found an office in a namespace of its own, with a worker unless it is told to have none.

    `announced_only`: its worker lets only those cases begin that the books have announced, as an office's does.
    """
    namespace = f"office-{uuid4().hex[:10]}"
    await prepare_namespace(address, namespace)
    client = await connect(address, namespace)
    settings = load_settings(
        SAMPLE,
        {"ACCREDIT_PAPERS_FOLDER": str(folder / "papers"), "ACCREDIT_DOCUMENTS_UPLOADS": str(folder / "uploads")},
    )
    with closing(open_books(f"sqlite:///{folder}/books.db")) as books:
        office = LivingOffice(client, books, folder, at_work=at_work)
        senders = office.senders()  # makes its first key, as its set-up does
        KeyRing(office.security.keys).portal_key(datetime.now(UTC))
        senders.read_again()
        if not at_work:
            yield office
            return
        mail = MailFolder(folder / "mail")
        activities = CaseActivities(books, lambda: settings, mail, client, announced_only=announced_only)
        async with working(client, activities=activities, versioned=False, senders=senders):
            yield office
