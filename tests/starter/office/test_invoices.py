"""`accredit invoices`: what was invoiced, paid, and is overdue."""

import pytest

from services.errors import ExitCode
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server


async def test_an_invoice_is_the_sum_of_its_lines_and_is_listed_with_what_is_open(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    (one,) = (await terminal("invoices", case_id, "--json")).data
    assert (one["case"], one["purpose"], one["total"], one["status"]) == (case_id, "application", "2500.00", "open")
    assert [line["amount"] for line in one["lines"]] == ["2500.00"]
    assert (one["outstanding"], one["overdue"]) == ("2500.00", False)


async def test_a_payment_lowers_what_is_open(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    number = (await terminal("invoices", case_id, "--json")).data[0]["number"]
    assert (await terminal("pay", number, "1000.00")).code == ExitCode.DONE
    await office.until_paid(number, "partly_paid")
    (one,) = (await terminal("invoices", case_id, "--json")).data
    assert (one["paid"], one["outstanding"], one["status"]) == ("1000.00", "1500.00", "partly_paid")


async def test_overdue_and_open_ones_are_listed_alone(office: LivingOffice, terminal: OfficeTerminal) -> None:
    overdue, paid = await office.start(days_ago=40), await office.start()
    number = (await terminal("invoices", paid, "--json")).data[0]["number"]
    assert (await terminal("pay", number, "due")).code == ExitCode.DONE
    await office.until_paid(number, "paid")
    assert [one["case"] for one in (await terminal("invoices", "--overdue", "--json")).data] == [overdue]
    assert paid not in [one["case"] for one in (await terminal("invoices", "--open", "--json")).data]


async def test_people_read_a_table_with_the_sum_of_what_is_open(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    lines = (await terminal("invoices", case_id)).out.splitlines()
    assert "$2,500.00" in lines[1]
    assert case_id in lines[1]
    assert lines[2].split() == ["Total", "$2,500.00"]


async def test_an_unknown_case_is_exit_4(terminal: OfficeTerminal) -> None:
    assert (await terminal("invoices", "accreditation.XX-1.ct.CT-1.1")).code == ExitCode.NO_SUCH_CASE
