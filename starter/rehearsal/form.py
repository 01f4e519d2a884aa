"""The shape of a scenario's file: what may stand in its TOML, and of which type.

Kept apart from reading it, because the JSON schema of a scenario is made from these models. The fields of an event's
message are the message's own and stand in the event beside the ones below.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


def _as_number(value: object) -> object:
    """Take a TOML integer or float and nothing else: text, dates and booleans are mistakes here."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number of days")
    return float(value)


def _as_date(value: object) -> object:
    """Take a TOML date, or one written as text; a date-time is a mistake, because a case opens at 09:00."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _as_application(value: object) -> object:
    if isinstance(value, dict) or (isinstance(value, str) and value.strip()):
        return value
    raise ValueError("the name of an application's file, or the application itself as a table")


Days = Annotated[float, BeforeValidator(_as_number), Field(ge=0, le=36_500, allow_inf_nan=False)]
"""Days of 86,400 seconds since the case opened."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class EventForm(BaseModel):
    """Something that somebody sends to the case, at some instant of its life.

    Attributes:
        day: When, in days since the scenario's first case opened.
        send: The name of a message; to a designation also `accreditation_ended` or `accreditation_granted` (news).
        via: How it is sent; `choose_option` alone may be a signal.
        refused: The id of the rule that must refuse it; left out, it must be accepted.
        case: `renewal` sends it to the case that the renewal opened.
    """

    model_config = ConfigDict(extra="allow")

    day: Days
    send: Line
    via: Literal["update", "signal"] = "update"
    refused: Line | None = None
    case: Literal["renewal"] | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the message."""
        return dict(self.model_extra or {})


class ScenarioForm(BaseModel):
    """A whole life, as it is written down.

    Attributes:
        title: What happens in it.
        application: The application's file, beside the scenario, or the application itself. It holds one unit.
        office: The office settings' file; left out, the settings in force.
        opens: The day on which the case opens at 09:00 office time; left out, the next 09:00.
        until_day: Live on to this day, then stop; left out, until the case closes, at most 1500 days.
        event: What is sent, in time's order; events of one instant keep the order of the file.
    """

    model_config = ConfigDict(extra="forbid")

    title: Line
    application: Annotated[str | dict[str, Any], BeforeValidator(_as_application)]
    office: Line | None = None
    opens: Annotated[date, BeforeValidator(_as_date)] | None = None
    until_day: Days | None = None
    event: list[EventForm] = []
