"""How the case in a page's address stands."""

from activities.terms import rules_of
from policy.rules import RADIATION_ONCOLOGY, rulebook_of
from portal.visit import Visit
from records.tables import CaseRecord
from services.case_snapshot import CaseSnapshot, running, snapshot_of
from services.facility.entries import facility_status


async def stands(visit: Visit) -> CaseSnapshot:
    """Return how the case of a visit stands, as it says itself, else as the books say: all, or what its facility sees.

    The entries are all of them; what is shown of these goes through `facility_entries`.
    """
    world, case_id = visit.world, visit.its_case.case_id
    found = await snapshot_of(world.books, case_id, world.zone, world.client, world.settings.security)
    if visit.who.of_office:
        return found
    seen = facility_status(found.case)
    return found._replace(case=seen, running=running(seen), agenda=())


def body_of(visit: Visit) -> str:
    """Return who accredits, as the rules of the visit's case name it in a sentence."""
    return rules_of(visit.its_case, visit.now, visit.world.settings).words.body


def is_survey_based(case: CaseRecord) -> bool:
    """Whether a survey accredits, and pages speak of sites and plans where they would speak of images and options."""
    return rulebook_of(case.program, case.modality) == RADIATION_ONCOLOGY
