"""What changes about an accredited unit: the case is flagged, and somebody at the office looks."""

from policy.application import Contact, ContactRole
from policy.dates import as_instant, last_day
from policy.messages import ReportAddedUnit, ReportPersonnelChange, ReportRelocation
from policy.words import day_in_words, spoken
from workflows.case import Cycle


def change_personnel(case: Cycle, message: ReportPersonnelChange) -> None:
    """Somebody has left: the role is vacant until a replacement takes the place in the application."""
    item = f"personnel.{message.role}"
    if not message.replacement:
        text = f"the {spoken(message.role)} {message.left} has left, and nobody is named in the place"
        case.need_attention(item, "personnel.key_role_vacant", text)
        return
    application, role = case.facts.application, ContactRole(message.role)
    left = case.facts.folded(message.left)
    if application.facility:
        contacts = [
            Contact(role=role, name=message.replacement)
            if one.role is role and case.facts.folded(one.name or "") == left
            else one
            for one in application.facility.contacts
        ]
        facility = application.facility.model_copy(update={"contacts": contacts})
        case.facts.application = application.model_copy(update={"facility": facility})
        case.outbox.application_changed = True
    case.settle_attention(item)


def relocate(case: Cycle, message: ReportRelocation) -> None:
    """The unit moves: the office asks for the relocation application, and amends the address.

    What was reported last is what it looks at.
    """
    on = f" on {day_in_words(last_day(as_instant(message.on, case.terms.zone), case.terms.zone))}" if message.on else ""
    case.settle_attention("relocation")
    case.need_attention("relocation", "relocation.reported", f"the unit moves{on}, to {message.address}")


def add_unit(case: Cycle, message: ReportAddedUnit) -> None:
    """Another unit is to be accredited: its application, or the renewal of all, is for the office to open."""
    text = f"unit {message.unit} ({message.manufacturer}, {message.model}) is added by {spoken(message.way)}"
    case.need_attention(f"unit.{message.unit}", "unit.added", text)
