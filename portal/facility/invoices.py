"""Invoices: what is open, partly paid and paid, with lines, papers and the account; and a link that others pay by."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities.billing import payer_of
from activities.notices.compose import unit_in_words
from activities.papers.press import PaperNotMade
from activities.papers.statement import statement_pdf
from policy.office import OfficeSettings
from portal.facility.papers import as_download, cannot_be_made, paper_bytes
from portal.page import Page, Who
from portal.visit import MESSAGE_ID, Visit
from records.facility.view import MONEY_PAPERS, bills_of, cases_of, papers_of
from records.money_queries import Bill, bill_by_number
from records.papers import paper_by_number
from records.postings import Scope, postings
from records.queries import case_by_id
from records.statement import draw_up
from records.tables import Paper, SecretLink
from records.words import LinkKind
from services.facility.account import balance_lines, statement_data
from services.facility.links import INVOICE_LASTS, link_by_secret, make_link, open_links, revoke, secret_for


async def invoices(visit: Visit) -> Response:
    """Show every invoice of the organisation."""
    return await _shown(visit)


async def _shown(visit: Visit, link: str = "", link_for: str = "", said: str = "") -> Response:
    org, now, zone = visit.who.org, visit.now, visit.world.zone

    def look(session: Session) -> tuple[list[Bill], list[Paper], dict[str, str], list[SecretLink], list[str]]:
        drawn = draw_up(postings(session, zone, Scope(facility=org)), since=None, at=now)
        subjects = {one.case_id: unit_in_words(one) for one in cases_of(session, org)}
        links = open_links(session, LinkKind.INVOICE, org, now)
        found = bills_of(session, org, now)
        return found, papers_of(session, org, MONEY_PAPERS), subjects, links, balance_lines(drawn, zone)[:1]

    found, papers, subjects, links, balance = await visit.read(look)
    owed = [one for one in found if one.outstanding > 0]
    return visit.page(
        "facility/invoices.html.j2",
        title="Invoices",
        owed=sorted(owed, key=lambda one: one.invoice.due_at),
        settled=[one for one in found if one.outstanding <= 0],
        papers=of_invoices(papers),
        subjects=subjects,
        links={one.about: one for one in links},
        balance=balance,
        link=link,
        link_for=link_for,
        said=said,
        days=INVOICE_LASTS.days,
    )


def of_invoices(papers: Sequence[Paper]) -> dict[str, list[Paper]]:
    """Return papers about money by their invoices' numbers, in the order in which they were issued."""
    found: dict[str, list[Paper]] = defaultdict(list)
    for paper in reversed(papers):
        found[str(paper.facts.get("invoice") or paper.number)].append(paper)
    return found


async def _own_bill(visit: Visit) -> Bill:
    """Return the invoice in the address; 404 where it is none of the organisation's."""
    number, org, now = visit.request.path_params["number"], visit.who.org, visit.now

    def look(session: Session) -> Bill | None:
        bill = bill_by_number(session, now, number)
        case = case_by_id(session, bill.invoice.case_id) if bill else None
        return bill if case is not None and case.facility_id == org else None

    if (bill := await visit.read(look)) is None:
        raise HTTPException(404)
    return bill


async def make_pay_link(visit: Visit) -> Response:
    """Make a link by which anybody sees one invoice and how to pay it."""
    bill, who, at = await _own_bill(visit), visit.who, visit.now
    number = bill.invoice.number
    secret = secret_for(visit.world.secret, who.session, visit.text(MESSAGE_ID), number)

    def make(session: Session) -> bool:
        link = make_link(
            session,
            secret,
            LinkKind.INVOICE,
            person_id=who.person_id,
            org=who.org,
            at=at,
            about=number,
            lasts=INVOICE_LASTS,
        )
        return link.revoked_at is None

    if not await visit.write(make):
        return await _shown(visit, said="That link has been taken back. Make a new one.")
    await visit.note("made a link to pay by", number)
    return await _shown(visit, link=f"{visit.world.public_url}/pay/{secret}", link_for=number)


async def end_pay_links(visit: Visit) -> Response:
    """Take back every link to one invoice."""
    bill, org, at = await _own_bill(visit), visit.who.org, visit.now
    number = bill.invoice.number
    await visit.write(lambda session: revoke(session, open_links(session, LinkKind.INVOICE, org, at, about=number), at))
    await visit.note("took back the links to pay by", number)
    return visit.go(f"/invoices#invoice-{number}")


async def _by_link(visit: Visit) -> tuple[Bill, str]:
    """Return the invoice that a secret leads to, and the number of its paper where there is one."""
    secret, now = visit.request.path_params["secret"], visit.now

    def look(session: Session) -> tuple[Bill, str] | None:
        link = link_by_secret(session, secret, LinkKind.INVOICE, now)
        bill = bill_by_number(session, now, link.about) if link else None
        if bill is None:
            return None
        paper = paper_by_number(session, bill.invoice.number)
        return bill, paper.number if paper else ""

    if (found := await visit.read(look)) is None:
        raise HTTPException(404)
    return found


async def pay(visit: Visit) -> Response:
    """Show one invoice and how to pay it, to whoever has the link."""
    bill, paper = await _by_link(visit)
    return visit.page("facility/pay.html.j2", title=f"Invoice {bill.invoice.number}", bill=bill, paper=paper)


async def pay_pdf(visit: Visit) -> Response:
    """Serve the paper of that invoice."""
    _, number = await _by_link(visit)
    paper = await visit.read(lambda session: paper_by_number(session, number))
    if paper is None:
        raise HTTPException(404)
    return await paper_bytes(visit, paper)


async def statement(visit: Visit) -> Response:
    """Serve the organisation's statement of account as it stands."""
    org, now, office = visit.who.org, visit.now, visit.world.settings
    try:
        content = await visit.read(lambda session: _statement(session, org, now, office))
    except PaperNotMade as problem:
        return cannot_be_made(visit, problem)
    if content is None:
        raise HTTPException(404)
    await visit.note("took a statement of account")
    return as_download(content, f"statement-{org}.pdf")


def _statement(session: Session, org: str, now: datetime, office: OfficeSettings) -> bytes | None:
    found = cases_of(session, org, whole=True)
    if not found:
        return None
    zone: ZoneInfo = office.zone
    drawn = draw_up(postings(session, zone, Scope(facility=org)), since=None, at=now)
    newest = max(found, key=lambda one: one.opened_at)
    return statement_pdf(statement_data(drawn, payer_of(newest), office, now), office.papers.fonts)


PAGES = (
    Page("/invoices", Who.FACILITY, invoices),
    Page("/invoices/statement.pdf", Who.FACILITY, statement),
    Page("/invoices/{number}/link", Who.FACILITY, post=make_pay_link),
    Page("/invoices/{number}/end-links", Who.FACILITY, post=end_pay_links),
    Page("/pay/{secret}", Who.ANYBODY, pay),
    Page("/pay/{secret}/invoice.pdf", Who.ANYBODY, pay_pdf),
)
