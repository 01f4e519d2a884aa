"""Turns: a few in all, fewer of one case, and one that is over is free again."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.case_activities import READING_AT_ONCE, READING_OF_ONE_CASE, CaseActivities
from activities.documents.contract import DocumentsRead, DocumentsToRead
from activities.mail import MailFolder
from activities.turns import Turns
from policy.office import OfficeSettings
from records.books import open_books
from records.words import BooksPurpose
from services.settings import SAMPLE, load_settings


def test_one_case_never_has_all_the_turns() -> None:
    turns = Turns(4, 1)
    with ExitStack() as held:
        assert held.enter_context(turns.taken("greedy"))
        assert not held.enter_context(turns.taken("greedy"))
        assert [held.enter_context(turns.taken(name)) for name in "abcd"] == [True, True, True, False]
    with turns.taken("greedy") as again:
        assert again


def test_while_documents_of_a_case_are_read_those_of_another_are_read_and_its_own_come_again(tmp_path: Path) -> None:
    books = open_books(f"sqlite:///{tmp_path}/books.db", BooksPurpose.REHEARSAL)
    settings: OfficeSettings = load_settings(SAMPLE, {})
    activities = CaseActivities(books, lambda: settings, MailFolder(tmp_path))
    nothing = DocumentsToRead(message="choose_option", documents=(), letters=(), screened=False)

    def ask(case_id: str) -> DocumentsRead:
        environment = ActivityEnvironment()
        environment.info = environment.info.__class__(**{**environment.info.__dict__, "workflow_id": case_id})
        return environment.run(activities.read_documents, nothing)

    with ExitStack() as held:
        for _ in range(READING_OF_ONE_CASE):
            held.enter_context(activities._reading.taken("slow"))
        with pytest.raises(ApplicationError) as later:
            ask("slow")
        assert later.value.next_retry_delay
        assert later.value.next_retry_delay < timedelta(minutes=1)
        assert ask("other") == DocumentsRead()
        for number in range(READING_AT_ONCE - READING_OF_ONE_CASE):
            held.enter_context(activities._reading.taken(f"case-{number}"))
        with pytest.raises(ApplicationError):
            ask("other")
    assert ask("slow") == DocumentsRead()
