"""A case whose past is entered: what the office did then counts as of then; once it closes nothing is open."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.office import LivingOffice

pytestmark = pytest.mark.server


async def test_an_adopted_case_that_closes_keeps_nothing_that_nobody_can_resolve(office: LivingOffice) -> None:
    case_id = await office.start(days_ago=60, adopting=True)
    told = await office.status(case_id)
    assert [one["item"] for one in told["attention"]] == ["adoption"]
    await office.tell(case_id, "withdraw_case", days_ago=40, on_behalf_of={"name": "Ann Sample"})
    row = await office.until_books(case_id, "closed")
    told = await office.status(case_id)
    assert (told["attention"], told["adopting"], told["outcome"]) == ([], False, "withdrawn")
    assert not row.needs_attention


async def test_what_was_issued_before_a_case_was_adopted_bears_its_true_date(office: LivingOffice) -> None:
    adopted, opened = await office.start(days_ago=40), await office.start()
    now = datetime.now(UTC)
    due = {
        case_id: datetime.fromisoformat((await office.status(case_id))["invoices"][0]["due_at"])
        for case_id in (adopted, opened)
    }
    assert due[adopted] < now - timedelta(days=8)
    assert due[opened] > now + timedelta(days=26)


async def test_a_case_that_is_opened_for_a_day_of_long_ago_is_invoiced_today(office: LivingOffice) -> None:
    case_id = await office.start_without_worker(days_ago=40)
    told = await office.until(case_id, "an invoice", lambda told: told["invoices"] and told["invoices"][0]["number"])
    assert datetime.fromisoformat(told["invoices"][0]["due_at"]) > datetime.now(UTC) + timedelta(days=29)
    assert datetime.fromisoformat(told["opened_at"]) < datetime.now(UTC) - timedelta(days=39)
