"""`accredit doctor`: everything that cases need is looked at, and what is not right says how to mend it."""

import resource
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from embedded.process import free_ports
from embedded.server import EmbeddedServer
from services.deployment import build_id
from services.errors import ExitCode
from services.namespace import SEARCH_ATTRIBUTES, prepare_namespace
from services.settings import SAMPLE, load_settings
from services.workers import working
from starter.operation.checks import check_mail_folder
from tests.activities.mail_servers import HOST, PASSWORD, USER, Mailbox, an_authority, knows, mail_server
from tests.office import LivingOffice, a_living_office
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server
NOWHERE = "127.0.0.1:9"


async def checked(terminal: OfficeTerminal, *arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return the exit code and the checks by name."""
    ran = await terminal("doctor", "--json", *arguments)
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


async def test_a_living_office_is_well_its_senders_are_verified_and_the_sample_is_said(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    await office.until_polled(activities=True)
    code, checks = await checked(terminal)
    assert code == ExitCode.DONE
    well = ["server", "clock", "namespace", "retention", "search attributes", "worker", "database", "mail folder"]
    assert {name: checks[name]["state"] for name in well} == dict.fromkeys(well, "ok")
    assert checks["settings"]["state"] == "warning"
    assert checks["senders"]["state"] == "ok"
    assert checks["senders"]["found"].startswith("verified by 2 key(s)"), "the office's and its portal's"


async def test_people_read_what_to_do_beneath_what_is_not_right(terminal: OfficeTerminal) -> None:
    terminal.setenv("ACCREDIT_SECURITY_SENDERS", "claimed")
    ran = await terminal("doctor")
    lines = ran.out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("warning") and "senders" in line)
    assert "anybody who can reach" in lines[place]
    assert lines[place + 1].strip().startswith("Set [security] senders")


async def test_a_terminal_without_a_key_and_a_key_that_others_can_read_are_said(
    office: LivingOffice, terminal: OfficeTerminal, tmp_path: Path
) -> None:
    terminal.setenv("ACCREDIT_SECURITY_KEYS", str(tmp_path / "keys"))
    _, checks = await checked(terminal)
    assert checks["senders"]["state"] == "warning"
    assert checks["senders"]["mend"].startswith("`accredit keys new` makes one")
    assert (await terminal("keys", "new", "--first")).code == ExitCode.DONE
    assert (await checked(terminal))[1]["senders"]["state"] == "ok"
    next((tmp_path / "keys").glob("*.key")).chmod(0o644)
    code, checks = await checked(terminal)
    assert (code, checks["senders"]["state"]) == (ExitCode.NOT_AS_EXPECTED, "wrong")


async def test_a_server_that_is_away_is_exit_5_and_the_rest_is_looked_at_all_the_same(terminal: OfficeTerminal) -> None:
    terminal.setenv("TEMPORAL_ADDRESS", NOWHERE)
    code, checks = await checked(terminal)
    assert code == ExitCode.NOT_REACHABLE
    assert (checks["server"]["state"], checks["database"]["state"]) == ("unreachable", "ok")
    assert NOWHERE in checks["server"]["found"]
    assert "make up" in checks["server"]["mend"]


async def test_a_database_that_is_away_is_exit_5(terminal: OfficeTerminal) -> None:
    terminal.setenv("ACCREDIT_DATABASE_URL", f"postgresql://nobody@{NOWHERE}/books")
    code, checks = await checked(terminal)
    assert code == ExitCode.NOT_REACHABLE
    assert (checks["database"]["state"], checks["server"]["state"]) == ("unreachable", "ok")


async def test_a_namespace_that_is_not_set_up_is_found_and_mended(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    terminal.setenv("TEMPORAL_NAMESPACE", await a_bare_namespace(office, 1))
    code, checks = await checked(terminal)
    assert code == ExitCode.NOT_AS_EXPECTED
    assert checks["retention"]["found"] == "closed cases are kept for 1 days"
    assert "--retention 1096d" in checks["retention"]["mend"]
    assert checks["search attributes"]["found"] == f"missing: {', '.join(SEARCH_ATTRIBUTES)}"
    assert "--name DueAt --type Datetime" in checks["search attributes"]["mend"]

    _, mended = await checked(terminal, "--mend")
    assert (mended["retention"]["state"], mended["search attributes"]["state"]) == ("ok", "ok")


async def test_a_namespace_that_does_not_exist_is_named(terminal: OfficeTerminal) -> None:
    terminal.setenv("TEMPORAL_NAMESPACE", "no-such-namespace")
    code, checks = await checked(terminal)
    assert code == ExitCode.NOT_AS_EXPECTED
    assert checks["namespace"]["found"] == "there is no namespace no-such-namespace"
    assert "accredit doctor --mend" in checks["namespace"]["mend"]


async def test_a_rehearsals_namespace_is_no_office(office: LivingOffice, terminal: OfficeTerminal) -> None:
    name = f"rehearsal-{uuid4().hex[:10]}"
    await prepare_namespace(office.client, name, rehearsal=True)
    terminal.setenv("TEMPORAL_NAMESPACE", name)
    code, checks = await checked(terminal)
    assert (code, checks["namespace"]["state"]) == (ExitCode.NOT_AS_EXPECTED, "wrong")


async def test_without_a_worker_nobody_asks_for_tasks(
    temporal_server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_living_office(temporal_server.address, tmp_path, at_work=False) as office:
        code, checks = await checked(OfficeTerminal(office, monkeypatch, capsys))
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
        activities = CaseActivities(office.books, lambda: settings, MailFolder(tmp_path / "mail"), office.client)
        async with working(office.client, activities=activities):
            await office.until_polled(activities=True)
            code, checks = await checked(OfficeTerminal(office, monkeypatch, capsys))
    assert code == ExitCode.DONE, checks["worker"]
    assert checks["worker"]["found"] == f"1 worker(s), version {build_id()}"


async def test_mail_that_cannot_be_kept_or_handed_on_is_wrong(office: LivingOffice, terminal: OfficeTerminal) -> None:
    terminal.setenv("ACCREDIT_MAIL_FOLDER", str(office.folder / "books.db"))
    terminal.setenv("ACCREDIT_MAIL_HOST", "127.0.0.1")
    (port,) = free_ports(1)
    terminal.setenv("ACCREDIT_MAIL_PORT", str(port))
    code, checks = await checked(terminal)
    assert code == ExitCode.NOT_AS_EXPECTED
    assert (checks["mail folder"]["state"], checks["mail server"]["state"]) == ("wrong", "wrong")


def test_a_folder_on_a_full_disk_is_wrong(tmp_path: Path) -> None:
    settings = load_settings(SAMPLE, {"ACCREDIT_MAIL_FOLDER": str(tmp_path / "mail")})
    assert check_mail_folder(settings).state == "ok"
    least, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, most))
    try:
        full = check_mail_folder(settings)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (least, most))
    assert full.state == "wrong"
    assert "cannot be written" in full.found
    assert "make room" in full.mend
    assert list(tmp_path.iterdir()) == []


async def test_a_mail_server_is_greeted_and_takes_letters_from_the_office(
    terminal: OfficeTerminal, tmp_path: Path
) -> None:
    mailbox, authority = Mailbox(), an_authority(tmp_path)
    settings = {"HOST": HOST, "CA_FILE": authority.file, "USERNAME": USER, "PASSWORD": PASSWORD}
    for name, value in settings.items():
        terminal.setenv(f"ACCREDIT_MAIL_{name}", value)
    asks: dict[str, Any] = {
        "tls_context": authority.context,
        "require_starttls": True,
        "authenticator": knows,
        "auth_required": True,
    }
    with mail_server(mailbox, **asks) as port:
        terminal.setenv("ACCREDIT_MAIL_PORT", str(port))
        _, checks = await checked(terminal)
        assert checks["mail server"]["state"] == "ok"
        assert checks["mail server"]["found"].startswith(f"{HOST}:{port} answers, encrypted (TLSv1")
        assert checks["mail server"]["found"].endswith("signed in")

        terminal.setenv("ACCREDIT_MAIL_PASSWORD", "wrong")
        code, checks = await checked(terminal)
        assert (code, checks["mail server"]["state"]) == (ExitCode.NOT_AS_EXPECTED, "wrong")
        assert "does not know this user and password" in checks["mail server"]["found"]
        assert "ACCREDIT_MAIL_PASSWORD" in checks["mail server"]["mend"]

        terminal.setenv("ACCREDIT_MAIL_PASSWORD", PASSWORD)
        mailbox.said_to_sender = "553 5.1.8 not yours"
        _, checks = await checked(terminal)
        assert "takes no letters from the office's address: 553" in checks["mail server"]["found"]
        assert "[mail] sender" in checks["mail server"]["mend"]
    assert mailbox.taken == []


async def test_mail_that_could_be_read_on_its_way_is_a_warning_unless_it_stays_on_this_machine(
    terminal: OfficeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.setenv("ACCREDIT_MAIL_HOST", HOST)
    terminal.setenv("ACCREDIT_MAIL_STARTTLS", "false")
    with mail_server(Mailbox()) as port:
        terminal.setenv("ACCREDIT_MAIL_PORT", str(port))
        _, checks = await checked(terminal)
        assert (checks["mail server"]["state"], "not encrypted" in checks["mail server"]["found"]) == ("ok", True)
        monkeypatch.setattr("starter.operation.checks.THIS_MACHINE", ())
        _, checks = await checked(terminal)
        assert checks["mail server"]["state"] == "warning"
