"""What an applicant hands in. Shapes only: whether an application is complete is judged in `completeness`.

A field that is left out (or null, or a blank text) is null, an id then empty and a list too, because an incomplete
application is a finding of the rules (all at once), while one that cannot be read at all (a wrong type, an unknown
modality, a duplicate area) is not an application.
"""

import re
from collections import Counter
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from policy.bounds import LINE, SOME, AtMost, OnlyIncoming, is_incoming, printed
from policy.countries import country_code

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=64)]
"""A part of a case id: letters, digits, underscore and hyphen (the dot separates the parts)."""

ADDRESS = re.compile(r"""([^\s@<>()\[\],;:\\"]+)@([^\s@<>()\[\],;:\\"]+)""")
"""An e-mail address that can stand in a header without quoting, in any script: the mail takes no other."""


def _mailable(address: str) -> str:
    """Return an address that the mail will take; whether such a mailbox exists is for its server to say."""
    if ADDRESS.fullmatch(address) and is_domain(address.rpartition("@")[2]):
        return address
    raise PydanticCustomError("not_mailable", "one e-mail address alone, for example name@example.org")


def is_domain(name: str) -> bool:
    """Return whether a name in any script can be that of a domain (IDNA)."""
    try:
        return bool(_DOMAIN.fullmatch(name.encode("idna").decode()))
    except UnicodeError:
        return False


_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


Email = Annotated[
    str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254), OnlyIncoming(_mailable)
]
"""The shape of an e-mail address. Whether mail arrives there only mail can tell: one that bounces is mended later."""


def _one_line(text: str) -> str:
    """Return a text in one line: what a spreadsheet's cell shows in two is one name."""
    return printed(" ".join(part for part in _BREAK.split(text) if part))


_BREAK = re.compile(r"\s*[\t\n\r\v\f\x85\u2028\u2029]\s*")
Line = Annotated[str, OnlyIncoming(_one_line), AtMost(LINE)]
"""A text of one line."""


def _by_its_code(country: str) -> str:
    """Return the code of a country that is named in English; what is no country's name is left for the rules."""
    return country_code(country) or country


Country = Annotated[str, OnlyIncoming(_by_its_code), AtMost(LINE)]
"""A country: its code of two letters (ISO 3166)."""


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
    LEAD_INTERPRETING_PHYSICIAN = "lead_interpreting_physician"


def responsible_physician(modality: Modality | None) -> ContactRole:
    """Return who answers for a facility's clinical images: mammography has a lead interpreting physician (MQSA)."""
    if modality is Modality.MAMMOGRAPHY:
        return ContactRole.LEAD_INTERPRETING_PHYSICIAN
    return ContactRole.SUPERVISING_PHYSICIAN


class CertificateKind(StrEnum):
    """What an MQSA certificate is: of three years, or of six months for a facility that is new or reinstated."""

    FULL = "full"
    PROVISIONAL = "provisional"


class AreaKind(StrEnum):
    """What an area is tested with: images of patients or of a phantom."""

    CLINICAL = "clinical"
    PHANTOM = "phantom"

    @property
    def words(self) -> str:
        """Return of what its images are: `patients`, `a phantom`."""
        return "a phantom" if self is AreaKind.PHANTOM else "patients"


def without_duplicates(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Read a list of areas or units; ids that occur twice are told together with all else that is wrong in it.

    What comes in must differ in more than case: nobody tells CT-1 from ct-1 on the telephone.
    """
    twice = _twice(value, any_case=is_incoming(info)) if isinstance(value, list) else []
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


def _twice(things: list[Any], *, any_case: bool) -> list[str]:
    told = [thing.get("id") if isinstance(thing, dict) else getattr(thing, "id", None) for thing in things]
    ids = [name.strip() for name in told if isinstance(name, str) and name.strip()]
    counted = Counter(name.casefold() if any_case else name for name in ids)
    return sorted(name for name in dict.fromkeys(ids) if counted[name.casefold() if any_case else name] > 1)


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
    """A postal address."""

    street: Line | None = Field(default=None, description="Street and number.")
    city: Line | None = Field(default=None, description="The city.")
    state: Line | None = Field(
        default=None, description="In the US the state's two letters, for example OH; elsewhere as it is written there."
    )
    postal_code: Line | None = Field(
        default=None, description="In the US five or nine digits, for example 02139 or 43215-1234."
    )
    country: Country | None = Field(default=None, description="The country's code of two letters, for example US.")


class Contact(Sheet):
    """A person at the facility whom the office writes to."""

    role: ContactRole | None = Field(default=None, description="As what the person is listed.")
    name: Line | None = Field(default=None, description="The person's name.")
    email: Email | None = Field(default=None, description="Where letters of the office go to.")


class Facility(Sheet):
    """The facility that applies."""

    id: Identifier | None = Field(default=None, description="Its id, which stands in the names of its cases.")
    name: Line | None = Field(default=None, description="Its name, as a certificate shows it.")
    address: Address | None = Field(default=None, description="Its postal address.")
    contacts: Annotated[list[Contact], AtMost(SOME)] = Field(
        default=[], description="The people whom the office writes to; one is the supervising physician."
    )


class Area(Sheet):
    """A module or patient type (clinical) or a phantom that a unit is tested in."""

    id: Identifier = Field(default="", description="Its id, by which packages and reports name it.")
    kind: AreaKind | None = Field(default=None, description="Whether images of patients or of a phantom test it.")
    module: Line | None = Field(default=None, description="The module or the phantom, for example chest.")
    submodule: Line | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The part of the module, where it has parts: an isotope, a trimester, a vascular submodule.",
    )
    patient_type: Line | None = Field(default=None, description="Whom the images are of, for example adult.")


class Unit(Sheet):
    """A scanner, or a facility's service of a facility-based modality."""

    id: Identifier = Field(default="", description="Its id, which stands in the name of its case.")
    manufacturer: Line | None = Field(default=None, description="Who made it.")
    model: Line | None = Field(default=None, description="Which model it is.")
    areas: Annotated[list[Area], WrapValidator(without_duplicates), AtMost(SOME)] = Field(
        default=[], description="What it is tested in; one area at least is clinical."
    )


class Payment(Sheet):
    """The payment sheet. It announces a payment; `record_payment` pays."""

    amount: Annotated[str, StringConstraints(pattern=r"^\d{1,9}(\.\d{2})?$")] | None = Field(
        default=None, description='How much is paid, in US dollars written as text, for example "2900.00".'
    )
    method: Line | None = Field(default=None, description="How it is paid, for example check, wire, card or ach.")
    reference: Line | None = Field(default=None, description="What the payment says, for example a check's number.")


class MqsaCertificate(Sheet):
    """The MQSA certificate by which a mammography facility operates. A new facility has none yet."""

    kind: CertificateKind | None = Field(default=None, description="Whether it is full or provisional.")
    expires_on: date | None = Field(default=None, description="Its last day, for example 2028-05-31.")


def _or_nothing(certificate: MqsaCertificate | None) -> MqsaCertificate | None:
    """Read a certificate of which nothing is said as left out: a workbook has its cells for every modality."""
    return None if certificate == MqsaCertificate() else certificate


class AccreditationApplication(Sheet):
    """An application for accreditation of one or more units of one modality at one facility."""

    program: Literal["accreditation"] = Field(description="Which program the application is for.")
    application_id: Identifier | None = Field(
        default=None, description="The applicant's own id of the application; the same one again opens nothing twice."
    )
    kind: Literal["initial", "renewal"] | None = Field(
        default=None, description="Whether it is a first application or renews an accreditation."
    )
    facility: Facility | None = Field(default=None, description="The facility sheet.")
    modality: Modality | None = Field(default=None, description="The modality that is to be accredited.")
    medium: Medium | None = Field(default=None, description="How images are submitted.")
    units: Annotated[list[Unit], WrapValidator(without_duplicates), AtMost(SOME)] = Field(
        default=[], description="The units, each of which opens a case of its own."
    )
    payment: Payment | None = Field(default=None, description="The payment sheet.")
    mqsa: Annotated[MqsaCertificate | None, AfterValidator(_or_nothing)] = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="Of mammography: the MQSA certificate in force; a new facility leaves it out.",
    )
