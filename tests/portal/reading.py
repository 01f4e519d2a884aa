"""What tests read out of pages, and how they press the buttons on them."""

import asyncio
import html
import re
from collections.abc import Callable
from typing import Any

import httpx
from sqlmodel import Session, col, select

from policy.identity import holder_of
from records.papers import papers
from records.tables import Notice
from tests import patience
from tests.office import AREAS, LivingOffice


def words_of(page: str) -> str:
    """Return a page's words, without its tags, with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def beside_the_clock(page: str) -> str:
    """Return a page without what differs each time it is asked for: the time at its foot, and its forms' tokens.

    Two answers that must tell nothing apart are compared so; else a minute that ends between them tells them apart.
    """
    return re.sub(r'"form_token" value="[^"]*"', "", re.sub(r"\([^()]+ now\)", "", page))


def fields_of(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form that posts to an address."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form, f"no form posts to {action}"
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0]))


async def press(browser: httpx.AsyncClient, on: str, action: str) -> httpx.Response:
    """Open a page and press the button of its form that posts to an address."""
    page = await browser.get(on)
    return await browser.post(action, data=fields_of(page.text, action))


def org_of(case_id: str) -> str:
    """Return whose case it is."""
    holder = holder_of(case_id)
    assert holder is not None
    return holder


async def unviewed_report(office: LivingOffice, case_id: str, *, days_ago: float = 2.5, **finding: Any) -> None:
    """Bring a case to a final report that nobody at the facility has viewed."""
    await office.pay_and_accept(case_id)
    subjects = {area: None if area == "phantom" else f"subject-{area}" for area in AREAS}
    exams = [{"area": area, "exam": f"{area} exam", "subject": subject} for area, subject in subjects.items()]
    package = {"medium": "upload", "exams": exams, "on_behalf_of": {"name": "Ann Sample"}}
    await office.tell(case_id, "submit_testing_package", days_ago=2.7, **package)
    good = {"acceptable": True, "comments": ""}
    bad = {"acceptable": False, "comments": "Centre the head in the gantry.", **finding}
    findings = [{"area": area, **(bad if area == "head-neck-adult" else good)} for area in AREAS]
    report = {"reviewers": ["Reviewer One", "Reviewer Two"], "findings": findings}
    await office.tell(case_id, "issue_final_report", days_ago=days_ago, **report)
    await until_papers(office, case_id, "final_report")


async def until_papers(office: LivingOffice, case_id: str, kind: str) -> str:
    """Wait until the office has issued a paper of a kind, and return its number."""

    def issued(session: Session) -> str | None:
        return next((one.number for one in reversed(papers(session, case_id)) if one.kind == kind), None)

    return await _until(office, issued, f"{case_id} never had a paper of the kind {kind}")


async def until_notice(office: LivingOffice, case_id: str, kind: str) -> None:
    """Wait until the office has sent a notice of a kind."""

    def sent(session: Session) -> str | None:
        wanted = select(Notice.kind).where(
            col(Notice.case_id) == case_id, col(Notice.kind) == kind, col(Notice.sent_at).is_not(None)
        )
        return session.exec(wanted).first()

    await _until(office, sent, f"{case_id} never sent the notice {kind}")


async def _until(office: LivingOffice, look: Callable[[Session], str | None], never: str) -> str:
    stop = asyncio.get_running_loop().time() + patience.WITHIN
    while True:
        with office.books.reading() as session:
            found = look(session)
        if found:
            return found
        assert asyncio.get_running_loop().time() < stop, never
        await asyncio.sleep(0.05)
