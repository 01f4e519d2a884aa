"""What somebody tries who wants more than is his: each of these went through once, or would have."""

import asyncio
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from portal.app import FORM_BEYOND_FILES
from portal.page import LARGEST_OF_ANYBODY
from portal.rendering import static_file
from portal.sign_in import links
from portal.visit import SESSION
from records.books import Session
from records.tables import Draft, Person, Upload
from services.drafts.applications import MOST
from services.forms import uploads
from services.people.letters import sign_in_letter
from services.people.links import make_link
from services.people.people import invite
from services.people.sessions import visitor_of
from tests.office import AREAS, LivingOffice
from tests.patience import WITHIN
from tests.portal.conftest import LivingPortal
from tests.portal.forms import browser_of, hidden_of, send, words_of
from tests.portal.letters import letter_to, post, token_of
from tests.portal.roads import FAILED, REVIEWERS, SOMEBODY, an_appeal, exams_of, findings_of
from tests.portal.test_provider import a_hospital, a_provider, came_back, gone, vouches
from tests.portal.test_testing_package import FIELDS, accepted

pytestmark = pytest.mark.server
MEGABYTE = 1024 * 1024
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


async def test_who_runs_a_provider_makes_no_passkey_as_an_officer_whom_he_has_invited(portal: LivingPortal) -> None:
    """Its word counts for its own organisation; a passkey would open the office too."""
    with a_provider() as issuer:
        async with a_hospital(portal, issuer) as hospital, hospital.portal.browser_of() as browser:
            address = hospital.invite("Olaf Officer", OFFICE_ORG, "OH-0417")
            vouches(issuer, "u-666", address)
            await browser.get(await came_back(await gone(browser), "u-666"))
            page = await browser.get("/passkeys")
            assert "Add a passkey" not in page.text
            assert (await browser.get("/passkeys/new")).status_code == 404
            token = {"form_token": hidden_of(page.text, "form_token")[-1]}
            for form in ("new", "rename", "remove"):
                assert (await browser.post(f"/passkeys/{form}", data=token)).status_code == 404


async def test_a_receipt_tells_no_facility_who_arbitrates(office: LivingOffice, portal: LivingPortal) -> None:
    """A receipt's address holds the id of one's own message, and shows what came after it."""
    case_id = await office.start(days_ago=70, adopting=True)
    await office.pay_and_accept(case_id, days_ago=68)
    package = {"medium": "upload", "exams": exams_of(AREAS)}
    await office.tell(case_id, "submit_testing_package", days_ago=65, **SOMEBODY, **package)
    report = {"reviewers": REVIEWERS, "findings": findings_of(AREAS, (FAILED,))}
    await office.tell(case_id, "issue_final_report", days_ago=60, **report)
    await office.tell(case_id, "view_final_report", days_ago=59, **SOMEBODY)
    await office.tell(case_id, "choose_option", days_ago=50, message_id="mine", **SOMEBODY, **an_appeal(office))
    await office.tell(case_id, "assign_arbitrator", days_ago=49, arbitrator="Reviewer Three")
    async with browser_of(portal, case_id) as ann:
        receipt = await ann.get(f"/cases/{case_id}/sent/choose_option/mine")
    assert receipt.status_code == 200
    assert "Option: appeal" in words_of(receipt.text)
    assert "Reviewer Three" not in receipt.text


def test_names_of_files_that_there_are_not_fill_no_memory() -> None:
    static_file("portal.css")
    tracemalloc.start()
    for number in range(400):
        assert static_file(f"{number}-".ljust(50_000, "x")) is None
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < MEGABYTE


@pytest.mark.parametrize("address", ["/sign-in/the-secret-of-a-link/", "/pay/the-secret-of-a-link/", "/people/"])
async def test_nobody_is_sent_on_to_the_host_that_a_request_names(portal: LivingPortal, address: str) -> None:
    async with portal.browser_of() as browser:
        answer = await browser.get(address, headers={"host": "elsewhere.example.org"})
    assert answer.status_code == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize("origin", ["http://[", "null", "http://", "https://elsewhere.example.org", "//"])
async def test_a_form_of_an_odd_origin_is_turned_away_in_words(portal: LivingPortal, origin: str) -> None:
    async with portal.browser_of() as browser:
        token = await token_of(browser)
        answer = await browser.post("/sign-in", data={"form_token": token}, headers={"origin": origin})
    assert answer.status_code == 403
    assert "<h1>" in answer.text


@pytest.mark.parametrize("said", ["charset=punycode", 'charset="undefined"', "charset*=utf-8''idna", "charset=utf-7"])
async def test_a_form_in_an_odd_encoding_is_turned_away_in_words(portal: LivingPortal, said: str) -> None:
    form = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nann@example.org\r\n--x--\r\n'
    async with portal.browser_of() as browser:
        headers = {"content-type": f"multipart/form-data; boundary=x; {said}"}
        answer = await browser.post("/sign-in", content=form, headers=headers)
    assert answer.status_code in (400, 403)
    assert "<h1>" in answer.text


async def test_who_is_not_signed_in_sends_no_file_and_nothing_large(portal: LivingPortal) -> None:
    """Fifty megabytes of `&` kept a processor busy for most of a minute."""
    async with portal.browser_of() as browser:
        token = {"form_token": await token_of(browser)}
        assert (await browser.post("/sign-in", data=token, files={"a": b"a"})).status_code == 400
        large = b"&" * (LARGEST_OF_ANYBODY + 1)
        assert (await browser.post("/sign-in", content=large, headers=URLENCODED)).status_code == 413
        assert (await browser.post("/sign-in/passkey", content=_pieces(large), headers=URLENCODED)).status_code == 413


async def test_fields_without_files_are_as_large_as_fields_are(portal: LivingPortal) -> None:
    secret, (host, port) = portal.sign_in("OH-0417"), portal.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST /switch HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {SESSION}={secret}\r\n"
        f"Content-Type: {URLENCODED['content-type']}\r\nContent-Length: {FORM_BEYOND_FILES + 1}\r\n\r\n".encode()
    )
    await writer.drain()
    answer = await asyncio.wait_for(reader.readline(), WITHIN)
    writer.close()
    assert b" 413 " in answer


async def _pieces(content: bytes) -> Any:
    for start in range(0, len(content), 64_000):
        yield content[start : start + 64_000]


async def test_an_organisation_has_no_more_drafts_than_it_can_see(portal: LivingPortal) -> None:
    async with portal.browser_of(portal.sign_in("OH-0490")) as ann:
        token = hidden_of((await ann.get("/applications/new")).text, "form_token")[-1]
        form = {"form_token": token, "program": "accreditation", "do": "save"}
        answers = [await ann.post("/applications/new", data={**form, "draft": uuid4().hex}) for _ in range(MOST + 1)]
    assert [one.status_code for one in answers] == [303] * MOST + [422]
    assert "hand one in, or put one away" in answers[-1].text
    with portal.world.books.reading() as session:
        assert len(session.exec(select(Draft).where(Draft.org == "OH-0490")).all()) == MOST


async def test_what_a_case_has_taken_is_not_removed_by_a_box_of_a_later_form(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await accepted(office)
    address = f"/cases/{case_id}/testing-package"
    async with browser_of(portal, case_id) as ann:
        page = (await ann.get(address)).text
        file = ("list.txt", b"The exams of this package.", "text/plain")
        sent = await send(ann, address, FIELDS, [("documents", file)], page)
        assert sent.status_code == 303, words_of(sent.text)
        (taken,) = _uploads(portal, case_id)
        again = {"kept_documents": taken.upload_id, "drop_documents": taken.upload_id, "do": "draft"}
        await send(ann, address, again, page=page)
        loose = ("other.txt", b"Something else.", "text/plain")
        await send(ann, address, {"do": "draft"}, [("documents", loose)], page)
        other = next(one for one in _uploads(portal, case_id) if one.name == "other.txt")
        away = {"kept_documents": other.upload_id, "drop_documents": other.upload_id, "do": "draft"}
        await send(ann, address, away, page=page)
    kept = {one.name: one.removed_at is None for one in _uploads(portal, case_id)}
    assert kept == {"list.txt": True, "other.txt": False}
    assert [one.name for one in _files(portal, taken)] == [taken.upload_id]


def _uploads(portal: LivingPortal, case_id: str) -> list[Upload]:
    with portal.world.books.reading() as session:
        return list(session.exec(select(Upload).where(Upload.case_id == case_id)))


def _files(portal: LivingPortal, upload: Upload) -> list[Path]:
    folder = portal.office.folder / "uploads" / "portal" / upload.org
    return [one for one in folder.rglob("*") if one.is_file()]


async def test_the_uploads_of_a_case_have_an_end(
    office: LivingOffice, portal: LivingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_OF_CASE", 2)
    case_id = await accepted(office)
    async with browser_of(portal, case_id) as ann:
        address = f"/cases/{case_id}/testing-package"
        files = [(f"{number}.txt", f"Document {number}.".encode(), "text/plain") for number in range(3)]
        answers = [await send(ann, address, {"do": "draft"}, [("documents", file)]) for file in files]
    assert [one.status_code for one in answers] == [303, 303, 422]
    assert "which is the most" in answers[-1].text
    assert len(_uploads(portal, case_id)) == 2


async def test_a_letter_is_written_to_whom_nobody_knows_too_and_sent_to_nobody(
    portal: LivingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next request had to wait for it, measurably, where an address was known alone."""
    written: list[str] = []
    writes = sign_in_letter

    def counted(person: Person, *rest: Any) -> Any:
        written.append(person.email)
        return writes(person, *rest)

    monkeypatch.setattr(links, "sign_in_letter", counted)
    portal.sign_in("OH-0417", email="known@example.org")
    async with portal.browser_of() as browser:
        for address in ("unknown@example.org", "known@example.org"):
            assert (await post(browser, "/sign-in", "/", email=address)).status_code == 303
        await letter_to(portal.office.folder, "known@example.org")
    assert written == ["unknown@example.org", "known@example.org"]


async def test_who_is_invited_by_another_organisation_stays_with_his_own(portal: LivingPortal) -> None:
    at = datetime.now(UTC)
    with portal.world.books.writing() as session:
        _invited(session, OFFICE_ORG, Role.ACR, at - timedelta(days=9))
        person = _invited(session, "AA-0001", Role.FACILITY, at)
    async with portal.browser_of() as browser:
        with portal.world.books.writing() as session:
            secret = make_link(session, person, at)
        entered = await post(browser, f"/sign-in/{secret}")
    with portal.world.books.reading() as session:
        visitor = visitor_of(session, entered.cookies["accredit-session"], datetime.now(UTC))
    assert visitor is not None
    assert visitor.org == OFFICE_ORG


def _invited(session: Session, org: str, role: Role, at: datetime) -> Person:
    email, by = "otto.two@example.org", "a test"
    return invite(session, email=email, name="Otto Two", org=org, role=role, manages=False, by=by, at=at)
