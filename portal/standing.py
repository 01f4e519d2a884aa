"""How the case in a page's address stands."""

from portal.visit import Visit
from services.case_snapshot import CaseSnapshot, snapshot_of


async def stands(visit: Visit) -> CaseSnapshot:
    """Return how the case of a visit stands: as it says itself, else as the books say."""
    world = visit.world
    return await snapshot_of(world.books, visit.its_case.case_id, world.zone, world.client, world.settings.security)
