"""The facility's small forms: what each says before it is sent, what it sends, and what refuses it."""

import html
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from policy.messages import Role
from services.opening import start_case
from services.settings import SAMPLE, load_settings
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal

pytestmark = pytest.mark.server


def facility_of(case_id: str) -> str:
    return case_id.split(".")[1]


def browser_for(portal: LivingPortal, case_id: str) -> httpx.AsyncClient:
    """The browser of the administrator of a case's facility."""
    return portal.browser_of(portal.sign_in(facility_of(case_id), Role.ADMINISTRATOR))


def hidden_of(page: str) -> dict[str, str]:
    form = page[page.index('class="message"') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def is_issued(told: dict[str, Any], purpose: str) -> bool:
    """Whether the newest invoice is for a purpose, and has its number."""
    newest = told["invoices"][-1] if told["invoices"] else {}
    return newest.get("purpose") == purpose and bool(newest.get("number"))


async def designated(office: LivingOffice, *, days_ago: float) -> str:
    """A practice that was designated so many days ago; the office adopted its case."""
    case_id, part, opened_at = office.announce_designation(days_ago=days_ago)
    zone = load_settings(SAMPLE, {}).zone
    await start_case(office.client, case_id, part, opened_at, zone, adopted=True)
    told = await office.until(
        case_id, "an invoice", lambda told: bool(told["invoices"] and told["invoices"][0]["number"])
    )
    (invoice,) = told["invoices"]
    back = days_ago - 1
    await office.tell(case_id, "record_payment", days_ago=back, invoice=invoice["number"], amount=invoice["total"])
    await office.tell(case_id, "accept_application", days_ago=back)
    roles = ("radiologist", "medical_physicist", "acr_staff")
    team = [{"name": f"Sample {role}", "role": role} for role in roles]
    location = part.application.locations[0]
    await office.tell(case_id, "schedule_survey", days_ago=back - 1, team=team, locations=[location.id])
    findings = [{"area": str(service), "acceptable": True} for service in location.services]
    await office.tell(case_id, "file_survey_report", days_ago=back - 2, findings=findings, satisfactory=True)
    await office.tell(case_id, "decide_designation", days_ago=back - 3, designated=True)
    await office.end_adoption(case_id)
    await office.until_books(case_id, "designated")
    return case_id


A_LOCATION = {
    "locations.0.id": "OH-4199",
    "locations.0.name": "Sample Imaging at Location 99",
    "locations.0.address.street": "99 Sample Street",
    "locations.0.address.city": "Sampleton",
    "locations.0.address.state": "OH",
    "locations.0.address.postal_code": "43001",
    "locations.0.address.country": "US",
    "locations.0.services": "mri",
    "locations.0.accredited": "mri",
    "locations.0.registries.0": "GRID",
    "locations.0.registries.1": "NMD",
    "locations.0.pledges": ["image_gently", "image_wisely"],
    "locations.0.consulting_radiologist": "Sample Radiologist 99",
}
"""A location as it is typed."""


async def test_a_withdrawal_says_what_it_means_and_needs_a_second_box(
    office: LivingOffice, portal: LivingPortal
) -> None:
    """Without the box nothing happens and the reason stays; with it the case is closed, and the page says so."""
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    path = f"/cases/{case_id}/withdraw"
    async with browser_for(portal, case_id) as browser:
        page = (await browser.get(path)).text
        for said in ("signage", "sent back after a withdrawal", "cannot be taken back", "$2,500.00"):
            assert said in page
        typed = hidden_of(page) | {"reason": "The unit is sold.", "do": "send"}
        unsure = await browser.post(path, data=typed)
        assert unsure.status_code == 422
        assert "The unit is sold." in unsure.text
        assert 'id="understood-wrong"' in unsure.text
        assert (await office.status(case_id))["stage"] == "testing"
        sent = await browser.post(path, data=typed | {"understood": "yes"})
        again = await browser.post(path, data=typed | {"understood": "yes"})
        assert sent.status_code == 303, sent.text
        assert (await office.until_books(case_id, "closed")).outcome == "withdrawn"
        done = await browser.get(sent.headers["location"])
        assert "The case is closed: withdrawn" in done.text
        assert again.headers["location"] == sent.headers["location"]
        assert "There is nothing to withdraw" in (await browser.get(path)).text


async def test_a_pledge_is_confirmed(office: LivingOffice, portal: LivingPortal) -> None:
    """The year stands there already; a year that is none is told beside its field; an accreditation has no pledge."""
    case_id = await designated(office, days_ago=200)
    path = f"/cases/{case_id}/pledge"
    year = str(datetime.now(UTC).year)
    async with browser_for(portal, case_id) as browser:
        page = (await browser.get(path)).text
        assert f'value="{year}"' in page
        typed = hidden_of(page) | {"pledge": "image_wisely", "year": "soon"}
        wrong = await browser.post(path, data=typed)
        assert wrong.status_code == 422
        assert 'id="year-wrong"' in wrong.text
        assert 'value="soon"' in wrong.text
        sent = await browser.post(path, data=typed | {"year": year})
        assert sent.status_code == 303, sent.text
        assert "Pledge confirmed" in (await browser.get(sent.headers["location"])).text
    other = await office.start()
    async with browser_for(portal, other) as browser:
        assert (await browser.get(f"/cases/{other}/pledge")).status_code == 404
        assert (await browser.get(f"/cases/{other}/locations")).status_code == 404


async def test_added_locations_show_their_fee_before_and_are_invoiced_after(
    office: LivingOffice, portal: LivingPortal
) -> None:
    """From mid-cycle on: the fee that is shown is the one of the invoice."""
    case_id = await designated(office, days_ago=700)
    path = f"/cases/{case_id}/locations"
    async with browser_for(portal, case_id) as browser:
        page = (await browser.get(path)).text
        assert "Locations may be added since mid-cycle" in page
        typed = hidden_of(page) | A_LOCATION
        shown = (await browser.post(path, data=typed | {"do": "fee"})).text
        total = re.search(r"Total</th><td><strong>\$([\d,.]+)</strong>", shown)
        assert total
        assert "Nothing has been sent" in shown
        assert 'value="Sample Radiologist 99"' in shown
        assert len((await office.status(case_id))["invoices"]) == 1
        sent = await browser.post(path, data=typed | {"do": "send"})
        assert sent.status_code == 303, re.findall("<strong>.*", html.unescape(sent.text))
        told = await office.until(case_id, "the invoice", lambda told: is_issued(told, "additional_locations"))
        assert told["invoices"][-1]["total"] == total[1].replace(",", "")
        done = (await browser.get(sent.headers["location"])).text
        assert "the fee of the added locations" in done


async def test_locations_before_mid_cycle_are_refused_with_everything_kept(
    office: LivingOffice, portal: LivingPortal
) -> None:
    """The page says from when; what is sent before is refused by name and stays."""
    case_id = await designated(office, days_ago=200)
    path = f"/cases/{case_id}/locations"
    async with browser_for(portal, case_id) as browser:
        page = (await browser.get(path)).text
        assert "What is sent before is refused" in page
        refused = await browser.post(path, data=hidden_of(page) | A_LOCATION | {"do": "send"})
        assert refused.status_code == 422
        assert "designation.not_mid_cycle" in refused.text
        assert 'value="Sample Radiologist 99"' in refused.text


async def test_a_renewal_says_when_what_it_costs_and_where(office: LivingOffice, portal: LivingPortal) -> None:
    """Before its notice it says from when; from then on it leads to the application; before a grant there is none."""
    early, late = await designated(office, days_ago=200), await designated(office, days_ago=1000)
    async with browser_for(portal, early) as browser:
        page = (await browser.get(f"/cases/{early}/renewal")).text
        assert "It opens on" in page
        assert "/applications/new?renew=" not in page
        assert "$" in page
    async with browser_for(portal, late) as browser:
        page = (await browser.get(f"/cases/{late}/renewal")).text
        assert f'href="/applications/new?renew={late}"' in page
        assert "Otherwise the designation ends on" in page
    new = await office.start()
    async with browser_for(portal, new) as browser:
        assert "nothing to renew yet" in (await browser.get(f"/cases/{new}/renewal")).text


async def test_another_facilitys_small_forms_are_not_there(office: LivingOffice, portal: LivingPortal) -> None:
    """Neither shown nor taken."""
    mine, theirs = await office.start(), await office.start()
    async with browser_for(portal, mine) as browser:
        page = (await browser.get(f"/cases/{mine}/withdraw")).text
        for form in ("withdraw", "renewal", "pledge", "locations"):
            assert (await browser.get(f"/cases/{theirs}/{form}")).status_code == 404
        typed = hidden_of(page) | {"understood": "yes", "do": "send"}
        assert (await browser.post(f"/cases/{theirs}/withdraw", data=typed)).status_code == 404
    assert (await office.status(theirs))["stage"] == "application"


async def test_a_message_of_the_last_minute_is_told_by_its_own_receipt(
    office: LivingOffice, portal: LivingPortal
) -> None:
    """A receipt of a message that nobody sent is none."""
    case_id = await office.start()
    async with browser_for(portal, case_id) as browser:
        assert (await browser.get(f"/cases/{case_id}/sent/withdraw_case/unknown")).status_code == 404
