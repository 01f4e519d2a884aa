"""How notices leave the office: by a mail server where one is named, and always as a file in a folder.

A letter may be handed over any number of times: the name of its file and its Message-ID follow from the case and the
notice's number, so that the same letter is one file, and a mailbox that gets it twice can tell.
"""

from pathlib import Path

from activities.mail.folder import MailFolder
from activities.mail.letter import Attachment, Delivered, Letter, MailAway, Mailer, Sender, Undeliverable
from activities.mail.message import as_message
from activities.mail.smtp import SmtpMailer
from policy.office import Mail

__all__ = [
    "Attachment",
    "Delivered",
    "Letter",
    "MailAway",
    "MailFolder",
    "Mailer",
    "Sender",
    "SmtpMailer",
    "Undeliverable",
    "as_message",
    "mailer_of",
]


def mailer_of(mail: Mail) -> Mailer:
    """Return what takes an office's letters: its mail server, or the folder alone where none is named."""
    return MailFolder(Path(mail.folder)) if mail.host is None else SmtpMailer(mail)
