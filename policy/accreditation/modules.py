"""The modules and patient types of each modality, as far as an edition lists them.

Where a text states the list, an area that names none of it stands against the application; where the list is inferred,
it is a doubt that somebody should look at. Modalities whose list no text at hand shows are not judged. Names are
compared as people write them: case, signs and `and` do not count, nor the British spelling, and of a name with a short
form in brackets either will do.
"""

import re
from collections.abc import Iterator

from policy.application import AccreditationApplication, Area, AreaKind
from policy.edition import Edition, Provision
from policy.names import folded
from policy.terms.provision import Carried, Certainty
from policy.verdict import Finding
from policy.words import listed

MODULE, PATIENT_TYPE = "application.unknown_module", "application.unknown_patient_type"
_SIGNS = re.compile(r"[^\w]+|\band\b|_+")


def module_findings(application: AccreditationApplication, edition: Edition) -> list[Finding]:
    """Return what stands against the modules and patient types of an application."""
    return [finding for finding, certainty in _strange(application, edition) if certainty is Certainty.STATED]


def module_doubts(application: AccreditationApplication, edition: Edition) -> list[str]:
    """Return what may be wrong with them: the list that they are none of is not stated, but follows from a text."""
    doubtful = [finding for finding, certainty in _strange(application, edition) if certainty is not Certainty.STATED]
    return [f"{finding.reason} Source: {finding.source}." for finding in doubtful]


def modules_of(application: AccreditationApplication) -> int | None:
    """Return how many modules an application names; None where a clinical area names none, so that nobody knows."""
    clinical = [area for unit in application.units for area in unit.areas if area.kind is not AreaKind.PHANTOM]
    named = [area.module for area in clinical if area.module]
    return len({plain(module) for module in named}) if named and len(named) == len(clinical) else None


def plain(name: str) -> str:
    """Return a module's or patient type's name for comparison."""
    return " ".join(_SIGNS.sub(" ", folded(name)).split()).replace("ae", "e")


def _strange(application: AccreditationApplication, edition: Edition) -> Iterator[tuple[Finding, Certainty]]:
    modules, types = _list_of(edition.modules, application), _list_of(edition.patient_types, application)
    for unit_number, unit in enumerate(application.units):
        for number, area in enumerate(unit.areas):
            where = f"units.{unit_number}.areas.{number}"
            if area.kind is AreaKind.PHANTOM:
                continue
            if modules and area.module and not _is_of(area.module, modules.value):
                reason = f"{_of(area)} names the module {area.module}; expected are {listed(modules.value)}."
                yield _finding(MODULE, f"{where}.module", reason, edition.cite(modules)), modules.certainty
            if types and area.patient_type and not _is_of(area.patient_type, types.value):
                reason = f"{_of(area)} names the patient type {area.patient_type}; expected are {listed(types.value)}."
                yield _finding(PATIENT_TYPE, f"{where}.patient_type", reason, edition.cite(types)), types.certainty


def _list_of(part: Carried | None, application: AccreditationApplication) -> Provision[list[str]] | None:
    modality = application.modality
    found: Provision[list[str]] | None = getattr(part, modality.value, None) if part and modality else None
    return found


def _is_of(name: str, names: list[str]) -> bool:
    ways = {plain(way) for one in names for way in (one, *re.split(r"[()]", one)) if way.strip()}
    return plain(name) in ways


def _of(area: Area) -> str:
    return f"Area {area.id}" if area.id else "An area"


def _finding(rule: str, where: str, reason: str, source: str) -> Finding:
    return Finding(rule=rule, where=where, reason=reason, source=source)
