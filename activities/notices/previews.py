"""Facts to look at a text with, where no case has sent one yet: `previews.toml`, all of it invented."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from activities.notices.index import HERE, book_of, index_of, source_for
from policy.rules import RADIATION_ONCOLOGY
from records.cases import put_application
from records.tables import CaseRecord, Deadline, Notice

BOOKS = ("accreditation", "dicoe", RADIATION_ONCOLOGY)


class Sample(NamedTuple):
    """A notice as it might be, and the windows that would run then."""

    notice: Notice
    deadlines: Sequence[Deadline]


def programs_of(kind: str) -> list[str]:
    """Return the programs, and the modality with words of its own, that send a kind of notice; none: nobody does."""
    return [book for book in BOOKS if kind in index_of(book).kinds and _facts(book, kind)]


def sample_notice(case: CaseRecord, kind: str) -> Sample:
    """Return a sample of a kind that the case's program sends; its areas are those of the case."""
    known = _previews()
    facts = _facts(book_of(case), kind)
    facts |= {"source": source_for(case, facts["rule"])}
    at: datetime = known["at"]
    windows: dict[str, dict[str, datetime]] = known["windows"][book_of(case)]
    deadlines = [
        Deadline(case_id=case.case_id, number=number, name=name, opens_at=window["opens_at"], due_at=window["due_at"])
        for number, (name, window) in enumerate(windows.items())
    ]
    notice = Notice(case_id=case.case_id, number=0, run_id="", step=0, kind=kind, at=at, facts=_of_case(facts, case))
    return Sample(notice, deadlines)


def sample_case(program: str, application: dict[str, Any]) -> CaseRecord:
    """Return the case that an application would open, as the books would have it."""
    holder = application.get("facility") or application["practice"]
    units = application.get("units")
    place = f"{application['modality']}.{units[0]['id']}" if units else application["state"]
    subject = f"{program}.{holder['id']}.{place}"
    case = CaseRecord(
        case_id=f"{subject}.1",
        subject=subject,
        cycle=1,
        program=program,
        application=application,
        opened_at=_previews()["at"],
        stage="application",
        awaited_party="facility",
    )
    put_application(case, application)
    return case


def _facts(program: str, kind: str) -> dict[str, Any]:
    known = _previews()
    own: dict[str, Any] = known.get(program, {}).get(kind, {})
    shared: dict[str, Any] = known["kinds"].get(kind, {})
    return dict(own or shared)


@cache
def _previews() -> dict[str, Any]:
    return tomllib.loads((HERE / "previews.toml").read_text("utf-8"))


def _of_case(facts: dict[str, Any], case: CaseRecord) -> dict[str, Any]:
    """Return facts that speak of the case's own areas, in the place of the sample's."""
    theirs = [area["id"] for unit in case.application.get("units") or [] for area in unit.get("areas") or []]
    sample: list[str] = _previews()["kinds"]["application_accepted"]["areas"]
    own = dict(zip(sample, theirs, strict=False))
    return {name: _named(value, own) for name, value in facts.items()}


def _named(value: Any, own: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(one, own) for one in value]
    if isinstance(value, dict):
        return {name: _named(one, own) for name, one in value.items()}
    return own.get(value, value) if isinstance(value, str) else value
