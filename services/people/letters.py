"""Letters that let somebody in: a sign-in link, an invitation. About no case, and kept in no case's outbox."""

from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from activities.mail.letter import Letter, Mailer, Sender, Undeliverable
from activities.mail.smtp import SmtpMailer
from activities.notices.index import TEXTS
from activities.notices.layout import as_line, as_page, as_text, as_value, unescaped
from policy.messages.proofs import OFFICE_ORG
from policy.office import OfficeSettings
from policy.words import instant_in_words
from records.tables import Person
from services.people.links import LASTS, PATH

WORDS = Path(__file__).parent / "texts"
"""What the letters say, a file for each kind."""


def address_of_link(portal: str, secret: str) -> str:
    """Return where a link leads. `portal`: by which address browsers reach it."""
    return f"{portal}{PATH}{secret}"


def sign_in_letter(person: Person, portal: str, secret: str, office: OfficeSettings, at: datetime) -> Letter:
    """Return the letter with a link by which a person signs in.

    Args:
        person: Whom it is for.
        portal: By which address browsers reach the portal.
        secret: The link's.
        office: Who writes.
        at: Now (UTC).
    """
    subject = f"Your link to sign in at {office.issuer.name}"
    return _letter("sign_in", subject, person, portal, secret, office, at)


def invitation(
    person: Person, org: str, by: str, portal: str, secret: str, office: OfficeSettings, at: datetime
) -> Letter:
    """Return the letter that tells somebody that he can sign in, and lets him.

    `org`: for which organisation; `by`: who invited, in words. The rest as `sign_in_letter`.
    """
    whom = "the office" if org == OFFICE_ORG else org
    subject = f"You can sign in at {office.issuer.name}"
    return _letter("invitation", subject, person, portal, secret, office, at, org=whom, by=by)


def ask_mail(mailer: Mailer) -> None:
    """Ask whether letters can go out now. Raises `OSError` where they cannot."""
    if isinstance(mailer, SmtpMailer):
        mailer.ask()


def hand_over(mailer: Mailer, letter: Letter) -> str:
    """Hand a letter over; return why its reader does not get it, empty where he does. Nobody's address is in it."""
    try:
        delivered = mailer.deliver(letter)
    except (OSError, Undeliverable) as fault:
        return f"{type(fault).__name__}: {getattr(fault, 'found', 'the letter cannot be written or sent')}"
    return "" if delivered.reached else "the mail server does not take it for this address"


def _letter(
    kind: str,
    subject: str,
    person: Person,
    portal: str,
    secret: str,
    office: OfficeSettings,
    at: datetime,
    **more: str,
) -> Letter:
    link = address_of_link(portal, secret)
    said = {
        **more,
        "name": person.name,
        "link": link,
        "portal": portal,
        "until": instant_in_words(at + LASTS, office.zone),
        "office": office.issuer.model_dump(),
    }
    texts = _environment()
    subject = as_line(subject)
    filled = unescaped(texts.get_template(f"{kind}.txt").render(said))
    page = as_page(texts, filled, **said, subject=subject, preview=False)
    shown = str(escape(link))
    return Letter(
        case_id="",
        number=int(at.timestamp() * 1_000_000) * 1000 + int.from_bytes(secret[:4].encode()) % 1000,
        kind=kind,
        at=at.astimezone(office.zone),
        sender=Sender(office.issuer.name, office.mail.sender, office.issuer.email),
        to=(person.email,),
        cc=(),
        subject=subject,
        body=as_text(filled),
        html=page.replace(shown, f'<a href="{shown}">{shown}</a>'),
        secret=True,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader([WORDS, TEXTS]),
        undefined=StrictUndefined,
        trim_blocks=True,
        autoescape=True,
        finalize=as_value,
    )
