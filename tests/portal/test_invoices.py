"""Invoices: what is owed and paid, and a link by which another person may pay one of them and sees nothing else."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, func, select

from portal.serving import listen, serving
from records.tables import Person, SecretLink
from services.clock import now
from services.people.people import set_disabled
from services.people.secret import digest_of
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.reading import fields_of, org_of, press, until_papers, words_of

pytestmark = pytest.mark.server


def the_link(page: str) -> str:
    """Return the secret of the link that a page shows."""
    found = re.search(r"/pay/([\w-]{43})<", page)
    assert found, "no link is shown"
    return found[1]


@asynccontextmanager
async def later(portal: LivingPortal, days: float) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the same office some days later, to nobody who is signed in."""
    world = replace(portal.world, clock=lambda: now() + timedelta(days=days))
    with listen("127.0.0.1", 0) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with serving(world, listening), httpx.AsyncClient(base_url=url) as nobody:
            yield nobody


async def test_an_open_invoice_stands_with_its_lines_its_paper_and_how_to_pay(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        page = (await ann.get("/invoices")).text
        statement = await ann.get("/invoices/statement.pdf")
    words = words_of(page)
    assert f"Invoice {number}" in words
    assert "$2,500.00 to be paid by" in words
    assert "application fee" in words
    assert portal.world.settings.issuer.payment in words
    assert f'href="/papers/{number}"' in page
    assert not re.search(r"card[-_ ]number", page, re.IGNORECASE)
    assert statement.headers["content-type"] == "application/pdf"
    assert statement.content.startswith(b"%PDF-")


async def test_a_paid_invoice_stands_below_with_its_receipt(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    await office.tell(case_id, "record_payment", days_ago=2.0, invoice=number, amount="1000.00")
    await until_papers(office, case_id, "receipt")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        partly = words_of((await ann.get("/invoices")).text)
        await office.tell(case_id, "record_payment", days_ago=1.5, invoice=number, amount="1500.00")
        await office.until_paid(number, "paid")
        paid = words_of((await ann.get("/invoices")).text)
    assert "Partly paid, $1,500.00 to be paid by" in partly
    assert "Receipt R" in partly
    assert "Nothing is to be paid." in paid
    assert "Balance: nothing is owed." in paid


async def test_whoever_has_the_link_sees_that_invoice_and_nothing_else(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        fields = fields_of((await ann.get("/invoices")).text, f"/invoices/{number}/link")
        once, twice = [(await ann.post(f"/invoices/{number}/link", data=fields)).text for _ in range(2)]
        assert the_link(once) == the_link(twice), "a double click makes one link"
        secret = the_link(once)
        assert secret not in (await ann.get("/invoices")).text
    async with portal.browser_of() as nobody:
        page = await nobody.get(f"/pay/{secret}")
        pdf = await nobody.get(f"/pay/{secret}/invoice.pdf")
        assert (await nobody.get("/pay/no-such-secret")).status_code == 404
    words = words_of(page.text)
    assert f"Invoice {number}" in words
    assert portal.world.settings.issuer.payment in words
    assert case_id not in page.text
    assert "My Cases" not in words
    assert pdf.content.startswith(b"%PDF-")
    with office.books.reading() as session:
        made = select(func.count()).select_from(SecretLink).where(col(SecretLink.about) == number)
        assert session.exec(made).one() == 1
        assert session.get(SecretLink, secret) is None, "the books keep its digest alone"
        assert session.get(SecretLink, digest_of(secret)) is not None


async def test_a_link_ends_when_it_is_taken_back_and_its_form_does_not_revive_it(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann, portal.browser_of() as nobody:
        fields = fields_of((await ann.get("/invoices")).text, f"/invoices/{number}/link")
        secret = the_link((await ann.post(f"/invoices/{number}/link", data=fields)).text)
        assert (await nobody.get(f"/pay/{secret}")).status_code == 200
        assert (await press(ann, "/invoices", f"/invoices/{number}/end-links")).status_code == 303
        assert (await nobody.get(f"/pay/{secret}")).status_code == 404
        assert (await nobody.get(f"/pay/{secret}/invoice.pdf")).status_code == 404
        assert "has been taken back" in (await ann.post(f"/invoices/{number}/link", data=fields)).text
        assert (await nobody.get(f"/pay/{secret}")).status_code == 404


async def test_a_link_lasts_thirty_days(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        secret = the_link((await press(ann, "/invoices", f"/invoices/{number}/link")).text)
    async with later(portal, 29.9) as nobody:
        assert (await nobody.get(f"/pay/{secret}")).status_code == 200
    async with later(portal, 30.1) as nobody:
        assert (await nobody.get(f"/pay/{secret}")).status_code == 404


async def test_a_link_ends_with_the_person_who_made_it(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    email = "leaving@example.org"
    async with portal.browser_of(portal.sign_in(org_of(case_id), email=email)) as ann, portal.browser_of() as nobody:
        secret = the_link((await press(ann, "/invoices", f"/invoices/{number}/link")).text)
        with office.books.writing() as session:
            set_disabled(session, session.exec(select(Person).where(col(Person.email) == email)).one(), now())
        assert (await nobody.get(f"/pay/{secret}")).status_code == 404


async def test_nobody_makes_a_link_to_another_facilitys_invoice(portal: LivingPortal, office: LivingOffice) -> None:
    mine, theirs = await office.start(), await office.start()
    own = await until_papers(office, mine, "invoice")
    other = await until_papers(office, theirs, "invoice")
    async with portal.browser_of(portal.sign_in(org_of(mine))) as ann:
        fields = fields_of((await ann.get("/invoices")).text, f"/invoices/{own}/link")
        for act in ("link", "end-links"):
            assert (await ann.post(f"/invoices/{other}/{act}", data=fields)).status_code == 404
            assert (await ann.post(f"/invoices/none/{act}", data=fields)).status_code == 404
        assert other not in (await ann.get("/invoices")).text
