"""Delivery through a real mail server: everybody is reached once, whoever is refused or put off on the way."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from activities.case_activities import CaseActivities
from activities.contract import Step
from activities.delivery import deliver
from activities.mail import MailAway, mailer_of
from activities.steps import take
from policy.office import Mail, OfficeSettings
from records.books import Books
from records.outbox import notices, send_again
from records.tables import Notice
from tests.activities.mail_servers import Mailbox, mail_server, settings_of
from tests.activities.orders import a_notice_order, a_step, an_office
from tests.patience import WITHIN
from tests.records.rows import CASE, NOON, an_application

ROOT = Path(__file__).resolve().parents[2]
PHYSICIAN, ADMINISTRATOR, OFFICE = "physician@example.org", "administrator@example.org", "office@example.org"
OVERDUE = "testing_overdue"
"""A kind that goes to the facility's contacts, with a copy for the office: three recipients."""
REFUSED = "550 5.1.1 no such user here"
LATER = "450 4.2.0 <administrator@example.org>: greylisted"


@pytest.fixture(autouse=True)
def _no_letter_is_put_off_for_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a delivery take as long as this machine, which may have much else to do, needs for it."""
    monkeypatch.setattr("activities.delivery.BEGIN_WITHIN", WITHIN)
    monkeypatch.setattr("activities.mail.session.SESSION", WITHIN)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def sending(mailbox: Mailbox, tmp_path: Path) -> Iterator[OfficeSettings]:
    """An office that sends through a real server."""
    with mail_server(mailbox) as port:
        mail = settings_of(port, tmp_path)
        yield an_office(mail=mail.model_dump(), papers={"folder": str(tmp_path / "papers")})


@pytest.fixture
def activities(books: Books, sending: OfficeSettings) -> CaseActivities:
    return CaseActivities(books, lambda: sending, mailer_of(sending.mail))


def step(number: int = 1, **changes: Any) -> Step:
    return a_step(number, notices=(a_notice_order(1, OVERDUE),), **changes)


def kept(books: Books) -> Notice:
    with books.reading() as session:
        (notice,) = notices(session, CASE)
    return notice


def copies(mailbox: Mailbox) -> dict[str, int]:
    """Return how often each address got the letter."""
    return dict(Counter(recipient for _, recipient in mailbox.reached()))


def test_a_refused_recipient_becomes_an_item_with_the_servers_answer_and_the_others_have_the_letter(
    activities: CaseActivities, books: Books, mailbox: Mailbox
) -> None:
    mailbox.answers[PHYSICIAN] = [REFUSED]
    taken = activities.take_step(step())
    (problem,) = taken.problems
    assert (problem.item, problem.rule) == ("notice.1", "notice.undeliverable")
    assert f"the mail server refuses …: {REFUSED}. The others have it." in problem.text, "a case hears nobody's address"
    assert f"the mail server refuses {PHYSICIAN}: {REFUSED}. The others have it." in (kept(books).problem or "")
    assert (kept(books).status, kept(books).recipients) == ("sent", [ADMINISTRATOR, OFFICE])
    assert activities.take_step(step()) == taken
    assert copies(mailbox) == {ADMINISTRATOR: 1, OFFICE: 1}


def test_after_the_address_is_corrected_a_retry_reaches_only_who_was_not_reached(
    activities: CaseActivities, books: Books, mailbox: Mailbox
) -> None:
    mailbox.answers[PHYSICIAN] = [REFUSED]
    activities.take_step(step())
    facility = an_application()["facility"]
    contacts = [{**facility["contacts"][0], "email": "right@example.org"}, facility["contacts"][1]]
    activities.take_step(a_step(2, application=an_application(facility={**facility, "contacts": contacts})))
    assert activities.take_step(step(3)).problems == ()
    assert copies(mailbox) == {ADMINISTRATOR: 1, OFFICE: 1, "right@example.org": 1}
    assert (kept(books).status, kept(books).problem) == ("sent", None)
    assert kept(books).recipients == [ADMINISTRATOR, OFFICE, "right@example.org"]


def test_where_everybody_is_refused_nothing_was_sent(
    activities: CaseActivities, books: Books, mailbox: Mailbox
) -> None:
    mailbox.answers = {address: [REFUSED] for address in (PHYSICIAN, ADMINISTRATOR, OFFICE)}
    (problem,) = activities.take_step(step()).problems
    assert "The others have it" not in problem.text
    assert (kept(books).status, kept(books).recipients) == ("undeliverable", [])


def test_whom_the_server_puts_off_is_tried_again_and_nobody_else(
    activities: CaseActivities, books: Books, mailbox: Mailbox
) -> None:
    mailbox.answers[ADMINISTRATOR] = [LATER, LATER]
    for _ in range(2):
        with pytest.raises(MailAway, match="puts off 1 recipient") as caught:
            activities.take_step(step())
        assert "@" not in str(caught.value)
        assert (kept(books).status, kept(books).reached) == ("pending", [PHYSICIAN, OFFICE])
    assert activities.take_step(step()).problems == ()
    assert copies(mailbox) == {PHYSICIAN: 1, OFFICE: 1, ADMINISTRATOR: 1}
    assert kept(books).recipients == [PHYSICIAN, OFFICE, ADMINISTRATOR]


def test_one_may_be_refused_while_another_is_put_off(
    activities: CaseActivities, books: Books, mailbox: Mailbox
) -> None:
    mailbox.answers = {PHYSICIAN: [REFUSED, REFUSED], ADMINISTRATOR: [LATER]}
    with pytest.raises(MailAway):
        activities.take_step(step())
    assert len(activities.take_step(step()).problems) == 1
    assert PHYSICIAN in (kept(books).problem or "")
    assert copies(mailbox) == {OFFICE: 1, ADMINISTRATOR: 1}


def test_what_some_have_and_nobody_else_ever_gets_says_so(
    activities: CaseActivities, books: Books, mailbox: Mailbox
) -> None:
    mailbox.answers[ADMINISTRATOR] = [LATER]
    with pytest.raises(MailAway):
        activities.take_step(step())
    mailbox.said_to_data = ["554 5.6.0 taken for spam"]
    (problem,) = activities.take_step(step()).problems
    assert problem.text.endswith("taken for spam. Some recipients have it already.")
    assert kept(books).reached == [PHYSICIAN, OFFICE]


def test_sent_again_by_hand_it_goes_to_everybody(
    activities: CaseActivities, books: Books, mailbox: Mailbox, sending: OfficeSettings
) -> None:
    activities.take_step(step())
    with books.writing() as session:
        assert send_again(session, CASE, 1)
    deliver(books, mailer_of(sending.mail), sending, CASE, NOON)
    assert copies(mailbox) == {PHYSICIAN: 2, ADMINISTRATOR: 2, OFFICE: 2}
    assert len({letter.name for letter in mailbox.taken}) == 1


def test_a_letter_that_the_server_never_takes_holds_nothing_else_up(
    activities: CaseActivities, books: Books, mailbox: Mailbox
) -> None:
    mailbox.said_to_data = ["552 5.3.4 too big"]
    taken = activities.take_step(a_step(notices=(a_notice_order(1), a_notice_order(2))))
    assert [(problem.item, problem.rule) for problem in taken.problems] == [("notice.1", "notice.undeliverable")]
    assert "552 5.3.4 too big" in taken.problems[0].text
    assert len(mailbox.taken) == 1


def test_a_slow_server_gets_no_further_letter_in_this_try(
    activities: CaseActivities, books: Books, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.delivery.BEGIN_WITHIN", 0.0)
    with pytest.raises(MailAway, match="still wait"):
        activities.take_step(a_step(notices=(a_notice_order(1), a_notice_order(2))))


def test_attempts_that_overlap_take_turns_and_send_each_letter_once(
    activities: CaseActivities, books: Books, mailbox: Mailbox, sending: OfficeSettings
) -> None:
    """Temporal gives up on an attempt after 40 seconds and begins another one, while the first still runs."""
    take(books, a_step(notices=tuple(a_notice_order(number) for number in range(1, 6))), sending)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(deliver, books, mailer_of(sending.mail), sending, CASE, NOON) for _ in range(4)]:
            done.result()
    assert [letter.name for letter in mailbox.taken] == [f"<{number}.{CASE}@example.org>" for number in range(1, 6)]


@contextmanager
def delivering_when_told(url: str, mail: Mail, port: int) -> Iterator[Callable[[], None]]:
    """Have another process ready to deliver by the server at a port; what is given has it deliver everything.

    It starts beforehand: the mail server that tells it holds up the first delivery for as long as this one takes.
    """
    settings = mail.model_copy(update={"port": port}).model_dump_json()
    command = [sys.executable, "-m", "tests.activities.delivering", url, settings, "when-told"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

        def tell() -> None:
            process.communicate("now\n")
            assert process.returncode == 0

        yield tell


def test_what_another_process_has_sent_in_the_meantime_is_not_sent_again(
    books: Books, url: str, mailbox: Mailbox, sending: OfficeSettings
) -> None:
    """The command line delivers a case's outbox while the worker is about to."""
    elsewhere = Mailbox()
    with mail_server(elsewhere) as port, delivering_when_told(url, sending.mail, port) as deliver_elsewhere:

        def heard(what: str) -> None:
            if what == "letter":
                mailbox.heard = lambda what: None
                deliver_elsewhere()

        mailbox.heard = heard
        take(books, a_step(notices=tuple(a_notice_order(number) for number in (1, 2, 3))), sending)
        deliver(books, mailer_of(sending.mail), sending, CASE, NOON)
    names = [letter.name for letter in (*mailbox.taken, *elsewhere.taken)]
    assert sorted(names) == [f"<{number}.{CASE}@example.org>" for number in (1, 1, 2, 3)]
    assert len(mailbox.taken) == 1  # the one that was under way; the other delivery had the rest
