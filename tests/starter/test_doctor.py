"""`accredit doctor`: everything that cases need is looked at, and what is not right says how to mend it."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest

from activities.hands import OfficeHands
from activities.mail import MailFolder
from starter.embedded.namespace import SEARCH_ATTRIBUTES, prepare_namespace
from starter.embedded.ports import free_ports
from starter.embedded.server import EmbeddedServer
from starter.problems import ExitCode
from starter.settings import SAMPLE, load_settings
from starter.version import build_id
from tests.activities.mail_servers import HOST, PASSWORD, USER, Mailbox, an_authority, knows, mail_server
from tests.office import LivingOffice, a_living_office
from tests.office_desk import OfficeDesk
from worker import working

pytestmark = pytest.mark.server
NOWHERE = "127.0.0.1:9"


async def checked(desk: OfficeDesk, *arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return the exit code and the checks by name."""
    ran = await desk("doctor", "--json", *arguments)
    assert "Traceback" not in ran.err
    return ran.code, {check["name"]: check for check in ran.data}


async def a_bare_namespace(office: LivingOffice, days: int) -> str:
    """Register a namespace without search attributes, that keeps closed cases for some days, and return its name."""
    kept = Duration()
    kept.FromTimedelta(timedelta(days=days))
    name = f"bare-{uuid4().hex[:10]}"
    request = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=kept)
    await office.client.workflow_service.register_namespace(request)
    return name


async def test_a_living_office_is_well_and_the_sample_and_unverified_senders_are_said(desk: OfficeDesk) -> None:
    code, checks = await checked(desk)
    assert code == ExitCode.DONE
    well = ["server", "namespace", "retention", "search attributes", "worker", "database", "mail folder"]
    assert {name: checks[name]["state"] for name in well} == dict.fromkeys(well, "ok")
    assert checks["settings"]["state"] == "warning"
    assert "anybody who can reach" in checks["senders"]["found"]
    assert "can speak for the office" in checks["senders"]["found"]


async def test_people_read_what_to_do_beneath_what_is_not_right(desk: OfficeDesk) -> None:
    ran = await desk("doctor")
    lines = ran.out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("warning") and "senders" in line)
    assert lines[place + 1].strip().startswith("Let only the office's machines reach the server")


async def test_a_server_that_is_away_is_exit_5_and_the_rest_is_looked_at_all_the_same(desk: OfficeDesk) -> None:
    desk.setenv("TEMPORAL_ADDRESS", NOWHERE)
    code, checks = await checked(desk)
    assert code == ExitCode.NOT_REACHABLE
    assert (checks["server"]["state"], checks["database"]["state"]) == ("unreachable", "ok")
    assert NOWHERE in checks["server"]["found"]
    assert "make up" in checks["server"]["mend"]


async def test_a_database_that_is_away_is_exit_5(desk: OfficeDesk) -> None:
    desk.setenv("ACCREDIT_DATABASE_URL", f"postgresql://nobody@{NOWHERE}/books")
    code, checks = await checked(desk)
    assert code == ExitCode.NOT_REACHABLE
    assert (checks["database"]["state"], checks["server"]["state"]) == ("unreachable", "ok")


async def test_a_namespace_that_is_not_set_up_is_found_and_mended(office: LivingOffice, desk: OfficeDesk) -> None:
    desk.setenv("TEMPORAL_NAMESPACE", await a_bare_namespace(office, 1))
    code, checks = await checked(desk)
    assert code == ExitCode.NOT_AS_EXPECTED
    assert checks["retention"]["found"] == "closed cases are kept for 1 days"
    assert "--retention 1096d" in checks["retention"]["mend"]
    assert checks["search attributes"]["found"] == f"missing: {', '.join(SEARCH_ATTRIBUTES)}"
    assert "--name DueAt --type Datetime" in checks["search attributes"]["mend"]

    _, mended = await checked(desk, "--mend")
    assert (mended["retention"]["state"], mended["search attributes"]["state"]) == ("ok", "ok")


async def test_a_namespace_that_does_not_exist_is_named(desk: OfficeDesk) -> None:
    desk.setenv("TEMPORAL_NAMESPACE", "no-such-namespace")
    code, checks = await checked(desk)
    assert code == ExitCode.NOT_AS_EXPECTED
    assert checks["namespace"]["found"] == "there is no namespace no-such-namespace"
    assert "accredit doctor --mend" in checks["namespace"]["mend"]


async def test_a_rehearsals_namespace_is_no_office(office: LivingOffice, desk: OfficeDesk) -> None:
    name = f"rehearsal-{uuid4().hex[:10]}"
    await prepare_namespace(office.client, name, rehearsal=True)
    desk.setenv("TEMPORAL_NAMESPACE", name)
    code, checks = await checked(desk)
    assert (code, checks["namespace"]["state"]) == (ExitCode.NOT_AS_EXPECTED, "wrong")


async def test_without_a_worker_nobody_asks_for_tasks(
    temporal_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as office:
        code, checks = await checked(OfficeDesk(office, monkeypatch, capsys))
    assert code == ExitCode.NOT_AS_EXPECTED
    assert checks["worker"]["found"] == "nobody asks for workflow and activity tasks on accredit"
    assert "python -m worker" in checks["worker"]["mend"]


async def test_a_versioned_worker_is_told_with_its_version(
    temporal_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as office:
        settings = load_settings(SAMPLE, {})
        hands = OfficeHands(office.books, lambda: settings, MailFolder(tmp_path / "mail"), office.client)
        async with working(office.client, hands=hands):
            code, checks = await checked(OfficeDesk(office, monkeypatch, capsys))
    assert code == ExitCode.DONE, checks["worker"]
    assert checks["worker"]["found"] == f"1 worker(s), version {build_id()}"


async def test_mail_that_cannot_be_kept_or_handed_on_is_wrong(office: LivingOffice, desk: OfficeDesk) -> None:
    desk.setenv("ACCREDIT_MAIL_FOLDER", str(office.folder / "books.db"))
    desk.setenv("ACCREDIT_MAIL_HOST", "127.0.0.1")
    (port,) = free_ports(1)
    desk.setenv("ACCREDIT_MAIL_PORT", str(port))
    code, checks = await checked(desk)
    assert code == ExitCode.NOT_AS_EXPECTED
    assert (checks["mail folder"]["state"], checks["mail server"]["state"]) == ("wrong", "wrong")


async def test_a_mail_server_is_greeted_and_takes_letters_from_the_office(desk: OfficeDesk, tmp_path: Path) -> None:
    mailbox, authority = Mailbox(), an_authority(tmp_path)
    settings = {"HOST": HOST, "CA_FILE": authority.file, "USERNAME": USER, "PASSWORD": PASSWORD}
    for name, value in settings.items():
        desk.setenv(f"ACCREDIT_MAIL_{name}", value)
    asks: dict[str, Any] = {
        "tls_context": authority.context,
        "require_starttls": True,
        "authenticator": knows,
        "auth_required": True,
    }
    with mail_server(mailbox, **asks) as port:
        desk.setenv("ACCREDIT_MAIL_PORT", str(port))
        _, checks = await checked(desk)
        assert checks["mail server"]["state"] == "ok"
        assert checks["mail server"]["found"].startswith(f"{HOST}:{port} answers, encrypted (TLSv1")
        assert checks["mail server"]["found"].endswith("signed in")

        desk.setenv("ACCREDIT_MAIL_PASSWORD", "wrong")
        code, checks = await checked(desk)
        assert (code, checks["mail server"]["state"]) == (ExitCode.NOT_AS_EXPECTED, "wrong")
        assert "does not know this user and password" in checks["mail server"]["found"]
        assert "ACCREDIT_MAIL_PASSWORD" in checks["mail server"]["mend"]

        desk.setenv("ACCREDIT_MAIL_PASSWORD", PASSWORD)
        mailbox.said_to_sender = "553 5.1.8 not yours"
        _, checks = await checked(desk)
        assert "takes no letters from the office's address: 553" in checks["mail server"]["found"]
        assert "[mail] sender" in checks["mail server"]["mend"]
    assert mailbox.taken == []


async def test_mail_that_could_be_read_on_its_way_is_a_warning_unless_it_stays_on_this_machine(
    desk: OfficeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.setenv("ACCREDIT_MAIL_HOST", HOST)
    desk.setenv("ACCREDIT_MAIL_STARTTLS", "false")
    with mail_server(Mailbox()) as port:
        desk.setenv("ACCREDIT_MAIL_PORT", str(port))
        _, checks = await checked(desk)
        assert (checks["mail server"]["state"], "not encrypted" in checks["mail server"]["found"]) == ("ok", True)
        monkeypatch.setattr("starter.desk.checks.THIS_MACHINE", ())
        _, checks = await checked(desk)
        assert checks["mail server"]["state"] == "warning"
