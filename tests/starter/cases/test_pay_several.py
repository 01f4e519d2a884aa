"""One payment for several invoices: shared out in their order, and every invoice says what it got."""

from decimal import Decimal

import pytest

from policy.money import shared_out
from services.errors import ExitCode
from tests.command import Command
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal
from tests.starter.office.accounts import accredit as accredit
from tests.starter.office.accounts import office_books as office_books


@pytest.mark.parametrize(
    ("amount", "owed", "parts"),
    [
        ("300.00", ["100.00", "200.00"], ["100.00", "200.00"]),
        ("250.00", ["100.00", "200.00"], ["100.00", "150.00"]),
        ("50.00", ["100.00", "200.00"], ["50.00", "0.00"]),
        ("300.01", ["100.00", "200.00"], ["100.00", "200.01"]),
        ("10.00", ["-5.00", "3.33", "0.00"], ["0.00", "3.33", "6.67"]),
    ],
)
def test_each_invoice_gets_what_is_owed_on_it_and_the_last_what_is_left(
    amount: str, owed: list[str], parts: list[str]
) -> None:
    shared = shared_out(Decimal(amount), [Decimal(one) for one in owed])
    assert [f"{part:.2f}" for part in shared] == parts
    assert sum(shared) == Decimal(amount)


def test_an_invoice_is_named_once(accredit: Command) -> None:
    ran = accredit("pay", "2027-000001", "due", "--also", "2027-000002", "--also", "2027-000001")
    assert (ran.code, "each invoice once" in ran.err) == (ExitCode.UNUSABLE, True)


def test_nothing_is_booked_where_one_of_them_is_void_or_unknown(accredit: Command) -> None:
    assert accredit("pay", "2027-000001", "5.00", "--also", "2027-000003").code == ExitCode.REFUSED
    assert accredit("pay", "2027-000001", "5.00", "--also", "2027-000099").code == ExitCode.NO_SUCH_CASE


@pytest.mark.server
async def test_one_check_pays_two_cases_of_which_one_is_closed_and_the_same_command_again_changes_nothing(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id, other = await office.start(), await office.start()
    first, second = [(await office.status(one))["invoices"][0]["number"] for one in (case_id, other)]
    await terminal("pay", second, "100.00")
    await office.tell(other, "close_case", reason="opened by mistake")
    check = ("pay", first, "4000.00", "--also", second, "--method", "check", "--reference", "1041", "--id", "c-1041")
    answers = (await terminal(*check, "--json")).data
    assert [(one["accepted"], one["message_id"]) for one in answers] == [
        (True, f"c-1041/{first}"),
        (True, f"c-1041/{second}"),
    ]
    assert [one["invoice"]["outstanding"] for one in answers] == ["0.00", "900.00"]
    await office.until_paid(first, "paid")
    ran = await terminal(*check)
    assert (ran.code, "$4,000.00 booked for" in ran.out) == (ExitCode.DONE, True)
    statements = [(await terminal("statement", office.row(one).facility_id, "--json")).data for one in (case_id, other)]
    assert [one["closing"] for one in statements] == ["0.00", "900.00"]
    ran = await terminal("pay", first, "due", "--also", second, "--method", "wire")
    assert (ran.code, f"$900.00 booked for {second}." in ran.out) == (ExitCode.DONE, True)
    assert (await terminal("pay", first, "due", "--also", second)).code == ExitCode.REFUSED
