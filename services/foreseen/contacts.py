"""The letters of a contact who has left: to the others, as they are listed then."""

from typing import Any

from policy.application import Contact, Modality, responsible_physician
from policy.awaited import due_of
from policy.facts import Party
from policy.messages import ReportContactLeft
from policy.names import folded
from policy.words import role_in_words, spoken
from records.tables import CaseRecord
from services.foreseen.before import Before, Caused
from services.foreseen.flagged import attention


def departure(message: ReportContactLeft, before: Before) -> list[Caused]:
    """Return the letters: to the office of each role that nobody has, to those who are left what is open."""
    holder = "practice" if before.is_designation else "facility"
    application: dict[str, Any] = before.case.application or before.row.application
    contacts = [Contact.model_validate(one) for one in (application.get(holder) or {}).get("contacts") or []]
    name = folded(message.left)
    gone = [one for one in contacts if folded(one.name or "") == name and message.role in (None, one.role)]
    left = [one for one in contacts if one not in gone]
    if not gone:
        return []
    letters = []
    for role in _key_roles(application, before):
        if role in {one.role for one in gone} and role not in {one.role for one in left}:
            text = f"nobody is listed as {spoken(role)} since {message.left} has left"
            letters += attention(before, f"contact.{role}", "contact.left", text)
    if not any(one.email for one in left):
        text = f"nobody is left whom letters reach: {message.left} was the last one"
        return letters + attention(before, "contact.none", "contact.none", text)
    told = {
        "person": message.left,
        "roles": [role_in_words(one.role) for one in gone if one.role],
        "stays": any(folded(one.name or "") == name for one in left),
        **_awaited(before),
    }
    kept = [one.model_dump(mode="json") for one in left]
    changed = application | {holder: {**(application.get(holder) or {}), "contacts": kept}}
    row = CaseRecord(**(before.row.model_dump() | {"application": changed}))
    return [*letters, Caused("contact_left", "contact.left", told, row=row)]


def _key_roles(application: dict[str, Any], before: Before) -> tuple[str, ...]:
    """Return the roles that somebody must have: of an accreditation, whose signature it needs."""
    if before.is_designation:
        return ()
    return (str(responsible_physician(Modality(application["modality"]))), "medical_physicist")


def _awaited(before: Before) -> dict[str, Any]:
    case = before.case
    if case.awaited_party != Party.FACILITY:
        return {}
    due = due_of(case.awaited, [one for one in case.deadlines if one.met is None], [])
    return {"awaited": case.awaited, "due_at": due.at.isoformat() if due else None}
