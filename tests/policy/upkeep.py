"""What provokes each rule about contacts, letters and the facility of a case."""

from typing import Any

from policy.accreditation.cycle import CycleFacts
from policy.facts import Attention
from policy.messages import ChangeFacility, ReportBouncedLetter, ReportContactLeft, SendLetterAgain
from tests.policy.cycles import a_cycle, et
from tests.policy.provocations import Provocation
from tests.policy.said import ACR, said

TODAY = et("2027-03-01 10:00")
PHYSICIAN, ADMINISTRATOR = "Sample Supervising Physician", "Sample Administrator"


def a_change(**fields: Any) -> ChangeFacility:
    """The facility is renamed, where nothing else is said."""
    told = {"facility": "OH-0417", "kind": "renamed", "name": "Sample Health", "reason": "By letter."}
    return ChangeFacility.model_validate({"message_id": "m-1", "by": ACR} | told | fields)


def left(name: str, **fields: Any) -> ReportContactLeft:
    """A contact has left; the office says so."""
    return said(ReportContactLeft, by=ACR, left=name, **fields)


def bounced(notice: int = 1) -> ReportBouncedLetter:
    return said(ReportBouncedLetter, notice=notice, recipient="admin@example.org", said="550 no such user")


def again(notice: int = 1, **fields: Any) -> SendLetterAgain:
    return said(SendLetterAgain, notice=notice, reason="Asked by telephone.", **fields)


def with_letters(notices: int = 3) -> CycleFacts:
    """A cycle that has sent some letters."""
    facts = a_cycle()
    facts.notices = notices
    return facts


def with_a_letter_back() -> CycleFacts:
    """A cycle whose first letter came back."""
    facts = with_letters()
    facts.attention.append(Attention(item="notice.1", rule="notice.bounced", since=TODAY, text="It came back."))
    return facts


OF_UPKEEP = [
    Provocation("contact.unknown_person", a_cycle(), left("Nobody Here"), TODAY),
    Provocation("notice.unknown", with_letters(), bounced(4), TODAY),
    Provocation("notice.not_troubled", with_letters(), again(), TODAY),
    Provocation(
        "contact.unknown_address",
        with_a_letter_back(),
        again(address="nobody@example.org", corrected="somebody@example.org"),
        TODAY,
    ),
    Provocation("facility.not_in_case", a_cycle(), a_change(facility="OH-0999"), TODAY),
    Provocation("facility.nothing_changes", a_cycle(), a_change(name=""), TODAY),
]
"""What is said of a facility, its people and its letters meets with."""
