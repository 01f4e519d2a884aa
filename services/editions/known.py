"""The editions that an office has, those that ship and its own: which count today, how many cases live by each."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities.terms import rules_in_force
from policy.designation.edition import dicoe_edition_in_force, shipped_parts
from policy.edition import Certainty, Edition, EditionError, Rules, shipped_editions
from policy.editions.own import DICOE, OwnEditions
from policy.office import Editions
from policy.words import day_in_words
from records.tables import CaseRecord
from records.words import STARTING
from services.errors import InputFault, Unusable

ACCREDITATION = "accreditation"


class KnownEdition(NamedTuple):
    """An edition of the rules, of the designation's with all its parts.

    Attributes:
        rules: The edition.
        own: Whether it is one of the office's own, wholly or in a part.
        begins: The first day on which cases can begin under it.
    """

    rules: Rules
    own: bool
    begins: date

    @property
    def key(self) -> tuple[str, str]:
        """Program and name."""
        return self.rules.program, self.rules.edition

    def covers(self) -> tuple[str, ...]:
        """Return the modalities that it covers; a designation's edition covers none by itself."""
        return tuple(self.rules.covers.value) if isinstance(self.rules, Edition) else ()

    def certainties(self) -> dict[str, int]:
        """Return how many values are stated, inferred, decided, or not known at all."""
        found = [one.certainty.value for one in self.rules.provisions().values()]
        return {certainty.value: found.count(certainty.value) for certainty in Certainty}


def known_editions(own: OwnEditions) -> list[KnownEdition]:
    """Return every edition by program and the day on which it begins."""
    found = [KnownEdition(edition, False, edition.effective) for edition in shipped_editions(ACCREDITATION)]
    found += [KnownEdition(edition, True, edition.effective) for edition in own.accreditation]
    found.sort(key=lambda one: one.begins)
    return found + _of_designation(own)


def _of_designation(own: OwnEditions) -> list[KnownEdition]:
    days = sorted({part["effective"] for part in (*shipped_parts(), *own.parts)})
    found: dict[str, KnownEdition] = {}
    for day in days:
        for rules, is_own in ((_shipped_on(day), False), (own.dicoe_in_force(day), True)):
            if rules is not None:
                found.setdefault(rules.edition, KnownEdition(rules, is_own, day))
    return list(found.values())


def _shipped_on(day: date) -> Rules | None:
    try:
        return dicoe_edition_in_force(day)
    except EditionError:
        return None


def edition_called(name: str, own: OwnEditions, program: str | None = None) -> Rules:
    """Return the edition of a name.

    Args:
        name: The name, as `accredit editions` lists it; with the program and a colon before it where both have it.
        own: The office's own editions.
        program: Only of that program.

    Raises:
        Unusable: There is none, or both programs have one.
    """
    head, colon, rest = name.partition(":")
    wanted = (head, rest) if colon else (program, name)
    known = known_editions(own)
    found = [one.rules for one in known if one.rules.edition == wanted[1] and wanted[0] in (None, one.rules.program)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{one.rules.program}:{one.rules.edition}" for one in known if wanted[0] in (None, one.key[0]))
    said = f"{name}, which both programs have" if found else f"no edition {name}"
    raise Unusable([InputFault("EDITION", "", said, f"one of {names}")])


def standing_of(known: KnownEdition, editions: Editions, today: date) -> str:
    """Return in words whether cases that begin today go by an edition."""
    if known.begins > today:
        return f"announced for {day_in_words(known.begins)}"
    program, name = known.key
    about: Iterable[str | None] = known.covers() or (None,)
    counting = {modality: _counting(program, today, modality, editions) for modality in about}
    in_force = [modality for modality, counts in counting.items() if counts == name]
    if not in_force:
        ours = {one.rules.edition for one in known_editions(editions.own) if one.own and one.key[0] == program}
        return "the office's own counts instead" if not known.own and ours & {*counting.values()} else "not in force"
    if len(in_force) == len(known.covers()) or program == DICOE:
        return "in force"
    return f"in force for {', '.join(str(modality) for modality in in_force)}"


def _counting(program: str, today: date, modality: str | None, editions: Editions) -> str | None:
    try:
        return rules_in_force(program, today, modality, editions).edition
    except EditionError:
        return None


def open_cases_by_edition(session: Session) -> dict[tuple[str, str], int]:
    """Return how many open cases carry each edition, by program and name; those that have not opened yet carry none."""
    rows = session.exec(
        select(CaseRecord.program, CaseRecord.edition, func.count())
        .where(
            col(CaseRecord.closed_at).is_(None),
            col(CaseRecord.edition).is_not(None),
            col(CaseRecord.stage) != STARTING,
        )
        .group_by(col(CaseRecord.program), col(CaseRecord.edition))
    )
    return {(program, str(edition)): number for program, edition, number in rows}
