"""Messages of the office as forms: previewed, sent once, refused with everything kept, entered for somebody."""

import hashlib
import html
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from policy.messages.proofs import OFFICE_ORG
from records.outbox import notices
from records.tables import Notice
from tests.office import AREAS, LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.forms import typed_on

pytestmark = pytest.mark.server
HEAD = "head-neck-adult"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(portal: LivingPortal) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of somebody at the office."""
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Olga Sample")) as client:
        yield client


async def reviewed(office: LivingOffice) -> str:
    """A case whose final report is awaited."""
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    exams = [{"area": area, "exam": f"{area} exam", "subject": f"subject-{area}"} for area in AREAS]
    exams[-1]["subject"] = ""
    exams = [{name: value for name, value in exam.items() if value} for exam in exams]
    package = {"medium": "upload", "exams": exams, "on_behalf_of": {"name": "Ann Sample"}}
    await office.tell(case_id, "submit_testing_package", days_ago=2.7, **package)
    return case_id


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of the page's own form."""
    form = page[page.index('class="message"') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


async def opened(browser: httpx.AsyncClient, path: str) -> dict[str, str]:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return hidden_of(answer.text)


def path_of(case_id: str, message: str) -> str:
    return f"/office/cases/{case_id}/send/{message}"


def a_report(hidden: dict[str, str]) -> dict[str, str]:
    """A report with one deficiency, as it is typed."""
    typed = hidden | {"reviewers.0": "Reviewer One", "reviewers.1": ""}
    for number, area in enumerate(AREAS):
        assert typed[f"findings.{number}.area"] == area
        typed[f"findings.{number}.acceptable"] = "no" if area == HEAD else "yes"
        typed[f"findings.{number}.comments"] = "Rescan with a thinner slice." if area == HEAD else ""
    return typed


def letters_shown(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<pre class="letter"[^>]*>(.*?)</pre>', page, re.DOTALL)]


async def letter_sent(office: LivingOffice, case_id: str, kind: str) -> Notice:
    """The letter of a kind, once it has gone out."""

    def found() -> Notice | None:
        with office.books.reading() as session:
            return next((one for one in notices(session, case_id) if one.kind == kind and one.body), None)

    await office.until(case_id, f"the letter {kind}", lambda _told: found() is not None)
    sent = found()
    assert sent is not None
    return sent


async def test_a_report_is_issued_by_its_form_and_the_preview_is_the_letter(
    office: LivingOffice, browser: httpx.AsyncClient
) -> None:
    """The areas under test stand there already; what was shown before is what goes out; nothing went out with it."""
    case_id = await reviewed(office)
    path = path_of(case_id, "issue_final_report")
    typed = a_report(await opened(browser, path))
    previewed = await browser.post(path, data=typed | {"do": "preview"})
    assert previewed.status_code == 200, previewed.text
    (shown,) = letters_shown(previewed.text)
    assert (await office.status(case_id))["stage"] == "review"
    sent = await browser.post(path, data=typed | {"do": "send"})
    assert sent.status_code == 303, sent.text
    letter = await letter_sent(office, case_id, "final_report")
    assert without_minutes(shown) == without_minutes(letter.body or "")
    assert "Reviewer One" not in shown
    done = await browser.get(sent.headers["location"])
    assert "Final report: accepted" in done.text
    assert "Next: the facility" in done.text
    assert "option form" in done.text


def without_minutes(text: str) -> str:
    """A letter without the minute at which its message came: preview and sending are moments apart."""
    return re.sub(r"\d\d:\d\d ET", "ET", text)


async def test_sent_twice_is_once(office: LivingOffice, browser: httpx.AsyncClient) -> None:
    """A double click, or Back and again, records one payment and leads to the same page."""
    case_id = await office.start()
    path = path_of(case_id, "record_payment")
    typed = await opened(browser, path) | await typed_payment(browser, path)
    first = await browser.post(path, data=typed | {"do": "send"})
    again = await browser.post(path, data=typed | {"do": "send"})
    assert (first.status_code, again.status_code) == (303, 303), again.text
    assert first.headers["location"] == again.headers["location"]
    (invoice,) = (await office.status(case_id))["invoices"]
    assert (invoice["paid"], invoice["status"]) == (invoice["total"], "paid")


async def typed_payment(browser: httpx.AsyncClient, path: str) -> dict[str, str]:
    """What a payment's form is filled in with: the invoice, what is due, today."""
    page = (await browser.get(path)).text
    chosen = re.search(r'<option value="([^"]+)" selected>[^<]*still due', page)
    amount = re.search(r'name="amount" type="text" value="([^"]+)"', page)
    day = re.search(r'name="received_on" type="date" value="([^"]+)"', page)
    assert chosen
    assert amount
    assert day
    return {"invoice": chosen[1], "amount": amount[1], "received_on": day[1], "method": "check", "reference": "1041"}


async def test_an_overpayment_is_told_before_it_is_sent(office: LivingOffice, browser: httpx.AsyncClient) -> None:
    """The preview says how much too much it is; the letter is the one that goes out, but for the message's own id."""
    case_id = await office.start()
    path = path_of(case_id, "record_payment")
    typed = await opened(browser, path) | await typed_payment(browser, path)
    typed["amount"] = f"{float(typed['amount']) + 100:.2f}"
    page = (await browser.post(path, data=typed | {"do": "preview"})).text
    assert "$100.00 more than invoice" in page
    (shown,) = letters_shown(page)
    assert (await browser.post(path, data=typed | {"do": "send"})).status_code == 303
    assert (await letter_sent(office, case_id, "payment_received")).body == shown
    refund = (await browser.get(path_of(case_id, "record_refund"))).text
    assert 'value="100.00"' in refund


async def test_a_refusal_keeps_what_was_typed_and_names_the_rule(
    office: LivingOffice, browser: httpx.AsyncClient
) -> None:
    """A deficiency without a recommendation: the rule speaks, the form stays, and a mended one is another message."""
    case_id = await reviewed(office)
    path = path_of(case_id, "issue_final_report")
    typed = a_report(await opened(browser, path))
    number = AREAS.index(HEAD)
    refused = await browser.post(path, data=typed | {f"findings.{number}.comments": "", "do": "send"})
    assert refused.status_code == 422
    assert "report.recommendation_missing" in refused.text
    assert 'value="Reviewer One"' in refused.text
    assert hidden_of(refused.text)["message_id"] != typed["message_id"]
    mended = typed | hidden_of(refused.text) | {"do": "send"}
    assert (await browser.post(path, data=mended)).status_code == 303


async def test_what_is_no_message_is_told_beside_its_fields(office: LivingOffice, browser: httpx.AsyncClient) -> None:
    """A finding without yes or no, and no reviewer: both are named, nothing is sent, everything stays."""
    case_id = await reviewed(office)
    path = path_of(case_id, "issue_final_report")
    typed = a_report(await opened(browser, path)) | {"reviewers.0": ""}
    del typed["findings.1.acceptable"]
    page = await browser.post(path, data=typed | {"do": "send"})
    assert page.status_code == 422
    for wrong in ('id="reviewers-wrong"', 'id="findings.1.acceptable-wrong"', 'href="#findings.1.acceptable"'):
        assert wrong in page.text
    assert "Rescan with a thinner slice." in page.text
    assert (await office.status(case_id))["stage"] == "review"


async def test_another_row_is_added_without_javascript(office: LivingOffice, browser: httpx.AsyncClient) -> None:
    """The button gives one more row, and what was typed stays."""
    case_id = await reviewed(office)
    path = path_of(case_id, "issue_final_report")
    typed = a_report(await opened(browser, path))
    page = (await browser.post(path, data=typed | {"do": "add:reviewers"})).text
    assert 'name="reviewers.1"' in page
    assert 'value="Reviewer One"' in page
    assert "Rescan with a thinner slice." in page


async def test_what_the_office_enters_for_somebody_says_so_to_both(
    office: LivingOffice, portal: LivingPortal, browser: httpx.AsyncClient
) -> None:
    """Without a name the office may not speak for a facility; with one, the entry names both."""
    case_id = await office.start()
    await office.report(case_id)
    path = path_of(case_id, "withdraw_case")
    typed = await opened(browser, path) | {"reason": "The unit is sold.", "do": "send"}
    alone = await browser.post(path, data=typed)
    assert alone.status_code == 422
    assert "actor.not_allowed" in alone.text
    typed |= hidden_of(alone.text) | {"on_behalf_of.name": "Ann Sample", "on_behalf_of.role": "administrator"}
    sent = await browser.post(path, data=typed)
    assert sent.status_code == 303, sent.text
    row = await office.until_books(case_id, "closed")
    assert row.outcome == "withdrawn"
    done = (await browser.get(sent.headers["location"])).text
    assert "Entered by Olga Sample; the facility reads that the office entered it for Ann Sample" in done


async def test_money_of_a_closed_case_is_booked(office: LivingOffice, browser: httpx.AsyncClient) -> None:
    """A credit note for a closed case goes into the books; nothing else is taken."""
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    await office.tell(case_id, "close_case", reason="opened twice")
    await office.until_books(case_id, "closed")
    path = path_of(case_id, "issue_credit_note")
    page = (await browser.get(path)).text
    number = re.search(r'<option value="(\d{4}-\d+)"', page)
    assert number
    typed = hidden_of(page) | {"invoice": number[1], "amount": "$100.00", "reason": "one area fewer", "do": "send"}
    sent = await browser.post(path, data=typed)
    assert sent.status_code == 303, sent.text
    assert (await browser.get(sent.headers["location"])).status_code == 200
    with office.books.reading() as session:
        assert any(one.kind == "credit_note" for one in notices(session, case_id))
    other = path_of(case_id, "amend_application")
    amended = typed_on((await browser.get(other)).text) | {"reason": "misspelled", "do": "send"}
    refused = await browser.post(other, data=amended | {"changes.facility.name": "Sample Imaging South"})
    assert refused.status_code == 422
    assert "case.closed" in refused.text


async def test_the_application_is_corrected_field_by_field(office: LivingOffice, browser: httpx.AsyncClient) -> None:
    """The form holds the application as it stands; what is sent is what was changed."""
    case_id = await office.start()
    path = path_of(case_id, "amend_application")
    page = (await browser.get(path)).text
    typed = typed_on(page) | {"reason": "The name was misspelled."}
    same = await browser.post(path, data=typed | {"do": "send"})
    assert same.status_code == 422
    assert "expected one field that is changed at least" in html.unescape(same.text)
    sent = await browser.post(path, data=typed | {"changes.facility.name": "Sample Imaging South", "do": "send"})
    assert sent.status_code == 303, sent.text
    assert (await browser.get(sent.headers["location"])).status_code == 200
    assert (await office.status(case_id))["application"]["facility"]["name"] == "Sample Imaging South"


PREVIEWED: list[tuple[str, str, dict[str, Any]]] = [
    ("return_application", "application_returned", {"reasons.0": "The payment sheet is missing."}),
    ("accept_application", "application_accepted", {}),
    ("extend_due_date", "due_date_extended", {"deadline": "testing_package", "reason": "A strike."}),
    ("close_case", "closed", {"reason": "Opened twice."}),
]


async def test_previews_are_the_letters_that_go_out(office: LivingOffice, browser: httpx.AsyncClient) -> None:
    """Message after message of one case: what was shown is what the facility got."""
    case_id = await office.start()
    invoice = (await office.status(case_id))["invoices"][-1]
    await office.tell(case_id, "record_payment", invoice=invoice["number"], amount=invoice["total"])
    until = (datetime.now(UTC) + timedelta(days=80)).date().isoformat()
    for message, kind, fields in PREVIEWED:
        path = path_of(case_id, message)
        typed = await opened(browser, path) | fields | ({"until": until} if message == "extend_due_date" else {})
        page = (await browser.post(path, data=typed | {"do": "preview"})).text
        (shown,) = letters_shown(page)
        assert (await browser.post(path, data=typed | {"do": "send"})).status_code == 303, message
        assert without_minutes(shown) == without_minutes((await letter_sent(office, case_id, kind)).body or "")


async def test_a_file_is_not_lost_without_a_word(office: LivingOffice, browser: httpx.AsyncClient) -> None:
    """A document is taken in with the form, kept while the form is mended, and named in the message with its signer."""
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    path = path_of(case_id, "submit_testing_package")
    typed = await opened(browser, path) | {"medium": "upload", "do": "send", "reason": "came by post"}
    for number, area in enumerate(AREAS):
        typed[f"exams.{number}.exam"] = f"{area} exam"
        typed[f"exams.{number}.subject"] = "" if area == "phantom" else f"subject-{area}"
    content = b"The protocol of the exams."
    signed = {"documents.signed_by": "medical_physicist", "documents.signer": "Sample Medical Physicist"}
    files = {"documents": ("protocol.txt", content, "text/plain")}
    refused = await browser.post(path, data=typed | signed, files=files)
    assert refused.status_code == 422, "for whom it is entered is not said yet"
    assert "Kept: protocol.txt" in refused.text
    kept = re.search(r'name="kept_documents" value="(\w+)"', refused.text)
    assert kept is not None
    mended = typed | signed | {"on_behalf_of.name": "Ann Sample", "on_behalf_of.role": "technologist"}
    sent = await browser.post(path, data=mended | {"kept_documents": kept[1]})
    assert sent.status_code == 303, sent.text
    page = (await browser.get(f"/office/cases/{case_id}")).text
    assert "protocol.txt" in page
    assert hashlib.sha256(content).hexdigest()[:12] in page


async def test_an_address_fills_in_what_the_case_has_and_nothing_else(
    office: LivingOffice, browser: httpx.AsyncClient
) -> None:
    """A link chooses an invoice; one that the case does not have, and what is no plain field, are left out."""
    case_id = await office.start()
    (invoice,) = (await office.status(case_id))["invoices"]
    path = path_of(case_id, "issue_credit_note")
    page = (await browser.get(path, params={"invoice": invoice["number"], "amount": "12.50"})).text
    assert f'<option value="{invoice["number"]}" selected>' in page
    assert 'value="12.50"' in page
    other = await browser.get(path, params={"invoice": "1999-000001", "received_at": "2027-01-01Tnoon", "by": "Eve"})
    assert other.status_code == 200
    assert "1999-000001" not in other.text
    assert "Eve" not in other.text
    assert (await browser.get(path_of(case_id, "no_such_message"))).status_code == 404


async def test_a_case_that_was_closed_in_error_is_opened_again_from_its_page(
    office: LivingOffice, browser: httpx.AsyncClient
) -> None:
    """The office gives a reason; what the proof names beside it nobody types."""
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    await office.tell(case_id, "close_case", reason="taken for another")
    await office.until_books(case_id, "closed")
    path = path_of(case_id, "reopen_case")
    assert path in (await browser.get(f"/office/cases/{case_id}")).text
    hidden = await opened(browser, path)
    assert not {"closed_run", "known"} & hidden.keys()
    typed = hidden | {"reason": "It was taken for another case."}
    preview = await browser.post(path, data=typed | {"do": "preview"})
    assert preview.status_code == 200, preview.text
    sent = await browser.post(path, data=typed | {"do": "send"})
    assert sent.status_code == 303, sent.text
    assert (await browser.post(path, data=typed | {"do": "send"})).status_code in (303, 422)
    await office.until_books(case_id, "testing")
    assert "Opened again" in (await browser.get(sent.headers["location"])).text
    page = (await browser.get(f"/office/cases/{case_id}")).text
    assert "send/extend_due_date" in page
    assert path not in page
    letter = await letter_sent(office, case_id, "case_reopened")
    assert "is open again" in (letter.body or "")
