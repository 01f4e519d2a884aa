"""Letters by a real mail server: encrypted, signed in, and what becomes of them when it has its whims."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from activities.mail import MailAway, MailFolder, SmtpMailer, Undeliverable, as_message, mailer_of
from policy.office import Mail
from tests.activities.mail_servers import (
    PASSWORD,
    Mailbox,
    mail_server,
    settings_of,
)
from tests.activities.test_mail import DATE, LETTER, PAPER

ONE, TWO, THREE = "physician@example.org", "administrator@example.org", "office@example.org"
LETTER3 = LETTER._replace(cc=(THREE,), html="<p>Please pay.</p>", attachments=(PAPER, DATE))
NO_SUCH = "550 5.1.1 <physician@example.org>: no such user"
LATER = "450 4.7.1 <administrator@example.org>: greylisted, come back"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    """A server without encryption, as a relay on the same machine may be."""
    with mail_server(mailbox) as port:
        yield port


def delivered(settings: Mail, letter: Any = LETTER3) -> Any:
    return mailer_of(settings).deliver(letter)


def fault(settings: Mail, letter: Any = LETTER3) -> str:
    """Return why a letter has to wait; no password and no address is in it, nor in what led to it."""
    with pytest.raises(MailAway) as caught:
        delivered(settings, letter)
    told = str(caught.value)
    assert caught.value.__cause__ is None
    assert PASSWORD not in told
    assert "@" not in told
    return told


def test_without_a_server_letters_stay_in_the_folder(tmp_path: Path) -> None:
    assert isinstance(mailer_of(Mail(folder=str(tmp_path))), MailFolder)
    assert isinstance(mailer_of(Mail(folder=str(tmp_path), host="mail.example.org")), SmtpMailer)


def test_one_transaction_carries_the_letter_to_all_and_a_copy_is_kept(
    mailbox: Mailbox, port: int, tmp_path: Path
) -> None:
    result = delivered(settings_of(port, tmp_path))
    assert result.reached == (ONE, TWO, THREE)
    (taken,) = mailbox.taken
    assert taken.recipients == (ONE, TWO, THREE)
    assert taken.content.rstrip() == as_message(LETTER3).as_bytes().rstrip()
    assert (tmp_path / "mail" / result.file).read_bytes() == as_message(LETTER3).as_bytes()


def test_a_recipient_that_is_refused_does_not_keep_the_letter_from_the_others(
    mailbox: Mailbox, port: int, tmp_path: Path
) -> None:
    mailbox.answers[ONE] = [NO_SUCH]
    result = delivered(settings_of(port, tmp_path))
    assert (result.reached, result.refused, result.later) == ((TWO, THREE), {ONE: NO_SUCH}, {})
    assert [letter.recipients for letter in mailbox.taken] == [(TWO, THREE)]


def test_a_recipient_that_is_put_off_gets_the_letter_with_the_next_try_and_nobody_gets_it_twice(
    mailbox: Mailbox, port: int, tmp_path: Path
) -> None:
    mailbox.answers[TWO] = [LATER]
    mailer = mailer_of(settings_of(port, tmp_path))
    first = mailer.deliver(LETTER3)
    assert (first.reached, first.refused, first.later) == ((ONE, THREE), {}, {TWO: LATER})
    second = mailer.deliver(LETTER3, first.reached)
    assert (second.reached, second.later) == ((ONE, THREE, TWO), {})
    assert [letter.recipients for letter in mailbox.taken] == [(ONE, THREE), (TWO,)]
    assert mailer.deliver(LETTER3, second.reached).reached == second.reached
    assert len(mailbox.taken) == 2


def test_a_recipient_that_is_put_off_for_a_day_counts_as_refused(
    mailbox: Mailbox, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.mail.smtp.monotonic", iter([0.0, 0.0, 86_399.0, 0.0, 86_400.0, 0.0]).__next__)
    mailbox.answers[TWO] = [LATER] * 3
    mailer = mailer_of(settings_of(port, tmp_path))
    tries = [mailer.deliver(LETTER3, (ONE, THREE)) for _ in range(3)]
    assert [(result.later, result.refused) for result in tries] == [({TWO: LATER}, {})] * 2 + [({}, {TWO: LATER})]


def test_a_server_that_breaks_off_among_the_recipients_has_reached_nobody(
    mailbox: Mailbox, port: int, tmp_path: Path
) -> None:
    mailbox.answers[TWO] = ["421 4.3.2 shutting down"]
    mailer = mailer_of(settings_of(port, tmp_path))
    first = mailer.deliver(LETTER3)
    assert (first.reached, set(first.later), mailbox.taken) == ((), {ONE, TWO, THREE}, [])
    assert mailer.deliver(LETTER3).reached == (ONE, TWO, THREE)


def test_all_recipients_may_be_refused(mailbox: Mailbox, port: int, tmp_path: Path) -> None:
    mailbox.answers = {address: [NO_SUCH] for address in (ONE, TWO, THREE)}
    result = delivered(settings_of(port, tmp_path))
    assert (result.reached, set(result.refused)) == ((), {ONE, TWO, THREE})


FORBIDDEN = ["554 5.7.1 <a@example.org>: Relay access denied", "530 5.7.0 Authentication required"]


@pytest.mark.parametrize("said", FORBIDDEN)
def test_an_office_that_may_not_send_is_no_fault_of_its_recipients(
    said: str, mailbox: Mailbox, port: int, tmp_path: Path
) -> None:
    mailbox.answers = {address: [said] for address in (ONE, TWO, THREE)}
    assert "does not let this office send" in fault(settings_of(port, tmp_path))


def test_a_sender_that_is_refused_is_the_settings_fault(mailbox: Mailbox, port: int, tmp_path: Path) -> None:
    mailbox.said_to_sender = "553 5.1.8 <office@example.org> is not yours"
    assert "Name an address as [mail] sender" in fault(settings_of(port, tmp_path))


def test_a_letter_that_the_server_never_takes_is_undeliverable_with_its_answer(
    mailbox: Mailbox, port: int, tmp_path: Path
) -> None:
    mailbox.said_to_data = ["554 5.6.0 taken for spam", "451 4.3.0 try again"]
    with pytest.raises(Undeliverable, match=r"554 5\.6\.0 taken for spam"):
        delivered(settings_of(port, tmp_path))
    assert "451 4.3.0 try again" in fault(settings_of(port, tmp_path))
    assert delivered(settings_of(port, tmp_path)).reached == (ONE, TWO, THREE)


def test_a_letter_that_is_too_large_is_undeliverable(mailbox: Mailbox, tmp_path: Path) -> None:
    large = LETTER3._replace(attachments=(PAPER._replace(content=b"0" * 20_000),))
    with mail_server(mailbox, data_size_limit=10_000) as port, pytest.raises(Undeliverable, match="552"):
        delivered(settings_of(port, tmp_path), large)
    assert mailbox.taken == []


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(mailbox: Mailbox, port: int, tmp_path: Path) -> None:
    letter = LETTER3._replace(to=("röntgen@example.org", TWO))
    with mail_server(mailbox, enable_SMTPUTF8=False) as plain:
        result = delivered(settings_of(plain, tmp_path), letter)
    assert (result.reached, list(result.refused)) == ((TWO, THREE), ["röntgen@example.org"])
    assert mailbox.taken[0].message["To"] == TWO
    assert delivered(settings_of(port, tmp_path), letter).reached == ("röntgen@example.org", TWO, THREE)
    assert mailbox.taken[1].message["To"] == f"röntgen@example.org, {TWO}"


def test_a_domain_in_any_script_reaches_every_server(mailbox: Mailbox, port: int, tmp_path: Path) -> None:
    letter = LETTER3._replace(to=("praxis@münchen.example",))
    assert delivered(settings_of(port, tmp_path), letter).reached == ("praxis@münchen.example", THREE)
    assert mailbox.taken[0].recipients == ("praxis@xn--mnchen-3ya.example", THREE)
