"""A letter goes to the office's mail server, in one transaction for all its recipients; a copy stays in the folder.

The copy is written first: a full disk then stops a letter that nobody has, and not one that somebody would get twice.
"""

import smtplib
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from activities.mail.faults import SIZES, answer, as_fault, forbidden, is_of_the_office
from activities.mail.folder import MailFolder
from activities.mail.letter import Delivered, Letter, Undeliverable, is_plain, with_ascii_domain, without_addresses
from activities.mail.message import WIDE, as_bytes, as_message
from activities.mail.session import UTF8, Session, open_session
from policy.office import Mail

PATIENCE = 24 * 3600.0
"""Seconds after which a recipient whom the server puts off again and again counts as refused: a full mailbox, for
example. What the case does next would otherwise wait for it in the books. (Counted anew where a worker begins.)"""
BROKEN_OFF = 421, b"the mail server broke off"
ASCII_ONLY = "553 5.6.7 the mail server takes no address with letters beyond ASCII"


class SmtpMailer:
    """Hands every letter to a mail server."""

    def __init__(self, mail: Mail) -> None:
        """Take the settings of a mail server; its `host` must be named."""
        self.mail = mail
        self._copies = MailFolder(Path(mail.folder))
        self._put_off_since: dict[tuple[str, int], float] = {}

    def deliver(self, letter: Letter, reached: Sequence[str] = ()) -> Delivered:
        """Keep a copy, unless it lets its reader in, then hand the letter over for all whom no earlier try has reached.

        Raises:
            Undeliverable: An address is none, or the server takes the letter for nobody (too large, taken for spam).
            MailAway: The server does not answer, or does not let this office send.
            OSError: The copy cannot be kept.
        """
        place = None if letter.secret else self._copies.place_of(letter)
        message = _written(letter)
        file = self._copies.keep(place, message.content) if place else ""
        waiting = [address for address in dict.fromkeys(letter.recipients) if address not in reached]
        if not waiting:
            return Delivered(file, tuple(reached))
        session = open_session(self.mail)
        try:
            answers = _hand_over(session, self.mail, letter, message, waiting)
        finally:
            session.leave()
        taken = [address for address in waiting if address not in answers]
        if not taken and (said := next(filter(is_of_the_office, answers.values()), None)):
            raise forbidden(self.mail, said)
        refused = {address: told for address, told in answers.items() if told.startswith("5")}
        later = {address: told for address, told in answers.items() if address not in refused}
        if self._given_up(letter, later):
            refused, later = dict(answers), {}
        return Delivered(file, (*reached, *taken), refused, later)

    def ask(self) -> None:
        """Ask whether the mail server is there, and lets this office in, without sending anything.

        Raises:
            MailAway: It is not, or does not.
        """
        open_session(self.mail).leave()

    def _given_up(self, letter: Letter, later: Mapping[str, str]) -> bool:
        """Whether a server has put recipients off for so long that somebody must look, and the case must go on."""
        name = letter.case_id, letter.number
        if not later:
            self._put_off_since.pop(name, None)
            return False
        if monotonic() - self._put_off_since.setdefault(name, monotonic()) < PATIENCE:
            return False
        del self._put_off_since[name]
        return True


class _Written(NamedTuple):
    """A letter as bytes, made once for its copy and for the server; `wide`: an address is beyond ASCII."""

    content: bytes
    wide: bool


def _written(letter: Letter) -> _Written:
    """Return a letter as bytes. Raises `Undeliverable` where an address cannot stand in a header."""
    message = as_message(letter)
    return _Written(as_bytes(message), message.policy is WIDE)


def _hand_over(
    session: Session, mail: Mail, letter: Letter, message: _Written, waiting: Sequence[str]
) -> Mapping[str, str]:
    """Return the answer to each recipient whom the server does not take; it has the letter for all others."""
    foreign = [] if session.has_extn(UTF8) else [address for address in waiting if not is_plain(address)]
    if foreign:
        to, cc = (tuple(one for one in group if one not in foreign) for group in (letter.to, letter.cc))
        message = _written(letter._replace(to=to, cc=cc))
    answers = dict.fromkeys(foreign, ASCII_ONLY)
    envelope = {with_ascii_domain(address): address for address in waiting if address not in foreign}
    if envelope:
        refusals = _sent(session, mail, with_ascii_domain(letter.sender.address), message, list(envelope))
        answers |= {envelope[address]: answer(*refusal) for address, refusal in refusals.items()}
    return answers


def _sent(
    session: Session, mail: Mail, sender: str, message: _Written, recipients: list[str]
) -> Mapping[str, tuple[int, bytes]]:
    """Hand a letter over, and return the server's answer to each recipient whom it does not take."""
    options = ["SMTPUTF8", "BODY=8BITMIME"] if message.wide else []
    try:
        return session.sendmail(sender, recipients, message.content, options)
    except smtplib.SMTPRecipientsRefused as error:
        # Also raised where the server breaks off (421) after it has taken some: nobody has the letter then.
        return {recipient: error.recipients.get(recipient, BROKEN_OFF) for recipient in recipients}
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        said = answer(error.smtp_code, error.smtp_error)
        of_the_sender = isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code not in SIZES
        if error.smtp_code < 500 or of_the_sender or is_of_the_office(said):
            raise as_fault(error, mail) from None
        raise Undeliverable(f"the mail server takes it for nobody: {without_addresses(said)}") from None
    except OSError as error:
        raise as_fault(error, mail) from None
