"""Before the acceptance the office corrects the list of locations: the invoice is voided and issued anew."""

from typing import Any

import pytest

from tests.office import LivingOffice
from tests.workflows.designation.practices import application, open_designation

pytestmark = pytest.mark.server


def places(told: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Return a list of so many locations like the first one."""
    first = told["application"]["locations"][0]
    return [first | {"id": f"WV-9{number:03}", "name": f"Location {number}"} for number in range(1, count + 1)]


async def correct(office: LivingOffice, case_id: str, count: int) -> None:
    listed = places(await office.status(case_id), count)
    await office.tell(case_id, "amend_application", changes={"locations": listed}, reason="one was forgotten")


def issued(told: dict[str, Any], count: int) -> bool:
    return len(told["invoices"]) == count and all(one["number"] for one in told["invoices"])


async def test_the_fee_of_the_corrected_list_is_invoiced_paid_and_accepted(office: LivingOffice) -> None:
    case_id = await open_designation(office, application({"WV-9001": ["ct", "xray"]}))
    (before,) = (await office.status(case_id))["invoices"]
    await correct(office, case_id, 6)
    told = await office.until(case_id, "another invoice", lambda told: issued(told, 2))
    old, new = told["invoices"]
    assert (old["number"], old["status"]) == (before["number"], "void")
    assert float(new["total"]) == float(before["total"]) + 2000
    assert (told["stage"], told["awaited"]) == ("application", "the designation fee")

    await correct(office, case_id, 4)
    told = await office.until(case_id, "a third invoice", lambda told: issued(told, 3))
    assert [one["status"] for one in told["invoices"]] == ["void", "void", "open"]
    assert told["invoices"][-1]["total"] == before["total"]
    await office.until_paid(await pay(office, case_id), "paid")
    await correct(office, case_id, 5)  # the same fee: what was paid stands
    told = await office.status(case_id)
    assert [one["status"] for one in told["invoices"]] == ["void", "void", "paid"]
    assert len(told["application"]["locations"]) == 5
    await office.tell(case_id, "accept_application")
    assert (await office.until(case_id, "its survey", lambda told: told["stage"] == "survey"))["awaited_party"] == "acr"


async def pay(office: LivingOffice, case_id: str) -> str:
    invoice = (await office.status(case_id))["invoices"][-1]
    await office.tell(case_id, "record_payment", invoice=invoice["number"], amount=invoice["total"])
    number: str = invoice["number"]
    return number
