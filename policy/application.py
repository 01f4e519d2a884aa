"""What an applicant hands in. Shapes only: whether an application is complete is judged in `completeness`.

A field that is left out (or null, or a blank text) is null, an id then empty and a list too, because an incomplete
application is a finding of the rules (all at once), while one that cannot be read at all (a wrong type, an unknown
modality, a duplicate area) is not an application.
"""

from collections import Counter
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=64)]
"""A part of a case id: letters, digits, underscore and hyphen (the dot separates the parts)."""

Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
"""The shape of an e-mail address. Whether mail arrives there only mail can tell: one that bounces is mended later."""


class Medium(StrEnum):
    """How images are submitted."""

    UPLOAD = "upload"
    CD = "cd"
    FILM = "film"

    @property
    def words(self) -> str:
        """Return it as people say how something comes: `by upload`, `on CD`, `on film`."""
        return {"upload": "by upload", "cd": "on CD", "film": "on film"}[self.value]


class Modality(StrEnum):
    """A modality that the accreditation programs know by name (an edition says which of them it covers)."""

    CT = "ct"
    MRI = "mri"
    NUCLEAR_MEDICINE = "nuclear_medicine"
    PET = "pet"
    ULTRASOUND = "ultrasound"
    BREAST_ULTRASOUND = "breast_ultrasound"
    STEREOTACTIC_BREAST_BIOPSY = "stereotactic_breast_biopsy"
    MAMMOGRAPHY = "mammography"
    RADIATION_ONCOLOGY = "radiation_oncology"


class ContactRole(StrEnum):
    """Who at a facility is listed in the application."""

    SUPERVISING_PHYSICIAN = "supervising_physician"
    MEDICAL_PHYSICIST = "medical_physicist"
    ADMINISTRATOR = "administrator"
    TECHNOLOGIST = "technologist"


class AreaKind(StrEnum):
    """What an area is tested with: images of patients or of a phantom."""

    CLINICAL = "clinical"
    PHANTOM = "phantom"


def without_duplicates(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Read a list of areas or units; ids that occur twice are told together with all else that is wrong in it."""
    twice = _twice(value) if isinstance(value, list) else []
    told = PydanticCustomError(
        "duplicate_id", "each id is expected once, found twice: {ids}", {"ids": ", ".join(twice)}
    )
    repeated = [InitErrorDetails(type=told, loc=(), input=twice)] if twice else []
    try:
        things = read(value)
    except ValidationError as error:
        if not repeated:
            raise
        beside = [
            InitErrorDetails(type=PydanticCustomError(e["type"], e["msg"]), loc=e["loc"], input=e["input"])
            for e in error.errors()
        ]
        raise ValidationError.from_exception_data("ids", [*beside, *repeated]) from None
    if repeated:
        raise ValidationError.from_exception_data("ids", repeated)
    return things


def _twice(things: list[Any]) -> list[str]:
    ids = [thing.get("id") if isinstance(thing, dict) else getattr(thing, "id", None) for thing in things]
    counted = Counter(name.strip() for name in ids if isinstance(name, str))
    return sorted(name for name, times in counted.items() if name and times > 1)


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


class Sheet(BaseModel):
    """A part of an application: fields that it does not know are mistakes, not extras."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_empty(cls, data: Any) -> Any:
        """Read null and a blank text as left out."""
        if isinstance(data, dict):
            return {name: value for name, value in data.items() if value is not None and not _is_blank(value)}
        return data


class Address(Sheet):
    """A postal address; `country` is an ISO code of two letters."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Contact(Sheet):
    """A person at the facility whom the office writes to."""

    role: ContactRole | None = None
    name: str | None = None
    email: Email | None = None


class Facility(Sheet):
    """The facility that applies."""

    id: Identifier | None = None
    name: str | None = None
    address: Address | None = None
    contacts: list[Contact] = []


class Area(Sheet):
    """A module or patient type (clinical) or a phantom that a unit is tested in."""

    id: Identifier = ""
    kind: AreaKind | None = None
    module: str | None = None
    patient_type: str | None = None


class Unit(Sheet):
    """A scanner, or a facility's service of a facility-based modality."""

    id: Identifier = ""
    manufacturer: str | None = None
    model: str | None = None
    areas: Annotated[list[Area], WrapValidator(without_duplicates)] = []


class Payment(Sheet):
    """The payment sheet. It announces a payment; `record_payment` pays. `amount` is in US dollars."""

    amount: Annotated[str, StringConstraints(pattern=r"^\d{1,9}(\.\d{2})?$")] | None = None
    method: str | None = None
    reference: str | None = None


class AccreditationApplication(Sheet):
    """An application for accreditation of one or more units of one modality at one facility."""

    program: Literal["accreditation"]
    application_id: Identifier | None = None
    kind: Literal["initial", "renewal"] | None = None
    facility: Facility | None = None
    modality: Modality | None = None
    medium: Medium | None = None
    units: Annotated[list[Unit], WrapValidator(without_duplicates)] = []
    payment: Payment | None = None
