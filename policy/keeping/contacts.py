"""A contact leaves: who is meant, and what is left of the list. Letters go to the others from then on.

A letter goes to the contacts in the roles that it is meant for, and where nobody has one of these, to all that have an
address (`activities.recipients`): so whoever is next hears of what is open by the list itself.
"""

from policy.application import Contact
from policy.facts import CaseFacts
from policy.messages import ReportContactLeft
from policy.names import folded_by
from policy.rules import refuse
from policy.words import listed, spoken


def departing(facts: CaseFacts, message: ReportContactLeft) -> list[Contact]:
    """Return the contacts that a message is about: of that name, in the role that it names or in every one."""
    left = folded_by(facts.rules_revision, message.left)
    return [
        one
        for one in facts.contacts
        if folded_by(facts.rules_revision, one.name or "") == left and message.role in (None, one.role)
    ]


def judge_contact_left(facts: CaseFacts, message: ReportContactLeft) -> list[str]:
    """Judge that the application lists who has left.

    Returns:
        Warnings: that nobody is left whom letters reach, or that a role which must be filled is vacant.

    Raises:
        Refused: `contact.unknown_person`.
    """
    gone = departing(facts, message)
    if not gone:
        role = f" as {spoken(message.role)}" if message.role else ""
        known = listed(one.name for one in facts.contacts if one.name)
        raise refuse(
            "contact.unknown_person",
            f"The application lists nobody called {message.left}{role}.",
            f"Name the person as the application does: {known}.",
        )
    return _warnings(facts, [one for one in facts.contacts if one not in gone])


def _warnings(facts: CaseFacts, left: list[Contact]) -> list[str]:
    add = "Put somebody into the application (amend_application)."
    if not any(one.email for one in left):
        return [f"Nobody is left whom letters reach. {add}"]
    return [f"Nobody is listed as {spoken(role)} any more. {add}" for role in vacated(facts, left)]


def vacated(facts: CaseFacts, left: list[Contact]) -> list[str]:
    """Return the roles that must be filled, were filled, and are not among those who are left."""
    before = {one.role for one in facts.contacts}
    return [role for role in facts.key_roles if role in before and role not in {one.role for one in left}]
