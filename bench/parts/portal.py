"""The portal under people: how long its pages take beside an empty one of the same server, and what memory it holds."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
from sqlmodel import Session, select

from bench.measuring.machine import cpu, memory
from bench.measuring.page import percentile, progress
from bench.measuring.processes import Child, module, running
from bench.measuring.setting import Setting
from bench.parts.open_cases import Place, settled
from bench.peers.ledger import BOOKS_QUERY, Tail
from bench.peers.product import Office, open_one
from bench.peers.staging import furnish, office_variables, office_worker, server_in
from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from policy.office import Security
from portal.visit import SESSION
from records.books import Books, open_books
from records.tables import CaseRecord, Deadline, Invoice, InvoiceLine
from records.tables.base import Table
from records.words import SignInWay
from services.clock import now
from services.connect import connect
from services.namespace import prepare_namespace
from services.people.people import invite
from services.people.sessions import begin_session
from services.security.signing import office_signs
from services.settings import SAMPLE, load_settings

NAMESPACE = "portal"
CASES, PEOPLE, SECONDS = 2_000, 50, 30.0
IN_SMALL = (20, 4, 3.0)
REAL, OF_ONE = 10, 8
"""Cases that live on the server, and how many a facility has: the other rows of the books are copies of them."""
BETWEEN = (1.0, 3.0)
"""Seconds in which a person reads a page before the next one."""
EMPTY = "/sign-in/sent"
FACILITY = ("/", "/cases", "/cases/{case}", "/reports", "/invoices", "/letters", "/people")
OFFICE = ("/office", "/office?search=Imaging", "/office/cases/{case}", "/office/audit", "/office/people")
HOW = (
    "Each person asks for a page, reads it for one to three seconds, and asks for the next; every fourth page is the "
    "empty one, of which the ratios are. Four of five people are of facilities, one is of the office. The server and a "
    "worker run beside; a case's own page asks its workflow."
)


@dataclass
class Person:
    """Somebody with a browser: the pages asked for, and how long each took in seconds, by page."""

    secret: str
    pages: tuple[str, ...]
    case_id: str
    taken: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    async def read(self, address: str, until: float, chance: Random) -> None:
        """Ask for one page after the other."""
        async with httpx.AsyncClient(base_url=address, cookies={SESSION: self.secret}, timeout=60) as browser:
            await asyncio.sleep(chance.uniform(0, BETWEEN[1]))
            page = EMPTY
            while time.monotonic() < until or EMPTY not in self.taken:
                begun = time.perf_counter()
                answer = await browser.get(page.format(case=self.case_id))
                self.taken.setdefault(page, []).append(time.perf_counter() - begun)
                if answer.status_code != 200:
                    self.wrong.append(f"{page}: {answer.status_code}")
                page = EMPTY if chance.random() < 0.25 else chance.choice(self.pages)
                await asyncio.sleep(chance.uniform(*BETWEEN))


async def run(setting: Setting) -> None:
    """Let people read the portal of an office with many cases."""
    cases, people, seconds = IN_SMALL if setting.quick else (CASES, PEOPLE, SECONDS)
    cases = (setting.options.cases or [cases])[0]
    folder = setting.folder / "portal"
    async with server_in(folder, fast=False) as server:
        await prepare_namespace(server.address, NAMESPACE)
        letter = await furnish(folder)
        async with office_worker(server.address, NAMESPACE, folder) as worker:
            with closing(open_books(f"sqlite:///{folder / 'books.db'}")) as books:
                client, settings = await connect(server.address, NAMESPACE), load_settings(SAMPLE, {})
                tail, sign = (
                    Tail(str(folder / "books.db"), BOOKS_QUERY),
                    office_signs(Security(keys=str(folder / "keys"))),
                )
                office = Office(client, settings, tail, books, sign, letter)
                real = min(REAL, cases)
                for number in range(real):
                    await open_one(office, f"OH-{number:06}")
                await settled(setting, Place(server, worker, office, books, folder), real)
                copy_cases(books, cases)
                async with portal(server.address, folder) as (serving, address):
                    await _measure(setting, books, serving, address, people, seconds)


async def _measure(setting: Setting, books: Books, serving: Child, address: str, people: int, seconds: float) -> None:
    visitors = sign_in(books, people)
    chance = Random(1)
    progress(f"portal: {people} people for {seconds:.0f} s")
    await asyncio.gather(
        *(one.read(address, time.monotonic() + seconds / 3, Random(chance.random())) for one in visitors)
    )
    for one in visitors:
        one.taken.clear()  # what was read, compiled and connected at first is not what people wait for
    before, held = cpu(serving.pid), memory(serving.pid)
    until = time.monotonic() + seconds
    await asyncio.gather(*(one.read(address, until, Random(chance.random())) for one in visitors))
    used, after = cpu(serving.pid) - before, memory(serving.pid)
    if wrong := [text for one in visitors for text in one.wrong]:
        raise RuntimeError(f"pages that did not come: {', '.join(sorted(set(wrong)))}")
    _tell(setting, visitors, used / seconds, held, after, people)


def _tell(setting: Setting, visitors: list[Person], cores: float, held: float, after: float, people: int) -> None:
    taken: dict[str, list[float]] = {}
    for one in visitors:
        for page, figures in one.taken.items():
            taken.setdefault(page, []).extend(figures)
    empty = percentile(taken.get(EMPTY, []), 0.5) or 1.0
    whole = [figure for page, figures in taken.items() if page != EMPTY for figure in figures]
    rows = [_row(page, figures, empty) for page, figures in [*sorted(taken.items()), ("all but the empty one", whole)]]
    setting.page.section("Portal", HOW)
    setting.page.table(["page", "asked for", "p50 ms", "p95 ms", "p50 x empty"], rows)
    setting.page.tell(
        f"{people} people: {cores:.2f} cores of the portal; its memory {held:.0f} MiB before, {after:.0f} MiB after."
    )


def _row(page: str, figures: list[float], empty: float) -> list[str]:
    middle, late = percentile(figures, 0.5), percentile(figures, 0.95)
    return [page, f"{len(figures):,}", f"{middle * 1000:.0f}", f"{late * 1000:.0f}", f"{middle / empty:.1f}"]


@asynccontextmanager
async def portal(address: str, folder: Path) -> AsyncIterator[tuple[Child, str]]:
    """Serve the portal as a process of its own, and tell by which address it is reached."""
    command = module("starter", "portal", "--port", "0")
    variables = office_variables(address, NAMESPACE, folder)
    async with running("portal", command, folder, variables) as serving:
        yield serving, await serving.line_with("Portal: ")


def sign_in(books: Books, people: int) -> list[Person]:
    """Invite people and sign them in: four of five for facilities, in turn, the others for the office."""
    visitors = []
    with books.writing() as session:
        cases = session.exec(select(CaseRecord.case_id, CaseRecord.facility_id).limit(REAL)).all()
        for number in range(people):
            case_id, facility = cases[number % len(cases)]
            of_office = number % 5 == 0
            org, role = (OFFICE_ORG, Role.ACR) if of_office else (facility, Role.ADMINISTRATOR)
            email, name = f"person-{number}@example.org", f"Sample Person {number}"
            person = invite(session, email=email, name=name, org=org, role=role, manages=True, by="the bench", at=now())
            secret = begin_session(session, person, org, SignInWay.LINK, now())
            visitors.append(Person(secret, OFFICE if of_office else FACILITY, case_id))
    return visitors


def copy_cases(books: Books, cases: int) -> None:
    """Fill the books up to so many cases: copies of those that are there, each facility with several of its own."""
    with books.writing() as session:
        models = session.exec(select(CaseRecord)).all()
        for number in range(len(models), cases):
            _copy(session, models[number % len(models)], number)
            if number % 200 == 0:
                session.flush()


def _copy(session: Session, model: CaseRecord, number: int) -> None:
    own = number < len(range(REAL)) * OF_ONE
    facility = model.facility_id if own else f"XX-{number // OF_ONE:06}"
    subject = f"accreditation.{facility}.ct.CT-{number}"
    case_id = f"{subject}.1"
    changed = {"case_id": case_id, "subject": subject, "facility_id": facility, "unit": f"CT-{number}"}
    session.add(_another(model, **changed, application_id=f"APP-{number}", first_run_id=None, run_id=None))
    session.flush()
    for window in session.exec(select(Deadline).where(Deadline.case_id == model.case_id)).all():
        session.add(_another(window, case_id=case_id))
    for invoice in session.exec(select(Invoice).where(Invoice.case_id == model.case_id)).all():
        number_of = f"{invoice.year}-{900_000 - number:06}"
        session.add(_another(invoice, number=number_of, case_id=case_id, sequence=900_000 - number))
        session.flush()
        for line in session.exec(select(InvoiceLine).where(InvoiceLine.invoice == invoice.number)).all():
            session.add(_another(line, invoice=number_of))


def _another(row: Table, **changed: object) -> Table:
    return type(row)(**(row.model_dump() | changed))
