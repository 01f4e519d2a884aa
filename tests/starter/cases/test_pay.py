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
    given_up = accredit("write-off", "2027-000001", "--reason", "agreed")
    assert "Nothing is due on invoice 2027-000001." in given_up.err
    assert "accredit pay" not in given_up.err, "nothing is paid by giving up what is owed"


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
async def test_what_is_owed_on_a_closed_case_is_paid_refunded_and_written_off(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    number = (await office.status(case_id))["invoices"][0]["number"]
    await terminal("pay", number, "100.00")
    await office.tell(case_id, "close_case", reason="opened by mistake")
    told = (await terminal("pay", number, "1000.00", "--json")).data  # while it is closing, or when it has closed
    assert (told["accepted"], told["outcome"], told["invoice"]["outstanding"]) == (True, "closed_by_acr", "1400.00")
    ran = await terminal("write-off", number, "500.00", "--reason", "agreed")
    assert f"Invoice {number} of $2,500.00: $1,100.00 paid, $500.00 written off; $900.00 remains to be paid." in ran.out
    assert "the case stays closed" in ran.out
    assert (await terminal("pay", number, "1000.00", "--again")).code == ExitCode.DONE
    ran = await terminal("refund", number, "excess", "--reason", "paid too much")
    assert (ran.code, "nothing remains to be paid." in ran.out) == (ExitCode.DONE, True)
    (one,) = (await terminal("invoices", case_id, "--json")).data
    assert (one["status"], one["paid"], one["written_off"], one["outstanding"]) == ("paid", "2000.00", "500.00", "0.00")
    statement = (await terminal("statement", office.row(case_id).facility_id, "--json")).data
    assert (statement["closing"], statement["owed"], statement["overpaid"]) == ("0.00", [], [])
    assert "Refused by case.closed" in (await terminal("send", case_id, "accept_application")).out


@pytest.mark.server
async def test_the_same_payment_twice_is_asked_about_and_another_one_is_booked(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    number = (await office.status(case_id))["invoices"][0]["number"]
    ran = await terminal("pay", number, "500.00", "--method", "check", "--id", "first")
    assert f"Invoice {number} of $2,500.00: $500.00 paid; $2,000.00 remains to be paid." in ran.out
    await office.until_paid(number, "partly_paid")
    ran = await terminal("pay", number, "500.00", "--method", "check")
    assert (ran.code, "as the payment first" in ran.err) == (ExitCode.REFUSED, True)
    assert (await terminal("pay", number, "500.00", "--method", "check", "--id", "first")).code == ExitCode.DONE
    ran = await terminal("pay", number, "500.00", "--method", "check", "--reference", "1042", "--json")
    assert ran.data["invoice"]["paid"] == "1000.00"


@pytest.mark.server
async def test_an_open_case_is_refunded_and_goes_on_when_its_fee_is_written_off(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    number = (await office.status(case_id))["invoices"][0]["number"]
    assert (await terminal("write-off", number, "--reason", "agreed")).code == ExitCode.DONE
    ran = await terminal("pay", number, "100.00")
    assert f"$100.00 was paid too much (accredit refund {number} AMOUNT)" in ran.out
    assert (await terminal("refund", number, "100.01", "--reason", "by mistake")).code == ExitCode.REFUSED
    assert (await terminal("refund", number, "100.00", "--reason", "by mistake")).code == ExitCode.DONE
    assert (await terminal("send", case_id, "accept_application")).code == ExitCode.DONE
    (told,) = (await office.status(case_id))["invoices"]
    assert (told["status"], told["paid"], told["written_off"]) == ("void", "0.00", "2500.00")
