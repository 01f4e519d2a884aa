"""How an application for a designation becomes a case: one practice in one state for one term."""

import re
from typing import NamedTuple

from policy.designation.application import DicoeApplication
from policy.identity import DesignationId

_NOT_IN_AN_ID = re.compile(r"[^A-Z0-9_-]+")
ABROAD = "INTL"
"""Before the country, where an application outside the US names no state: DE alone would be Delaware."""


class DesignationPart(NamedTuple):
    """The case of an application, as `policy.cases.CasePart` is one of an application for accreditation.

    Attributes:
        state: The place of the state in the case id.
        position: Always 1: an application for a designation opens one case.
        application: The whole application.
    """

    state: str
    position: int
    application: DicoeApplication

    def case_id(self, cycle: int) -> DesignationId:
        """Return the id of the case in its nth term.

        Raises:
            ValueError: The application names no practice or no state: it is not complete.
        """
        practice = self.application.practice
        if practice is None or not practice.id or not self.state:
            raise ValueError("a case is named by its practice and state, and the application lacks one of them")
        return DesignationId(practice.id, self.state, cycle)


def designation_part(application: DicoeApplication) -> DesignationPart:
    """Return the case of an application. However a state is written (oh, OH), its practice has one case there."""
    return DesignationPart(_place(application), 1, application)


def _place(application: DicoeApplication) -> str:
    if application.state:
        return _as_part(application.state)
    return f"{ABROAD}-{_as_part(application.country)}" if application.country else ""


def _as_part(name: str) -> str:
    return _NOT_IN_AN_ID.sub("-", name.upper()).strip("-")
