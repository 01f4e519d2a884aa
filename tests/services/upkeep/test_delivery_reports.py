"""Reports of mail servers (RFC 3464): what they say of the office's own letters, and what is passed over."""

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from records.books import Books
from records.cases import LETTER_BACK, OUTSIDE, close_from_outside
from records.outbox import BOUNCED, Sent, mark_bounced, mark_sent, put_notice
from records.queries import timeline
from records.tables import Notice
from services.errors import Unusable
from services.upkeep.bounced import keep_for_closed, letter_state, matched, message_of, named_by_hand
from services.upkeep.delivery_reports import LARGEST, PassedOver, failures_of, reports_in
from tests.records.rows import CASE, LATER, NOON, a_case

SENDER = "accreditation@office.example.org"
NAME = f"<3.{CASE}@office.example.org>"
ADDRESS = "physician@example.org"


def a_report(*, name: str = NAME, address: str = ADDRESS, action: str = "failed", status: str = "5.1.1") -> bytes:
    """Return a report as a mail server sends it: what it says in words, for programs, and the letter's headers."""
    return f"""From: MAILER-DAEMON@mx.example.org
To: {SENDER}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such
 user

--b
Content-Type: text/rfc822-headers

From: Sample Office <{SENDER}>
Message-ID: {name}
Subject: Final report

--b--
""".replace("\n", "\r\n").encode()


def with_the_letter_whole() -> bytes:
    """Return a report that quotes the whole letter in the place of its headers."""
    letter = EmailMessage(policy=SMTP)
    letter["Message-ID"] = NAME
    letter.set_content("Dear Sir")
    report = a_report().partition(b"--b\r\nContent-Type: text/rfc822-headers")[0]
    return report + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + letter.as_bytes() + b"\r\n--b--\r\n"


@pytest.fixture
def sent(books: Books) -> Books:
    """Books with a letter, the third of its case, that a mail server has taken for two readers."""
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        put_notice(session, CASE, 3, run_id="r", step=1, kind="final_report", at=NOON, facts={})
        readers = [ADDRESS, "administrator@example.org"]
        sent = Sent(NOON, readers, "Final report", "Dear Sir", "3.eml", [])
        mark_sent(session, session.get_one(Notice, (CASE, 3)), sent)
    return books


@pytest.mark.parametrize("content", [a_report(), with_the_letter_whole()], ids=["headers", "whole letter"])
def test_a_report_names_the_letter_the_address_and_what_was_said(content: bytes) -> None:
    (found,) = failures_of(content, "1.eml")
    assert (found.case_id, found.notice, found.address) == (CASE, 3, ADDRESS)
    assert found.said == "550 5.1.1 no such user"


@pytest.mark.parametrize(
    "content",
    [
        a_report(action="delayed", status="4.4.1"),
        a_report(action="delivered", status="2.0.0"),
        a_report(status="4.2.2"),
        a_report(name="<somebody@else.example.org>"),
        b"Subject: out of office\r\n\r\nI am away.",
        b"\x00\xff" * 200,
        b"",
    ],
    ids=["put off", "delivered", "passing", "another's letter", "an answer", "bytes", "nothing"],
)
def test_what_did_not_fail_for_good_or_is_no_letter_of_ours_is_no_failure(content: bytes) -> None:
    assert list(failures_of(content)) == []


def test_a_mailbox_is_read_whole_and_what_is_too_large_is_passed_over(tmp_path: Path) -> None:
    for folder in ("new", "cur"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "1").write_bytes(a_report())
    (tmp_path / "cur" / "2").write_bytes(b"x" * (LARGEST + 1))
    (tmp_path / "3.eml").write_text("Hello")
    found = {one.file: one for one in reports_in(tmp_path)}
    assert set(found) == {"1", "2", "3.eml"}
    assert isinstance(found["2"], PassedOver)
    with pytest.raises(Unusable, match="nothing of that name"):
        list(reports_in(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    "content",
    [
        a_report(address="stranger@example.org"),
        a_report(name=f"<3.{CASE}@elsewhere.example.org>"),
        a_report(name=f"<4.{CASE}@office.example.org>"),
    ],
    ids=["another address", "another office", "no such letter"],
)
def test_a_report_is_believed_only_of_a_letter_that_went_to_that_address(sent: Books, content: bytes) -> None:
    with sent.reading() as session:
        ours, others = matched(session, failures_of(content, "1.eml"), SENDER)
    assert ours == []
    assert [one.file for one in others] == ["1.eml"]


def test_a_letter_that_came_back_is_told_once_and_goes_again_to_that_address_alone(sent: Books) -> None:
    with sent.reading() as session:
        (came,), others = matched(session, [*failures_of(a_report()), *failures_of(a_report())], SENDER)
    assert others == []
    assert message_of(came, "Sample Officer").message_id == message_of(came, "Somebody Else").message_id
    with sent.writing() as session:
        assert mark_bounced(session, CASE, 3, address=ADDRESS.upper(), said=came.said, at=LATER)
        assert not mark_bounced(session, CASE, 3, address=ADDRESS, said=came.said, at=LATER)
        letter = session.get_one(Notice, (CASE, 3))
        assert (letter.problem_rule, letter.reached) == (BOUNCED, ["administrator@example.org"])
        assert letter_state(letter) == "came back"
        assert "came back from PHYSICIAN@EXAMPLE.ORG: 550 5.1.1 no such user" in (letter.problem or "")
    with sent.reading() as session:
        assert matched(session, failures_of(a_report(), "2.eml"), SENDER)[0] == []
    with sent.writing() as session:
        put_notice(session, CASE, 3, run_id="r", step=2, kind="final_report", at=LATER, facts={})
        letter = session.get_one(Notice, (CASE, 3))
        assert (letter.status, letter.problem, letter.facts) == (
            "pending",
            None,
            {"first_sent_at": NOON.isoformat()},
        )
        put_notice(session, CASE, 3, run_id="r", step=3, kind="final_report", at=LATER, facts={})
        assert session.get_one(Notice, (CASE, 3)).step == 2  # nothing is sent twice by itself


def test_a_letter_that_is_reported_by_hand_needs_its_address_where_it_went_to_several(sent: Books) -> None:
    with sent.reading() as session:
        with pytest.raises(Unusable, match="--address"):
            named_by_hand(session, CASE, 3, None, "")
        assert named_by_hand(session, CASE, 3, ADDRESS.upper(), "").address == ADDRESS
        with pytest.raises(Unusable):
            named_by_hand(session, CASE, 9, None, "")


def test_a_letter_of_a_closed_case_that_came_back_is_no_closing_and_stands_in_the_way_of_none(sent: Books) -> None:
    """It is opened again, and terminated on the server after that: the books close it like any other."""
    with sent.writing() as session:
        for address in (ADDRESS, "administrator@example.org"):
            keep_for_closed(session, named_by_hand(session, CASE, 3, address, "550 no such user"), LATER)
            session.flush()
        assert close_from_outside(session, CASE, LATER, "Terminated")
        session.flush()
        entries = timeline(session, CASE)
        assert [(one.run_id, one.position, one.kind) for one in entries] == [
            (LETTER_BACK, 0, "attention"),
            (LETTER_BACK, 1, "attention"),
            (OUTSIDE, 0, "stage"),
        ]
