"""How an application falls into cases: one a unit, or one a facility where the modality is tested by facility."""

from typing import NamedTuple

from policy.application import AccreditationApplication, Unit
from policy.edition import Edition
from policy.identity import SITE, AccreditationId


class CasePart(NamedTuple):
    """One case's part of an application.

    Attributes:
        part: The place of the unit in the case id: the unit's id, or `site`.
        position: The unit's place in the application; 1 is the first.
        application: The application as the case sees it: with exactly one unit.
    """

    part: str
    position: int
    application: AccreditationApplication

    def case_id(self, cycle: int) -> AccreditationId:
        """Return the id of the case in its nth cycle.

        Raises:
            ValueError: The application names no facility or no modality: it is not complete.
        """
        facility, modality = self.application.facility, self.application.modality
        if facility is None or not facility.id or modality is None:
            raise ValueError("a case is named by its facility and modality, and the application lacks one of them")
        return AccreditationId(facility.id, modality.value, self.part, cycle)


def is_facility_based(application: AccreditationApplication, edition: Edition) -> bool:
    """Return whether the modality is tested once for the facility, whatever the number of its units."""
    return application.modality is not None and application.modality.value in edition.facility_based.value


def cases_of(application: AccreditationApplication, edition: Edition) -> tuple[CasePart, ...]:
    """Return the parts of an application, one for each case, in the order of its units."""
    if is_facility_based(application, edition):
        return (CasePart(SITE, 1, application.model_copy(update={"units": [_service(application)]})),)
    return tuple(
        CasePart(unit.id, position, application.model_copy(update={"units": [unit]}))
        for position, unit in enumerate(application.units, start=1)
    )


def _service(application: AccreditationApplication) -> Unit:
    """Return a facility's service as one unit: its only one, or one named `site` with the areas of all."""
    if len(application.units) == 1:
        return application.units[0]
    areas = {area.id: area for unit in application.units for area in unit.areas}  # twice one: a finding of completeness
    return Unit(id=SITE, areas=list(areas.values()))
