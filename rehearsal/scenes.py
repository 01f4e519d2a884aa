"""What happens in a life, told while it happens: each step as the books have it, and what left no trace in them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlmodel import Session

from activities.case_activities import CaseActivities
from activities.contract import Step, StepTaken
from policy.status import DeadlineView, EntryView
from policy.verdict import Verdict
from records.books import Books
from records.money_queries import bills
from records.queries import case_by_id, deadlines, timeline
from services.words import party


class Scene(NamedTuple):
    """A piece of a life.

    Attributes:
        at: When it happens, on the case's own clock.
        case_id: Whose life: the scenario's first case, or the one that its renewal opened.
        entries: What is new in the timeline, in the order in which it was written.
        stage: Where the case stands after it; empty where nothing is known of that.
        awaited: Who is awaited with what, in words; empty: nobody.
        running: The deadlines that run after it, nearest first.
        owed: US dollars that are open after it.
    """

    at: datetime
    case_id: str
    entries: tuple[EntryView, ...] = ()
    stage: str = ""
    awaited: str = ""
    running: tuple[DeadlineView, ...] = ()
    owed: Decimal = Decimal("0.00")


Tell = Callable[[Scene], None]
"""Takes a scene, from whatever thread."""


class WatchedActivities(CaseActivities):
    """The activities of a rehearsal that is watched: they do what an office's do, and tell each step that was taken.

    Attributes:
        tell: Whom; null: nobody.
    """

    tell: Tell | None = None

    def carry_out(self, step: Step) -> StepTaken:
        """Carry out a step as an office's worker does, then tell it."""
        taken = super().carry_out(step)
        if self.tell:
            self.tell(_scene(self._books, step))
        return taken


def turned_away(case_id: str, at: datetime, name: str, verdict: Verdict) -> Scene:
    """Return the scene of a message that a validator turned away; nothing of it is in the books."""
    detail = {"message": name, "rule": verdict.rule, "reason": verdict.reason}
    entry = EntryView(at=at, kind="refusal", by="", text=f"Refused {name}: {verdict.reason}", detail=detail)
    return Scene(at, case_id, (entry,))


class Scenes:
    """The scenes of one life on their way from whoever tells them to whoever shows them."""

    def __init__(self) -> None:
        """Belong to the event loop that runs; scenes may come from other threads."""
        self._loop = asyncio.get_running_loop()
        self._coming: asyncio.Queue[Scene | None] = asyncio.Queue()

    def tell(self, scene: Scene) -> None:
        """Take a scene."""
        self._loop.call_soon_threadsafe(self._coming.put_nowait, scene)

    def end(self) -> None:
        """Take note that the life has ended."""
        self._loop.call_soon_threadsafe(self._coming.put_nowait, None)

    async def __aiter__(self) -> AsyncIterator[Scene]:
        """Give the scenes in the order in which they were told, until the life has ended."""
        while (scene := await self._coming.get()) is not None:
            yield scene


def _scene(books: Books, step: Step) -> Scene:
    """Read in the books what a step has written: one step at a time is taken in a case."""
    with books.reading() as session:
        row = case_by_id(session, step.case_id)
        written = [
            EntryView.model_validate(entry, from_attributes=True)
            for entry in timeline(session, step.case_id)
            if (entry.run_id, entry.step) == (step.run_id, step.number)
        ]
        owed = sum((bill.outstanding for bill in bills(session, step.at, step.case_id)), Decimal("0.00"))
        running = _running(session, step)
    awaited = f"{party(row.awaited_party)}: {row.awaited}" if row and row.awaited_party else ""
    return Scene(step.at, step.case_id, tuple(written), row.stage if row else "", awaited, running, owed)


def _running(session: Session, step: Step) -> tuple[DeadlineView, ...]:
    views = [
        DeadlineView.model_validate(one, from_attributes=True)
        for one in deadlines(session, step.case_id)
        if one.met is None and not one.over and one.due_at > step.at
    ]
    return tuple(sorted(views, key=lambda view: view.due_at))
