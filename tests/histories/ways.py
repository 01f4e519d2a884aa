"""Lives that no scenario tells, for the recorded histories: ends from outside, new runs, pasts that are entered.

Each way is lived on a real server and gives the histories of its runs, by what is added to its name.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select
from temporalio.client import WorkflowFailureError, WorkflowHistory, WorkflowUpdateStage

from embedded.server import EmbeddedServer
from policy.facts import ADOPTION
from policy.office import Documents
from policy.verdict import Verdict
from records.tables import CaseRecord
from rehearsal.acting import act
from rehearsal.clocks import CaseClocks
from rehearsal.playing import live
from rehearsal.preparation import PreparedScenario
from rehearsal.scenario import Event
from rehearsal.world import World
from services.opening import start_case
from starter.rehearsals.demo import SCENARIOS
from tests.applications import sample
from tests.workflows.driving import Driven, a_place, at_work, goes_on, until
from tests.workflows.shipped import DESIGNATION, shipped_plans
from tests.workflows.stories import (
    HEAD,
    Said,
    Story,
    accepted,
    begun,
    chosen,
    deficient,
    event_of,
    extended,
    letter,
    package,
    paid,
    plans_of,
    report,
    result,
    say,
    signalled,
    viewed,
)
from tests.workflows.test_documents import a_free_port, a_store, document

Runs = dict[str, WorkflowHistory]
DOCUMENTS = SCENARIOS / "documents"
HANDED_IN = ("submit_testing_package", "view_final_report")
"""What the facility did, of an adopted case's past."""
REASON = "It was taken for another case."


async def continued(server: EmbeddedServer, folder: Path) -> Runs:
    """Go on in a new run while the form is open."""
    async with a_place(server, folder) as place, at_work(place):
        case = Driven(place, Story(deficient()), "continued")
        await case.begin()
        first = await goes_on(case.handle)
        await case.settle()
        await case.tell(chosen(6, "withdraw"))
        return await _runs(place, case.plan.case_id, first, None)


async def reopened(server: EmbeddedServer, folder: Path) -> Runs:
    """Close a case in error, and open it again."""
    async with a_place(server, folder) as place, at_work(place):
        case = Driven(place, Story(deficient()), "reopened")
        await case.begin()
        await case.tell(say(6, "close_case", reason=REASON))
        first = (await case.handle.describe()).run_id
        await case.tell(say(16, "reopen_case", reason=REASON))
        await case.tell(chosen(18, "withdraw"))
        return await _runs(place, case.plan.case_id, first, None)


async def closed_by_the_office(server: EmbeddedServer, folder: Path) -> Runs:
    """Close a case whose option was chosen, and whose invoice was written off in part and nobody will pay."""
    off = say(7, "write_off", invoice="$invoice", amount="100.00", reason="A reduced fee.")
    said = [*deficient(), chosen(6, "repeat"), off, say(8, "close_case", reason="The unit was sold.")]
    return await _driven(server, folder, "closed by the office", said)


async def cancelled(server: EmbeddedServer, folder: Path) -> Runs:
    """Cancel a case in Temporal while a step is still to be written."""
    async with a_place(server, folder) as place, at_work(place):
        case = Driven(place, Story(deficient()), "cancelled")
        await case.begin()
        await case.come_to(6)
        assert (await case.update(case.message(chosen(6, "repeat"), "the-form"))).accepted
        await case.handle.cancel()
        try:
            await case.handle.result()
        except WorkflowFailureError:
            return {"": await case.handle.fetch_history()}
    raise AssertionError("a cancelled case has a result")


async def adopted(server: EmbeddedServer, folder: Path) -> Runs:
    """Enter what has happened since a day of two months ago, then let the case live."""
    opened_at = datetime.now(UTC) - timedelta(days=60)
    past = [paid(2), accepted(3), package(20), report(40, [HEAD]), viewed(41)]
    now = [say(60, "resolve_attention", item=ADOPTION, action="skip", reason="All is entered.")]
    async with a_place(server, folder) as place, at_work(place):
        case = Driven(place, Story([]), "adopted")
        plan = case.plan
        await start_case(place.client, plan.case_id, plan.part, opened_at, place.settings.zone, adopted=True)
        await until(case.status, lambda told: bool(told["invoices"] and told["invoices"][0]["number"]))
        for number, one in enumerate([*past, *now], 1):
            handed_in = {"on_behalf_of": {"name": "Ann Sample"}} if one.name in HANDED_IN else {}
            dated = {"reason": "It was so.", "received_at": one.day, **handed_in}
            one = one._replace(fields={**dated, **one.fields})
            verdict = (await act(place, plan.case_id, event_of(number, one), opened_at)).verdict
            assert verdict.accepted, verdict
        await until(case.status, lambda told: not told["adopting"])
        await case.settle()
        return {"": await case.handle.fetch_history()}


async def renewal_closed(server: EmbeddedServer, folder: Path) -> Runs:
    """Withdraw the renewal of an accredited case, which may begin another one."""
    name = "renewal closed"
    facility = sample()["facility"] | {"id": name.replace(" ", "-")}
    application = sample() | {"application_id": "APP-2", "kind": "renewal", "facility": facility}
    again = application | {"application_id": "APP-3"}
    said = [
        *begun(),
        package(2),
        report(3),
        say(900, "start_renewal", application=application),
        say(905, "withdraw_case", case="renewal", reason="The unit is to be replaced."),
        say(910, "start_renewal", application=again),
    ]
    (plan,) = plans_of({name: Story(said, until=912)}).values()
    async with a_place(server, folder) as place, at_work(place):
        told = await live(plan, place, lambda text: None)
        assert told["failures"] == []
        with place.books.reading() as session:
            closed = session.exec(
                select(CaseRecord.case_id).where(
                    col(CaseRecord.case_id) != plan.case_id, col(CaseRecord.closed_at).is_not(None)
                )
            ).one()
        handle = place.client.get_workflow_handle
        return {"": await handle(plan.case_id).fetch_history(), ".renewal": await handle(closed).fetch_history()}


async def documents_that_cannot_be_read(server: EmbeddedServer, folder: Path) -> Runs:
    """Send a form with a letter that is cut off, by signal and by update, then with one that is not where it says."""
    signer = {"signed_by": "supervising_physician"}
    cut_off = document(DOCUMENTS / "cut-off.pdf", **signer)
    gone = document(DOCUMENTS / "appeal-letter.pdf", **signer) | {"uri": (DOCUMENTS / "gone.pdf").as_uri()}
    said = [
        *deficient(),
        signalled(chosen(6, "appeal", letters=[cut_off], refused="document.unreadable")),
        chosen(6.25, "appeal", letters=[cut_off], refused="document.unreadable"),
        chosen(6.5, "appeal", letters=[gone]),
        result(30),
    ]
    return await _driven(server, folder, "documents that cannot be read", said)


async def document_read_late(server: EmbeddedServer, folder: Path) -> Runs:
    """Send a form while the store of its letter is away: another message is taken first; then the letter is read."""
    (folder / "store").mkdir(parents=True)
    one, port = folder / "store" / "letter.txt", a_free_port()
    one.write_text("We disagree with the finding on the head exam.\n")
    far = document(one, signed_by="supervising_physician") | {"uri": f"http://127.0.0.1:{port}/letter.txt"}
    async with a_place(server, folder) as place:
        stores = Documents(schemes=("http",), private_addresses=True)
        place = replace(place, settings=place.settings.model_copy(update={"documents": stores}))
        async with at_work(place):
            case = Driven(place, Story(deficient()), "document read late")
            await case.begin()
            await case.come_to(17)
            form = case.message(chosen(17, "appeal", letters=[far]), "the-form")
            sent = await case.handle.start_update(
                form.NAME, form, id=form.key(), wait_for_stage=WorkflowUpdateStage.ACCEPTED, result_type=Verdict
            )
            await until(case.handle.describe, lambda told: bool(told.raw_description.pending_activities))
            assert (await case.update(case.message(extended(17, "option_form", 25.625), "more-time"))).accepted
            with a_store(folder / "store", port):
                assert (await sent.result()).accepted
            await case.settle()
            await case.tell(result(30))
            return {"": await case.handle.fetch_history()}


def every_stage() -> list[Said]:
    """Come through every stage before the certificate: three deficiencies, an appeal, a plan, a survey."""
    plan: dict[str, Any] = {"actions": [{"area": HEAD, "action": "The protocol was changed."}]}
    done: dict[str, Any] = {"documents": [letter("done.pdf")]}
    return [
        *deficient(),
        chosen(6, "appeal"),
        result(20, [HEAD]),
        viewed(21),
        chosen(23, "repeat"),
        paid(24),
        accepted(25),
        package(26, [HEAD], patients="B"),
        report(27, [HEAD], [HEAD]),
        viewed(28),
        chosen(30, "reinstate"),
        say(31, "submit_corrective_action_plan", **plan),
        say(32, "decide_corrective_action_plan", approved=True),
        say(33, "confirm_corrective_actions", **done),
        paid(34),
        accepted(35),
        package(36, patients="C"),
        report(37, [HEAD]),
        viewed(38),
        chosen(40, "reinstate"),
        paid(41),
    ]


async def continued_in_every_stage(server: EmbeddedServer, folder: Path) -> Runs:
    """Go on in a new run in every stage up to the survey."""
    (plan,) = plans_of({"continued in every stage": Story(every_stage(), until=42)}).values()
    return await _in_every_stage(server, folder, plan)


async def continued_accredited(server: EmbeddedServer, folder: Path) -> Runs:
    """Go on in a new run while accredited, and live to the certificate's end."""
    noted = say(10, "note", text="The medical physicist will be on leave.")
    (plan,) = plans_of({"continued accredited": Story([*begun(), package(2), report(3), noted])}).values()
    return await _in_every_stage(server, folder, plan, {"accredited"})


async def continued_designation(server: EmbeddedServer, folder: Path) -> Runs:
    """Go on in a new run in every stage of a designation, and live to its end."""
    return await _in_every_stage(server, folder, shipped_plans(DESIGNATION)["dicoe-whole-life"])


async def continued_oncology(server: EmbeddedServer, folder: Path) -> Runs:
    """Go on in a new run in every stage of a practice's accreditation whose appeal is lost."""
    return await _in_every_stage(server, folder, shipped_plans()["oncology-appeal-lost"])


async def continued_mammography(server: EmbeddedServer, folder: Path) -> Runs:
    """Go on in a new run in every stage of a mammography facility that is reinstated."""
    return await _in_every_stage(server, folder, shipped_plans()["mammography-reinstatement"])


async def _driven(server: EmbeddedServer, folder: Path, name: str, said: list[Said]) -> Runs:
    async with a_place(server, folder) as place, at_work(place):
        case = Driven(place, Story(said), name)
        await case.begin()
        return {"": await case.handle.fetch_history()}


async def _in_every_stage(
    server: EmbeddedServer, folder: Path, plan: PreparedScenario, stages: set[str] | None = None
) -> Runs:
    """Live a plan whose case goes on in a new run once in each stage, or in some, and return all its runs."""
    async with a_place(server, folder) as place, at_work(place):
        clocks, runs, seen = CaseClocks(place.client, plan.case_id), list[str](), set[str]()
        delay = max(plan.opened_at - datetime.now(UTC), timedelta(0))
        await start_case(place.client, plan.case_id, plan.part, plan.opened_at, place.settings.zone, start_delay=delay)
        await clocks.open(plan.opened_at)
        for event in plan.scenario.events:
            assert isinstance(event, Event)
            await clocks.come_to(event.instant(plan.opened_at))
            assert (failure := (await act(place, plan.case_id, event, plan.opened_at)).failure()) is None, failure
            await clocks.settle(until=None)
            stage = (await clocks.first.handle.query("status"))["stage"]
            if stage not in seen and (stages is None or stage in stages):
                seen.add(stage)
                runs.append(await goes_on(clocks.first.handle))
                await clocks.settle(until=None)
        await clocks.live_on(plan.end)
        return await _runs(place, plan.case_id, *runs, None)


async def _runs(place: World, case_id: str, *runs: str | None) -> Runs:
    """Return the histories of a case's runs, the newest by None."""
    handles = [place.client.get_workflow_handle(case_id, run_id=run) for run in runs]
    told = await asyncio.gather(*(handle.fetch_history() for handle in handles))
    return {f".run-{number}": history for number, history in enumerate(told, 1)}


WAYS: Mapping[str, Callable[[EmbeddedServer, Path], Awaitable[Any]]] = {
    "continued": continued,
    "reopened": reopened,
    "closed-by-the-office": closed_by_the_office,
    "cancelled": cancelled,
    "adopted": adopted,
    "renewal-closed": renewal_closed,
    "documents-that-cannot-be-read": documents_that_cannot_be_read,
    "document-read-late": document_read_late,
    "continued-in-every-stage": continued_in_every_stage,
    "continued-accredited": continued_accredited,
    "continued-designation": continued_designation,
    "continued-oncology": continued_oncology,
    "continued-mammography": continued_mammography,
}
"""The ways, by the names under which they are recorded."""
