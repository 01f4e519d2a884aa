"""Who is eligible: what every location must meet (S0, eligibility requirements). All findings at once."""

from collections.abc import Iterator

from policy.application import Modality
from policy.designation.application import Location
from policy.designation.edition import DicoeEdition
from policy.verdict import Finding
from policy.words import listed

CT = Modality.CT


def location_findings(locations: list[Location], edition: DicoeEdition, first: int = 0) -> list[Finding]:
    """Return everything by which locations miss the eligibility; `first` is the number of the first in its list."""
    found: list[Finding] = []
    for number, location in enumerate(locations, start=first):
        found += _of_location(location, edition, f"locations.{number}")
    return found


def _of_location(location: Location, edition: DicoeEdition, where: str) -> Iterator[Finding]:
    name, terms = location.id or where, edition.eligibility
    missing = unaccredited(location, edition)
    if missing:
        yield Finding(
            rule="eligibility.accreditation",
            where=f"{where}.accredited",
            reason=f"{name} offers {listed(missing)} without accreditation.",
            source=f"{edition.sources[terms.not_accredited.source].title}: accreditation in all modalities provided",
        )
    if absent := [pledge for pledge in terms.pledges.value if pledge not in location.pledges]:
        yield Finding(
            rule="eligibility.pledge",
            where=f"{where}.pledges",
            reason=f"{name} has not pledged to {listed(pledge.replace('_', ' ') for pledge in absent)}.",
            source=edition.cite(terms.pledges),
        )
    yield from _of_registries(location, edition, where, name)
    if terms.consultation.value and not location.consulting_radiologist:
        yield Finding(
            rule="eligibility.consulting_radiologist",
            where=f"{where}.consulting_radiologist",
            reason=f"{name} names no radiologist who consults with referring providers.",
            source=edition.cite(terms.consultation),
        )


def unaccredited(location: Location, edition: DicoeEdition) -> list[str]:
    """Return the services of a location that the body accredits and that the location has no accreditation for."""
    spared = edition.eligibility.not_accredited.value
    return [str(s) for s in location.services if s not in spared and s not in location.accredited]


def _of_registries(location: Location, edition: DicoeEdition, where: str, name: str) -> Iterator[Finding]:
    terms = edition.eligibility
    if unknown := [code for code in location.registries if code not in terms.registries.value]:
        yield Finding(
            rule="eligibility.unknown_registry",
            where=f"{where}.registries",
            reason=f"{name} names {listed(unknown)}, which is no registry; known are {listed(terms.registries.value)}.",
            source=edition.cite(terms.registries),
        )
    known = {code for code in location.registries if code in terms.registries.value}
    if known >= set(terms.always_enough.value):
        return
    needed = terms.with_ct if CT in location.services else terms.without_ct
    absent = [code for code in needed.value if code not in known]
    if not absent and len(known) >= terms.registries_needed.value:
        return
    lacks = f"does not participate in {listed(absent)}" if absent else f"participates in {listed(sorted(known))} only"
    count = terms.registries_needed.value
    yield Finding(
        rule="eligibility.registries",
        where=f"{where}.registries",
        reason=f"{name} {lacks}; a site {'with' if CT in location.services else 'without'} CT needs "
        f"{listed(needed.value)}, and {count} registries at least.",
        source=edition.cite(needed),
    )
