"""Turn an order of the case into an invoice of the books, at the fees that are in force on the day of the invoice."""

from typing import Any

from activities.contract import InvoiceIssued, InvoiceOrder, Problem
from activities.terms import DICOE, dicoe_rules_named, edition_carried
from policy.application import AccreditationApplication, ContactRole
from policy.dates import days_after, local_day
from policy.designation.application import DicoeApplication
from policy.designation.fees import designation_lines
from policy.fees import FeeLine, fee_lines, is_abroad
from policy.office import OfficeSettings
from policy.rules import REFUSALS
from policy.verdict import Refused
from records.books import Session
from records.invoices import NoInvoice, find_invoice, invoice_lines, issue_invoice
from records.tables import CaseRecord, Invoice


def issue(session: Session, case: CaseRecord, order: InvoiceOrder, office: OfficeSettings) -> InvoiceIssued | Problem:
    """Issue an invoice once for (case, purpose, occurrence), or say why it cannot be issued.

    An invoice that is there already is returned as it was issued, whatever the fees are by now.
    """
    invoice = find_invoice(session, case.case_id, order.purpose, order.occurrence)
    if invoice is None:
        try:
            invoice = issue_invoice(
                session,
                case.case_id,
                order.purpose,
                order.occurrence,
                lines=_lines(case, order, office),
                issued_at=order.issued_at,
                due_at=days_after(order.issued_at, _term(order, office), office.zone),
                year=local_day(order.issued_at, office.zone).year,
                issuer=office.issuer_of(case.program).model_dump(mode="json"),
                payer=payer_of(case),
            )
        except Refused as refused:
            return _problem(order, refused.rule, " ".join((refused.reason, *refused.instead)))
        except (NoInvoice, ValueError) as error:
            return _problem(order, "invoice.not_possible", f"No invoice can be made of it: {error}.")
    return _issued(session, invoice)


def payer_of(case: CaseRecord) -> dict[str, Any]:
    """Return who pays a case's invoices, as its application has it: `id`, `name`, `address` (lines), `attention`.

    An invoice is addressed to the administrator, where one is listed. The application for a designation asks for no
    address of the practice: that of its first location stands for it.
    """
    holder: dict[str, Any] = case.application.get("facility") or case.application.get("practice") or {}
    places = [holder, *(case.application.get("locations") or [])]
    address: dict[str, Any] = next((place["address"] for place in places if place.get("address")), {})
    people = [one.get("name") for one in holder.get("contacts") or [] if one.get("role") == ContactRole.ADMINISTRATOR]
    return {
        "id": case.facility_id,
        "name": case.facility_name,
        "address": address_lines(address),
        "attention": next((name for name in people if name), None),
    }


def address_lines(address: dict[str, Any]) -> list[str]:
    """Return an address as it stands on a letter; the country only where it is not the United States."""
    place = " ".join(filter(None, [address.get("state"), address.get("postal_code")]))
    country = address.get("country") if is_abroad(address.get("country")) else None
    lines = [address.get("street"), ", ".join(filter(None, [address.get("city"), place])), country]
    return [line for line in lines if line]


def _lines(case: CaseRecord, order: InvoiceOrder, office: OfficeSettings) -> tuple[FeeLine, ...]:
    """Return the lines that the case gave, else those that follow from the office's fees."""
    if order.lines:
        return order.lines
    if case.program == DICOE:
        return _designation_lines(case, office)
    application = AccreditationApplication.model_validate(case.application)
    edition = edition_carried(case.edition, office.editions.own)
    return fee_lines(application, order.purpose, case.position, office, edition)


def _designation_lines(case: CaseRecord, office: OfficeSettings) -> tuple[FeeLine, ...]:
    """Return the lines of a designation's fee: the office's base of today, the tiers of the case's own edition."""
    application = DicoeApplication.model_validate(case.application)
    quote = designation_lines(application, dicoe_rules_named(case.edition or "", office.editions.own), office)
    if quote.total is None:
        raise Refused(
            "fee.needs_quote",
            f"The practice's country is {application.country}: outside the United States every fee is quoted.",
            source=REFUSALS["designation.case_by_case"],
            instead=("The office quotes the fee with the message quote_fee.",),
        )
    return quote.lines


def _term(order: InvoiceOrder, office: OfficeSettings) -> int:
    """Return the days to pay: the office's, else those of the case's edition."""
    days = office.fees.payment_term_days
    return order.payment_term_days if days is None else days


def _issued(session: Session, invoice: Invoice) -> InvoiceIssued:
    lines = tuple(
        FeeLine(description=line.description, quantity=line.quantity, unit_price=line.unit_price, amount=line.amount)
        for line in invoice_lines(session, invoice.number)
    )
    return InvoiceIssued(
        number=invoice.number,
        purpose=invoice.purpose,
        occurrence=invoice.occurrence,
        lines=lines,
        total=invoice.total,
        issued_at=invoice.issued_at,
        due_at=invoice.due_at,
    )


def _problem(order: InvoiceOrder, rule: str, text: str) -> Problem:
    return Problem(item=f"fee.{order.purpose}.{order.occurrence}", rule=rule, text=text)
