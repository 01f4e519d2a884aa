"""One value of the policy, with its unit, its source and how sure it is."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

T = TypeVar("T")


class Certainty(StrEnum):
    """How sure a value is: its source says so, it follows from the source, or the office decided it.

    Unknown: no text at hand says it and nobody has decided it; whoever needs it asks the office, case by case.
    """

    STATED = "stated"
    INFERRED = "inferred"
    DECIDED = "decided"
    UNKNOWN = "unknown"


def _as_certainty(value: str) -> Certainty:
    """Read a word of a file, where all else is read strictly.

    Not the class itself: pydantic looks at the signature of what it is given, and that of an enum is another one from
    Python 3.12 on.
    """
    return Certainty(value)


class Carried(BaseModel):
    """Data that lives in histories for years: fields that this code does not know are kept out, not refused."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Source(Carried):
    """A document that a value is taken from."""

    title: str
    url: str = ""
    revised: date | None = None


class Provision(Carried, Generic[T]):
    """One value of the policy.

    Attributes:
        value: The value, in `unit`.
        unit: days, hours, months, USD, or a word for what a list or switch holds.
        effective: The day from which it holds.
        source: The id of its source in the edition.
        certainty: Whether the source states it.
        note: Where exactly it stands, or why it was decided so.
    """

    value: T
    unit: str
    effective: date
    source: str
    certainty: Annotated[Certainty, BeforeValidator(_as_certainty)]
    note: str = ""
