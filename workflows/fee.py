"""Collecting a fee: quoted by the office where it must be, invoiced, and paid. What every paid step begins with."""

from policy.facts import Party
from workflows.case import AnyCase


async def collect_fee(case: AnyCase, purpose: str, occurrence: int) -> None:
    """Invoice a fee once and wait until it is settled."""
    fee = case.want_invoice(purpose, occurrence)
    name, key = purpose.replace("_", " "), f"{purpose}.{occurrence}"
    if fee.needs_quote and fee.number is None:
        case.ask(Party.ACR, f"the quote of the {name} fee", f"{key}.quote")
        await case.until(lambda: fee.waived or fee.ordered or fee.number is not None)
    if not fee.settled:
        case.ask(Party.FACILITY, f"the {name} fee", f"{key}.fee")
        await case.until(lambda: fee.settled)
