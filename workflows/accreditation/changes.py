"""What changes about an accredited unit: the case is flagged, and somebody at the office looks."""

from policy.application import Contact, ContactRole
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
from policy.words import day_in_words, spoken
from workflows.case import Cycle
from workflows.case.keeping import keep_in_mind


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
    flag_relocation(case, message.address, message.on)


def flag_relocation(case: Cycle, address: str, on: When | None) -> None:
    """Ask the office to look at a move of the unit."""
    day = f" on {_day(case, on)}" if on else ""
    case.settle_attention("relocation")
    case.need_attention("relocation", "relocation.reported", f"the unit moves{day}, to {address}")


def add_unit(case: Cycle, message: ReportAddedUnit) -> None:
    """Another unit is to be accredited: its application, or the renewal of all, is for the office to open."""
    text = f"unit {message.unit} ({message.manufacturer}, {message.model}) is added by {spoken(message.way)}"
    case.need_attention(f"unit.{message.unit}", "unit.added", text)


def replace_unit(case: Cycle, message: ReportReplacedUnit) -> None:
    """Another unit takes the place of this one: its application, and what becomes of the certificate, are the office's.

    What was reported last is what it looks at.
    """
    since = f"; the old one goes on {_day(case, message.on)}" if message.on else ""
    unit = f"unit {message.unit} ({message.manufacturer}, {message.model})"
    told = f"{unit} takes the place of this one by {spoken(message.way)}"
    case.settle_attention("replacement")
    text = f"{told}{since}; open its case, and decide on this certificate"
    case.need_attention("replacement", "unit.replaced", text)


def lend_unit(case: Cycle, message: ReportLoanerUnit) -> None:
    """A unit is lent for a while: the office hears of it now, and asks when the loan is over."""
    item = f"{LOAN}.{message.unit}"
    what = f"loaner unit {message.unit} ({message.manufacturer}, {message.model})"
    case.settle_attention(item)
    keep_in_mind(case, item, day_named(message.ends_on, case.at, case.terms.zone), what, f"{item} (unit.loan_over)")
    begins, ends = _day(case, message.begins_on), _day(case, message.ends_on)
    case.settle_attention(f"unit.{message.unit}")
    text = f"{what} is at the facility from {begins} to {ends}; whether it is tested is the office's to decide"
    case.need_attention(f"unit.{message.unit}", "unit.on_loan", text)


def _day(case: Cycle, on: When) -> str:
    return day_in_words(day_named(on, case.at, case.terms.zone))
