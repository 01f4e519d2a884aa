"""Whether a case may begin: with what it was started is held against its id and against what the books announced."""

from datetime import datetime

from pydantic import ValidationError

from activities.contract import CaseStart, TermsRequest
from policy.application import AccreditationApplication
from policy.designation.application import DicoeApplication
from policy.designation.cases import designation_part
from policy.identity import (
    SITE,
    AccreditationId,
    DesignationId,
    follows,
    parse_accreditation_id,
    parse_designation_id,
)
from policy.incoming import judge_opening
from policy.messages.values import EARLIEST_YEAR, YEARS_AHEAD
from policy.names import same_token
from policy.verdict import Refused
from records.books import Books
from records.provenance import AnotherRun, keep_to_first_run
from records.tables import CaseRecord
from records.words import STARTING, Program

NOT_ANNOUNCED = "start.not_announced"
DISAGREES = "start.does_not_agree"


class StartRefused(Exception):
    """A case does not begin.

    Attributes:
        rule: `start.not_announced` or `start.does_not_agree`.
    """

    def __init__(self, rule: str, reason: str) -> None:
        """Say by which rule, and why."""
        super().__init__(reason)
        self.rule = rule


def judge_start(books: Books, request: TermsRequest, start: CaseStart, *, announced_only: bool) -> None:
    """Judge whether a case may begin. Nothing is written.

    Args:
        books: The books.
        request: What the case asks for first, with the run that it is.
        start: With what it was started.
        announced_only: Whether only those begin that the books have announced.

    Raises:
        StartRefused: It may not.
        AnotherRun: The books know the case as another run's.
    """
    application = _application(request.program, start)
    with books.reading() as session:
        renewed = session.get(CaseRecord, start.predecessor) if start.predecessor else None
        holder = renewed.facility_id if renewed else None
    wrong = disagreements(start.case_id, application, start.opened_at, start.now, start.predecessor, holder=holder)
    if wrong:
        raise StartRefused(DISAGREES, f"{start.case_id}: {'; '.join(wrong)}")
    if announced_only:  # where whoever reaches the server is believed, he is believed in this too
        _keeps_the_bounds(start, application)
    with books.reading() as session:
        case = keep_to_first_run(session, start.case_id, request.first_run_id)
    if case is None:
        if announced_only:
            raise StartRefused(NOT_ANNOUNCED, f"the books have not announced {start.case_id}")
    elif case.stage != STARTING:
        raise AnotherRun(f"{start.case_id} opened long ago, and a run wants to open it again")
    elif not _as_announced(case, start, application):
        raise StartRefused(NOT_ANNOUNCED, f"{start.case_id} is started with something else than was announced")


def _application(program: str, start: CaseStart) -> AccreditationApplication | DicoeApplication:
    model = DicoeApplication if program == Program.DICOE else AccreditationApplication
    try:
        return model.model_validate(start.application)
    except ValidationError:
        raise StartRefused(DISAGREES, f"{start.case_id}: its application cannot be read") from None


def _keeps_the_bounds(start: CaseStart, application: AccreditationApplication | DicoeApplication) -> None:
    """Hold a start to the bounds of what comes in. Raises `StartRefused`."""
    try:
        judge_opening(
            application,
            opened_at=start.opened_at,
            now=start.now,
            position=start.position,
            predecessor=start.predecessor,
        )
    except Refused as refused:
        raise StartRefused(DISAGREES, f"{start.case_id}: {refused.reason}") from None


def _as_announced(case: CaseRecord, start: CaseStart, application: AccreditationApplication | DicoeApplication) -> bool:
    try:
        announced = type(application).model_validate(case.application)
    except ValidationError:  # announced in the shape of another version
        return False
    said = announced, case.opened_at, case.position, case.predecessor
    return said == (application, start.opened_at, start.position, start.predecessor)


def disagreements(
    case_id: str,
    application: AccreditationApplication | DicoeApplication,
    opened_at: datetime,
    now: datetime,
    predecessor: str | None,
    *,
    holder: str | None = None,
) -> list[str]:
    """Return in what a start does not agree, in words; nothing: a case may begin with it.

    Args:
        case_id: The id under which it was started.
        application: The application.
        opened_at: When the case is to begin.
        now: When it was started (UTC).
        predecessor: The case that it renews.
        holder: Whose that one is now: a case keeps its line of ids when its facility has become part of another one.
    """
    wrong = _against_id(case_id, application, holder)
    if opened_at.tzinfo is None:
        wrong.append("the date on which the case begins has no time zone")
    elif not EARLIEST_YEAR <= opened_at.year <= now.year + YEARS_AHEAD:
        wrong.append(f"a case begins in a year from {EARLIEST_YEAR} on, {YEARS_AHEAD} years ahead at most")
    if predecessor is not None and not follows(case_id, predecessor):
        wrong.append("the id is none of a case that renews the one which it is to renew")
    return wrong


def _against_id(
    case_id: str, application: AccreditationApplication | DicoeApplication, holder: str | None
) -> list[str]:
    named: AccreditationId | DesignationId | None
    if isinstance(application, DicoeApplication):
        named = parse_designation_id(case_id)
        agrees = named is not None and _names_practice(named, application, holder)
    else:
        named = parse_accreditation_id(case_id)
        agrees = named is not None and _names_unit(named, application, holder)
    return [] if agrees else ["the id and the application name different cases"]


def _names_unit(named: AccreditationId, application: AccreditationApplication, holder: str | None) -> bool:
    facility = (application.facility.id if application.facility else None) or ""
    units = {SITE, *(unit.id for unit in application.units)}
    modality = application.modality.value if application.modality else ""
    return _names_holder(named.facility, facility, holder) and named.modality == modality and named.unit in units


def _names_holder(named: str, applies: str, holder: str | None) -> bool:
    """Return whether an id names the facility that applies, or one that has become part of it since."""
    return same_token(named, applies) or (holder is not None and same_token(holder, applies))


def _names_practice(named: DesignationId, application: DicoeApplication, holder: str | None) -> bool:
    practice = (application.practice.id if application.practice else None) or ""
    return _names_holder(named.practice, practice, holder) and named.state == designation_part(application).state
