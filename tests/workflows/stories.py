"""Lives for tests, told as what is said on which day, about the sample CT unit.

A story's days count from 09:00 on 11 January, office time, unless it says otherwise: the clocks change on day 62 at the
earliest. Windows are counted in the tests on the office's clock, and not by the functions that are under test.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from policy.application import AccreditationApplication, Medium
from rehearsal.preparation import PreparedScenario, make_plans
from rehearsal.scenario import Event, Scenario
from services.composition import message_named
from services.settings import SAMPLE, load_settings
from tests.applications import sample
from tests.rehearsal.rehearsing import next_january

ZONE = ZoneInfo("America/New_York")
SECOND = 1 / 86_400
"""A second, in days."""
CHEST, HEAD, ABDOMEN, PHANTOM = "chest-adult", "head-neck-adult", "abdomen-adult", "phantom"
AREAS = (CHEST, HEAD, ABDOMEN, PHANTOM)
SHA256 = "5a" * 32
PHYSICIAN = {"role": "supervising_physician", "name": "Sample Supervising Physician"}
"""Whom the sample application lists, and who signs a withdrawal form."""


class Said(NamedTuple):
    """What somebody says: on which day, which message with which fields, by which road, and whether it is refused."""

    day: float
    name: str
    fields: dict[str, Any]
    via: Literal["update", "signal"] = "update"
    refused: str | None = None


@dataclass(frozen=True)
class Story:
    """What is said in a life, until which day it goes on (left out: to its end), and when it begins."""

    said: Sequence[Said]
    until: float | None = None
    opened_at: datetime = field(default_factory=lambda: nine_o_clock(next_january()))
    medium: Medium = Medium.UPLOAD
    application: Mapping[str, Any] = field(default_factory=dict)

    def in_order(self) -> list[Said]:
        """Return what is said, in time's order."""
        return sorted(self.said, key=lambda one: one.day)


def nine_o_clock(day: date) -> datetime:
    """Return 09:00 of a day on the office's clock, in UTC."""
    return datetime.combine(day, time(9), ZONE).astimezone(UTC)


def say(day: float, name: str, *, refused: str | None = None, **fields: Any) -> Said:
    """Let somebody say something."""
    return Said(day, name, fields, refused=refused)


def signalled(one: Said) -> Said:
    """Let it be said by signal."""
    return one._replace(via="signal")


def paid(day: float) -> Said:
    return say(day, "record_payment", invoice="$invoice", amount="$due")


def accepted(day: float) -> Said:
    return say(day, "accept_application")


def package(
    day: float, areas: Iterable[str] = AREAS, *, patients: str = "A", medium: str = "upload", refused: str | None = None
) -> Said:
    """Submit a package of these areas; `patients` tells the patients of one package from those of another."""
    subjects = {area: None if area == PHANTOM else f"{patients}-{area}" for area in areas}
    exams = [{"area": area, "exam": f"exam of {area}", "subject": subject} for area, subject in subjects.items()]
    return say(day, "submit_testing_package", medium=medium, exams=exams, refused=refused)


def report(day: float, deficient: Iterable[str] = (), areas: Iterable[str] = AREAS) -> Said:
    """Issue the final report on these areas."""
    return say(day, "issue_final_report", reviewers=["Sample Reviewer"], findings=findings(areas, deficient))


def findings(areas: Iterable[str], deficient: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return findings on areas."""
    bad = set(deficient)
    return [{"area": a, "acceptable": a not in bad, "comments": "Rescan." if a in bad else ""} for a in areas]


def viewed(day: float) -> Said:
    return say(day, "view_final_report")


def chosen(day: float, option: str, *, refused: str | None = None, **fields: Any) -> Said:
    """Send the option form, attested and with what the option needs."""
    needs: dict[str, Any] = {"letters": [letter()]} if option == "appeal" else {}
    if "areas_withdrawn" in fields:
        needs["withdrawal_form"] = letter("withdrawal-form.pdf", PHYSICIAN)
    return say(day, "choose_option", refused=refused, option=option, **{"attested": True, **needs, **fields})


def letter(name: str = "letter.pdf", signed_by: str | dict[str, str] = "supervising_physician") -> dict[str, Any]:
    """Return a document that somebody signed."""
    return {"name": name, "uri": f"https://files.example.org/{name}", "sha256": SHA256, "signed_by": signed_by}


def extended(day: float, deadline: str, until: float | str, *, refused: str | None = None) -> Said:
    return say(day, "extend_due_date", deadline=deadline, until=until, reason="asked by telephone", refused=refused)


def result(day: float, deficient: Iterable[str] = (), contested: Iterable[str] = (HEAD,)) -> Said:
    """Issue the appeal's result."""
    return say(day, "issue_appeal_result", arbitrator="Sample Arbitrator", findings=findings(contested, deficient))


def begun() -> list[Said]:
    """Pay on day 0.5 and accept on day 1: the package is due at the end of day 46."""
    return [paid(0.5), accepted(1)]


def deficient(areas: Iterable[str] = (HEAD,), *, viewing: float | None = 3.5) -> list[Said]:
    """Come to a first deficiency on day 3: the form opens on day 5 and is due at the end of day 20, viewed on 3.5."""
    return [*begun(), package(2), report(3, areas), *([viewed(viewing)] if viewing else [])]


def plans_of(stories: Mapping[str, Story]) -> dict[str, PreparedScenario]:
    """Return the plans of stories, each about a facility of its own."""
    settings, now = load_settings(SAMPLE, {}), datetime.now(UTC)
    plans = make_plans([_scenario(name, story) for name, story in stories.items()], settings, now)
    return {
        name: replace(plan, opened_at=story.opened_at)
        for (name, story), plan in zip(stories.items(), plans, strict=True)
    }


def event_of(number: int, one: Said, medium: Medium = Medium.UPLOAD) -> Event:
    """Return what is said as an event of a scenario."""
    model, fields = message_named(one.name), dict(one.fields)
    case = fields.pop("case", None)
    return Event(number, one.day, model, one.via, one.refused, case, fields, Path(), medium)


def _scenario(name: str, story: Story) -> Scenario:
    data = sample() | {"medium": story.medium.value, "application_id": "APP-1"} | dict(story.application)
    data["facility"] = data["facility"] | {"id": "".join(c if c.isalnum() else "-" for c in name)[:64]}
    application = AccreditationApplication.model_validate(data)
    events = [event_of(number, one, story.medium) for number, one in enumerate(story.said, 1)]
    in_order = tuple(sorted(events, key=lambda event: event.day))
    opens = story.opened_at.astimezone(ZONE).date() + timedelta(days=1)  # the plan is led back to the story's instant
    return Scenario(Path(name), name, application, None, opens, story.until, in_order)
