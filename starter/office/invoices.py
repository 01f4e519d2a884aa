"""`accredit invoices`: what was invoiced, what is paid, what is overdue, and all that happened to one invoice."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from policy.dates import last_day, local_day
from policy.words import day_in_words, dollars
from records.money_queries import Bill, bill_by_number, bills
from records.postings import Posting, PostingKind, Scope, postings
from records.statement import Statement, draw_up
from services.case_snapshot import known_case
from services.clock import now
from services.errors import NoSuchCase
from services.facility.account import ENTRY_COLUMNS, RIGHT, entry_rows
from starter.office.ledger import row_of
from starter.terminal import completion
from starter.terminal.arguments import AsJson, OfCase
from starter.terminal.books import reading
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table


def account_of(session: Session, bill: Bill, zone: ZoneInfo) -> Statement:
    """Return the account of one invoice."""
    return draw_up(postings(session, zone, Scope(invoice=bill.invoice.number)), since=None, at=now())


def account_data(bill: Bill, account: Statement) -> dict[str, Any]:
    """Return what a script wants beside the invoice's own data."""
    entries = [row_of(line.posting) | {"balance": f"{line.balance:.2f}"} for line in account.lines]
    return {"issuer": bill.invoice.issuer, "payer": bill.invoice.payer, "entries": entries}


def tell_account(bill: Bill, account: Statement, zone: ZoneInfo) -> None:
    """Print an invoice: who owes whom what, its lines, every entry, and what is open."""
    one = bill.invoice
    say(f"Invoice {one.number}: {one.purpose.replace('_', ' ')}, {one.case_id}", style="bold")
    state = one.status.replace("_", " ") + (", overdue" if bill.overdue else "")
    due = day_in_words(last_day(one.due_at, zone))
    say(f"State: {state}; issued {day_in_words(local_day(one.issued_at, zone))}, due {due}")
    for name, party in (("From", one.issuer), ("To", one.payer)):
        if party:
            say(f"{name}: {_party(party)}")
    say()
    lines = [
        [line.description, str(line.quantity), dollars(line.unit_price), dollars(line.amount)] for line in bill.lines
    ]
    lines.append(["Total", "", "", dollars(one.total)])
    show_table(["Line", "Quantity", "Price", "Amount"], lines, right=["Quantity", "Price", "Amount"])
    say()
    show_table(ENTRY_COLUMNS, entry_rows(account.lines), right=RIGHT)
    if account.closing < 0:
        say(f"Nothing is open; {dollars(-account.closing)} was paid too much.")
    else:
        say(f"Open: {dollars(bill.outstanding)}" if bill.outstanding else "Nothing is open.")
    for posting in payments_that_stand(account):
        say(f"The payment of {posting.day} over {dollars(posting.credit)} has the id {posting.reference}.")


def payments_that_stand(account: Statement) -> list[Posting]:
    """Return the payments that were not undone: each can be taken back, by the message `undo_payment` with its id."""
    found = [line.posting for line in account.lines]
    undone = {one.reference for one in found if one.kind is PostingKind.PAYMENT_UNDONE}
    return [one for one in found if one.kind is PostingKind.PAYMENT and one.reference not in undone]


def _party(party: dict[str, Any]) -> str:
    """Return a party as it stood on the invoice, on one line."""
    address = party.get("address") or []
    lines = [address] if isinstance(address, str) else address
    attention = f"attention {party['attention']}" if party.get("attention") else ""
    return ", ".join(filter(None, [party.get("name"), *lines, attention]))


OnlyOpen = Annotated[bool, typer.Option("--open", help="Only what is not paid in full.")]
OnlyOverdue = Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")]
Number = Annotated[
    str | None,
    typer.Option(
        "--number",
        metavar="INVOICE",
        help="Only this invoice, with all that happened.",
        autocompletion=completion.invoices,
    ),
]


def invoices(
    ctx: typer.Context,
    case: OfCase = None,
    only_open: OnlyOpen = False,
    overdue: OnlyOverdue = False,
    number: Number = None,
    as_json: AsJson = False,
) -> None:
    """List invoices, by number: purpose, total, what is paid, credited or written off, and whether they are overdue.

    Of one case, or of all of them. One invoice by its number is shown with its lines, and with every payment (whose id
    the message `undo_payment` names), payment undone, credit note, refund and write-off. `accredit pay` records a
    payment, `accredit refund` what was sent back, `accredit statement` shows a facility's whole account.

    For example:

        accredit invoices
        accredit invoices accreditation.OH-0417.ct.CT-1.1 --json
        accredit invoices --overdue
        accredit invoices --number 2028-000001
    """
    if number is not None:
        _one(ctx, case, number, as_json=as_json)
        return
    with reading(ctx) as session:
        if case is not None:
            known_case(session, case)
        found = bills(session, now(), case)
    found = [bill for bill in found if not (only_open and not bill.outstanding) and not (overdue and not bill.overdue)]
    if as_json:
        show_json([bill_as_json(bill) for bill in found])
    elif found:
        _tell_all(found, office_of(ctx, amounts=False).zone)
    else:
        note("No invoices.")


def _tell_all(found: Sequence[Bill], zone: ZoneInfo) -> None:
    """Print invoices as a table with the sum of what is open; an amount that is nothing is left out."""
    rows = []
    for bill in found:
        one = bill.invoice
        state = one.status.replace("_", " ") + (", overdue" if bill.overdue else "")
        issued, due = local_day(one.issued_at, zone), last_day(one.due_at, zone)
        given_up = one.credited + one.written_off
        money = [dollars(amount) if amount else "" for amount in (one.paid, given_up, bill.outstanding)]
        purpose = one.purpose.replace("_", " ")
        rows.append([one.number, purpose, dollars(one.total), *money, state, str(issued), str(due), one.case_id])
    outstanding = sum((bill.outstanding for bill in found), Decimal("0.00"))
    rows.append(["Total", "", "", "", "", dollars(outstanding), "", "", "", ""])
    columns = ["Invoice", "Purpose", "Total", "Paid", "Taken off", "Open", "State", "Issued", "Due", "Case"]
    show_table(columns, rows, right=["Total", "Paid", "Taken off", "Open"])


def _one(ctx: typer.Context, case: str | None, number: str, *, as_json: bool) -> None:
    """Tell everything about one invoice."""
    zone = office_of(ctx, amounts=False).zone
    with reading(ctx) as session:
        bill = bill_by_number(session, now(), number)
        if bill is None or case not in (None, bill.invoice.case_id):
            raise NoSuchCase("invoice", number, "`accredit invoices` lists them all.")
        account = account_of(session, bill, zone)
    if as_json:
        show_json(bill_as_json(bill) | account_data(bill, account))
    else:
        tell_account(bill, account, zone)


def bill_as_json(bill: Bill) -> dict[str, Any]:
    """Return an invoice with its lines; amounts are text with two decimals."""
    amounts = {"total", "paid", "credited", "written_off"}
    columns = {"number", "case_id", "purpose", "status", "issued_at", "due_at"} | amounts
    told = bill.invoice.model_dump(mode="json", include=columns)
    lines = [line.model_dump(mode="json", exclude={"invoice", "position"}) for line in bill.lines]
    told["case"] = told.pop("case_id")
    return {**told, "overdue": bill.overdue, "outstanding": f"{bill.outstanding:.2f}", "lines": lines}
