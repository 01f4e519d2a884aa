"""Who may sign in, for which facility or practice, and what of it is remembered. Nobody is deleted: a role ends.

What opens something (a link, a session, a feed) is kept as the SHA-256 of its secret alone: whoever reads the books can
use none of them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from records.tables.base import FreeText, Table, one_of
from records.words import LINK_KINDS, PORTAL_ROLES, SIGN_IN_WAYS


class Person(Table, table=True):
    """Somebody who may sign in.

    Attributes:
        email: The address to which sign-in links go, in lower case.
        subject: What an identity provider calls the person, with the provider's address before it; null: it has never
            vouched for this person.
        created_by: Who invited the person, in words.
        disabled_at: Since when the person may not sign in; null: he may.
    """

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("email"), UniqueConstraint("subject"))

    person_id: str = Field(primary_key=True)
    email: str = Field(sa_type=FreeText)
    name: str = Field(sa_type=FreeText)
    subject: str | None = Field(default=None, sa_type=FreeText)
    created_at: datetime
    created_by: str = Field(sa_type=FreeText)
    disabled_at: datetime | None = None


class Membership(Table, table=True):
    """A role that a person has, or had, in an organisation.

    Attributes:
        org: `office`, or the id of a facility or practice.
        role: One of a facility's five, or `acr`.
        manages: Whether the person invites and disables others of that organisation.
        ended_at: Since when no more; null: still.
    """

    __tablename__ = "memberships"
    __table_args__ = (one_of("role", PORTAL_ROLES), Index("ix_memberships_org", "org"))

    person_id: str = Field(primary_key=True, foreign_key="people.person_id")
    org: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    manages: bool = False
    since: datetime
    by: str = Field(sa_type=FreeText)
    ended_at: datetime | None = None


class SecretLink(Table, table=True):
    """A link whose secret is the right to what it leads to: to sign in once, to a calendar, to one invoice.

    Attributes:
        digest: The SHA-256 of its secret, in hexadecimal.
        kind: What it opens.
        person_id: Whom it lets in, or who made it.
        org: For which organisation; empty: for whichever the person belongs to.
        about: What it leads to: an invoice's number, or the path to go back to after signing in.
        expires_at: When it is over; null: only when it is revoked.
        used_at: When a link that works once was used up.
    """

    __tablename__ = "secret_links"
    __table_args__ = (one_of("kind", LINK_KINDS),)

    digest: str = Field(primary_key=True)
    kind: str
    person_id: str = Field(foreign_key="people.person_id", index=True)
    org: str = ""
    about: str = Field(default="", sa_type=FreeText)
    made_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class PortalSession(Table, table=True):
    """A browser in which a person is signed in.

    Attributes:
        digest: The SHA-256 of the cookie's secret, in hexadecimal.
        org: For which organisation the person acts now; a person of several switches.
        way: How the person signed in.
        seen_at: When the browser asked for something last, to the minute.
        expires_at: When it is over, whatever happens.
        ended_at: When somebody signed out, or the office ended it.
    """

    __tablename__ = "portal_sessions"
    __table_args__ = (one_of("way", SIGN_IN_WAYS),)

    digest: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="people.person_id", index=True)
    org: str
    way: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class Passkey(Table, table=True):
    """A key in a person's device by which the person signs in, as WebAuthn has it.

    Attributes:
        credential_id: As the device calls it, in base64url.
        public_key: In COSE's form, in base64url.
        sign_count: What the device counted last; one that goes back is a copy.
        name: As the person calls the device.
    """

    __tablename__ = "passkeys"

    credential_id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="people.person_id", index=True)
    public_key: str
    sign_count: int = 0
    name: str = Field(sa_type=FreeText)
    created_at: datetime
    used_at: datetime | None = None
    removed_at: datetime | None = None


class SignInAttempt(Table, table=True):
    """One attempt to sign in, for the limit of their rate. `about`: the SHA-256 of an address, or of a network."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_about_at", "about", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    about: str
    at: datetime


class Draft(Table, table=True):
    """A form that is not sent yet. Whoever of the organisation may send it can go on with it.

    Attributes:
        kind: Which form: `application`, or a message's name.
        case_id: For which case; null: for none yet.
        fields: What was typed, as it was typed.
        message_id: The id under which it will be sent, so that sending twice is once.
        done_at: When it was sent or put away.
    """

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_org_kind_case_id", "org", "kind", "case_id"),)

    draft_id: str = Field(primary_key=True)
    org: str
    kind: str
    case_id: str | None = None
    fields: dict[str, Any] = Field(sa_type=JSON)
    message_id: str
    by: str = Field(sa_type=FreeText)
    made_at: datetime
    changed_at: datetime
    done_at: datetime | None = None


class Upload(Table, table=True):
    """A document that somebody uploaded. Its content lies in the folder of uploads until it is read and let go.

    Attributes:
        uri: Where it lies, as a message names it.
        case_id: For which case; null: for an application.
        purpose: Under which field it was handed in.
        fault: Why it was not taken, with its rule before it; null: it was.
        removed_at: When its content was removed.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_org_case_id", "org", "case_id"),)

    upload_id: str = Field(primary_key=True)
    org: str
    case_id: str | None = None
    person_id: str = Field(foreign_key="people.person_id")
    purpose: str
    name: str = Field(sa_type=FreeText)
    size: int
    sha256: str
    uri: str = Field(sa_type=FreeText)
    at: datetime
    fault: str | None = Field(default=None, sa_type=FreeText)
    removed_at: datetime | None = None


class AuditEntry(Table, table=True):
    """What somebody did beside the messages, which cases keep themselves: signed in, invited, looked at, took away.

    Attributes:
        person_id: Who; null: nobody who is known.
        name: The person's name as it was then; the terminal's user where it was done there.
        org: For which organisation.
        act: What, as a word of the audit page.
        about: Whom or what it concerned: a case, a person, a paper's number.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"), Index("ix_audit_org_at", "org", "at"))

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    person_id: str | None = Field(default=None, foreign_key="people.person_id")
    name: str = Field(sa_type=FreeText)
    org: str
    act: str
    about: str = Field(default="", sa_type=FreeText)
