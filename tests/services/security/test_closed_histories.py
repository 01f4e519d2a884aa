"""A whole life with encryption on: the server's file, its log and its histories tell nobody who it is about."""

import asyncio
import gzip
import io
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.api.history.v1 import History
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from embedded.server import EmbeddedServer, embedded_server
from policy.application import AccreditationApplication
from policy.cases import CasePart
from policy.office import Security
from records.books import open_books
from rehearsal.playing import live
from rehearsal.preparation import PreparedScenario
from rehearsal.runner import Report
from rehearsal.world import furnished
from services.connect import connect
from services.namespace import prepare_namespace
from services.opening import start_case
from services.queries import ask
from services.reconcile import export_history
from services.replays.order import replay
from services.security.codec import ENCODING, ENCRYPTED, codec_of, with_codec
from services.security.history_keys import KeyMissing, new_key
from services.security.payloads import decoded_history, keys_in, payloads_in
from services.security.usage import keys_in_use
from services.sending import task_failure
from services.settings import SAMPLE, load_settings
from services.workers import working
from tests.patience import WITHIN
from tests.workflows.shipped import shipped_plans

pytestmark = pytest.mark.server
LIFE = "the-whole-ladder"
NAMESPACE = "closed"
PLANTED = "Planted-Secret-9F1C"
CONTROL = "Plain Control Imaging"
OF_A_LOCAL_ACTIVITY = {
    "seq", "activation_index", "attempt", "activity_id", "activity_type",
    "complete_time", "backoff", "original_schedule_time",
}  # fmt: skip
HISTORIES = Path(__file__).parents[2] / "histories"


class Lived(NamedTuple):
    """A life that was lived with encryption on, and where.

    Attributes:
        client: A client with the keys.
        security: The settings.
        report: What the rehearsal reports.
        folder: Where the keys, the office's files and the server's data lie.
        words: What must stand nowhere in it.
        found: What of it did, before a case was started without encryption.
        logged: What worker and client wrote into their log.
    """

    client: Client
    security: Security
    report: Report
    folder: Path
    words: set[str]
    found: set[str]
    logged: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lived]:
    """The whole ladder, on a server that keeps its data in a file; a new key comes in the middle of it."""
    folder = tmp_path_factory.mktemp("closed")
    security = Security(encrypt=True, history_keys=str(folder / "keys"))
    new_key(folder / "keys", datetime.now(UTC) - timedelta(days=1))
    plan = shipped_plans()[LIFE]
    events = plan.scenario.events
    for event in events:
        plant(getattr(event, "fields", {}))
    told = iter(range(1000))

    def rotate(_: str) -> None:
        if next(told) == len(events) // 2:
            new_key(folder / "keys", datetime.now(UTC))

    log = io.StringIO()
    heard = logging.StreamHandler(log)
    logging.getLogger().addHandler(heard)
    async with embedded_server(folder / "data", fast=True, use_configured=False) as server:
        await prepare_namespace(server.address, NAMESPACE, rehearsal=True)
        client = await connect(server.address, NAMESPACE, security=security)
        async with furnished(client, plan.settings, folder / "office") as place:
            report = await live(plan, place, rotate)
        said = [plan.part.application.model_dump(mode="json"), [getattr(event, "fields", {}) for event in events]]
        words = set(words_in(said)) | {PLANTED}
        found = found_in(folder / "data", words)
        await start_plain(await connect(server.address, NAMESPACE), plan)
        yield Lived(client, security, report, folder, words, found, log.getvalue())
    logging.getLogger().removeHandler(heard)


def plant(fields: Any) -> None:
    """Write the secret into every comment."""
    for name, value in fields.items() if isinstance(fields, dict) else enumerate(fields):
        if isinstance(value, dict | list):
            plant(value)
        elif name == "comments":
            fields[name] = f"{PLANTED}: {value}"


def words_in(value: Any) -> Iterator[str]:
    """Yield what people wrote: names, streets, comments; what has several words or is the address of an e-mail."""
    if isinstance(value, str):
        if " " in value or "@" in value:
            yield value[:40]
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from words_in(part)


async def start_plain(client: Client, plan: PreparedScenario) -> None:
    """Start a case without encryption: what is said in it must be found, or the search finds nothing at all."""
    application = plan.part.application
    assert isinstance(application, AccreditationApplication)
    assert application.facility is not None
    facility = application.facility.model_copy(update={"name": CONTROL})
    assert isinstance(plan.part, CasePart)
    part = plan.part._replace(application=application.model_copy(update={"facility": facility}))
    handle = await start_case(client, f"{plan.case_id}9", part, plan.opened_at, plan.settings.zone)
    await handle.terminate()


def found_in(folder: Path, words: set[str]) -> set[str]:
    """Return the words that stand in any file of a folder."""
    content = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    return {word for word in words if word.encode() in content}


async def test_nobodys_name_stands_in_what_the_server_keeps(lived: Lived) -> None:
    assert lived.report["failures"] == []
    assert {"Sample Imaging Center", "1 Sample Street", PLANTED} < lived.words
    assert len(lived.words) > 20
    assert lived.found == set()
    assert {word for word in lived.words if word in lived.logged} == set()
    plain = found_in(lived.folder / "data", lived.words | {CONTROL})
    assert {CONTROL, "1 Sample Street", "Sample Supervising Physician"} < plain
    assert PLANTED not in plain


async def test_every_payload_of_the_life_is_encrypted(lived: Lived) -> None:
    for history in await histories(lived):
        payloads = list(payloads_in(History(events=history.events)))
        assert len(payloads) > 50
        assert {payload.metadata[ENCODING] for payload in payloads} == {ENCRYPTED}


async def test_of_a_local_activity_the_sdk_itself_tells_its_name_and_its_times_alone(lived: Lived) -> None:
    markers = [
        event.marker_recorded_event_attributes.details
        for history in await histories(lived)
        for event in history.events
        if event.HasField("marker_recorded_event_attributes")
    ]
    told = [json.loads(payload.data) for details in markers for payload in details["data"].payloads]
    assert told
    assert {name for one in told for name in one} <= OF_A_LOCAL_ACTIVITY, told
    assert {one["activity_type"] for one in told} == {"terms_in_force"}


async def test_a_key_that_is_changed_in_the_middle_of_a_life_is_not_noticed(lived: Lived) -> None:
    assert lived.report["failures"] == []
    used = {key for history in await histories(lived) for key in keys_in(History(events=history.events))}
    assert used == {file.stem for file in (lived.folder / "keys").glob("*.key")}
    assert len(used) == 2
    usage = await keys_in_use(lived.client)
    assert set(usage.cases) == used | {""}  # the last: what was started without encryption
    assert usage.cases[""] == 1


async def test_an_exported_history_is_as_closed_as_the_servers_and_replays_with_the_keys_or_decoded(
    lived: Lived, tmp_path: Path
) -> None:
    files = await export_history(lived.client, lived.report["case"], tmp_path)
    assert found_in(tmp_path, lived.words) == set()
    exported = [WorkflowHistory.from_json(lived.report["case"], file.read_text("utf-8")) for file in files]
    codec = codec_of(lived.security, NAMESPACE)
    decoded = [decoded_history(history, codec) for history in exported]
    assert PLANTED in "".join(history.to_json() for history in decoded) or any(
        PLANTED.encode() in payload.data for one in decoded for payload in payloads_in(History(events=one.events))
    )
    assert (await replay(each(exported), lived.client.data_converter)).safe == len(files)
    assert (await replay(each(decoded), lived.client.data_converter)).safe == len(files)
    assert (await replay(each(decoded))).safe == len(files)


async def test_histories_from_before_encryption_replay_with_it_on(lived: Lived) -> None:
    recorded = json.loads(gzip.decompress((HISTORIES / "straight-life.json.gz").read_bytes()))
    assert (await replay(each([WorkflowHistory.from_json("old", recorded)]), lived.client.data_converter)).safe == 1


async def test_whoever_has_no_key_is_told_which_one_and_where_it_was_looked_for(lived: Lived, tmp_path: Path) -> None:
    stranger = with_codec(pydantic_data_converter, Security(history_keys=str(tmp_path / "empty")), NAMESPACE)
    history = (await histories(lived))[0]
    with pytest.raises(KeyMissing, match=str(tmp_path / "empty")) as told:
        await stranger.decode([next(payloads_in(History(events=history.events)))])
    assert told.value.key_id in told.value.lines[0]
    with pytest.raises(KeyMissing):  # not "goes differently": it cannot be said
        await replay(each([history]), stranger)


async def histories(lived: Lived) -> list[WorkflowHistory]:
    return [await lived.client.get_workflow_handle(lived.report["case"]).fetch_history()]


async def each(those: list[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for one in those:
        yield one


async def test_a_worker_without_the_key_says_so_and_the_case_goes_on_once_it_has_it(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    """The failing task shows in the UI and in the worker's log; nothing of the case is lost."""
    theirs, ours = (Security(encrypt=True, history_keys=str(tmp_path / name)) for name in ("theirs", "ours"))
    key_id = new_key(tmp_path / "theirs", datetime.now(UTC))
    new_key(tmp_path / "ours", datetime.now(UTC) - timedelta(days=9))
    namespace = f"missing-{uuid4().hex[:10]}"
    await prepare_namespace(temporal_server.address, namespace)
    sender = await connect(temporal_server.address, namespace, security=theirs)
    worker = await connect(temporal_server.address, namespace, security=ours)
    plan = shipped_plans()[LIFE]
    now = datetime.now(UTC)
    await start_case(sender, plan.case_id, plan.part, now, plan.settings.zone)
    with closing(open_books(f"sqlite:///{tmp_path}/books.db")) as books:
        settings = load_settings(SAMPLE, {"ACCREDIT_PAPERS_FOLDER": str(tmp_path / "papers")})
        activities = CaseActivities(books, lambda: settings, MailFolder(tmp_path / "mail"), worker)
        async with working(worker, activities=activities, versioned=False):
            failure = await soon(lambda: task_failure(worker, plan.case_id))
            assert key_id in failure
            assert str(tmp_path / "ours") in failure
            (tmp_path / "ours" / f"{key_id}.key").write_bytes((tmp_path / "theirs" / f"{key_id}.key").read_bytes())
            (tmp_path / "ours" / f"{key_id}.key").chmod(0o600)
            status = await soon(lambda: ask(sender, plan.case_id, "status", within=timedelta(seconds=5)))
            assert status["stage"] == "application"


async def soon(asked: Callable[[], Awaitable[Any]]) -> Any:
    """Return the first answer that is one."""
    stop = asyncio.get_running_loop().time() + WITHIN
    while (answer := await asked()) is None:
        assert asyncio.get_running_loop().time() < stop, "it never came"
        await asyncio.sleep(0.05)
    return answer
