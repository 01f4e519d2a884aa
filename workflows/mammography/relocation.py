"""A mammography unit moves: its facility is told until when its relocation application is complete; that is held."""

from datetime import date

from policy.accreditation.mammography.relocation import LATE, WINDOW, relocation_due
from policy.messages import ResolveAttention
from workflows.case import Cycle
from workflows.case.effects import resolve_attention

ITEM = "relocation"
"""The attention item of a move, which the office resolves once the application has come."""


def expect(case: Cycle, address: str, moved: date) -> None:
    """Await the application; what was reported before of a move holds no more."""
    due_at = relocation_due(moved, case.terms)
    if due_at is None:
        return
    case.drop(case.facts.deadline(WINDOW))
    case.settle_attention(WINDOW)
    if due_at < case.at:  # told so late that it has passed
        case.need_attention(WINDOW, "relocation.application", LATE)
    else:
        case.open_deadline(WINDOW, "relocation.application", due_at, attention=LATE)
    case.notify("relocation_reported", "relocation.application", address=address, due_at=due_at.isoformat())


def resolve(case: Cycle, message: ResolveAttention) -> None:
    """The office has looked at an item; where it is that of a move, its application has come."""
    resolve_attention(case, message)
    if message.item == ITEM:
        case.meet(case.facts.deadline(WINDOW))
        case.settle_attention(WINDOW)
