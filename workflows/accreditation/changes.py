"""What changes about an accredited unit: the case is flagged, and somebody at the office looks."""

from datetime import date

from policy.accreditation import flags
from policy.application import Contact, ContactRole
from policy.dates import local_day
from policy.facts import LOAN
from policy.keeping.pausing import day_named
from policy.messages import (
    ReportAddedUnit,
    ReportLoanerUnit,
    ReportPersonnelChange,
    ReportRelocation,
    ReportReplacedUnit,
    When,
)
from workflows.case import Cycle
from workflows.case.keeping import keep_in_mind
from workflows.mammography import relocation


def change_personnel(case: Cycle, message: ReportPersonnelChange) -> None:
    """Somebody has left: the role is vacant until a replacement takes the place in the application."""
    item = f"personnel.{message.role}"
    if not message.replacement:
        case.need_attention(item, "personnel.key_role_vacant", flags.vacant(message))
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
    flag_relocation(case, message.address, message.on)


def flag_relocation(case: Cycle, address: str, on: When | None) -> None:
    """Ask the office to look at a move of the unit."""
    case.settle_attention("relocation")
    text = flags.moves(address, _day(case, on) if on else None)
    case.need_attention("relocation", "relocation.reported", text)
    relocation.expect(case, address, _day(case, on) if on else local_day(case.at, case.terms.zone))


def add_unit(case: Cycle, message: ReportAddedUnit) -> None:
    """Another unit is to be accredited: its application, or the renewal of all, is for the office to open."""
    case.need_attention(f"unit.{message.unit}", "unit.added", flags.added(message))


def replace_unit(case: Cycle, message: ReportReplacedUnit) -> None:
    """Another unit takes the place of this one: its application, and what becomes of the certificate, are the office's.

    What was reported last is what it looks at.
    """
    case.settle_attention("replacement")
    text = flags.replaced(message, _day(case, message.on) if message.on else None)
    case.need_attention("replacement", "unit.replaced", text)


def lend_unit(case: Cycle, message: ReportLoanerUnit) -> None:
    """A unit is lent for a while: the office hears of it now, and asks when the loan is over."""
    item = f"{LOAN}.{message.unit}"
    what, ends = flags.loaner(message), _day(case, message.ends_on)
    case.settle_attention(item)
    keep_in_mind(case, item, ends, what, f"{item} (unit.loan_over)")
    case.settle_attention(f"unit.{message.unit}")
    text = flags.lent(message, _day(case, message.begins_on), ends)
    case.need_attention(f"unit.{message.unit}", "unit.on_loan", text)


def _day(case: Cycle, on: When) -> date:
    return day_named(on, case.at, case.terms.zone)
