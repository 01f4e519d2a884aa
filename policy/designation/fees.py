"""What a designation costs: a base fee for the first five locations, tiers above it, additions later (S0, fee table).

The base fee is published nowhere: it is the office's setting. Money is Decimal, in US dollars.
"""

from decimal import Decimal

from policy.designation.application import DicoeApplication
from policy.designation.edition import DicoeEdition
from policy.fees import FeeLine, Quote, is_abroad, total
from policy.office import OfficeSettings
from policy.verdict import Refused


def quoted(application: DicoeApplication) -> bool:
    """Return whether the practice lies outside the US, where the office quotes every fee."""
    return is_abroad(application.country)


def tier(locations: int, edition: DicoeEdition) -> int:
    """Return the tier of a number of locations, from 0; the tier behind the last cap is the top tier."""
    return sum(locations > cap for cap in edition.tiers.caps.value)


def base_lines(locations: int, base: Decimal, edition: DicoeEdition) -> tuple[FeeLine, ...]:
    """Return the lines of an initial or renewal application with so many locations in one state."""
    caps, steps = edition.tiers.caps.value, edition.tiers.steps.value
    reached = tier(locations, edition)
    lines = [FeeLine.of(f"Designation, 1 to {caps[0]} locations", base)]
    for number in range(1, min(reached, len(caps) - 1) + 1):
        lines.append(FeeLine.of(f"Locations {caps[number - 1] + 1} to {caps[number]}", Decimal(steps[number])))
    if reached == len(caps):
        size = edition.tiers.block.value
        blocks = -(-(locations - caps[-1]) // size)
        text = f"Locations {caps[-1] + 1} to {locations}, for each started block of {size}"
        lines.append(FeeLine.of(text, Decimal(edition.tiers.block_fee.value), blocks))
    return tuple(lines)


def addition_lines(locations: list[str], edition: DicoeEdition) -> tuple[FeeLine, ...]:
    """Return the line of locations that are added to a running designation."""
    text = f"Additional locations: {', '.join(locations)}"
    return (FeeLine.of(text, Decimal(edition.additions.fee.value), len(locations)),)


def designation_lines(application: DicoeApplication, edition: DicoeEdition, settings: OfficeSettings) -> Quote:
    """Return what an application costs when it is handed in; `total` is null where the office quotes it.

    Raises:
        Refused: `fee.not_configured`, the office has not set the base fee.
    """
    if quoted(application):
        return Quote((), None)
    base = settings.fees.dicoe.base
    if base is None:
        raise Refused(
            "fee.not_configured",
            "The office has not set the fee [fees.dicoe] base, which the program's page does not publish.",
            source="The office's settings (office.toml), [fees.dicoe]",
            instead=('Set base = "…" (US dollars) under [fees.dicoe] in office.toml, then try again.',),
        )
    lines = base_lines(len(application.locations), base, edition)
    return Quote(lines, total(lines))
