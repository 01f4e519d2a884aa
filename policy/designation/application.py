"""An application for the designation of one practice in one state. Shapes only, as in `policy.application`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, WrapValidator

from policy.application import (
    Address,
    Contact,
    Country,
    Identifier,
    Line,
    Modality,
    Payment,
    Sheet,
    without_duplicates,
)
from policy.bounds import LINE, MANY, SOME, AtMost, OnlyIncoming


class Pledge(StrEnum):
    """A pledge that a location has made."""

    IMAGE_GENTLY = "image_gently"
    IMAGE_WISELY = "image_wisely"


Service = Modality | Literal["xray", "fluoroscopy"]
"""An imaging service of a location; X-ray and fluoroscopy are surveyed, although there is no accreditation for them."""


Registry = Annotated[str, OnlyIncoming(str.upper), AtMost(LINE)]
"""The code of a registry; codes are capitals, in whatever case they are typed."""


class Practice(Sheet):
    """The practice that applies: one governance, one set of policies, one group of radiologists."""

    id: Identifier | None = Field(default=None, description="Its id, which stands in the names of its cases.")
    name: Line | None = Field(default=None, description="Its name, as a certificate shows it.")
    contacts: Annotated[list[Contact], AtMost(SOME)] = Field(
        default=[], description="The people whom the office writes to."
    )


class Location(Sheet):
    """A location of the practice."""

    id: Identifier | None = Field(default=None, description="The facility's id in the accreditation books.")
    name: Line | None = Field(default=None, description="Its name.")
    address: Address | None = Field(default=None, description="Its postal address.")
    services: Annotated[list[Service], AtMost(SOME)] = Field(default=[], description="The imaging that it offers.")
    accredited: Annotated[list[Modality], AtMost(SOME)] = Field(
        default=[], description="The modalities in which it is accredited."
    )
    registries: Annotated[list[Registry], AtMost(SOME)] = Field(
        default=[], description="The registries in which it participates, by their codes, for example DIR."
    )
    pledges: Annotated[list[Pledge], AtMost(SOME)] = Field(default=[], description="The pledges that it has made.")
    consulting_radiologist: Line | None = Field(
        default=None, description="The radiologist who consults with referring providers."
    )


class DicoeApplication(Sheet):
    """An application for a designation: facility, modality and payment sheets of one practice in one state."""

    program: Literal["dicoe"] = Field(description="Which program the application is for.")
    application_id: Identifier | None = Field(
        default=None, description="The applicant's own id of the application; the same one again opens nothing twice."
    )
    kind: Literal["initial", "renewal"] | None = Field(
        default=None, description="Whether it is a first application or renews a designation."
    )
    practice: Practice | None = Field(default=None, description="The practice.")
    state: Line | None = Field(default=None, description="The one state of all its locations, for example OH.")
    country: Country | None = Field(default=None, description="The country's code of two letters, for example US.")
    locations: Annotated[list[Location], WrapValidator(without_duplicates), AtMost(MANY)] = Field(
        default=[], description="The locations, which share one fee and one designation."
    )
    agrees_to_survey: bool = Field(
        default=False, description="Whether the practice agrees to the survey and to its travel expenses."
    )
    shared_governance: bool = Field(
        default=False, description="Whether all locations share governance, policy, procedures and radiologists."
    )
    payment: Payment | None = Field(default=None, description="The payment sheet.")
