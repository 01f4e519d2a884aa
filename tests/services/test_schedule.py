"""Every night the books are brought in line with the server, by a Schedule that can be seen in the UI."""

from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client

from services.schedule import QUEUE, SCHEDULE, housekeeping, schedule_nightly
from services.settings import SAMPLE, load_settings
from tests.office import LivingOffice
from workflows.reconciliation import Reconciliation

ZONE = load_settings(SAMPLE, {}).zone


async def test_the_round_closes_in_the_books_what_was_terminated_on_the_server(office: LivingOffice) -> None:
    case_id = await office.start()
    await office.client.get_workflow_handle(case_id).terminate("by mistake")
    async with housekeeping(office.client, office.books, ZONE):
        told = await office.client.execute_workflow(Reconciliation.run, id=f"{SCHEDULE}-{uuid4()}", task_queue=QUEUE)
    assert "1 closed" in told
    assert office.row(case_id).stage == "closed"


async def test_the_schedule_is_made_once_and_runs_at_three_in_the_morning_of_the_office(client: Client) -> None:
    await schedule_nightly(client, ZONE)
    await schedule_nightly(client, ZONE)
    found = await client.get_schedule_handle(SCHEDULE).describe()
    first, second = (at.astimezone(ZONE) for at in found.info.next_action_times[:2])
    assert (first.hour, first.minute, second.hour) == (3, 0, 3)
    assert second.date() - first.date() == timedelta(days=1)
