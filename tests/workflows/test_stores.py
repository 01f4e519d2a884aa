"""What a message can have a worker open: nothing that is not the office's, and nothing before it is judged."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from embedded.server import EmbeddedServer
from policy.documents import documents_of
from policy.office import Documents
from policy.verdict import Verdict
from services.security.naming import name_documents
from tests.policy.said import said
from tests.workflows.driving import Driven, a_place, at_work, until
from tests.workflows.stories import Story
from tests.workflows.test_documents import (
    PLAN,
    a_plan,
    an_appeal,
    document,
    everything_in_books,
    history_of,
    to_corrective_action,
)

pytestmark = pytest.mark.server
SECRET = "https://user:pa55word@store.example.org/x.pdf?X-Amz-Signature=abc"


async def read_so_far(case: Driven) -> int:
    """Return how often the case has had documents read."""
    return len(
        [
            event
            async for event in case.handle.fetch_history_events()
            if event.HasField("activity_task_scheduled_event_attributes")
            and event.activity_task_scheduled_event_attributes.activity_type.name == "read_documents"
        ]
    )


async def test_nothing_is_opened_for_a_message_that_is_refused_anyhow_and_nothing_of_the_machine_is_told(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    folder, office = tmp_path / "life", tmp_path / "office"
    folder.mkdir()
    office.mkdir()
    (office / "secret.txt").write_text("a secret of the office")
    (office / "plan.txt").write_text(PLAN)
    digest = hashlib.sha256((office / "secret.txt").read_bytes()).hexdigest()
    guessed = document(office / "plan.txt") | {"sha256": "0" * 64}
    async with a_place(temporal_server, folder) as place, at_work(place):
        case = Driven(place, Story(to_corrective_action()))
        await case.begin()
        await case.come_to(14)
        read = await read_so_far(case)
        # not this form now, by an update and by a signal; the wrong sender; an address with a secret
        late = an_appeal("late", [guessed | {"uri": (office / "secret.txt").as_uri()}])
        assert (await case.update(late)).rule == "option_form.already_chosen"
        by_signal = an_appeal("signal", [guessed | {"uri": "file:///proc/self/environ"}])
        assert (await case.signal(by_signal)).rule == "option_form.already_chosen"
        stranger = said(type(a_plan("x", guessed)), message_id="stranger", by={"name": "X", "role": "acr"}, actions=[],
                        documents=[guessed])  # fmt: skip
        assert (await case.update(stranger)).rule == "actor.not_allowed"
        assert (await case.update(a_plan("secret", guessed | {"uri": SECRET}))).rule == "document.uri_has_secret"
        chained = guessed | {"uri": "simplecache::https://store.example.org/x.pdf"}
        assert (await case.update(a_plan("chained", chained))).rule == "document.uri_chained"
        kept = await history_of(case)
        assert [one for one in ("stranger", "pa55word", "uri_has_secret", "simplecache") if one in kept] == []
        assert await read_so_far(case) == read
        # the right stage and sender: every file of the machine gets the same words, whatever its digest
        told = set()
        for number, (uri, sha256) in enumerate(
            [
                ((office / "secret.txt").as_uri(), digest),  # even a right guess: it is no document of the office's
                ((office / "secret.txt").as_uri(), "0" * 64),
                ((office / "none.txt").as_uri(), digest),
                ("file:///proc/self/environ", "0" * 64),
            ]
        ):
            verdict = await case.update(
                a_plan(f"guess-{number}", guessed | {"name": "d", "uri": uri, "sha256": sha256})
            )
            assert verdict.rule == "document.unreadable"
            told.add(verdict.reason)
        assert len(told) == 1
        # what the office's own command names is read; the same address with another digest is not
        plan = a_plan("plan", document(office / "plan.txt"))
        name_documents(plan, place.settings.documents)
        assert (await case.update(a_plan("guessed", guessed))).rule == "document.unreadable"
        assert (await case.update(plan)).accepted
        await case.settle()
        everything = await history_of(case) + everything_in_books(case) + json.dumps(await case.timeline())
        assert [one for one in ("pa55word", "X-Amz-Signature", "a secret of") if one in everything] == []


async def test_a_signal_with_a_secret_in_an_address_is_refused_in_words_that_do_not_repeat_it(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    """No validator sees a signal: what it says is in the server's history, but nowhere that anybody else is told."""
    (tmp_path / "letter.txt").write_text("We disagree.")
    letter = document(tmp_path / "letter.txt", signed_by="supervising_physician") | {"uri": SECRET}
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story([]))
        await case.begin()
        await case.come_to(1)
        await case.handle.signal("choose_option", an_appeal("secret", [letter]))

        async def told() -> Verdict | None:
            answer: Verdict | None = await case.handle.query("verdict", "choose_option:secret", result_type=Verdict)
            return answer

        verdict = await until(told, lambda one: one is not None)
        assert verdict is not None
        assert verdict.rule == "document.uri_has_secret"
        await case.settle()
        assert await read_so_far(case) == 0
        told_elsewhere = everything_in_books(case) + json.dumps(await case.timeline()) + json.dumps(await case.status())
        letters = "".join(one.read_text() for one in (tmp_path / "mail").rglob("*.eml"))
        assert [one for one in ("pa55word", "X-Amz-Signature") if one in told_elsewhere + letters] == []


def test_a_message_without_files_notes_nothing(tmp_path: Path) -> None:
    settings = Documents(uploads=str(tmp_path / "uploads"))
    elsewhere: dict[str, Any] = {"name": "x", "uri": "https://files.example.org/x.pdf", "sha256": "0" * 64}
    plan = a_plan("m", elsewhere)
    assert len(documents_of(plan)) == 1
    name_documents(plan, settings)
    assert not (tmp_path / "uploads").exists()
