"""A person comes in, whichever way: a new session in this browser, and on to where he was going."""

from starlette.responses import Response

from policy.identity import holder_of
from policy.office import OfficeSettings
from portal.page import set_cookie
from portal.sign_in.back_to import org_for, page_of_ours
from portal.visit import SESSION, Visit
from records.books import Session
from records.queries import case_by_id
from records.tables import Person
from records.words import SignInWay
from services.people.audit import note_act
from services.people.people import memberships_of
from services.people.sessions import begin_session, end_session
from services.people.ways import open_orgs

IN_WORDS = {
    SignInWay.LINK: "by a link",
    SignInWay.PASSKEY: "by a passkey",
    SignInWay.PROVIDER: "by an identity provider",
}


def orgs_of(session: Session, person: Person, way: SignInWay, office: OfficeSettings) -> tuple[str, ...]:
    """Return for which organisations a person could act who signs in so; none: the person cannot.

    The oldest first: whoever is invited by another one does not find himself there all at once.
    """
    held = dict.fromkeys(
        one.org for one in sorted(memberships_of(session, person.person_id), key=lambda one: one.since)
    )
    return open_orgs(person, way, held, office.portal.providers)


def begin(session: Session, visit: Visit, person: Person, way: SignInWay, page: str) -> str | None:
    """Begin a session and return its secret; None: the person has nothing to come in for. The browser's old one ends.

    Args:
        session: Of the books, writing.
        visit: The browser that signs in.
        person: Who.
        way: How.
        page: Where the person is going.
    """
    orgs = orgs_of(session, person, way, visit.world.settings)
    if person.disabled_at is not None or not orgs:
        return None
    if visit.visitor is not None:
        end_session(session, visit.visitor.session, visit.now)
    org = org_for(page_of_ours(page), orgs, lambda case_id: _whose(session, case_id))
    note_act(
        session,
        at=visit.now,
        name=person.name,
        org=org,
        act="signed in",
        about=IN_WORDS[way],
        person_id=person.person_id,
    )
    return begin_session(session, person, org, way, visit.now)


def _whose(session: Session, case_id: str) -> str | None:
    """Return the organisation whose a case is now; one that the books do not hold is its id's."""
    case = case_by_id(session, case_id)
    return case.facility_id if case else holder_of(case_id)


def entered(visit: Visit, secret: str, page: str) -> Response:
    """Return the answer that gives the browser its session and sends it on."""
    answer = visit.go(page_of_ours(page))
    set_cookie(answer, visit.world, SESSION, secret)
    return answer
