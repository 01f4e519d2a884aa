"""Letters and Papers: what was sent and issued to a facility; papers are served to their owner as they were issued."""

import hashlib
from pathlib import Path

import pytest
from sqlmodel import col, select

from policy.messages.proofs import OFFICE_ORG
from records.papers import paper_by_number
from records.tables import AuditEntry, Paper
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.reading import org_of, until_notice, until_papers, unviewed_report, words_of

pytestmark = pytest.mark.server


def the_paper(office: LivingOffice, number: str) -> Paper:
    with office.books.reading() as session:
        found = paper_by_number(session, number)
    assert found is not None
    return found


async def test_letters_stand_with_their_texts_and_none_that_is_the_offices_own(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    await unviewed_report(office, case_id)
    await until_notice(office, case_id, "final_report")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        page = words_of((await ann.get("/letters")).text)
    assert "Application received: CT unit CT-1" in page
    assert "Final report: CT unit CT-1" in page
    assert "Centre the head in the gantry." in page
    assert "Reviewer One" not in page


async def test_a_paper_is_served_as_it_was_issued_and_who_took_it_is_remembered(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    issued = the_paper(office, number)
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        assert f'href="/papers/{number}"' in (await ann.get("/letters")).text
        served = await ann.get(f"/papers/{number}")
    assert served.status_code == 200
    assert served.headers["content-type"] == "application/pdf"
    assert served.headers["content-disposition"] == f'attachment; filename="{number}-invoice.pdf"'
    assert hashlib.sha256(served.content).hexdigest() == issued.sha256
    with office.books.reading() as session:
        taken = session.exec(select(AuditEntry).where(col(AuditEntry.about) == number)).all()
    assert [(one.act, one.name, one.org) for one in taken] == [("took a paper", "Ann Sample", org_of(case_id))]


async def test_a_file_that_was_changed_is_not_served_but_printed_again(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    issued = the_paper(office, number)
    place = Path(office.folder) / "papers" / issued.file
    place.write_bytes(b"%PDF-1.7 changed")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        served = await ann.get(f"/papers/{number}")
    assert hashlib.sha256(served.content).hexdigest() == issued.sha256


async def test_a_paper_that_cannot_be_made_as_it_was_is_not_shown(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    issued = the_paper(office, number)
    (Path(office.folder) / "papers" / issued.file).write_bytes(b"%PDF-1.7 changed")
    with office.books.writing() as session:
        changed = session.get(Paper, number)
        assert changed is not None
        changed.facts = changed.facts | {"total": "$1.00"}
        session.add(changed)
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        served = await ann.get(f"/papers/{number}")
    assert served.status_code == 503
    assert "is not in the office's folder as it was issued" in served.text
    assert "$1.00" not in served.text


async def test_only_its_owner_and_the_office_get_a_paper(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start()
    number = await until_papers(office, case_id, "invoice")
    async with portal.browser_of(portal.sign_in("OH-other", name="Bob Sample")) as bob:
        assert (await bob.get(f"/papers/{number}")).status_code == 404
        assert (await bob.get("/papers/none")).status_code == 404
        assert number not in (await bob.get("/letters")).text
    async with portal.browser_of() as nobody:
        assert (await nobody.get(f"/papers/{number}")).status_code == 303
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        assert (await officer.get(f"/papers/{number}")).status_code == 200
