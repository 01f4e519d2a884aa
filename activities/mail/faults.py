"""What can be wrong with a mail server, in words: what was found, and how it is mended."""

import re
import smtplib
import socket
import ssl

from activities.mail.letter import MailAway, without_addresses
from policy.office import Mail

SIZES = (552, 523)
"""Answers by which a server says that a letter is too large for it."""
LONGEST = 300
"""Characters of an answer that are told."""
_OF_THE_OFFICE = re.compile(
    r"5(30|35|38)\b|5\d\d 5\.7\.(0|8|9|54|57|60)\b|.*\b(relay|authenticat|not logged in)", re.I | re.S
)
"""Answers that are about this office and no recipient: not signed in, or not allowed to send to others."""


def answer(code: int, said: bytes | str) -> str:
    """Return a server's answer in one line, for example `550 5.1.1 no such user`."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"{code} {' '.join(text.split())}"[:LONGEST].strip()


def is_of_the_office(said: str) -> bool:
    """Whether a server refuses this office, and not a recipient or a letter."""
    return said.startswith("5") and _OF_THE_OFFICE.match(said) is not None


def forbidden(mail: Mail, said: str) -> MailAway:
    """Return the fault of a server that does not let this office send."""
    mend = "Have its administrator let this office send; [mail] username and sender in office.toml say who it is."
    return MailAway(f"{_named(mail)} does not let this office send: {without_addresses(said)}.", mend)


def no_starttls(mail: Mail) -> MailAway:
    """Return the fault of a server that does not encrypt."""
    return MailAway(
        f"{_named(mail)} offers no encryption (STARTTLS), and nothing is sent in clear text.",
        "Use the port that does (587, or 465 with [mail] tls = true). For a server on this machine that cannot, set "
        "[mail] starttls = false.",
    )


def not_encrypted(mail: Mail) -> MailAway:
    """Return the fault of settings by which a password would go out in clear text."""
    return MailAway(
        f"The connection to {_named(mail)} is not encrypted, and a password is never sent in clear text.",
        "Set [mail] starttls (or tls) = true in office.toml, or leave out [mail] username.",
    )


def no_password() -> MailAway:
    """Return the fault of settings that name a user alone."""
    return MailAway("[mail] username is set without a password.", "Set it by ACCREDIT_MAIL_PASSWORD.")


def no_authority(error: OSError) -> MailAway:
    """Return the fault of settings whose certificates cannot be used."""
    why = error.strerror or str(error)
    return MailAway(f"The file of [mail] ca_file cannot be used: {why}.", "Name a file of certificates (PEM).")


def no_sender() -> MailAway:
    """Return the fault of settings by which nobody writes."""
    return MailAway("[mail] sender is no e-mail address.", "Name the address that letters come from in office.toml.")


def as_fault(error: Exception, mail: Mail) -> MailAway:
    """Return what a failed session means, without a password or anybody's address."""
    at = _named(mail)
    match error:
        case MailAway():
            return error
        case UnicodeError():
            mend = "Choose a password of plain letters, digits and signs."
            return MailAway("The user or password of [mail] cannot be carried: letters beyond ASCII.", mend)
        case smtplib.SMTPAuthenticationError():
            mend = "Look at [mail] username in office.toml, and at ACCREDIT_MAIL_PASSWORD."
            return MailAway(f"{at} does not know this user and password: {_said(error)}.", mend)
        case smtplib.SMTPSenderRefused():
            mend = "Name an address as [mail] sender that this server lets the office write from."
            return MailAway(f"{at} takes no letters from the office's address: {_said(error)}.", mend)
        case smtplib.SMTPResponseException():
            return MailAway(f"{at} answers {_said(error)}.", "It is tried again; if it goes on, ask who runs it.")
        case smtplib.SMTPNotSupportedError() if "SMTPUTF8" in str(error):
            mend = "Name an address as [mail] sender that is plain ASCII before the @."
            return MailAway(f"{at} takes no address with letters beyond ASCII.", mend)
        case smtplib.SMTPNotSupportedError():
            mend = "Leave out [mail] username if it asks nobody who he is; else ask who runs it."
            return MailAway(f"{at} offers no way to sign in.", mend)
        case _:
            return _unreachable(error, mail)


def _unreachable(error: Exception, mail: Mail) -> MailAway:
    """Return the fault of a connection that did not come about or did not last."""
    at, look = _named(mail), "See that it runs and that this machine can reach it; [mail] host and port name it."
    match error:
        case ssl.SSLCertVerificationError():
            mend = "Name the host as its certificate does, or its authority's file as [mail] ca_file."
            return MailAway(f"The certificate of {at} cannot be trusted: {error.verify_message}.", mend)
        case ssl.SSLError():
            mend = "Port 465 speaks TLS at once ([mail] tls = true), port 587 after STARTTLS (tls = false)."
            return MailAway(f"No encrypted connection to {at} comes about: {error.reason or error}.", mend)
        case socket.gaierror():
            return MailAway(f"The name of the mail server {at} is not known.", look)
        case TimeoutError():
            return MailAway(f"{at} does not answer within {mail.timeout} s.", look)
        case smtplib.SMTPException():
            return MailAway(f"{at} ended the session: {without_addresses(str(error))}.", look)
        case OSError():
            return MailAway(f"{at} does not answer: {error.strerror or error}.", look)
        case _:
            raise error


def _named(mail: Mail) -> str:
    return f"{mail.host}:{mail.port}"


def _said(error: smtplib.SMTPResponseException) -> str:
    return without_addresses(answer(error.smtp_code, error.smtp_error))
