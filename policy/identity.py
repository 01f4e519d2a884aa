"""How a case is called, and back again. The id of a case is the id of its Temporal workflow.

Whoever can start a workflow chooses its id. So an id is parsed before anything is made of it: what does not parse is no
case, has no row in the books and no file.
"""

import re
from typing import NamedTuple

TASK_QUEUE = "accredit"
_PART = r"([A-Za-z0-9_-]{1,64})"
"""As long as the identifiers of an application (`policy.application.Identifier`)."""
_NUMBER = r"([1-9][0-9]{0,8})"
"""Written with these ten digits alone: a number in another script would be read as the same case by another name."""
_ACCREDITATION = re.compile(rf"accreditation\.{_PART}\.([a-z_]{{1,40}})\.{_PART}\.{_NUMBER}")
_DESIGNATION = re.compile(rf"dicoe\.{_PART}\.{_PART}\.{_NUMBER}")
RESERVED = frozenset({"office", "portal"})
"""What no facility and no practice is called: by these names proofs say who speaks (`policy.messages.proofs`)."""
SITE = "site"
"""The place of the unit in the id of a case of a facility-based modality."""


class AccreditationId(NamedTuple):
    """The parts of an accreditation case's id, for example `accreditation.OH-0417.ct.CT-1.1`."""

    facility: str
    modality: str
    unit: str
    cycle: int

    def __str__(self) -> str:
        return f"accreditation.{self.facility}.{self.modality}.{self.unit}.{self.cycle}"

    @property
    def subject(self) -> str:
        """What is accredited, whatever the cycle: the id without its number."""
        return str(self).rpartition(".")[0]

    def next_cycle(self) -> "AccreditationId":
        """Return the id of the cycle that follows (a renewal)."""
        return self._replace(cycle=self.cycle + 1)


def parse_accreditation_id(case_id: str) -> AccreditationId | None:
    """Return the parts of an accreditation case's id, or None where it is none."""
    match = _ACCREDITATION.fullmatch(case_id)
    return AccreditationId(match[1], match[2], match[3], int(match[4])) if match else None


class DesignationId(NamedTuple):
    """The parts of a designation case's id, for example `dicoe.SAMPLE.OH.1`."""

    practice: str
    state: str
    term: int

    def __str__(self) -> str:
        return f"dicoe.{self.practice}.{self.state}.{self.term}"

    @property
    def subject(self) -> str:
        """What is designated, whatever the term: the id without its number."""
        return str(self).rpartition(".")[0]

    def next_term(self) -> "DesignationId":
        """Return the id of the term that follows (a renewal)."""
        return self._replace(term=self.term + 1)


def parse_designation_id(case_id: str) -> DesignationId | None:
    """Return the parts of a designation case's id, or None where it is none."""
    match = _DESIGNATION.fullmatch(case_id)
    return DesignationId(match[1], match[2], int(match[3])) if match else None


def is_reserved(holder: str) -> bool:
    """Whether the id of a facility or practice would be taken for the office's or the portal's name."""
    return holder.lower() in RESERVED


class NoCaseId(LookupError):
    """What should be the id of a case is none."""

    def __init__(self, text: str) -> None:
        shown = repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
        super().__init__(
            f"{shown} is no id of a case: those are accreditation.FACILITY.MODALITY.UNIT.CYCLE "
            "and dicoe.PRACTICE.STATE.TERM"
        )


LONGEST_SHOWN = 80
"""Characters of a wrong id that are shown."""


def parse_case_id(case_id: str) -> AccreditationId | DesignationId:
    """Return the parts of a case's id, of whichever program.

    Raises:
        NoCaseId: It is none.
    """
    parts = parse_accreditation_id(case_id) or parse_designation_id(case_id)
    if parts is None:
        raise NoCaseId(case_id)
    return parts


def next_cycle_id(case_id: str) -> str:
    """Return the id of the case that renews a case; an id of another make is kept, with a number behind it."""
    if cycle := parse_accreditation_id(case_id):
        return str(cycle.next_cycle())
    if term := parse_designation_id(case_id):
        return str(term.next_term())
    return f"{case_id}.2"


def holder_of(case_id: str) -> str | None:
    """Return the id of the facility or practice whose case it is; None for an id of another make."""
    if cycle := parse_accreditation_id(case_id):
        return cycle.facility
    term = parse_designation_id(case_id)
    return term.practice if term else None


PROGRAM_OF = {"AccreditationCycle": "accreditation", "DicoeDesignation": "dicoe"}
"""The program of a case by the type of its workflow."""


def program_of_id(case_id: str) -> str | None:
    """Return the program whose case an id names, or None: it names no case."""
    if parse_accreditation_id(case_id):
        return "accreditation"
    return "dicoe" if parse_designation_id(case_id) else None


def follows(case_id: str, predecessor: str) -> bool:
    """Whether an id is that of a later cycle of the same unit, or of a later term of the same practice and state."""
    for parse in (parse_accreditation_id, parse_designation_id):
        later, earlier = parse(case_id), parse(predecessor)
        if later and earlier:
            return later.subject == earlier.subject and later[-1] > earlier[-1]
    return False
