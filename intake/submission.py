"""An application as it was submitted: what it says, where each field stood, and what of it could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policy.verdict import Finding
from services.errors import InputFault, Unusable, finding_lines
from services.programs import Application

Places = Mapping[str, str]
"""For the path of a field (`facility.address.city`) its sheet and cell (`Facility!C12`)."""


def place_of(places: Places, path: str) -> str:
    """Return the sheet and cell of a field, else those of what it is part of; nothing where neither is known."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        if place := places.get(".".join(parts[:length])):
            return place
    return ""


def placed(places: Places, path: str) -> str:
    """Return the sheet and cell of a field together with its path; the path alone where it stood in no workbook."""
    place = place_of(places, path)
    return f"{place}, {path}" if place else path


UNREADABLE = "application.unreadable"
"""The rule under which a script finds, among all findings, what could not be read."""


class PartlyUnreadable(Unusable):
    """Parts of an application cannot be read. What the rules say against the rest is told with them, all at once."""

    def __init__(self, troubles: Sequence[InputFault], findings: Sequence[Finding], next_step: str) -> None:
        super().__init__(troubles)
        unread = [
            Finding(
                rule=UNREADABLE,
                where=trouble.field,
                reason=f"Found {trouble.found}, expected {trouble.expected}.",
                source="The shape of an application (`accredit schema`, `accredit template`)",
            )
            for trouble in troubles
        ]
        lines = finding_lines([*unread, *findings])
        self.lines, self.wrong = (*lines, next_step), len(lines)
        told = [finding.model_dump(mode="json") for finding in (*unread, *findings)]
        self.data |= {"findings": told, "next_step": next_step}


@dataclass(frozen=True)
class Submission:
    """What somebody handed in.

    Attributes:
        application: The application, as far as it could be read.
        places: Where its fields stood.
        troubles: What could not be read.
        unreadable: The paths of the fields that could not be read: they are not missing.
        findings: What is missing and has no field of its own in the application.
        remarks: What whoever handed it in should know of how it was read.
    """

    application: Application
    places: Places = field(default_factory=dict)
    troubles: tuple[InputFault, ...] = ()
    unreadable: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()

    def judged(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return all that stands against it, each finding with its sheet and cell.

        Args:
            findings: What the rules find in the application.

        Raises:
            PartlyUnreadable: Parts of it cannot be read; tells the findings as well.
        """
        against = [
            *self.findings,
            *(
                finding.model_copy(update={"where": placed(self.places, finding.where)})
                for finding in findings
                if finding.where not in self.unreadable
            ),
        ]
        if self.troubles:
            raise PartlyUnreadable(self.troubles, against, "Mend what is named, save, and try again.")
        return against
