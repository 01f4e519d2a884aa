"""Collecting a fee: quoted by the office where it must be, invoiced, and paid. What every paid step begins with.

An invoice may be voided and issued anew while it is awaited (a corrected list of locations): then the new one is.
"""

from collections.abc import Callable

from policy.facts import Deadline, InvoiceFact, Party
from workflows.case import AnyCase


async def collect_fee(case: AnyCase, purpose: str, occurrence: int, due: Deadline | None = None) -> None:
    """Invoice a fee once and wait until it is settled, or until the window in which it must be is over."""
    while True:
        fee = await _collect(case, purpose, occurrence, due)
        if fee.settled or _expired(fee, due):
            return
        # else another invoice was issued in its place


def _expired(fee: InvoiceFact, due: Deadline | None) -> bool:
    """Whether a fee stayed unpaid for too long: an invoice that was late itself leaves its own time to pay."""
    return due is not None and due.met is False and fee.due_at is not None and fee.due_at <= due.due_at


async def _collect(case: AnyCase, purpose: str, occurrence: int, due: Deadline | None) -> InvoiceFact:
    """Invoice a fee once and wait until it is settled, another invoice was issued in its place, or it is too late."""
    fee = case.want_invoice(purpose, occurrence)
    name, key = purpose.replace("_", " "), f"{purpose}.{occurrence}"
    if fee.needs_quote and fee.number is None:
        case.await_party(Party.ACR, f"the quote of the {name} fee", f"{key}.quote")
        await case.until(lambda: fee.waived or fee.ordered or fee.number is not None or fee.replaced)
    if not fee.settled and not fee.replaced:
        case.await_party(Party.FACILITY, f"the {name} fee", f"{key}.fee", due.name if due else None)
        await case.until(lambda: fee.settled or fee.replaced or _expired(fee, due))
    return fee


async def collect_fee_and_accept(
    case: AnyCase,
    purpose: str,
    occurrence: int,
    *,
    accepted: Callable[[], bool],
    key: str,
    due: Deadline | None = None,
) -> bool:
    """Collect a fee, then wait until the office accepts; a payment that is undone meanwhile makes the fee due again.

    Returns:
        Whether it was accepted: not where the fee was still unpaid when the window `due` was over.
    """
    case.want_invoice(purpose, occurrence)
    while not accepted():
        await collect_fee(case, purpose, occurrence, due)
        if not case.want_invoice(purpose, occurrence).settled:
            return False
        case.meet(due)
        case.await_party(Party.ACR, "the acceptance", key)
        await case.until(lambda: accepted() or not case.want_invoice(purpose, occurrence).settled)
    return True
