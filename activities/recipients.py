"""Whom a notice goes to: contacts of the application, the office, or both."""

from typing import Any, NamedTuple

from activities.notices.index import Audience, book_of, index_of
from policy.facts import Party
from policy.office import OfficeSettings
from records.tables import CaseRecord


class Lacking(NamedTuple):
    """Why a notice has nobody to go to: the rule, what is missing, and what to do before it is tried again."""

    rule: str
    what: str
    remedy: str


NO_CONTACT = Lacking(
    "notice.no_recipient",
    "no contact of the application has an e-mail address.",
    "Amend the application, then retry.",
)
NO_FDA = Lacking(
    "fda.no_address",
    "the office has set no address of FDA ([authorities] fda in office.toml).",
    "Set it and start the worker again, then retry; or tell FDA another way, then skip.",
)


class Recipients(NamedTuple):
    """Addresses of a notice. `missed`: it was for the facility, and no contact of the facility has an address."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    missed: bool
    lacking: Lacking = NO_CONTACT


def recipients(kind: str, case: CaseRecord, facts: dict[str, Any], office: OfficeSettings) -> Recipients:
    """Return whom a notice of a known kind goes to."""
    known = index_of(book_of(case)).kinds[kind]
    audience = _audience(known.audience, facts.get("party") or case.awaited_party)
    ours = (office.issuer.email or office.mail.sender,)
    if audience is Audience.OFFICE:
        return Recipients(ours, (), missed=False)
    if audience is Audience.FDA:
        fda = office.authorities.fda
        return Recipients((fda,) if fda else (), ours if fda else (), missed=not fda, lacking=NO_FDA)
    theirs = _contacts(case, {role.value for role in known.roles})
    if audience is Audience.FACILITY:
        return Recipients(theirs, (), missed=not theirs)
    return Recipients(theirs or ours, ours if theirs else (), missed=not theirs)


def _audience(audience: Audience, awaited: str | None) -> Audience:
    if audience is not Audience.AWAITED:
        return audience
    if awaited is None:
        return Audience.BOTH
    return Audience.FACILITY if awaited == Party.FACILITY else Audience.OFFICE


def _contacts(case: CaseRecord, roles: set[str]) -> tuple[str, ...]:
    """Return the addresses of the contacts in these roles, else of all contacts, each once in whatever case."""
    holder: dict[str, Any] = case.application.get("facility") or case.application.get("practice") or {}
    contacts = [contact for contact in holder.get("contacts") or [] if contact.get("email")]
    chosen = [contact for contact in contacts if contact.get("role") in roles] or contacts
    first: dict[str, str] = {}
    for contact in chosen:
        first.setdefault(contact["email"].casefold(), contact["email"])
    return tuple(first.values())
