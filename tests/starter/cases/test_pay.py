"""`accredit pay INVOICE due`: what is due, and what is said where nothing is."""

import pytest

from services.errors import ExitCode
from tests.command import Command
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal
from tests.starter.office.accounts import accredit as accredit
from tests.starter.office.accounts import office_books as office_books


def test_a_day_that_is_none_is_told_without_the_programs_own_words(accredit: Command) -> None:
    ran = accredit("pay", "2027-000001", "1.00", "--on", "11/20/2026")
    assert ran.code == ExitCode.UNUSABLE
    assert "11/20/2026" in ran.err
    assert "isoformat" not in ran.err


def test_nothing_is_due_on_an_invoice_that_is_settled(accredit: Command) -> None:
    ran = accredit("pay", "2027-000001", "due")
    assert ran.code == ExitCode.REFUSED
    assert "Nothing is due on invoice 2027-000001. Of $1,000.00, $250.00 was credited and $900.00 was paid." in ran.err
    assert "name the amount: accredit pay 2027-000001 100.00" in ran.err


def test_nothing_is_due_on_a_void_invoice_and_it_takes_no_payment(accredit: Command) -> None:
    ran = accredit("pay", "2027-000003", "due", "--json")
    assert (ran.code, ran.data["rule"]) == (ExitCode.REFUSED, "payment.unknown_invoice")
    assert ran.data["reason"] == "Invoice 2027-000003 is void: nothing is due on it, and it takes no payment."
    assert ran.data["instead"] == [
        "`accredit invoices accreditation.PA-0099.ct.CT-1.1` lists the invoices that the money may be for."
    ]


@pytest.mark.server
async def test_what_is_due_is_what_was_neither_paid_nor_credited(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    number = (await office.status(case_id))["invoices"][0]["number"]
    await terminal("pay", number, "1000.00")
    await office.tell(case_id, "issue_credit_note", invoice=number, amount="300.00", reason="one area fewer")
    assert (await terminal("pay", number, "due")).code == ExitCode.DONE
    await office.until_paid(number, "paid")
    (one,) = (await terminal("invoices", case_id, "--json")).data
    assert (one["paid"], one["credited"]) == ("2200.00", "300.00")


@pytest.mark.server
async def test_money_for_a_closed_case_is_refused_with_what_to_do_with_it(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    number = (await office.status(case_id))["invoices"][0]["number"]
    await terminal("pay", number, "100.00")
    await office.tell(case_id, "close_case", reason="opened by mistake")
    await office.client.get_workflow_handle(case_id).result()
    await office.until_books(case_id, "closed")
    ran = await terminal("pay", number, "due")
    assert ran.code == ExitCode.REFUSED
    assert "Refused by case.closed" in ran.out
    assert f"Book the money in the office's accounting, for invoice {number}" in ran.err
    assert f"accredit statement {office.row(case_id).facility_id}" in ran.err
