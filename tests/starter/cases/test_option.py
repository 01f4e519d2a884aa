"""`accredit option`: the option form as one command, signalled to the case, whose verdict comes back."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from embedded.server import EmbeddedServer
from records.outbox import notices
from services.errors import ExitCode
from tests.office import LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal
from tests.patience import WITHIN

pytestmark = pytest.mark.server
ANN = ("--by-name", "Ann Sample", "--by-role", "supervising_physician")


async def history_of(office: LivingOffice, case_id: str) -> tuple[list[str], list[str]]:
    """Return the names of the signals and of the updates in a case's history."""
    history = await office.client.get_workflow_handle(case_id).fetch_history()
    signals = [event.workflow_execution_signaled_event_attributes.signal_name for event in history.events]
    updates = [
        event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name
        for event in history.events
    ]
    return [name for name in signals if name], [name for name in updates if name]


async def test_a_choice_is_signalled_and_its_verdict_comes_back(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    ran = await terminal("option", case_id, "repeat", "--attest", *ANN)
    assert ran.code == ExitCode.DONE, ran.err + ran.out
    assert ran.out.startswith(f"Accepted: choose_option for {case_id}")
    signals, updates = await history_of(office, case_id)
    assert signals == ["choose_option"]
    assert "choose_option" not in updates
    assert (await office.status(case_id))["stage"] == "application"  # the repeat's own fee


async def test_an_appeal_carries_its_letter_signed_and_digested(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    letter = terminal.file("letter.pdf", "Dear office")
    ran = await terminal(
        "option", case_id, "appeal", "--attest", "--medium", "upload", "--letter", letter,
        "--signed-by", "supervising_physician:Sample Supervising Physician", *ANN,
    )  # fmt: skip
    assert ran.code == ExitCode.DONE, ran.err + ran.out
    entries = await office.client.get_workflow_handle(case_id).query("timeline")
    (choice,) = [one["detail"]["message"] for one in entries if one["text"] == "choose option"]
    assert choice["letters"][0]["uri"] == (office.folder / "letter.pdf").as_uri()
    assert choice["letters"][0]["signed_by"]["name"] == "Sample Supervising Physician"
    assert "Warning" not in ran.out  # the worker has opened it, wherever whoever works here keeps it
    assert (await office.status(case_id))["stage"] == "appeal"


async def test_a_refused_choice_is_exit_3_with_what_is_possible_instead(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    ran = await terminal("option", case_id, "reinstate", "--attest", *ANN, "--json")
    assert (ran.code, ran.data["rule"]) == (ExitCode.REFUSED, "option.not_offered")
    assert ran.data["instead"] == [
        "Choose an appeal, a repeat, the withdrawal of modules or patient types, or withdrawal from accreditation."
    ]


async def test_a_choice_without_attestation_is_refused(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    ran = await terminal("option", case_id, "repeat", *ANN, "--json")
    assert (ran.code, ran.data["rule"]) == (ExitCode.REFUSED, "option_form.not_attested")


async def test_the_same_choice_again_gets_the_same_answer_and_another_one_under_its_id_none(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    form = ["--attest", *ANN, "--id", "form-1", "--json"]
    first, again = (
        await terminal("option", case_id, "repeat", *form),
        await terminal("option", case_id, "repeat", *form),
    )
    assert (first.code, first.data) == (ExitCode.DONE, again.data)
    other = await terminal("option", case_id, "withdraw", *form)
    assert (other.code, other.data["rule"]) == (ExitCode.REFUSED, "message.id_reused")


async def test_the_office_enters_a_form_that_came_by_fax(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    received_at = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    ran = await terminal(
        "option", case_id, "repeat", "--attest", "--for-name", "Ann Sample", "--reason", "by fax",
        "--received-at", received_at,
    )  # fmt: skip
    assert ran.code == ExitCode.DONE, ran.err + ran.out
    entries = await office.client.get_workflow_handle(case_id).query("timeline")
    (choice,) = [one for one in entries if one["text"] == "choose option"]
    assert datetime.fromisoformat(choice["at"]) == datetime.fromisoformat(received_at)
    assert choice["by"] == "facility"


async def test_a_refused_signal_is_also_answered_by_a_notice(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    assert (await terminal("option", case_id, "reinstate", "--attest", *ANN)).code == ExitCode.REFUSED
    async with asyncio.timeout(WITHIN):
        while True:
            with office.books.reading() as session:
                kinds = [notice.kind for notice in notices(session, case_id)]
            if "option_refused" in kinds:
                break
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            ("--letter", "a.pdf", "--letter", "b.pdf", "--letter", "c.pdf", "--signed-by", "x", "--signed-by", "y"),
            "2 for 3",
        ),
        (("--letter", "missing.pdf"), "document.unreadable"),
    ],
)
async def test_a_form_that_cannot_be_made_is_never_sent(
    terminal: OfficeTerminal, given: tuple[str, ...], told: str
) -> None:
    ran = await terminal("option", "accreditation.XX-1.ct.CT-1.1", "appeal", *given, *ANN)
    assert ran.code in (ExitCode.UNUSABLE, ExitCode.REFUSED)
    assert told in ran.err


async def test_an_option_that_does_not_exist_is_exit_2(terminal: OfficeTerminal) -> None:
    ran = await terminal("option", "accreditation.XX-1.ct.CT-1.1", "complain", *ANN)
    assert ran.code == ExitCode.UNUSABLE


async def test_without_a_worker_the_signal_is_delivered_and_says_as_of_when_it_counts(
    temporal_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as office:
        case_id = await office.start_without_worker()
        ran = await OfficeTerminal(office, monkeypatch, capsys)("option", case_id, "repeat", *ANN, "--timeout", "1")
        assert (await history_of(office, case_id))[0] == ["choose_option"]
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "The message is delivered and will be judged as of" in ran.err
    assert "No worker runs: start one" in ran.err
