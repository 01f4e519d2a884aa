"""One invoice with all that happened to it: its lines, payments, payments undone, credit notes."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from policy.dates import last_day, local_day
from policy.words import day_in_words
from records.money_queries import Bill
from records.postings import Posting, PostingKind, Scope, postings
from records.statement import Statement, draw_up
from starter.desk.clock import now
from starter.desk.entries import COLUMNS, RIGHT, entry_rows
from starter.desk.ledger import row_of
from starter.output import dollars, say, show_table


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
    show_table(COLUMNS, entry_rows(account.lines), right=RIGHT)
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
