"""How the case in a page's address stands."""

from policy.rules import RADIATION_ONCOLOGY, rulebook_of
from portal.visit import Visit
from records.tables import CaseRecord
from services.case_snapshot import CaseSnapshot, snapshot_of


async def stands(visit: Visit) -> CaseSnapshot:
    """Return how the case of a visit stands: as it says itself, else as the books say."""
    world = visit.world
    return await snapshot_of(world.books, visit.its_case.case_id, world.zone, world.client, world.settings.security)


def is_survey_based(case: CaseRecord) -> bool:
    """Whether a survey accredits, and pages speak of sites and plans where they would speak of images and options."""
    return rulebook_of(case.program, case.modality) == RADIATION_ONCOLOGY
