"""`accredit send` and `accredit pay` against a real case: verdicts, exit codes, and what a sender is told."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from embedded.server import EmbeddedServer
from policy.bounds import LARGEST
from policy.identity import TASK_QUEUE
from policy.messages import AmendApplication, ExtendDueDate
from services.errors import ExitCode
from services.sending import send_update
from services.workers import NO_VERSION
from tests.office import LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server
NOWHERE = "127.0.0.1:9"
"""The discard port: nothing listens there."""


async def first_invoice(office: LivingOffice, case_id: str) -> str:
    """Return the number of a case's first invoice."""
    number: str = (await office.status(case_id))["invoices"][0]["number"]
    return number


async def test_an_accepted_message_is_exit_0_and_prints_its_id(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    invoice = await first_invoice(office, case_id)
    ran = await terminal("send", case_id, "record_payment", f"invoice={invoice}", "amount=2500.00", "--id", "check-17")
    assert ran.code == ExitCode.DONE, ran.err
    assert ran.out.splitlines()[0] == f"Accepted: record_payment for {case_id}"
    assert "Message id: check-17" in ran.out
    assert (await office.status(case_id))["invoices"][0]["status"] == "paid"


async def test_a_refusal_names_rule_reason_source_and_what_is_possible_instead(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    ran = await terminal("send", case_id, "accept_application")
    assert ran.code == ExitCode.REFUSED
    lines = [line.strip() for line in ran.out.splitlines()]
    assert lines[0] == f"Refused by case.wrong_stage: accept_application for {case_id}"
    assert lines[1].endswith("has not been paid.")
    assert lines[2].startswith("Source: ")
    assert lines[3] == "Possible instead: Record its payment first."
    assert lines[4].endswith("(a mended message needs a new one)")


async def test_json_is_one_object_with_the_whole_verdict(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    ran = await terminal("send", case_id, "accept_application", "--json")
    assert ran.code == ExitCode.REFUSED
    assert ran.data["case"] == case_id
    assert ran.data["message"] == "accept_application"
    assert (ran.data["accepted"], ran.data["rule"]) == (False, "case.wrong_stage")
    assert set(ran.data) >= {"message_id", "reason", "source", "instead", "warnings", "digest"}


async def test_warnings_come_with_an_accepted_message(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    ran = await terminal("pay", await first_invoice(office, case_id), "$2,600.00")
    assert ran.code == ExitCode.DONE, ran.err
    assert "Warning: 100.00 USD more than invoice" in ran.out


async def test_an_invoice_names_its_case_and_is_paid_by_its_number(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    invoice = await first_invoice(office, case_id)
    part = await terminal("pay", invoice, "1000.00", "--method", "check")
    rest = await terminal("pay", invoice, "due", "--method", "transfer")
    assert (part.code, rest.code) == (ExitCode.DONE, ExitCode.DONE), part.err + rest.err
    assert (await office.status(case_id))["invoices"][0]["paid"] == "2500.00"
    again = await terminal("pay", invoice, "due")
    assert again.code == ExitCode.REFUSED
    assert f"Nothing is due on invoice {invoice}." in again.err


async def test_an_unknown_invoice_is_exit_4(terminal: OfficeTerminal) -> None:
    ran = await terminal("pay", "1999-0001", "1.00")
    assert ran.code == ExitCode.NO_SUCH_CASE
    assert "There is no invoice 1999-0001." in ran.err


async def test_an_unknown_case_is_exit_4(terminal: OfficeTerminal) -> None:
    ran = await terminal("send", "accreditation.XX-1.ct.CT-1.1", "accept_application")
    assert ran.code == ExitCode.NO_SUCH_CASE
    assert "There is no case accreditation.XX-1.ct.CT-1.1." in ran.err


async def test_a_message_of_another_party_is_turned_away_by_the_validator(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    ran = await terminal(
        "send", case_id, "accept_application", "--by-name", "Ann Sample", "--by-role", "facility", "--json"
    )
    assert ran.code == ExitCode.REFUSED
    assert ran.data["rule"] == "actor.not_allowed"
    assert [
        one for one in await office.client.get_workflow_handle(case_id).query("timeline") if one["kind"] == "refusal"
    ] == []


async def test_the_same_id_with_the_same_content_gets_the_same_answer_once(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    invoice = await first_invoice(office, case_id)
    payment = ["send", case_id, "record_payment", f"invoice={invoice}", "amount=100.00", "--id", "twice", "--json"]
    first, second = await terminal(*payment), await terminal(*payment)
    assert (first.code, second.code) == (ExitCode.DONE, ExitCode.DONE)
    assert first.data == second.data
    assert (await office.status(case_id))["invoices"][0]["paid"] == "100.00"


async def test_the_same_id_with_other_content_is_refused_and_changes_nothing(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    invoice = await first_invoice(office, case_id)
    payment = ["send", case_id, "record_payment", f"invoice={invoice}", "--id", "reused"]
    assert (await terminal(*payment, "amount=100.00")).code == ExitCode.DONE
    again = await terminal(*payment, "amount=200.00", "--json")
    assert (again.code, again.data["rule"]) == (ExitCode.REFUSED, "message.id_reused")
    assert (await office.status(case_id))["invoices"][0]["paid"] == "100.00"


async def test_a_closed_case_is_answered_from_the_books_with_outcome_and_when(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.tell(case_id, "close_case", reason="opened by mistake")
    await office.until_books(case_id, "closed")
    await office.client.get_workflow_handle(case_id).result()
    ran = await terminal("send", case_id, "accept_application", "--json")
    assert (ran.code, ran.data["rule"]) == (ExitCode.REFUSED, "case.closed")
    assert ran.data["outcome"] == "closed_by_acr"
    assert ran.data["closed_at"] == office.row(case_id).closed_at.isoformat()  # type: ignore[union-attr]


async def test_what_is_sent_comes_from_a_file_and_what_is_typed_lies_above_it(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    file = terminal.file("payment.json", {"invoice": await first_invoice(office, case_id), "amount": "1.00"})
    ran = await terminal("send", case_id, "record_payment", "--file", file, "amount=300.00")
    assert ran.code == ExitCode.DONE, ran.err
    assert (await office.status(case_id))["invoices"][0]["paid"] == "300.00"


async def test_unusable_input_is_exit_2_and_names_every_field(terminal: OfficeTerminal) -> None:
    ran = await terminal("send", "a.b.c", "record_payment", "amount=much", "invoce=1", "--json")
    assert ran.code == ExitCode.UNUSABLE
    assert [problem["field"] for problem in ran.data["problems"]] == ["invoice", "amount", "invoce"]


async def test_a_file_that_is_missing_is_exit_2(terminal: OfficeTerminal) -> None:
    ran = await terminal("send", "a.b.c", "record_payment", "--file", "missing.json")
    assert ran.code == ExitCode.UNUSABLE
    assert "missing.json: found no such file, expected a JSON file" in ran.err


async def test_only_the_option_form_is_sent_as_a_signal(terminal: OfficeTerminal) -> None:
    ran = await terminal("send", "a.b.c", "accept_application", "--signal")
    assert ran.code == ExitCode.UNUSABLE
    assert "one of choose_option" in ran.err


async def test_a_server_that_is_away_is_exit_5_with_its_address_and_no_traceback(terminal: OfficeTerminal) -> None:
    terminal.setenv("TEMPORAL_ADDRESS", NOWHERE)
    ran = await terminal("send", "accreditation.XX-1.ct.CT-1.1", "accept_application")
    assert ran.code == ExitCode.NOT_REACHABLE
    assert NOWHERE in ran.err
    assert "Traceback" not in ran.err


async def test_without_a_worker_the_sender_learns_that_the_message_may_or_may_not_be_taken(
    temporal_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as office:
        case_id = await office.start_without_worker()
        terminal = OfficeTerminal(office, monkeypatch, capsys)
        ran = await terminal("send", case_id, "accept_application", "--timeout", "1", "--id", "later", "--json")
    assert ran.code == ExitCode.NOT_REACHABLE
    told = json.dumps(ran.data)
    assert "may or may not be taken" in told
    assert "No worker runs: start one" in told
    assert "--id later" in told


@workflow.defn(name="AccreditationCycle")
class BusyCycle:
    """A life that takes a message and never answers it."""

    @workflow.run
    async def run(self, opening: dict[str, object]) -> None:
        """Live for ever."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def accept_application(self, message: dict[str, object]) -> None:
        """Never answer."""
        await workflow.wait_condition(lambda: False)


async def test_a_worker_that_is_busy_is_not_mistaken_for_one_that_is_away(
    temporal_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as office:
        runner = UnsandboxedWorkflowRunner()
        async with Worker(
            office.client, task_queue=TASK_QUEUE, workflows=[BusyCycle], workflow_runner=runner, build_id=NO_VERSION
        ):
            case_id = await office.start_without_worker()
            await office.until_polled()
            terminal = OfficeTerminal(office, monkeypatch, capsys)
            ran = await terminal("send", case_id, "accept_application", "--timeout", "1")
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "A worker is there, but it did not answer in time" in ran.err


@workflow.defn(name="AccreditationCycle")
class FailingCycle:
    """A life in which a message brings the step down, as one does that is larger than the server takes."""

    @workflow.run
    async def run(self, opening: dict[str, object]) -> None:
        """Live for ever."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def accept_application(self, message: dict[str, object]) -> None:
        """Fail, and not as a failure of the update."""
        await workflow.wait_condition(lambda: True)
        raise ValueError("what the sample fails at")


async def test_a_worker_that_fails_at_a_case_is_told_as_that_and_so_to_everybody_who_asks_next(
    temporal_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as office:
        runner = UnsandboxedWorkflowRunner()
        async with Worker(
            office.client, task_queue=TASK_QUEUE, workflows=[FailingCycle], workflow_runner=runner, build_id=NO_VERSION
        ):
            case_id = await office.start_without_worker()
            await office.until_polled()
            terminal = OfficeTerminal(office, monkeypatch, capsys)
            runs = [await terminal("send", case_id, "accept_application", "--timeout", "3") for _ in range(2)]
    for ran in runs:
        assert ran.code == ExitCode.NOT_REACHABLE
        assert f"The case {case_id} cannot go on: the worker fails at its next step" in ran.err
        assert "what the sample fails at" in ran.err
        assert "Nothing is lost" in ran.err
        assert "No worker runs" not in ran.err


async def test_the_longest_message_that_may_come_in_goes_through_the_server_and_into_the_books(
    office: LivingOffice, terminal: OfficeTerminal, tmp_path: Path
) -> None:
    case_id = await office.start()
    changes = {f"note {n}": "x" * 4000 for n in range(LARGEST // 4000 - 1)}
    large = tmp_path / "large.json"
    large.write_text("\ufeff" + json.dumps({"changes": changes, "reason": "as large as may be"}), "utf-8")
    ran = await terminal("send", case_id, "amend_application", "--file", str(large))
    assert (ran.code, "Refused by application.incomplete" in ran.out) == (ExitCode.REFUSED, True), ran.err
    changes |= {f"more {n}": "x" * 4000 for n in range(2)}
    large.write_text(json.dumps({"changes": changes, "reason": "more than that"}), "utf-8")
    ran = await terminal("send", case_id, "amend_application", "--file", str(large))
    assert ran.code == ExitCode.REFUSED
    assert "message.too_large" in ran.err
    assert "Put long texts into a document" in ran.err
    assert (await office.status(case_id))["stage"] == "application"


async def test_a_message_that_no_command_has_looked_at_is_turned_away_by_the_case(office: LivingOffice) -> None:
    case_id = await office.start()
    data = {"message_id": "m-1", "by": {"name": "Sample Officer", "role": "acr"}, "reason": "Sample."}
    endless = AmendApplication.model_validate(data | {"changes": {"facility": {"name": "x" * 4001}}})
    verdict = await send_update(office.client, case_id, endless, timedelta(seconds=30), office.sign)
    assert (verdict.accepted, verdict.rule) == (False, "message.too_large")
    gap = ExtendDueDate.model_validate(data | {"deadline": "option_form", "until": "2027-03-14T02:30"})
    verdict = await send_update(office.client, case_id, gap, timedelta(seconds=30), office.sign)
    assert (verdict.accepted, verdict.rule) == (False, "message.no_such_time")
