"""Killed outright while it delivers: nothing is lost, and what goes out twice is one letter that a mailbox can tell.

The one window that nobody can close lies between the mail server's "250" and the mark in the books. These tests stand
in it on purpose, count what happens, and show that there is no other.
"""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from activities.steps import take
from policy.office import Mail
from records.books import Books, open_books
from records.outbox import notices
from tests.activities.mail_servers import Mailbox, mail_server, settings_of
from tests.activities.orders import a_notice_order, a_step, an_office
from tests.patience import WITHIN
from tests.records.rows import CASE

ROOT = Path(__file__).resolve().parents[2]
SEED = 20210308
NOTICES = 5
WINDOW_KILLS, RANDOM_KILLS = 5, 12
STAGES = ("sender", "recipient", "letter", "goodbye")
"""What the server has just heard when the sending process is killed; `goodbye` comes after its 250 was read."""


class Place(NamedTuple):
    """Books with notices that wait, a mail server, and what it has taken."""

    books: Books
    file: Path
    mailbox: Mailbox
    mail: Mail

    def process(self) -> subprocess.Popen[bytes]:
        """Begin to deliver in a process of its own."""
        command = [sys.executable, "-m", "tests.activities.delivering", f"sqlite:///{self.file}"]
        return subprocess.Popen([*command, self.mail.model_dump_json()], cwd=ROOT, env=os.environ)

    def waiting(self) -> int:
        """Return how many notices still wait."""
        with self.books.reading() as session:
            return sum(notice.status == "pending" for notice in notices(session, CASE))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Five notices that wait to be sent."""
    file, mailbox = tmp_path / "books.db", Mailbox()
    with closing(open_books(f"sqlite:///{file}")) as books, mail_server(mailbox) as port:
        orders = tuple(a_notice_order(number) for number in range(1, NOTICES + 1))
        take(books, a_step(notices=orders), an_office())
        yield Place(books, file, mailbox, settings_of(port, tmp_path))


def counted(place: Place, kills: int) -> Counter[str]:
    """Say what came of it, and return how often each letter arrived."""
    arrived = Counter(letter.name for letter in place.mailbox.taken)
    twice = sum(arrived.values()) - len(arrived)
    print(f"{kills} kills, {NOTICES} notices: {NOTICES - len(arrived)} lost, {twice} arrived once more")
    return arrived


def killed_at(place: Place, stage: str) -> None:
    """Kill a delivery when the server has heard something."""
    process = place.process()
    place.mailbox.heard = lambda what: process.kill() if what == stage else None
    assert process.wait(WITHIN) == -9
    place.mailbox.heard = lambda what: None


def killed_in_the_window(place: Place) -> None:
    """Kill a delivery when it has read the server's 250 and cannot mark it: somebody else holds the books."""
    process = place.process()
    with closing(sqlite3.connect(place.file, isolation_level=None, check_same_thread=False)) as holder:

        def heard(what: str) -> None:
            if what == "letter":
                holder.execute("BEGIN EXCLUSIVE")
            elif what == "goodbye":
                process.kill()

        place.mailbox.heard = heard
        assert process.wait(WITHIN) == -9
        place.mailbox.heard = lambda what: None


def test_killed_between_250_and_the_mark_it_sends_the_same_letter_once_more(place: Place) -> None:
    for _ in range(WINDOW_KILLS):
        killed_in_the_window(place)
        assert place.waiting() == NOTICES
    assert place.process().wait(WITHIN) == 0
    arrived = counted(place, WINDOW_KILLS)
    first = f"<1.{CASE}@example.org>"
    assert arrived.pop(first) == WINDOW_KILLS + 1
    assert sorted(arrived.values()) == [1] * (NOTICES - 1)
    assert len({letter.content for letter in place.mailbox.taken if letter.name == first}) == 1
    assert place.waiting() == 0


def test_killed_anywhere_it_loses_nothing_and_repeats_at_most_what_was_under_way(place: Place) -> None:
    chance, stages = Random(SEED), Counter[str]()
    for _ in range(RANDOM_KILLS):
        stage = chance.choice(STAGES)
        if place.waiting():
            killed_at(place, stage)
            stages[stage] += 1
    assert place.process().wait(WITHIN) == 0
    print(dict(stages))
    arrived = counted(place, stages.total())
    assert len(arrived) == NOTICES
    assert arrived.total() - NOTICES <= stages["letter"] + stages["goodbye"]
    assert place.waiting() == 0
