"""Signals between cases: nobody proves from whom they come, so a case believes the books and not them."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory
from temporalio.common import RawValue

from records.outbox import notices
from services.replays.order import replay
from tests.office import LivingOffice
from tests.provenance.strangers import everything
from tests.workflows.designation.practices import application, open_designation
from workflows.accreditation.workflow import AccreditationCycle
from workflows.designation.workflow import DicoeDesignation

pytestmark = pytest.mark.server
NOW = datetime.now(UTC).isoformat()
FACILITY = "WV-NEWS"
EVIL = "withdrawn. [Pay here](https://evil.example) <b>now</b>"
INSTANTS = (NOW, "2027-01-01T00:00:00", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "no date", None, 7)


class Row(NamedTuple):
    """A signal, and what a stranger says by it. Of a message its sender is to give proof: here it is none at all."""

    said: list[list[Any]]


TABLE = {
    "renewal_granted": Row([["accreditation.OH-0417.ct.CT-1.2", at] for at in INSTANTS] + [[]]),
    "renewal_closed": Row([["accreditation.OH-0417.ct.CT-1.2", at] for at in INSTANTS] + [[{"x": 1}, 2, 3, 4]]),
    "accreditation_ended": Row([[FACILITY, "ct", EVIL, at] for at in INSTANTS] + [["../../x", "ct", "expired", NOW]]),
    "accreditation_granted": Row([[FACILITY, "ct", at] for at in INSTANTS]),
    "continue_as_new": Row([[], [], [], [EVIL]]),
    "choose_option": Row([[], [7], [{}], [{"option": "repeat"}, EVIL]]),
}


def test_every_signal_has_a_row() -> None:
    definitions = (workflow._Definition.must_from_class(one) for one in (AccreditationCycle, DicoeDesignation))
    assert {name for one in definitions for name in one.signals} == set(TABLE)


STRANGE: dict[str, Payload] = {
    "stored elsewhere": Payload(metadata={"encoding": b"json/external-storage-reference"}, data=b"{}"),
    "marked as that": Payload(
        metadata={"encoding": b"json/plain", "__temporal_external_storage_reference": b"1"}, data=b"{}"
    ),
    "of no encoding": Payload(metadata={"encoding": b"x/y"}, data=b"{}"),
    "encrypted by nobody": Payload(metadata={"encoding": b"binary/encrypted"}, data=b"x"),
}


async def test_a_payload_that_nobody_reads_stops_no_case(guarded: LivingOffice) -> None:
    case_id = await guarded.start()
    handle = guarded.client.get_workflow_handle(case_id)
    for payload in STRANGE.values():
        for name in ("choose_option", "renewal_granted", "no_such_signal"):
            await handle.signal(name, args=[RawValue(payload)])
    assert (await handle.query("status"))["stage"] == "application"
    await guarded.tell(case_id, "close_case", reason="It is heard.")


async def test_news_that_the_books_do_not_know_change_nothing(guarded: LivingOffice) -> None:
    unit = await guarded.start()
    designation = await open_designation(guarded, application({FACILITY: ["ct"]}))
    before = await everything(guarded)
    for case_id in (unit, designation):
        handle = guarded.client.get_workflow_handle(case_id)
        shown = {name: await handle.query(name) for name in ("status", "timeline", "agenda")}
        for name, row in TABLE.items():
            for said in row.said if name != "continue_as_new" else []:
                await handle.signal(name, args=said)
        assert {name: await handle.query(name) for name in ("status", "timeline", "agenda")} == shown
    assert await everything(guarded) == before
    somebody: dict[str, Any] = {"on_behalf_of": {"name": "Ann Sample"}}
    for case_id in (unit, designation):
        await guarded.tell(case_id, "withdraw_case", **somebody, reason="sold")
        assert (await guarded.until_books(case_id, "closed")).outcome == "withdrawn"
        history = await guarded.client.get_workflow_handle(case_id).fetch_history()
        assert (await replayed(history)) == (1, {})


async def test_whoever_asks_again_and_again_to_continue_as_new_gains_one_run(guarded: LivingOffice) -> None:
    case_id = await guarded.start()
    handle = guarded.client.get_workflow_handle(case_id)
    run_id = (await handle.describe()).run_id
    await handle.signal("continue_as_new")
    await guarded.until_another_run(case_id, run_id)
    run_id = (await handle.describe()).run_id
    for _ in range(20):
        await handle.signal("continue_as_new")
    await guarded.status(case_id)
    assert (await handle.describe()).run_id == run_id
    await guarded.tell(case_id, "close_case", reason="enough")
    await guarded.until_books(case_id, "closed")


async def test_an_end_that_the_books_know_is_told_in_their_words_and_once(guarded: LivingOffice) -> None:
    """Also where somebody tells it before the accreditation's own case does, with an outcome and a day of his own."""
    from tests.workflows.designation.practices import open_unit

    unit = await open_unit(guarded, "WV-TOLD")
    await guarded.report(unit, deficient=())
    await guarded.until_books(unit, "accredited")
    designation = await open_designation(guarded, application({"WV-TOLD": ["ct"]}))
    handle = guarded.client.get_workflow_handle(designation)
    await guarded.tell(unit, "close_case", reason="scrapped")
    await handle.signal("accreditation_ended", args=["WV-TOLD", "ct", EVIL, "2199-01-01T00:00:00"])
    told = await guarded.until(designation, "its lost accreditation", lambda status: bool(status["attention"]))
    assert [one["text"] for one in told["attention"]] == ["the CT accreditation of WV-TOLD ended: closed by the office"]
    item = told["attention"][0]["item"]
    await guarded.tell(designation, "resolve_attention", item=item, action="skip", reason="known")
    for _ in range(3):
        await handle.signal("accreditation_ended", args=["wv-told", "ct", "expired", NOW])
        await handle.signal("accreditation_granted", args=["WV-TOLD", "ct", NOW])
    await guarded.tell(designation, "close_case", reason="enough")
    await guarded.until_books(designation, "closed")
    with guarded.books.reading() as session:
        kinds = [notice.kind for notice in notices(session, designation)]
    assert kinds.count("accreditation_ended") == 1
    assert (await replayed(await handle.fetch_history())) == (1, {})


async def replayed(history: WorkflowHistory) -> tuple[int, dict[str, str]]:
    """Replay a history, and return how many did and what went wrong."""

    async def one() -> Any:
        yield history

    found = await replay(one())
    return found.safe, found.unsafe
