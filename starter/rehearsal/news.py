"""News that a scenario lets its designation hear: an accreditation that it rests on has ended, or was granted again.

In an office such news comes from the accreditation's own case, as a signal. A scenario lives one case alone, so that it
brings the news itself: an event whose `send` is `accreditation_ended` or `accreditation_granted`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from policy.facts import Outcome
from starter.problems import Trouble
from starter.programs import Application
from starter.rehearsal.form import EventForm
from starter.rehearsal.world import World

FIELDS = {
    "accreditation_ended": ("facility", "modality", "outcome"),
    "accreditation_granted": ("facility", "modality"),
}
"""The signals, and what each of them says, in this order; the instant follows."""


@dataclass(frozen=True)
class News:
    """A piece of news.

    Attributes:
        number: Its place in the file, from 1.
        day: When, in days since the scenario's case opened.
        name: Which signal.
        said: What it says, in the order of `FIELDS`.
    """

    number: int
    day: float
    name: str
    said: tuple[str, ...]
    case: ClassVar[None] = None

    def __str__(self) -> str:
        return f"event {self.number} (day {self.day:g}, {self.name})"

    def instant(self, opened_at: datetime) -> datetime:
        """Return when the case hears it, on its own clock."""
        return opened_at + timedelta(days=self.day)


def read_news(
    number: int, written: EventForm, file: Path, application: Application | None, troubles: list[Trouble]
) -> News:
    """Read a piece of news; adds whatever is wrong with it."""
    where, fields = f"event {number} ({written.send})", written.fields
    expected = FIELDS[written.send]
    if application is not None and application.program != "dicoe":
        found = f"a scenario of {application.program}"
        troubles.append(Trouble(str(file), where, found, "a designation, which rests on accreditations"))
    for name in ("refused", "case"):
        if value := getattr(written, name):
            troubles.append(Trouble(str(file), f"{where}.{name}", value, "nothing: nobody judges news"))
    for name in sorted({*fields} - {*expected}):
        troubles.append(Trouble(str(file), f"{where}.{name}", "an unknown field", f"one of {', '.join(expected)}"))
    for name in expected:
        if not isinstance(fields.get(name), str) or not fields[name]:
            found = "nothing" if fields.get(name) is None else repr(fields[name])
            troubles.append(Trouble(str(file), f"{where}.{name}", found, "text"))
    if "outcome" in expected and fields.get("outcome") and fields["outcome"] not in list(Outcome):
        known = f"one of {', '.join(Outcome)}"
        troubles.append(Trouble(str(file), f"{where}.outcome", repr(fields["outcome"]), known))
    return News(number, written.day, written.send, tuple(str(fields.get(name, "")) for name in expected))


async def bring(world: World, case_id: str, news: News, opened_at: datetime) -> None:
    """Let a case hear a piece of news, as of its day.

    Raises:
        RPCError: The case has closed, or the server does not answer.
    """
    at = news.instant(opened_at)
    await world.client.get_workflow_handle(case_id).signal(news.name, args=[*news.said, at])
