"""What is charged for what. Pure: the amounts are the office's settings, the purposes are the program's.

Money is Decimal, in US dollars with two decimals; a total is the sum of its lines and nothing else.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict

from policy.accreditation.published_fees import published_fee
from policy.application import AccreditationApplication, Modality
from policy.cases import cases_of
from policy.edition import Edition
from policy.office import ModalityFees, OfficeSettings
from policy.verdict import Refused

CENT = Decimal("0.01")
LARGEST_AMOUNT = Decimal("999999999.99")
"""The most that is written down in one amount or sum, in US dollars: as many digits as a message may give."""
_UNITED_STATES = frozenset({"us", "usa", "united states", "united states of america"})
_TITLES = {Modality.CT: "CT", Modality.MRI: "MRI", Modality.PET: "PET"}

Dollars = Annotated[Decimal, AfterValidator(lambda amount: amount.quantize(CENT))]
"""US dollars, always with two decimals."""


class Purpose(StrEnum):
    """What an invoice is for."""

    APPLICATION = "application"
    REPEAT = "repeat"
    REINSTATEMENT = "reinstatement"
    SITE_SURVEY = "site_survey"
    TRAVEL_EXPENSES = "travel_expenses"
    DESIGNATION = "designation"
    ADDITIONAL_LOCATIONS = "additional_locations"
    REAPPLICATION = "reapplication"


class FeeLine(BaseModel):
    """A line of an invoice, in US dollars; `amount` = `quantity` x `unit_price`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    description: str
    quantity: int
    unit_price: Dollars
    amount: Dollars

    @classmethod
    def of(cls, description: str, unit_price: Decimal, quantity: int = 1) -> Self:
        """Return the line for so many things at that price each."""
        return cls(description=description, quantity=quantity, unit_price=unit_price, amount=quantity * unit_price)


def total(lines: tuple[FeeLine, ...]) -> Decimal:
    """Return the sum of the lines, in US dollars with two decimals."""
    return sum((line.amount for line in lines), Decimal(0)).quantize(CENT)


def title(modality: Modality) -> str:
    """Return how a modality is written in a sentence, for example CT or breast ultrasound."""
    return _TITLES.get(modality, modality.value.replace("_", " "))


def needs_quote(application: AccreditationApplication) -> bool:
    """Return whether the office quotes every fee: the facility lies outside the United States."""
    return is_abroad(_country(application))


def is_abroad(country: str | None) -> bool:
    """Return whether a country is named and is not the United States."""
    return bool(country) and str(country).replace(".", "").casefold() not in _UNITED_STATES


def fee_lines(
    application: AccreditationApplication,
    purpose: str,
    position: int,
    settings: OfficeSettings,
    edition: Edition | None = None,
) -> tuple[FeeLine, ...]:
    """Return the lines of one case's invoice, at the fees that the office has set, else at those that were published.

    Args:
        application: The application as the case sees it: with its own unit.
        purpose: `application`, `repeat`, `reinstatement` or `site_survey`; the others are not the office's set fees.
        position: The unit's place in its application; 1 is the first.
        settings: The office's settings.
        edition: The edition of the case, which may state a fee that the office has not set; None: it is not known.

    Raises:
        Refused: `fee.not_configured`, nobody has set the fee; `fee.needs_quote`, it lies outside the US.
        ValueError: The application names no modality, or the purpose has no set fee.
    """
    if needs_quote(application):
        raise Refused(
            "fee.needs_quote",
            f"The facility's country is {_country(application)}: outside the United States every fee is quoted.",
            source="DICOE fee table, International: case by case (decided likewise for accreditation)",
            instead=("The office quotes the fee with the message quote_fee.",),
        )
    if application.modality is None:
        raise ValueError("a fee depends on the modality, and the application names none")
    what = _description(application, application.modality)
    if purpose == Purpose.SITE_SURVEY:
        price = _configured(settings.fees.site_survey.base, "fees.site_survey", "base")
        return (FeeLine.of(f"{what}: base fee of the scheduled on-site survey", price),)
    fees = _completed(settings.modality_fees(application.modality), application, edition)
    return (_modality_line(what, application.modality, Purpose(purpose), position, fees),)


def _completed(own: ModalityFees, application: AccreditationApplication, edition: Edition | None) -> ModalityFees:
    """Return an office's fees, with what an edition states where it has set none.

    What a further unit costs goes with what the first one does: where the office has set that, it costs the same.
    """
    unset = [fee for fee in ModalityFees.model_fields if getattr(own, fee) is None]
    if own.application is not None:
        unset = [fee for fee in unset if fee != "additional_unit"]
    return own.model_copy(update={fee: published_fee(application, fee, edition) for fee in unset})


def _modality_line(what: str, modality: Modality, purpose: Purpose, position: int, fees: ModalityFees) -> FeeLine:
    table = f"fees.accreditation.{modality.value}"
    match purpose:
        case Purpose.APPLICATION if position > 1 and fees.additional_unit is not None:
            return FeeLine.of(f"{what}: application fee, additional unit", fees.additional_unit)
        case Purpose.APPLICATION:
            return FeeLine.of(f"{what}: application fee", _configured(fees.application, table, "application"))
        case Purpose.REPEAT:
            return FeeLine.of(f"{what}: repeat fee", _configured(fees.repeat, table, "repeat"))
        case Purpose.REINSTATEMENT:
            return FeeLine.of(f"{what}: reinstatement fee", _configured(fees.reinstatement, table, "reinstatement"))
        case _:
            raise ValueError(f"accreditation has no set fee for {purpose.value}")


def _configured(amount: Decimal | None, table: str, name: str) -> Decimal:
    """Return a fee that the office has set; refuse to invent one that it has not."""
    if amount is not None:
        return amount
    raise Refused(
        "fee.not_configured",
        f"The office has not set the fee [{table}] {name}.",
        source=f"The office's settings (office.toml), [{table}]",
        instead=(f'Set {name} = "…" (US dollars) under [{table}] in office.toml, then try again.',),
    )


def _country(application: AccreditationApplication) -> str | None:
    address = application.facility.address if application.facility else None
    return address.country or None if address else None


def _description(application: AccreditationApplication, modality: Modality) -> str:
    """Return what the fee is for, as a facility reads it on an invoice."""
    name = title(modality)
    where = application.facility.id if application.facility and application.facility.id else "the facility"
    parts = [unit.id for unit in application.units]
    what = "unit"
    if modality is Modality.RADIATION_ONCOLOGY:  # a practice is surveyed at its sites
        parts = [area.id for unit in application.units for area in unit.areas]
        what = "sites" if len(parts) > 1 else "site"
    of = f", {what} {', '.join(parts)}" if parts else ""
    return f"{name[0].upper()}{name[1:]} accreditation of {where}{of}"


class Quote(NamedTuple):
    """What an application costs when it is handed in; `total` is null where the office quotes it (outside the US)."""

    lines: tuple[FeeLine, ...]
    total: Decimal | None


def quote(application: AccreditationApplication, edition: Edition, settings: OfficeSettings) -> Quote:
    """Return the fee lines of all cases of an application, and their sum.

    Raises:
        Refused: `fee.not_configured`, the office has not set a fee.
        ValueError: The application names no modality.
    """
    if needs_quote(application):
        return Quote((), None)
    parts = cases_of(application, edition)
    lines = tuple(
        line
        for part in parts
        for line in fee_lines(part.application, Purpose.APPLICATION, part.position, settings, edition)
    )
    return Quote(lines, total(lines))


def payment_term_days(settings: OfficeSettings, edition: Edition) -> int:
    """Return the days that a facility has to pay an invoice: the office's own figure, else the edition's."""
    own = settings.fees.payment_term_days
    return edition.fees.payment_term.value if own is None else own
