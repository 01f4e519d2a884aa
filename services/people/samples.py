"""Two people to try the portal with, where the settings are the sample: one of its facility, one of the office."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from policy.messages import Role
from policy.messages.proofs import OFFICE_ORG
from records.tables import Membership, Person
from services.people.links import make_link
from services.people.people import invite
from services.settings import SAMPLES

APPLICATION = SAMPLES / "ct-unit.json"
"""The shipped application, whose facility the sample administrator is of."""


class SignInLink(NamedTuple):
    """Who is let in, and by which secret (`services.people.letters.address_of_link`)."""

    who: str
    secret: str


def sample_links(session: Session, at: datetime) -> list[SignInLink]:
    """Let two sample people in, and return a link for each.

    Args:
        session: Of the books, writing.
        at: Now (UTC).
    """
    facility = json.loads(APPLICATION.read_text("utf-8"))["facility"]["id"]
    invited = (
        ("a sample facility", "administrator@example.org", "Sample Administrator", facility, Role.ADMINISTRATOR),
        ("the office", "officer@example.org", "Sample Officer", OFFICE_ORG, Role.ACR),
    )
    return [
        _link(session, f"{name} of {who} {org}".removesuffix(f" {OFFICE_ORG}"), person, at)
        for who, email, name, org, role in invited
        for person in [
            invite(session, email=email, name=name, org=org, role=role, manages=True, by="the sample", at=at)
        ]
    ]


def office_link(session: Session, at: datetime) -> SignInLink | None:
    """Return a link for the first person who manages the office's people; None: nobody does yet."""
    managing = (
        select(Person)
        .join(Membership)
        .where(
            Membership.org == OFFICE_ORG,
            col(Membership.manages),
            col(Membership.ended_at).is_(None),
            col(Person.disabled_at).is_(None),
        )
        .order_by(col(Membership.since))
    )
    person = session.exec(managing).first()
    return _link(session, f"{person.name} of the office", person, at) if person else None


def _link(session: Session, who: str, person: Person, at: datetime) -> SignInLink:
    return SignInLink(who, make_link(session, person, at))
