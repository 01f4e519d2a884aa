"""Until when what a case waits for is due: its own window, or its own invoice, and nobody else's.

A case says in words what it waits for ("the option form", "the repeat fee"); its windows and invoices have names
(`option_form`, `repeat`). A window that has passed is still the date of what is awaited: it is late, not undated.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

FEE = re.compile(r"the (?P<purpose>.+) fee|the fee of the added locations")
INVOICE = "invoice"
"""What the due date of a fee is called, where windows have their names."""
CLOSED_BY = {
    "option_form": "closure",
    "renewal_application": "expiry",
    "corrective_action_plan": "plan_closure",
}
"""The window at whose end a case closes, where another one has passed and nothing comes."""


OTHERWISE_NAMED = {
    "corrective_plan": "image_check_plan",
    "materials_of_the_supplemental_review": "supplemental_review",
}
"""Windows that are not called as what is awaited."""


class AWindow(Protocol):
    """A window of a case, as the case, its status or the books have it."""

    @property
    def name(self) -> str:
        """Its public name."""

    @property
    def due_at(self) -> datetime:
        """The last instant that is in time."""

    @property
    def met(self) -> bool | None:
        """True: done in time; false: its time passed; None: it runs, or was dropped."""

    @property
    def over(self) -> bool:
        """Whether nothing can happen to it any more."""


class AnInvoice(Protocol):
    """An invoice of a case."""

    @property
    def purpose(self) -> str:
        """What it is for."""

    @property
    def due_at(self) -> datetime | None:
        """When it is due, once it is issued."""


class Due(NamedTuple):
    """Until when what is awaited is due.

    Attributes:
        name: The window's name, or `invoice`.
        at: The due instant; it may have passed.
        closes_at: When the case closes by itself, where the window has passed and a further one runs.
    """

    name: str
    at: datetime
    closes_at: datetime | None = None


def window_awaited(awaited: str) -> str:
    """Return the name that a window of what is awaited has: `appeal_result` for "the appeal's result"."""
    name = awaited.removeprefix("the ").replace("'s ", " ").replace("-", " ").replace(" ", "_")
    return OTHERWISE_NAMED.get(name, name)


def fee_awaited(awaited: str) -> str | None:
    """Return the purpose of the invoice that is awaited: `application` for "the application fee"; else None."""
    found = FEE.fullmatch(awaited)
    return (found["purpose"] or "additional locations").replace(" ", "_") if found else None


def due_of(awaited: str, windows: Sequence[AWindow], unpaid: Iterable[AnInvoice]) -> Due | None:
    """Return until when what is awaited is due, or None where no date is stated for it.

    Args:
        awaited: What the case waits for, in its own words; empty where it waits for nobody.
        windows: Its windows, in their order.
        unpaid: Its invoices on which money is open.
    """
    name = window_awaited(awaited)
    own = [one for one in windows if one.name == name and not one.over and one.met is not True]
    if own:
        further = [
            one.due_at for one in windows if one.name == CLOSED_BY.get(name) and not one.over and one.met is None
        ]
        return Due(name, own[-1].due_at, further[-1] if further and own[-1].met is False else None)
    purpose = fee_awaited(awaited)
    dates = [one.due_at for one in unpaid if one.purpose == purpose and one.due_at]
    return Due(INVOICE, min(dates)) if dates else None
