"""After an accepted message the desk says who is awaited next, and by when; it never waits long for that."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from embedded.server import EmbeddedServer
from policy.status import CaseStatus
from services.errors import ExitCode
from services.next_action import NextAction, next_action
from tests.office import LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal

ZONE = ZoneInfo("America/New_York")
PATIENT = timedelta(seconds=30)
MIDNIGHT = datetime(2028, 5, 2, 4, tzinfo=UTC)


def in_words(due_at: datetime | None = None, **known: object) -> str:
    case = CaseStatus.model_validate({"case": "accreditation.OH-0417.ct.CT-1.1", "stage": "testing", **known})
    return NextAction(case, due_at).in_words(ZONE)


def test_it_says_who_what_and_by_when() -> None:
    told = in_words(MIDNIGHT, awaited_party="facility", awaited="the testing package")
    assert told == "Next: the facility: the testing package, by 1 May 2028, 24:00 ET."
    assert in_words(awaited_party="acr", awaited="the acceptance") == "Next: the office: the acceptance."


def test_where_nobody_is_awaited_it_says_so() -> None:
    assert in_words() == "Next: nobody is awaited; time passes."
    closed = in_words(outcome="closed_by_acr", closed_at="2028-05-01T09:00:00Z")
    assert closed == "The case is closed: closed by the office."


@pytest.mark.server
async def test_the_case_is_asked_as_the_message_left_it(office: LivingOffice) -> None:
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    then = await next_action(office.client, case_id, PATIENT)
    assert then is not None
    assert then.in_words(ZONE).startswith("Next: the facility: the testing package, by ")
    assert then.due_at == datetime.fromisoformat((await office.status(case_id))["deadlines"][0]["due_at"])


@pytest.mark.server
async def test_a_message_is_accepted_all_the_same_where_nobody_says_what_is_next(
    office: LivingOffice, terminal: OfficeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(next_action, "__defaults__", (timedelta(0),))
    case_id = await office.start()
    number = (await office.status(case_id))["invoices"][0]["number"]
    ran = await terminal("pay", number, "due")
    assert ran.code == ExitCode.DONE, ran.err
    assert ran.out.startswith("Accepted: ")
    assert "Next: " not in ran.out


@pytest.mark.server
async def test_without_a_worker_the_question_ends_in_time(temporal_server: EmbeddedServer, tmp_path: Path) -> None:
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as idle:
        case_id = await idle.start_without_worker()
        assert await next_action(idle.client, case_id) is None
        assert await next_action(idle.client, "accreditation.XX-1.ct.CT-1.1", PATIENT) is None
