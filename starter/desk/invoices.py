"""`accredit invoices`: what was invoiced, what is paid, and what is overdue."""

from decimal import Decimal
from typing import Annotated, Any

import typer

from policy.dates import last_day, local_day
from records.money_queries import Bill, bills
from starter.desk.arguments import AsJson
from starter.desk.books import known_case, reading
from starter.desk.clock import now
from starter.front import office_of
from starter.output import dollars, note, show_json, show_table

MaybeCase = Annotated[str | None, typer.Argument(metavar="CASE", help="Only this case's.")]
OnlyOpen = Annotated[bool, typer.Option("--open", help="Only what is not paid in full.")]
OnlyOverdue = Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")]


def invoices(
    ctx: typer.Context,
    case: MaybeCase = None,
    only_open: OnlyOpen = False,
    overdue: OnlyOverdue = False,
    as_json: AsJson = False,
) -> None:
    """List invoices, by number: purpose, total, what is paid, and whether they are overdue.

    Of one case, or of all of them; `accredit pay` records a payment.

    For example:

        accredit invoices
        accredit invoices accreditation.OH-0417.ct.CT-1.1 --json
        accredit invoices --overdue
    """
    with reading(ctx) as session:
        if case is not None:
            known_case(session, case)
        found = bills(session, now(), case)
    found = [bill for bill in found if not (only_open and not bill.outstanding) and not (overdue and not bill.overdue)]
    if as_json:
        show_json([bill_as_json(bill) for bill in found])
        return
    zone = office_of(ctx, amounts=False).zone
    rows = []
    for bill in found:
        one = bill.invoice
        state = one.status.replace("_", " ") + (", overdue" if bill.overdue else "")
        issued, due = local_day(one.issued_at, zone), last_day(one.due_at, zone)
        money = [dollars(one.total), dollars(one.paid), dollars(bill.outstanding)]
        rows.append([one.number, one.purpose, *money, state, str(issued), str(due), one.case_id])
    if not rows:
        note("No invoices.")
        return
    outstanding = sum((bill.outstanding for bill in found), Decimal("0.00"))
    rows.append(["Total", "", "", "", dollars(outstanding), "", "", "", ""])
    columns = ["Invoice", "Purpose", "Total", "Paid", "Open", "State", "Issued", "Due", "Case"]
    show_table(columns, rows, right=["Total", "Paid", "Open"])


def bill_as_json(bill: Bill) -> dict[str, Any]:
    """Return an invoice with its lines; amounts are text with two decimals."""
    columns = {"number", "case_id", "purpose", "total", "paid", "status", "issued_at", "due_at"}
    told = bill.invoice.model_dump(mode="json", include=columns)
    lines = [line.model_dump(mode="json", exclude={"invoice", "position"}) for line in bill.lines]
    told["case"] = told.pop("case_id")
    return {**told, "overdue": bill.overdue, "outstanding": f"{bill.outstanding:.2f}", "lines": lines}
