"""Cases that are ended from outside: cancelled in Temporal, terminated there, closed or withdrawn by a message."""

import asyncio
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError

from embedded.server import EmbeddedServer
from records.queries import case_by_id, timeline
from records.tables import CaseRecord
from rehearsal.world import World
from services.reconcile import bring_in_line
from tests.workflows.driving import Driven, a_place, at_work
from tests.workflows.lives import Reports, notices_of, went_as_told
from tests.workflows.stories import Said, Story, begun, chosen, deficient, package, paid, report, say
from tests.workflows.test_dead_books import locked

pytestmark = pytest.mark.server

WAYS: dict[str, tuple[list[Said], float]] = {
    "application": ([paid(0.5)], 0.7),
    "testing": (begun(), 2),
    "review": ([*begun(), package(2)], 3),
    "options": (deficient(), 6),
    "appeal": ([*deficient(), chosen(6, "appeal")], 7),
    "accredited": ([*begun(), package(2), report(3)], 10),
}
"""A case in each of these stages, and a day on which it is ended."""
CLOSING = say(0, "close_case", reason="opened by mistake")
STORIES = {f"closed in {stage}": Story([*said, CLOSING._replace(day=day)]) for stage, (said, day) in WAYS.items()}
STORIES |= {f"withdrawn in {stage}": Story([*said, say(day, "withdraw_case")]) for stage, (said, day) in WAYS.items()}
STORIES["unpaid"] = Story([CLOSING._replace(day=3)])


@pytest.mark.parametrize("stage", WAYS)
def test_the_office_may_close_and_the_facility_withdraw_in_every_stage(reports: Reports, stage: str) -> None:
    day = WAYS[stage][1]
    closed, withdrawn = went_as_told(reports[f"closed in {stage}"]), went_as_told(reports[f"withdrawn in {stage}"])
    assert (closed["outcome"], closed["closed_day"]) == ("closed_by_acr", day)
    assert (withdrawn["outcome"], withdrawn["closed_day"]) == ("withdrawn", day)
    assert notices_of(reports[f"closed in {stage}"], "closed") == [day]
    assert notices_of(reports[f"withdrawn in {stage}"], "withdrawn") == [day]


def test_a_closed_case_keeps_its_certificate_and_voids_what_nobody_will_pay_for(reports: Reports) -> None:
    assert went_as_told(reports["closed in accredited"])["certificate"]["granted_day"] == 3.0
    assert [one["status"] for one in reports["unpaid"]["invoices"]] == ["void"]
    assert [one["status"] for one in reports["closed in testing"]["invoices"]] == ["paid"]


def row(place: World, case_id: str) -> CaseRecord:
    with place.books.reading() as session:
        found = case_by_id(session, case_id)
    assert found is not None
    return found


async def test_a_case_that_is_cancelled_in_temporal_stays_in_the_books_until_the_office_closes_it(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    """Nobody knows who has cancelled it. What was accepted before is written, once the books are back."""
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story(deficient()))
        await case.begin()
        await case.come_to(6)
        with locked(tmp_path):
            assert (await case.update(case.message(chosen(6, "repeat"), "the-form"))).accepted
            await case.handle.cancel()
        with pytest.raises(WorkflowFailureError):
            await case.handle.result()
        assert (await case.handle.describe()).status == WorkflowExecutionStatus.CANCELED
        stands = row(place, case.plan.case_id)
        assert (stands.stage, stands.outcome) == ("application", None)
        with place.books.reading() as session:
            assert [entry.text for entry in timeline(session, case.plan.case_id)].count("choose option") == 1
        nightly = await bring_in_line(place.client, place.books, place.settings.zone, tmp_path / "a", closes=False)
        assert "`accredit reconcile` closes it" in nightly.troubles[case.plan.case_id]
        assert (nightly.closed, row(place, case.plan.case_id).stage) == ({}, "application")
        found = await bring_in_line(place.client, place.books, place.settings.zone, tmp_path / "b")
        assert found.closed[case.plan.case_id] == "Cancelled on the Temporal server"
        assert row(place, case.plan.case_id).outcome == "closed_by_acr"


async def test_a_case_that_is_terminated_leaves_its_books_to_reconcile(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        cases = [Driven(place, Story(deficient()), f"terminated {number}") for number in range(2)]
        await asyncio.gather(*(case.begin() for case in cases))
        await cases[0].handle.terminate(reason="a duplicate")
        found = await bring_in_line(place.client, place.books, place.settings.zone, tmp_path / "histories")
        gone, other = (row(place, case.plan.case_id) for case in cases)
        assert list(found.closed) == [gone.case_id]
        assert (gone.stage, gone.outcome) == ("closed", "closed_by_acr")
        assert (other.stage, other.outcome) == ("options", None)
        again = await bring_in_line(place.client, place.books, place.settings.zone, tmp_path / "histories")
        assert (again.closed, again.exported) == ({}, [])
