"""A client comes from Temporal's own client configuration, and a server that is not there is named."""

import asyncio
import socket
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from embedded.process import free_ports
from embedded.server import embedded_server
from policy.messages import Actor, RecordPayment, Role
from services.connect import DEFAULT_ADDRESS, NoServerKnown, Unreachable, configured_address, connect
from services.errors import ExitCode, Unusable
from services.namespace import prepare_namespace
from services.paths import SERVER

OFFICE = Actor(name="A sample member of the office", role=Role.ACR)
VARIABLES = ("ADDRESS", "NAMESPACE", "PROFILE", "API_KEY", "CONFIG_FILE", "TLS")


@pytest.fixture(autouse=True)
def _nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(f"TEMPORAL_{name}", raising=False)
    (tmp_path / "empty.toml").touch()
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "empty.toml"))


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of something that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def a_profile(path: Path, address: str) -> Path:
    path.write_text(f'[profile.office]\naddress = "{address}"\nnamespace = "cases"\n')
    return path


async def test_a_server_that_does_not_run_is_named_with_its_address_and_the_next_step() -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"

    with pytest.raises(Unreachable) as caught:
        await connect(address)

    assert caught.value.address == address
    assert caught.value.code == ExitCode.NOT_REACHABLE
    assert address in caught.value.lines[0]
    assert "onnection refused" in caught.value.lines[0]
    assert caught.value.lines[1] == caught.value.next_step


async def test_a_server_that_says_nothing_counts_as_unreachable_after_the_time_given(silent: str) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()

    with pytest.raises(Unreachable, match=r"no answer within 0\.3 s"):
        await connect(silent, answer_within=0.3)

    assert loop.time() - began < 5


async def test_without_configuration_no_server_is_known_where_none_was_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "")  # an empty variable names nothing

    assert configured_address() is None
    with pytest.raises(NoServerKnown, match=DEFAULT_ADDRESS):
        await connect()


@pytest.mark.server
async def test_what_a_profile_has_to_be_let_in_by_goes_to_no_server_but_the_one_that_it_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMPORAL_API_KEY", "a-secret-of-another-server")
    async with embedded_server(SERVER, use_configured=False) as server:
        found = await connect()
        monkeypatch.setenv("TEMPORAL_ADDRESS", "elsewhere.example.org:7233")
        started = await connect(server.address)
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
        with pytest.raises(Unreachable):  # an API key asks for TLS, which this server does not speak
            await connect()

    for client in (found, started):
        assert client.service_client.config.target_host == server.address
        assert not client.service_client.config.api_key
        assert not client.service_client.config.tls


async def test_the_next_step_without_an_address_of_ones_own_is_to_start_a_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_ports(1)[0]}")

    with pytest.raises(Unreachable, match="make up"):
        await connect()


async def test_the_address_comes_from_the_environment_and_before_it_from_the_caller(
    monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", silent)

    assert configured_address() == silent
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 "):
        await connect("127.0.0.1:9", answer_within=0.3)


async def test_the_address_comes_from_the_profile_that_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, silent: str
) -> None:
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(a_profile(tmp_path / "temporal.toml", silent)))
    monkeypatch.setenv("TEMPORAL_PROFILE", "office")

    assert configured_address() == silent


@pytest.mark.parametrize(
    ("profile", "content"),
    [("archive", '[profile.office]\naddress = "127.0.0.1:7233"\n'), ("office", "[profile.office\n")],
    ids=["a profile that is not there", "a file that is no TOML"],
)
async def test_a_configuration_that_cannot_be_read_is_unusable_input(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, profile: str, content: str
) -> None:
    (tmp_path / "temporal.toml").write_text(content)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))
    monkeypatch.setenv("TEMPORAL_PROFILE", profile)

    with pytest.raises(Unusable, match="client configuration") as caught:
        await connect()

    assert caught.value.code == ExitCode.UNUSABLE


@pytest.mark.server
async def test_a_client_has_the_configured_namespace_and_carries_the_projects_models(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with embedded_server(use_configured=False) as server:
        monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(a_profile(tmp_path / "temporal.toml", server.address)))
        monkeypatch.setenv("TEMPORAL_PROFILE", "office")
        client = await connect()
        other = await connect(namespace="archive")
        await prepare_namespace(client, "cases", rehearsal=True)
        payment = RecordPayment(message_id="m-1", by=OFFICE, invoice="2026-0001", amount=Decimal("10.50"))
        handle = await client.start_workflow("AccreditationCycle", payment, id="c", task_queue="nobody")
        started = await anext(handle.fetch_history_events())

    assert (client.namespace, other.namespace) == ("cases", "archive")
    payloads = started.workflow_execution_started_event_attributes.input.payloads
    assert await client.data_converter.decode(payloads, [RecordPayment]) == [payment]
