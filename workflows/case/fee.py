"""Collecting a fee: quoted by the office where it must be, invoiced, and paid. What every paid step begins with.

An invoice may be voided and issued anew while it is awaited (a corrected list of locations): then the new one is.
"""

from collections.abc import Callable

from policy.facts import InvoiceFact, Party
from workflows.case import AnyCase


async def collect_fee(case: AnyCase, purpose: str, occurrence: int) -> None:
    """Invoice a fee once and wait until it is settled."""
    while not (await _collect(case, purpose, occurrence)).settled:
        pass  # another invoice was issued in its place


async def _collect(case: AnyCase, purpose: str, occurrence: int) -> InvoiceFact:
    """Invoice a fee once and wait until it is settled, or another invoice was issued in its place."""
    fee = case.want_invoice(purpose, occurrence)
    name, key = purpose.replace("_", " "), f"{purpose}.{occurrence}"
    if fee.needs_quote and fee.number is None:
        case.await_party(Party.ACR, f"the quote of the {name} fee", f"{key}.quote")
        await case.until(lambda: fee.waived or fee.ordered or fee.number is not None or fee.replaced)
    if not fee.settled and not fee.replaced:
        case.await_party(Party.FACILITY, f"the {name} fee", f"{key}.fee")
        await case.until(lambda: fee.settled or fee.replaced)
    return fee


async def collect_fee_and_accept(
    case: AnyCase, purpose: str, occurrence: int, *, accepted: Callable[[], bool], key: str
) -> None:
    """Collect a fee, then wait until the office accepts; a payment that is undone meanwhile makes the fee due again."""
    case.want_invoice(purpose, occurrence)
    while not accepted():
        await collect_fee(case, purpose, occurrence)
        case.await_party(Party.ACR, "the acceptance", key)
        await case.until(lambda: accepted() or not case.want_invoice(purpose, occurrence).settled)
