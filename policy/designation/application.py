"""An application for the designation of one practice in one state. Shapes only, as in `policy.application`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import WrapValidator

from policy.application import Address, Contact, Identifier, Modality, Payment, Sheet, without_duplicates


class Pledge(StrEnum):
    """A pledge that a location has made."""

    IMAGE_GENTLY = "image_gently"
    IMAGE_WISELY = "image_wisely"


Service = Modality | Literal["xray", "fluoroscopy"]
"""An imaging service of a location; X-ray and fluoroscopy are surveyed, although there is no accreditation for them."""


class Practice(Sheet):
    """The practice that applies: one governance, one set of policies, one group of radiologists."""

    id: Identifier | None = None
    name: str | None = None
    contacts: list[Contact] = []


class Location(Sheet):
    """A location of the practice. Its id is the facility's id in the accreditation books."""

    id: Identifier | None = None
    name: str | None = None
    address: Address | None = None
    services: list[Service] = []
    accredited: list[Modality] = []
    registries: list[str] = []
    pledges: list[Pledge] = []
    consulting_radiologist: str | None = None


class DicoeApplication(Sheet):
    """An application for a designation: facility, modality and payment sheets of one practice in one state."""

    program: Literal["dicoe"]
    application_id: Identifier | None = None
    kind: Literal["initial", "renewal"] | None = None
    practice: Practice | None = None
    state: str | None = None
    country: str | None = None
    locations: Annotated[list[Location], WrapValidator(without_duplicates)] = []
    agrees_to_survey: bool = False
    shared_governance: bool = False
    payment: Payment | None = None
