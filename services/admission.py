"""Which cases an application opens, which it has opened already, and why it may open none: decided by the books.

Decided and announced in one transaction under a lock for each unit, so that of two people who hand in applications for
the same unit at the same time only one opens a case.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError
from sqlmodel import Session

from policy.designation.application import DicoeApplication
from policy.identity import parse_accreditation_id, parse_designation_id
from policy.messages import AddLocations, AmendApplication
from policy.verdict import Finding
from records.books import Books
from records.cases import announce_unknown
from records.facility.changes import present_id
from records.facility.known import Known
from records.locks import lock_case
from records.queries import cases_of_application, messages, newest_cycle, open_cases_of, spelt_otherwise
from records.tables import CaseRecord
from records.words import STARTING
from services.errors import RefusedByRule
from services.programs import Application, Part, holder_of

SOURCE = "Decisions of the office: a unit, or a practice in a state, has one open case at a time"
SUPERSEDED = "facility.superseded"
OTHER_CASE = "application.id_in_other_case"
UNKNOWN = "runs on the server, although the books do not hold it"
"""A stranger's, who can start anything under any id, or one that the books knew before they were restored."""
CHANGES = {AmendApplication.NAME, AddLocations.NAME}
"""Messages after which a case's application is no longer the one that was handed in."""


class Admitted(NamedTuple):
    """A case that an application opens or has opened.

    Attributes:
        case_id: Its id.
        part: Its part of the application.
        opened_at: When it begins (or began).
        started: Whether its workflow has taken a step already; it then needs no start.
    """

    case_id: str
    part: Part
    opened_at: datetime
    started: bool


class Asked(NamedTuple):
    """An application that asks for its cases.

    Attributes:
        parts: Its parts.
        opened_at: When new cases begin.
        on_server: For each subject the cycles that the server knows, and whether they run there.
    """

    parts: Sequence[Part]
    opened_at: datetime
    on_server: Mapping[str, Mapping[int, bool]]


def admit(
    parts: Sequence[Part], books: Books, opened_at: datetime, on_server: Mapping[str, Mapping[int, bool]]
) -> list[Admitted]:
    """Decide on all parts of an application and announce the new cases.

    Args:
        parts: The application's parts.
        books: The office's books.
        opened_at: When new cases begin.
        on_server: For each subject the cycles that the server knows, and whether they run there.

    Raises:
        RefusedByRule: `case.already_open`, `application.id_in_other_case` or `facility.superseded` for at least one
            part; then none is announced.
    """
    asked = Asked(parts, opened_at, on_server)
    with books.writing() as session:
        _lock(session, [asked])
        return _decide(session, asked)


def admit_all(asked: Sequence[Asked], books: Books) -> list[list[Admitted] | RefusedByRule]:
    """Decide on many applications in one transaction, each as `admit` does it; what `admit` would raise is returned.

    Most of them are of units of which the books know nothing: those need no look of their own.
    """
    answers: list[list[Admitted] | RefusedByRule] = []
    with books.writing() as session:
        _lock(session, asked)
        known = _known(session, asked)
        for one in asked:
            try:
                answers.append(_decide_knowing(session, one, known))
            except RefusedByRule as refused:
                answers.append(refused)
    return answers


def _lock(session: Session, asked: Sequence[Asked]) -> None:
    """Wait for everybody who writes one of the units, always in the same order."""
    for subject in sorted({part.case_id(1).subject.lower() for one in asked for part in one.parts}):
        lock_case(session, subject)


def _known(session: Session, asked: Sequence[Asked]) -> Known:
    parts = [part for one in asked for part in one.parts]
    return Known(session, {holder_of(part.application) for part in parts}, {part.case_id(1).subject for part in parts})


def _decide_knowing(session: Session, asked: Asked, known: Known) -> list[Admitted]:
    """Announce the cases of an application of which nothing is known; look closely at any other one.

    Raises:
        RefusedByRule: As in `admit`; what was entered for other applications stays.
    """
    named = {part.case_id(1).subject: part for part in asked.parts}
    running = any(runs for cycles in asked.on_server.values() for runs in cycles.values())
    unknown = all(known.says_nothing_of(holder_of(part.application), subject) for subject, part in named.items())
    if unknown and not running and len({subject.lower() for subject in named}) == len(asked.parts):
        admitted = [
            _announce(session, subject, part, asked.opened_at, asked.on_server.get(subject, {}), newest=0)
            for subject, part in named.items()
        ]
    else:
        with session.begin_nested():
            admitted = _decide(session, asked)
    for subject, part in named.items():
        known.learn(holder_of(part.application), subject)
    return sorted(admitted, key=lambda case: case.part.position)


def _decide(session: Session, asked: Asked) -> list[Admitted]:
    admitted: list[Admitted] = []
    against: list[Finding] = []
    for subject, part in sorted((part.case_id(1).subject, part) for part in asked.parts):
        on_server = asked.on_server.get(subject, {})
        known = _same_application(session, subject, part.application)
        if known is not None:
            admitted.append(Admitted(known.case_id, part, known.opened_at, known.stage != STARTING))
        elif (holder := holder_of(part.application)) != (now_id := present_id(session, holder)):
            against.append(_superseded(part.application, now_id))
        elif other := spelt_otherwise(session, part.application.program, subject, holder_of(part.application)):
            against.append(_in_other_case(other, part.application))
        elif in_the_way := _case_in_the_way(session, subject, on_server):
            against.append(_already_open(in_the_way, part, session.get(CaseRecord, in_the_way)))
        else:
            newest = newest_cycle(session, subject)
            admitted.append(_announce(session, subject, part, asked.opened_at, on_server, newest=newest))
            session.flush()
    if against:
        raise RefusedByRule(against, instead=_instead(against, asked.parts))
    return sorted(admitted, key=lambda case: case.part.position)


def _superseded(application: Application, now_id: str) -> Finding:
    """Return what stands against an id whose facility has become part of another one: it applies as that one."""
    where = "practice.id" if isinstance(application, DicoeApplication) else "facility.id"
    return Finding(
        rule=SUPERSEDED,
        where=where,
        reason=f"{holder_of(application)} has become part of {now_id}, and applies as that one.",
        source="Decisions of the office: a facility that has become part of another one applies as that one",
    )


def _in_other_case(known: str, application: Application) -> Finding:
    """Return what stands against an id that differs from a known one in case alone: two would be one on the phone."""
    mine = holder_of(application)
    whole = known.casefold() == mine.casefold()
    field = ("practice" if isinstance(application, DicoeApplication) else "facility") if whole else "units"
    return Finding(
        rule=OTHER_CASE,
        where=f"{field}.id" if whole else field,
        reason=f"The books know {known}; {mine if whole else 'this one'} differs from it in case alone.",
        source="Decisions of the office: ids that differ in case alone are one id",
    )


def _announce(
    session: Session, subject: str, part: Part, opened_at: datetime, on_server: Mapping[int, bool], *, newest: int
) -> Admitted:
    """Enter the next case of a subject; `newest` is the number of its newest one in the books, 0 where it has none."""
    case_id = str(part.case_id(1 + max(newest, *on_server, 0)))
    announce_unknown(
        session,
        case_id,
        program=part.application.program,
        application=part.application.model_dump(mode="json"),
        announced_at=opened_at,
        position=part.position,
    )
    return Admitted(case_id, part, opened_at, started=False)


def _same_application(session: Session, subject: str, application: Application) -> CaseRecord | None:
    """Return the newest case of the subject that this very application opened, or None."""
    found = cases_of_application(session, holder_of(application), application.application_id or "")
    of_subject = [case for case in found if case.subject == subject]
    return next((case for case in reversed(of_subject) if _is_same(session, case, application)), None)


def _is_same(session: Session, case: CaseRecord, application: Application) -> bool:
    """Whether the case was opened with this content; what was amended or added since cannot be compared."""
    try:
        held = type(application).model_validate(case.application)
    except ValidationError:  # held in the shape of another version
        return True
    told = messages(session, case.case_id)
    return held == application or any(one.accepted and one.name in CHANGES for one in told)


def _case_in_the_way(session: Session, subject: str, on_server: Mapping[int, bool]) -> str | None:
    """Return the subject's open case: that of the books, else one that runs on the server and is in no book."""
    opened = open_cases_of(session, subject)
    if opened:
        return opened[0].case_id
    running = [f"{subject}.{cycle}" for cycle, runs in sorted(on_server.items()) if runs]
    return next((case_id for case_id in reversed(running) if session.get(CaseRecord, case_id) is None), None)


def _already_open(case_id: str, part: Part, case: CaseRecord | None) -> Finding:
    mine = part.application.application_id
    whose = "practice and state" if isinstance(part.application, DicoeApplication) else "unit"
    if case is None:
        held = UNKNOWN
    elif case.application_id == mine:
        held = f"is open, and was opened by application {mine} with other content"
    else:
        held = f"is open, from application {case.application_id}"
    return Finding(
        rule="case.already_open", where=case_id, reason=f"Case {case_id} of the same {whose} {held}.", source=SOURCE
    )


def _instead(against: Sequence[Finding], parts: Sequence[Part]) -> list[str]:
    ids = (OTHER_CASE, SUPERSEDED)
    if all(finding.rule in ids for finding in against):
        return ["Write the id as the books have it."]
    if unknown := ", ".join(finding.where for finding in against if UNKNOWN in finding.reason):
        return [
            f"Where nobody at the office has started it, end it in the Temporal UI (Terminate): {unknown}. "
            "Then hand in the application again.",
            "Where the books were restored, `accredit reconcile --after-restore` brings it back into them.",
        ]
    cases = ", ".join(finding.where for finding in against if finding.rule not in ids)
    renewal = any(part.application.kind == "renewal" for part in parts)
    return [
        f"A renewal is applied for by the message start_renewal to {cases}."
        if renewal
        else f"The office corrects an open case by the message amend_application to {cases}.",
        "Another application can be handed in once the open case is closed.",
    ]


def cycle_of(case_id: str, subject: str) -> int | None:
    """Return the number of a subject's cycle or term, None for the id of anything else."""
    parsed = parse_accreditation_id(case_id) or parse_designation_id(case_id)
    return parsed[-1] if parsed and parsed.subject == subject else None
