"""My Final Reports: what the option status says when, and what counts as viewing a report."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from activities.mail import MailFolder
from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from portal.serving import listen, serving
from records.tables import Deadline, MessageRecord
from services.connect import connect
from services.facility.reports import FormState, Report, option_status
from services.namespace import prepare_namespace
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.reading import org_of, until_papers, unviewed_report, words_of

pytestmark = pytest.mark.server
ZONE = ZoneInfo("America/New_York")
ISSUED = datetime(2027, 5, 10, 13, 0, tzinfo=UTC)
OPENS = ISSUED + timedelta(days=2)
DUE = datetime(2027, 5, 28, 4, 0, tzinfo=UTC)
"""The end of 27 May in the office's zone."""
A_SECOND = timedelta(seconds=1)


def a_form(**changes: object) -> Deadline:
    known = {"case_id": "a", "number": 3, "name": "option_form", "opens_at": OPENS, "due_at": DUE}
    return Deadline.model_validate(known | changes)


def a_report(**changes: object) -> Report:
    known = Report(
        number="FR2027-000001",
        case_id="accreditation.OH-0417.ct.CT-1.1",
        modality="CT",
        unit="CT-1",
        subject="CT unit CT-1",
        appeal=False,
        issued_at=ISSUED,
        passed=False,
        failed=("head/neck, adult",),
        facts={},
        form=a_form(),
        appeal_window=None,
        closure=None,
        viewed_at=ISSUED + timedelta(hours=1),
        chosen_at=None,
        newest=True,
        awaits_choice=True,
        closed=False,
    )
    return replace(known, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "state", "words"),
    [
        (OPENS - timedelta(days=1), FormState.NOT_OPEN, "Opens 12 May 2027, 09:00 ET"),
        (OPENS - A_SECOND, FormState.NOT_OPEN, "Opens 12 May 2027, 09:00 ET"),
        (OPENS, FormState.OPEN, ""),
        (DUE - timedelta(hours=12), FormState.OPEN, ""),
        (DUE, FormState.OPEN, ""),
        (DUE + A_SECOND, FormState.PAST_DUE, "Past due: it was due by 27 May 2027, 24:00 ET"),
    ],
)
def test_the_form_can_be_sent_from_its_opening_to_the_end_of_its_last_day(
    at: datetime, state: FormState, words: str
) -> None:
    assert option_status(a_report(), at, ZONE) == (state, words)


def test_before_anything_else_the_report_is_to_be_viewed() -> None:
    unseen = a_report(viewed_at=None)
    for at in (ISSUED, OPENS, DUE):
        assert option_status(unseen, at, ZONE).words == "View the report first"
    assert option_status(unseen, DUE + A_SECOND, ZONE).words.startswith("Past due")


def test_a_form_that_came_stays_received_whatever_follows() -> None:
    received = a_report(chosen_at=OPENS + timedelta(hours=2), awaits_choice=False, newest=False)
    for at in (OPENS + timedelta(days=1), DUE + timedelta(days=90)):
        assert option_status(received, at, ZONE).words == "Received 12 May 2027, 11:00 ET"


def test_no_form_is_needed_where_all_is_acceptable_or_the_case_has_ended() -> None:
    assert option_status(a_report(passed=True), OPENS, ZONE).words.startswith("None needed")
    ended = a_report(closed=True, awaits_choice=False, form=a_form(over=True))
    assert option_status(ended, OPENS, ZONE).words == "None needed: the case is closed"
    silent = a_report(closed=True, awaits_choice=False, form=a_form(over=True, met=False))
    assert option_status(silent, DUE + timedelta(days=40), ZONE).words.startswith("Past due")


def test_on_film_the_form_opens_once_the_images_are_back() -> None:
    assert option_status(a_report(form=None), OPENS, ZONE).words == "Opens 48 hours after your images were returned"


def views(office: LivingOffice, case_id: str) -> list[MessageRecord]:
    """Return the viewings that the books hold."""
    with office.books.reading() as session:
        wanted = select(MessageRecord).where(
            col(MessageRecord.case_id) == case_id, col(MessageRecord.name) == "view_final_report"
        )
        return list(session.exec(wanted))


async def test_opening_a_report_is_the_message_once_and_then_an_option_can_be_selected(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    await unviewed_report(office, case_id, equipment_concern="The table may sag.")
    number = await until_papers(office, case_id, "final_report")
    address = f"/cases/{case_id}/reports/{number}"
    org = org_of(case_id)
    async with portal.browser_of(portal.sign_in(org, Role.MEDICAL_PHYSICIST)) as ann:
        listed = (await ann.get("/reports")).text
        assert "View the report first" in listed
        assert f'href="{address}"' in listed
        assert "View the final report" in (await ann.get("/")).text
        assert (await ann.head(address)).status_code == 200
        ahead = await ann.get(address, headers={"sec-purpose": "prefetch;prerender"})
        assert ahead.status_code == 200
        assert views(office, case_id) == []

        opened = words_of((await ann.get(address)).text)
        assert "That you have viewed this final report is recorded now." in opened
        assert "Centre the head in the gantry." in opened
        assert "Possible cause in the equipment or protocol: The table may sag." in opened
        assert "An appeal must reach us by" in opened
        assert "Reviewer One" not in opened
        assert "Select Option" in (await ann.get("/reports")).text
        for _ in range(2):
            assert (await ann.get(address)).status_code == 200
    async with portal.browser_of(portal.sign_in(org, Role.ADMINISTRATOR, name="Bob Sample")) as bob:
        assert "Viewed on" in (await bob.get(address)).text
    (seen,) = views(office, case_id)
    assert seen.accepted
    assert seen.sender is not None
    assert seen.sender["org"] == org


async def test_a_report_of_yesterday_says_when_its_form_opens(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start()
    await unviewed_report(office, case_id, days_ago=1.0)
    number = await until_papers(office, case_id, "final_report")
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        await ann.get(f"/cases/{case_id}/reports/{number}")
        page = (await ann.get("/reports")).text
        assert "Opens " in page
        assert "Select Option" not in page
        assert "option form opens" in words_of((await ann.get("/")).text)


async def test_the_office_and_other_facilities_open_no_report_of_a_facility(
    portal: LivingPortal, office: LivingOffice
) -> None:
    case_id = await office.start()
    await unviewed_report(office, case_id)
    number = await until_papers(office, case_id, "final_report")
    address = f"/cases/{case_id}/reports/{number}"
    for org in (OFFICE_ORG, "OH-0417"):
        async with portal.browser_of(portal.sign_in(org)) as other:
            assert (await other.get(address)).status_code == 404
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        assert (await ann.get(f"/cases/{case_id}/reports/FR1999-000001")).status_code == 404
    assert views(office, case_id) == []


async def test_while_the_case_is_away_the_report_is_shown_and_says_that_viewing_is_not_recorded(
    portal: LivingPortal, office: LivingOffice, tmp_path: Path
) -> None:
    case_id = await office.start()
    await unviewed_report(office, case_id)
    number = await until_papers(office, case_id, "final_report")
    address = office.client.service_client.config.target_host
    await prepare_namespace(address, "another-office")
    elsewhere = replace(portal.world, client=await connect(address, "another-office"), mailer=MailFolder(tmp_path))
    with listen("127.0.0.1", 0) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with serving(elsewhere, listening), portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
            page = words_of((await ann.get(f"{url}/cases/{case_id}/reports/{number}", timeout=30)).text)
    assert "is not recorded yet" in page
    assert "Centre the head in the gantry." in page
    assert views(office, case_id) == []
