"""Documents of a message: read before it is judged, refused by their rules, and nothing of them stays in the case."""

import hashlib
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from temporalio.client import WorkflowUpdateStage

from embedded.server import EmbeddedServer
from policy.messages import ChooseOption, ConfirmCorrectiveActions, SubmitCorrectiveActionPlan
from policy.office import Documents
from policy.verdict import Verdict
from records.tables import Notice, Signature, TimelineEntry
from tests.policy.said import said
from tests.workflows.driving import Driven, a_place, at_work, until
from tests.workflows.stories import (
    HEAD,
    Said,
    Story,
    accepted,
    chosen,
    deficient,
    extended,
    package,
    paid,
    report,
    say,
    viewed,
)

pytestmark = pytest.mark.server

SECRET = "Doe, Sample Q."
NUMBER = "078-05-1120"
PLAN = "Corrective action plan. The protocol of the head exam was changed, and the staff was trained again.\n"
WITH_PHI = f"{PLAN}Patient name: {SECRET}\nSSN: {NUMBER}\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


def to_corrective_action() -> list[Said]:
    """Come to corrective action on day 13: a deficiency, a repeat that failed."""
    failed_repeat = [
        paid(7),
        accepted(8),
        package(9, [HEAD], patients="B"),
        report(10, [HEAD], [HEAD]),
        viewed(10.5),
    ]
    return [*deficient(), chosen(6, "repeat"), *failed_repeat, chosen(13, "reinstate")]


def document(file: Path, **fields: Any) -> dict[str, Any]:
    """Return a file as a document of a message."""
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return {"name": file.name, "uri": file.as_uri(), "sha256": sha256, **fields}


def a_plan(message_id: str, *documents: dict[str, Any]) -> SubmitCorrectiveActionPlan:
    actions = [{"area": HEAD, "action": "The protocol was changed."}]
    return said(SubmitCorrectiveActionPlan, message_id=message_id, documents=documents, actions=actions)


def an_appeal(message_id: str, letters: Sequence[dict[str, Any]], **fields: Any) -> ChooseOption:
    form = {"option": "appeal", "attested": True, "letters": letters} | fields
    return said(ChooseOption, message_id=message_id, **form)


@contextmanager
def a_store(folder: Path, port: int) -> Iterator[None]:
    """Serve a folder by HTTP at a port, as a store of documents."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def a_free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


async def history_of(case: Driven) -> str:
    """Return everything that the server keeps of a case, as text; what payloads hold is decoded."""
    told: list[str] = []
    async for event in case.handle.fetch_history_events():
        told.append(event.SerializeToString().decode("utf-8", "replace"))
    return "".join(told)


def everything_in_books(case: Driven) -> str:
    with case.place.books.reading() as session:
        entries = session.exec(select(TimelineEntry)).all()
        notices = session.exec(select(Notice)).all()
    return json.dumps([one.model_dump(mode="json") for one in (*entries, *notices)])


async def test_a_plan_that_identifies_a_patient_in_a_text_or_a_document_is_refused_and_nothing_of_it_is_kept(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    (tmp_path / "plan.txt").write_text(WITH_PHI)
    (tmp_path / "mended.txt").write_text(PLAN)
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(to_corrective_action()))
        await case.begin()
        await case.come_to(14)
        before = await case.status()
        in_words = [{"area": HEAD, "action": f"Patient: {SECRET}, SSN {NUMBER}, was scanned again."}]
        said_so = said(SubmitCorrectiveActionPlan, message_id="in-words", actions=in_words)
        assert (await case.update(said_so)).rule == "message.contains_phi"
        told = await case.update(a_plan("m-1", document(tmp_path / "plan.txt")))
        assert (told.accepted, told.rule) == (False, "document.contains_phi")
        assert "plan.txt" in (told.reason or "")
        assert "protected health information" in (told.source or "")
        assert await case.status() == before
        again = await case.update(a_plan("m-1", document(tmp_path / "plan.txt")))
        assert again == told
        assert (await case.update(a_plan("m-2", document(tmp_path / "mended.txt")))).accepted
        await case.settle()
        everything = await history_of(case) + everything_in_books(case) + json.dumps(await case.timeline())
        assert "in-words" not in everything  # the validator turned it away, and nobody wrote it down
        assert "Doe" not in everything
        assert NUMBER not in everything
        assert PLAN.split(".")[1] not in everything


async def test_the_confirmation_is_searched_as_the_plan_is(temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(PLAN)
    (tmp_path / "done.txt").write_text("Done. Medical record number: 00417-5523. Date of birth: 03/04/1951\n")
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(to_corrective_action()))
        await case.begin()
        await case.come_to(14)
        assert (await case.update(a_plan("m-1", document(tmp_path / "plan.txt")))).accepted
        assert (await case.tell(say(14.5, "decide_corrective_action_plan", approved=True))).accepted
        confirmed = said(ConfirmCorrectiveActions, message_id="m-3", documents=[document(tmp_path / "done.txt")])
        assert (await case.update(confirmed)).rule == "document.contains_phi"


async def test_a_letter_that_was_changed_is_broken_or_is_no_letter_is_refused_by_its_rule(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    signed = {"signed_by": "supervising_physician"}
    letter, picture, broken = tmp_path / "letter.txt", tmp_path / "letter.pdf", tmp_path / "broken.pdf"
    letter.write_text("We disagree with the finding on the head exam.\n")
    picture.write_bytes(PNG)
    broken.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\n")
    changed = document(letter, **signed) | {"sha256": "ab" * 32}
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(deficient()))
        await case.begin()
        await case.come_to(6)
        for message_id, one, rule in (
            ("m-2", changed, "document.digest_differs"),
            ("m-3", document(picture, **signed), "appeal.images_with_letter"),
            ("m-4", document(broken, **signed), "document.unreadable"),
        ):
            told = await case.signal(an_appeal(message_id, [one]))
            assert (told.accepted, told.rule) == (False, rule), told
        assert (await case.signal(an_appeal("m-5", [document(letter, **signed)]))).accepted
        await case.settle()
        assert (await case.status())["stage"] == "appeal"


async def test_what_this_office_cannot_open_is_taken_with_a_warning_and_somebody_looks_at_what_must_be_searched(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    """Nobody loses an appeal because of where a letter lies; a plan that is not there at all is refused."""
    (tmp_path / "plan.txt").write_text(PLAN)
    missing = document(tmp_path / "plan.txt") | {"uri": (tmp_path / "gone.txt").as_uri()}
    elsewhere = missing | {"uri": "https://files.example.org/plan.txt"}
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(to_corrective_action()))
        await case.begin()
        await case.come_to(14)
        assert (await case.update(a_plan("m-1", missing))).rule == "document.unreadable"
        told = await case.update(a_plan("m-2", elsewhere))
        assert (told.accepted, len(told.warnings)) == (True, 1)
        (item,) = (await case.status())["attention"]
        assert (item["item"], item["rule"]) == ("document.submit_corrective_action_plan:m-2", "document.unsearched")
        assert "a person must look at it" in item["text"]
        other = Driven(place, Story(deficient()), "other")
        await other.begin()
        await other.come_to(6)
        for message_id, one in (("m-1", missing), ("m-2", elsewhere)):
            letter = one | {"signed_by": "supervising_physician"}
            told = await other.update(an_appeal(message_id, [letter], attested=message_id == "m-2"))
            assert told.rule == (None if message_id == "m-2" else "option_form.not_attested")
        (warning,) = told.warnings
        assert warning.startswith("plan.txt: Its address begins with https:")
        assert warning.endswith("a person must look at it.")


async def test_a_rule_of_the_form_speaks_before_those_of_its_documents(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("Sample.")
    changed = document(tmp_path / "letter.txt") | {"sha256": "ab" * 32}
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(deficient()))
        await case.begin()
        await case.come_to(6)
        assert (await case.update(an_appeal("m-1", [changed], attested=False))).rule == "option_form.not_attested"
        assert (await case.update(an_appeal("m-2", [changed]))).rule == "appeal.wrong_signer"


async def test_who_signed_and_who_attested_is_in_the_books(temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("We disagree with the finding on the head exam.\n")
    signed = document(letter, signed_by={"role": "supervising_physician", "name": "Dr Sample Physician"})
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(deficient()))
        await case.begin()
        await case.come_to(6)
        message = an_appeal("m-1", [signed], received_at=case.instant(6).isoformat())
        assert (await case.update(message)).accepted
        await case.settle()
        with place.books.reading() as session:
            rows = session.exec(select(Signature).order_by(Signature.position)).all()  # type: ignore[arg-type]
        assert [(one.key, one.sort, one.role, one.name, one.document, one.sha256, one.at) for one in rows] == [
            ("choose_option:m-1", "signature", "supervising_physician", "Dr Sample Physician", "letter.txt",
             signed["sha256"], case.instant(6)),
            ("choose_option:m-1", "attestation", "administrator", "Sample Administrator", "option form",
             message.digest(), case.instant(6)),
        ]  # fmt: skip


async def test_a_case_closes_although_the_documents_of_a_message_cannot_be_read(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("We disagree with the finding on the head exam.\n")
    far = document(letter, signed_by="supervising_physician") | {"uri": f"http://127.0.0.1:{a_free_port()}/letter.txt"}
    async with a_place(temporal_server, tmp_path) as place:
        place = replace(
            place,
            settings=place.settings.model_copy(
                update={"documents": Documents(schemes=("http",), private_addresses=True)}
            ),
        )
        async with at_work(place):
            case = Driven(place, Story(deficient()))
            await case.begin()
            await case.come_to(6)
            form = an_appeal("the-form", [far])
            handle = await case.handle.start_update(
                form.NAME, form, id=form.key(), wait_for_stage=WorkflowUpdateStage.ACCEPTED, result_type=Verdict
            )
            await until(case.handle.describe, lambda told: bool(told.raw_description.pending_activities))
            closing = case.message(say(6, "close_case", reason="The facility has closed."), "closing")
            assert (await case.update(closing)).accepted
            assert (await handle.result()).rule == "case.closed"
            assert (await case.handle.result())["outcome"] == "closed_by_acr"


async def test_while_a_store_is_away_the_message_waits_and_the_case_takes_others(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("We disagree with the finding on the head exam.\n")
    port = a_free_port()
    far = document(letter, signed_by="supervising_physician") | {"uri": f"http://127.0.0.1:{port}/letter.txt"}
    async with a_place(temporal_server, tmp_path) as place:
        place = replace(
            place,
            settings=place.settings.model_copy(
                update={"documents": Documents(schemes=("http",), private_addresses=True)}
            ),
        )
        async with at_work(place):
            case = Driven(place, Story(deficient()))
            await case.begin()
            await case.come_to(17)
            stamp = case.instant(17).isoformat()
            form = an_appeal("the-form", [far], received_at=stamp)
            handle = await case.handle.start_update(
                form.NAME, form, id=form.key(), wait_for_stage=WorkflowUpdateStage.ACCEPTED, result_type=Verdict
            )
            described = await until(case.handle.describe, lambda told: bool(told.raw_description.pending_activities))
            (pending,) = described.raw_description.pending_activities
            assert pending.activity_type.name == "read_documents"
            extension = case.message(extended(17, "option_form", 25.625), "more-time")
            assert (await case.update(extension)).accepted
            with a_store(tmp_path, port):
                verdict = await handle.result()
            assert verdict.accepted, verdict
            await case.settle()
            assert (await case.status())["stage"] == "appeal"
