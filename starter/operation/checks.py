"""The result of one check of `accredit doctor`, and the checks that need no Temporal server: settings, books, mail."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from activities.mail import MailAway
from activities.mail.session import greet
from policy.office import OfficeSettings, Security
from records.books import open_books
from records.engine import files_of, read_url
from records.problems import BooksError, BooksUnreachable, NoBooks
from records.queries import open_cases
from services.clock import now
from services.errors import ServiceError, Unusable
from services.paths import VAR
from services.security.history_keys import HistoryKeyRing
from services.security.keys import KeyRing
from services.security.private import OWNER_ALONE, open_to_others

State = Literal["ok", "warning", "wrong", "unreachable"]
A_PAPER = 256 * 1024
"""Bytes that a letter with its papers takes, at most of the time."""
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
"""Hosts to which nothing travels that somebody could read."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What.
        state: `warning` lets the office work; `wrong` does not; `unreachable` is what does not answer at all.
        found: What was found.
        mend: What to do about it; empty where nothing has to be done.
    """

    name: str
    state: State
    found: str
    mend: str = ""


def check_settings(settings: OfficeSettings, file: Path) -> Check:
    """Say which settings are in force, and whether their amounts are anybody's."""
    if settings.sample:
        mend = "Put your own into ./office.toml, or name your file by --office or ACCREDIT_OFFICE."
        return Check("settings", "warning", f"{file.name}: the shipped sample, whose amounts no office charges", mend)
    return Check("settings", "ok", str(file))


def check_histories(settings: OfficeSettings) -> Check:
    """Say whether what the Temporal server keeps is encrypted, and whether the keys are there."""
    security = settings.security
    folder = Path(security.history_keys)
    try:
        keys = HistoryKeyRing(folder).all()
        newest = HistoryKeyRing(folder).newest().id if security.encrypt else ""
    except ServiceError as error:
        return Check("histories", "wrong", error.lines[0], " ".join(error.lines[1:]))
    held = f"{len(keys)} key(s) in {folder}" if keys else "no key"
    if not security.encrypt:
        return Check("histories", "ok", f"not encrypted on the Temporal server ([security] encrypt is off; {held})")
    return Check("histories", "ok", f"encrypted on the Temporal server with {newest}; {held}")


def check_books(settings: OfficeSettings) -> Check:
    """Open the books, as every command that looks does: older ones are brought up to date, new ones are not made."""
    try:
        books = open_books(settings.database.url, new=False)
    except NoBooks as none:
        mend = "The first worker makes them (`make up`, or `python -m worker`)."
        return Check("database", "warning", f"{str(none).rstrip('.')} yet", mend)
    except BooksUnreachable as error:
        return Check("database", "unreachable", str(error), "Look at [database] url in office.toml.")
    except BooksError as error:
        return Check("database", "wrong", str(error), "Name another database in office.toml.")
    try:
        with books.reading() as session:
            return Check("database", "ok", f"{books.address}, {len(open_cases(session))} open case(s)")
    finally:
        books.close()


def check_mail_folder(settings: OfficeSettings) -> Check:
    """Write into the folder of the mail, or into that in which it will be made, and take it away again."""
    return _check_folder("mail", settings.mail.folder)


def check_papers_folder(settings: OfficeSettings) -> Check:
    """Write into the folder of the papers, or into that in which it will be made, and take it away again."""
    return _check_folder("papers", settings.papers.folder)


def _check_folder(section: str, place: str) -> Check:
    folder = Path(place)
    try:
        standing = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
        with tempfile.NamedTemporaryFile(dir=standing, prefix=".doctor-") as trial:
            trial.write(bytes(A_PAPER))  # an empty file goes onto a full disk
    except OSError as error:
        mend = f"Let this user write there, make room, or name another folder as [{section}] folder in office.toml."
        return Check(f"{section} folder", "wrong", f"{folder} cannot be written: {error.strerror or error}", mend)
    return Check(f"{section} folder", "ok", f"{folder}{'' if folder.exists() else ', made when it is needed'}")


def check_mail_server(settings: OfficeSettings) -> Check:
    """Greet the mail server, where one is named: encrypt, sign in, name the sender, and send nothing."""
    mail = settings.mail
    if mail.host is None:
        mend = "Name a mail server as [mail] host in office.toml, or send the files of the mail folder some other way."
        return Check("mail server", "warning", "none is named: notices stay in the mail folder", mend)
    try:
        found = greet(mail)
    except MailAway as away:
        return Check("mail server", "wrong", away.found, f"{away.mend} Until then notices wait; nothing is lost.")
    if mail.tls or mail.starttls or mail.host in THIS_MACHINE:
        return Check("mail server", "ok", found)
    mend = "Letters and their addresses can be read on the way: set [mail] starttls (or tls) = true where it can."
    return Check("mail server", "warning", found, mend)


def check_privacy(settings: OfficeSettings, file: Path) -> Check:
    """Say what of the office's others of this machine can get at: books, letters, papers, settings with a secret."""
    places = [VAR, *map(Path, (settings.mail.folder, settings.papers.folder, settings.security.keys))]
    secret = settings.mail.password is not None
    with suppress(BooksError):  # `check_books` says it
        url = read_url(settings.database.url)
        places += files_of(url)
        secret = secret or url.password is not None
    found = open_to_others([*places, file] if secret else places)
    if not found:
        return Check("privacy", "ok", "books, letters and papers are their owner's alone")
    named = " ".join(map(str, found))
    mend = f"`chmod -R go-rwx {named}`, unless it is meant to be so (`make up` and a worker do it for {VAR})."
    return Check("privacy", "warning", f"others of this machine can get at {named}", mend)


def check_senders(security: Security, address: str) -> Check:
    """Say who is heard, and whether this terminal can prove that it speaks for the office."""
    if security.senders == "claimed":
        found = (
            f"who sends is what he says: anybody who can reach {address} can speak for the office, or for a facility"
        )
        return Check("senders", "warning", found, 'Set [security] senders = "verified" in office.toml.')
    ring = KeyRing(security.keys)
    try:
        read, key = ring.read(), ring.signing_key(now())
    except Unusable as unusable:
        return Check("senders", "wrong", unusable.lines[0], "Revoke that key and make another one: `accredit keys`.")
    if wide := [file for file in _files_of(ring.folder) if file.stat().st_mode & OWNER_ALONE]:
        mend = f"chmod -R go= {ring.folder}"
        return Check("senders", "wrong", f"others on this machine can read {wide[0]}", mend)
    if read.faults:
        return Check("senders", "warning", read.faults[0], "Take the file away, or put the right one there.")
    if key is None:
        found = f"verified, and this terminal has no key to sign with in {ring.folder}"
        return Check("senders", "warning", found, "`accredit keys new` makes one, in the folder that the worker reads.")
    believed = [one for one in read.keys.values() if one.believed(now())]
    return Check(
        "senders", "ok", f"verified by {len(believed)} key(s) in {ring.folder}; this terminal signs by {key.kid}"
    )


def _files_of(folder: Path) -> list[Path]:
    """Return a folder of keys with what is in it; nothing where it is not there."""
    return [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
