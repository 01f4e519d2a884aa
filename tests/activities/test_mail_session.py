"""Sessions with a real mail server: encrypted or not at all, signed in; each fault says what is to be mended."""

from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from pydantic import SecretStr

from activities.mail import MailAway
from activities.mail.session import greet
from embedded.process import free_ports
from tests.activities.mail_servers import (
    PASSWORD,
    USER,
    Authority,
    Dropping,
    Mailbox,
    an_authority,
    knows,
    mail_server,
    settings_of,
)
from tests.activities.test_mail_smtp import LETTER3, ONE, THREE, TWO, delivered, fault
from tests.activities.test_mail_smtp import mailbox as mailbox
from tests.activities.test_mail_smtp import port as port


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return an_authority(tmp_path)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_the_connection_is_encrypted_and_the_office_signed_in(
    way: str, mailbox: Mailbox, authority: Authority, tmp_path: Path
) -> None:
    secured: dict[str, Any] = {"authenticator": knows, "auth_required": True}
    if way == "tls":
        secured |= {"tls": authority.context, "auth_require_tls": False}  # aiosmtpd asks for STARTTLS even within TLS
    else:
        secured |= {"tls_context": authority.context, "require_starttls": True}
    with mail_server(mailbox, **secured) as port:
        settings = settings_of(port, tmp_path, ca_file=authority.file, username=USER, password=PASSWORD, **{way: True})
        assert delivered(settings).reached == (ONE, TWO, THREE)
        wrong = settings.model_copy(update={"password": SecretStr("wrong")})
        assert "does not know this user and password: 535" in fault(wrong)
    assert len(mailbox.taken) == 1


def test_nothing_goes_out_in_clear_text_where_encryption_is_wanted(mailbox: Mailbox, port: int, tmp_path: Path) -> None:
    assert "nothing is sent in clear text" in fault(settings_of(port, tmp_path, starttls=True))
    assert "No encrypted connection" in fault(settings_of(port, tmp_path, tls=True))
    assert "a password is never sent in clear text" in fault(
        settings_of(port, tmp_path, username=USER, password=PASSWORD)
    )
    assert mailbox.taken == []


def test_a_certificate_that_nobody_vouches_for_stops_everything(
    mailbox: Mailbox, authority: Authority, tmp_path: Path
) -> None:
    other = an_authority(tmp_path, "mail.elsewhere.example")
    with mail_server(mailbox, tls_context=authority.context) as port:
        assert "cannot be trusted: unable to get local issuer" in fault(settings_of(port, tmp_path, starttls=True))
        assert "cannot be trusted" in fault(settings_of(port, tmp_path, starttls=True, ca_file=other.file))
    with mail_server(mailbox, tls_context=other.context) as port:
        assert "127.0.0.1" in fault(settings_of(port, tmp_path, starttls=True, ca_file=other.file))
    assert mailbox.taken == []


def test_settings_that_cannot_be_used_say_what_to_mend(mailbox: Mailbox, port: int, tmp_path: Path) -> None:
    assert "ACCREDIT_MAIL_PASSWORD" in fault(settings_of(port, tmp_path, username=USER))
    nowhere = settings_of(port, tmp_path, starttls=True, ca_file=str(tmp_path / "none.pem"))
    with mail_server(mailbox, tls_context=an_authority(tmp_path).context) as other:
        assert "[mail] ca_file cannot be used: No such file" in fault(nowhere.model_copy(update={"port": other}))
        (tmp_path / "none.pem").write_text("no certificate")
        assert "[mail] ca_file cannot be used" in fault(nowhere.model_copy(update={"port": other}))
    with mail_server(mailbox, tls_context=an_authority(tmp_path).context) as other:
        trusted = str(tmp_path / "authority.pem")
        asks = settings_of(other, tmp_path, starttls=True, ca_file=trusted, username=USER, password="gehäim")
        assert "letters beyond ASCII" in fault(asks) or "no way to sign in" in fault(asks)


def test_a_server_that_is_away_is_named(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    assert f"127.0.0.1:{port} does not answer" in fault(settings_of(port, tmp_path))
    assert "is not known" in fault(settings_of(25, tmp_path, host="no-such-host.invalid"))


@pytest.mark.parametrize("sender", ["nobody", "office@..", ""])
def test_an_office_without_an_address_is_told_so(sender: str, mailbox: Mailbox, port: int, tmp_path: Path) -> None:
    with pytest.raises(MailAway, match=r"\[mail\] sender is no e-mail address"):
        greet(settings_of(port, tmp_path, sender=sender))


def test_an_office_whose_address_is_beyond_ascii_needs_a_server_that_takes_it(
    mailbox: Mailbox, port: int, tmp_path: Path
) -> None:
    letter = LETTER3._replace(sender=LETTER3.sender._replace(address="büro@example.org", reply_to=""))
    assert "not encrypted" in greet(settings_of(port, tmp_path, sender="büro@münchen.example"))
    assert delivered(settings_of(port, tmp_path), letter).reached == (ONE, TWO, THREE)
    with mail_server(mailbox, enable_SMTPUTF8=False) as plain:
        settings = settings_of(plain, tmp_path, sender="büro@example.org")
        with pytest.raises(MailAway, match="plain ASCII before the @"):
            greet(settings)
        with pytest.raises(MailAway, match="plain ASCII before the @"):
            delivered(settings, letter)


def test_a_connection_that_breaks_in_the_middle_of_a_letter_leaves_it_waiting(mailbox: Mailbox, tmp_path: Path) -> None:
    with mail_server(mailbox, kind=Dropping) as port:
        assert "ended the session" in fault(settings_of(port, tmp_path))
    assert mailbox.taken == []


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(SMTP):
        async def smtp_EHLO(self, hostname: str) -> None:
            """Say nothing."""

    with mail_server(Mailbox(), kind=Silent) as port:
        assert "timed out" in fault(settings_of(port, tmp_path, timeout=1))
        monkeypatch.setattr("activities.mail.session.SESSION", 0.2)
        assert "timed out" in fault(settings_of(port, tmp_path, timeout=30))


def test_what_the_server_says_to_goodbye_changes_nothing(mailbox: Mailbox, tmp_path: Path) -> None:
    class Rude(SMTP):
        async def smtp_QUIT(self, arg: str) -> None:
            """Break the connection."""
            self.transport.abort()  # type: ignore[union-attr]

    with mail_server(mailbox, kind=Rude) as port:
        assert delivered(settings_of(port, tmp_path)).reached == (ONE, TWO, THREE)
