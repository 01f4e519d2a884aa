"""The money of a case: invoices that it wants, orders and hears of, and payments that it books."""

from datetime import datetime
from decimal import Decimal

from activities.contract import InvoiceOrder, PaymentReceived
from policy.facts import InvoiceFact
from policy.fees import FeeLine
from workflows.case.telling import FactsT, RulesT
from workflows.case.windows import Windows


class Money(Windows[FactsT, RulesT]):
    """A case with invoices."""

    def want_invoice(self, purpose: str, occurrence: int, *, lines: tuple[FeeLine, ...] = ()) -> InvoiceFact:
        """Return the invoice for a purpose, and order it where that has not been done.

        Outside the US it waits for the office's quote, unless its lines are known.
        """
        invoice = self.facts.invoice(purpose, occurrence)
        if invoice is None:
            quoted = not lines and self.facts.quoted
            invoice = InvoiceFact(purpose=purpose, occurrence=occurrence, needs_quote=quoted)
            self.facts.invoices.append(invoice)
            if not quoted:
                self.order_invoice(invoice, lines)
        return invoice

    def order_invoice(self, invoice: InvoiceFact, lines: tuple[FeeLine, ...] = ()) -> None:
        """Have an invoice issued, with these lines or at the office's fees of the day."""
        invoice.notice = invoice.notice or self._next_notice()
        invoice.ordered = True
        self.outbox.invoices.append(
            InvoiceOrder(
                purpose=invoice.purpose,
                occurrence=invoice.occurrence,
                issued_at=self.at,
                lines=lines,
                notice=invoice.notice,
                payment_term_days=self.terms.fees.payment_term.value,
            )
        )

    def book_payment(self, invoice: InvoiceFact, key: str, amount: Decimal, received_at: datetime, method: str) -> None:
        """Book a payment of an issued invoice."""
        if invoice.number is None:
            raise RuntimeError("a payment of an invoice that has no number")
        invoice.paid += amount
        self.outbox.payments.append(
            PaymentReceived(key=key, invoice=invoice.number, amount=amount, received_at=received_at, method=method)
        )
        text = f"Payment of {amount:.2f} USD for invoice {invoice.number}"
        self.note("payment", text, invoice=invoice.number, amount=f"{amount:.2f}", paid=f"{invoice.paid:.2f}")
