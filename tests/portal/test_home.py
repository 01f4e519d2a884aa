"""What a facility owes: what is overdue first, then by date, with what happens otherwise and the page that does it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from policy.status import CaseStatus
from portal.facility.cases import forms_of
from records.money_queries import Bill
from records.tables import CaseRecord, Deadline, Invoice
from records.worklist import WorkItem
from services.facility.duties import Doing, coming, duties, office_steps
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal
from tests.portal.reading import org_of, until_notice, unviewed_report, words_of

pytestmark = pytest.mark.server
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2027, 5, 10, 13, 0, tzinfo=UTC)


def a_case(number: int, awaited: str, party: str | None = "facility", **changes: object) -> CaseRecord:
    known = {
        "case_id": f"accreditation.OH-0417.ct.CT-{number}.1",
        "subject": f"accreditation.OH-0417.ct.CT-{number}",
        "cycle": 1,
        "program": "accreditation",
        "facility_id": "OH-0417",
        "modality": "ct",
        "unit": f"CT-{number}",
        "application": {},
        "opened_at": NOW - timedelta(days=90),
        "stage": "testing",
        "awaited": awaited,
        "awaited_party": party,
    }
    return CaseRecord.model_validate(known | changes)


def a_bill(case: CaseRecord, due_in: float, number: str = "2027-000001") -> Bill:
    invoice = Invoice(
        number=number,
        year=2027,
        sequence=1,
        case_id=case.case_id,
        purpose="application",
        occurrence=1,
        total=Decimal("2500.00"),
        paid=Decimal("0.00"),
        status="open",
        issued_at=NOW - timedelta(days=40),
        due_at=NOW + timedelta(days=due_in),
    )
    return Bill(invoice, [], due_in < 0)


def test_what_is_overdue_comes_first_then_what_is_due_next_and_last_what_has_no_date() -> None:
    package, plan, fee = (
        a_case(1, "the testing package"),
        a_case(2, "the corrective action plan", stage="corrective_action"),
        a_case(3, "the application fee", stage="application"),
    )
    items = [
        WorkItem(plan),
        WorkItem(package, NOW + timedelta(days=10), "testing_package"),
        WorkItem(fee, NOW - timedelta(days=3), "invoice"),
    ]
    owed = duties(items, [a_bill(fee, -3)], [], NOW, ZONE)
    assert [(one.subject, one.doing, one.overdue) for one in owed] == [
        ("CT unit CT-3", Doing.PAY, True),
        ("CT unit CT-1", Doing.PACKAGE, False),
        ("CT unit CT-2", Doing.CORRECT, False),
    ]
    assert owed[0].title == "Pay invoice 2027-000001: $2,500.00"
    assert owed[1].otherwise == (
        "Otherwise you are told, and after a grace the case ends as inactive; the fee is kept."
    )
    assert "reminded, again and again" in owed[2].otherwise


def test_a_window_that_has_passed_says_what_still_holds_and_when_the_case_closes() -> None:
    late = WorkItem(a_case(1, "the option form"), NOW - timedelta(days=2), "option_form", NOW + timedelta(days=28))
    (duty,) = duties([late], [], [], NOW, ZONE)
    assert duty.overdue
    assert duty.otherwise == (
        "Its time has passed: a form is refused unless the office extends; the case closes on 7 June 2027, 09:00 ET."
    )


def test_a_pledge_and_a_renewal_lead_to_their_pages() -> None:
    pledge = a_case(1, "the pledge for 2028", stage="designated", program="dicoe")
    renewal = a_case(2, "the renewal application", stage="accredited")
    items = [WorkItem(pledge), WorkItem(renewal, NOW + timedelta(days=60), "renewal_application")]
    owed = duties(items, [], [], NOW, ZONE)
    assert [(one.title, one.doing) for one in owed] == [
        ("Apply for the renewal", Doing.RENEW),
        ("Confirm the pledge for 2028", Doing.PLEDGE),
    ]


@pytest.mark.parametrize(("over", "linked"), [(False, True), (True, False)])
def test_the_plan_after_an_image_check_has_its_link_while_its_window_runs(over: bool, linked: bool) -> None:
    row = a_case(1, "the renewal application", stage="accredited", modality="mammography")
    window = {"name": "image_check_plan", "rule": "x", "source": "x", "opens_at": NOW, "due_at": NOW, "over": over}
    status = CaseStatus.model_validate({"case": row.case_id, "stage": "accredited", "deadlines": [window]})
    assert ((f"/cases/{row.case_id}/image-check", "Plan after the image check") in forms_of(row, status)) is linked


def test_what_is_awaited_from_the_office_is_no_duty() -> None:
    result = WorkItem(a_case(1, "the appeal's result", "acr"), NOW + timedelta(days=20), "appeal_result")
    report = WorkItem(a_case(2, "the survey's report", "surveyor"))
    assert duties([result, report], [], [], NOW, ZONE) == []
    assert [(one.title, one.by, one.due_at) for one in office_steps([report, result])] == [
        ("Appeal's result", "the office", NOW + timedelta(days=20)),
        ("Survey's report", "the surveyors", None),
    ]


def test_dates_ahead_say_what_they_mean_and_leave_out_what_is_owed_already() -> None:
    case = a_case(1, "the option form", stage="options")
    windows = [
        Deadline(case_id="", number=1, name="option_form", opens_at=NOW + timedelta(days=1), due_at=NOW),
        Deadline(case_id="", number=2, name="appeal", opens_at=NOW, due_at=NOW + timedelta(days=15)),
        Deadline(case_id="", number=3, name="expiry", opens_at=NOW, due_at=NOW + timedelta(days=900)),
        Deadline(case_id="", number=4, name="testing_package", opens_at=NOW, due_at=NOW + timedelta(days=900)),
    ]
    ahead = coming([case], {case.case_id: windows}, NOW, ZONE)
    assert [one.title for one in ahead] == ["Option form opens", "Right to appeal ends", "Certificate ends"]
    windows[0].opens_at = NOW - timedelta(days=1)
    assert "Option form opens" not in [one.title for one in coming([case], {case.case_id: windows}, NOW, ZONE)]


async def test_home_follows_a_case_from_its_invoice_to_the_choice(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start()
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        first = (await ann.get("/")).text
        assert "<h1>What we owe</h1>" in first
        assert "Pay invoice" in first
        assert 'href="/invoices#invoice-' in first
        await unviewed_report(office, case_id)
        page = (await ann.get("/")).text
        assert "View the final report" in page
        assert f"/cases/{case_id}/reports/FR" in page
        await office.tell(case_id, "view_final_report", days_ago=2.4, on_behalf_of={"name": "Ann Sample"})
        await until_notice(office, case_id, "option_form_open")
        page = (await ann.get("/")).text
    assert f'href="/cases/{case_id}/option"' in page
    assert (
        "Otherwise you and the office are told, and the case closes as not granted unless the office extends." in page
    )
    assert "Reviewer One" not in page


async def test_an_overdue_invoice_is_told_as_such(portal: LivingPortal, office: LivingOffice) -> None:
    case_id = await office.start(days_ago=40)
    async with portal.browser_of(portal.sign_in(org_of(case_id))) as ann:
        page = words_of((await ann.get("/")).text)
    assert "Overdue: it was due by" in page
    assert "Its time to pay has passed; the case waits for it." in page


async def test_who_owes_nothing_and_waits_for_nothing_is_told_so(portal: LivingPortal) -> None:
    async with portal.browser_of(portal.sign_in("OH-nobody")) as ann:
        page = words_of((await ann.get("/")).text)
        assert "Nothing is owed: we ask nothing of you at the moment." in page
        assert "No case of yours is open. A new application opens one." in page
        assert "You wait for nothing from the office at the moment." in page
        assert "No date lies ahead." in page
        for address, told in (
            ("/cases", "You have no case yet."),
            ("/reports", "No final report yet."),
            ("/invoices", "Nothing is to be paid."),
            ("/letters", "No letter yet."),
        ):
            assert told in words_of((await ann.get(address)).text)
