"""A client of the Temporal server that is meant: one that is named, else the one that `make up` runs in this folder.

Named it is by Temporal's own client configuration: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
`TEMPORAL_TLS…`, else the profile that `TEMPORAL_PROFILE` names in `temporal.toml` (`TEMPORAL_CONFIG_FILE`, else the
user's). What merely listens on Temporal's usual port is nobody's office: it is never spoken to.
"""

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from temporalio.client import Client, Plugin
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from policy.office import Security
from services.errors import InputFault, NotReachable, ServiceError, Unusable
from services.input.files import SETTINGS_LIMIT, read_text, toml_values
from services.paths import DEMO_NAMESPACE, local_server, where_up_runs
from services.security.codec import with_codec
from services.security.converter import data_converter
from services.telemetry.runtime import runtime

DEFAULT_ADDRESS = "localhost:7233"
"""Where Temporal's own tools look for a server that nobody names; here only an example."""
ANSWER_WITHIN = 5.0
"""Seconds in which a server must have answered."""
TEMPORAL_FILE = Path.home() / ".config/temporalio/temporal.toml"
"""Where Temporal's own tools look for profiles."""
DEFAULT_UI = "http://localhost:8233"
UI_VARIABLE = "ACCREDIT_UI"


class Unreachable(NotReachable):
    """The Temporal server does not answer; exit code 5.

    Args:
        address: Where it was looked for.
        next_step: What to do.
        detail: What kept it from answering.
    """

    def __init__(self, address: str, next_step: str, detail: str = "") -> None:
        super().__init__("Temporal server", address, next_step, detail)
        self.address = address
        self.next_step = next_step


class NoServerKnown(Unreachable):
    """No server is named, and `make up` does not run in this folder; exit code 5. Nobody was asked."""

    def __init__(self, detail: str = "") -> None:
        found = detail or f"`make up` does not run in this folder ({Path.cwd()})"
        text = f"No Temporal server is known here: {found}, and neither TEMPORAL_ADDRESS nor a profile names one."
        step = f"{where_up_runs()} Or name a server that runs, for example TEMPORAL_ADDRESS={DEFAULT_ADDRESS}."
        ServiceError.__init__(self, [text, step], {"problem": text, "address": None, "next_step": step})
        self.address, self.next_step = "", step


class ChosenServer(NamedTuple):
    """The server that commands mean.

    Attributes:
        address: Host and port.
        because: What makes it the one, in words.
        ui_url: Its UI, where it is known: that of `make up`.
        way: How its program came here, in words; empty for a server that somebody else runs.
    """

    address: str
    because: str
    ui_url: str | None = None
    way: str = ""


def chosen_server() -> ChosenServer:
    """Return the server that commands of this folder mean.

    Raises:
        NoServerKnown: None is named, and none runs here.
        Unusable: The client configuration cannot be read.
    """
    settings, here = _settings(), local_server()
    named = settings.get("target_host")
    if named is not None:
        because = f"{_naming()} names it"
        if here is not None and _port_of_this_machine(named) == _port_of_this_machine(here.address):
            return ChosenServer(named, f"{because}, and `make up` runs it here", here.ui_url, here.way)
        return ChosenServer(named, because)
    if here is None:
        raise NoServerKnown
    if here.rehearsal and settings.get("namespace") != DEMO_NAMESPACE:
        raise NoServerKnown("the server that runs here skips time, for a demonstration that is under way")
    return ChosenServer(here.address, f"process {here.pid} (`make up`) runs it here", here.ui_url, here.way)


async def connect(
    address: str | None = None,
    namespace: str | None = None,
    *,
    security: Security | None = None,
    answer_within: float = ANSWER_WITHIN,
    plugins: Sequence[Plugin] = (),
) -> Client:
    """Return a connected client, whose payloads are the project's models.

    What the client configuration has to be let in by (TLS, an API key, headers) goes to the server that it names, and
    to no other one.

    Args:
        address: Another server than the one that is meant (host and port). It is spoken to with what the client
            configuration has to be let in by only where that names no server.
        namespace: Another namespace than the configured one.
        security: The office's settings, for what is encrypted on its server; None: a rehearsal, where nothing is.
        answer_within: Seconds after which a server that says nothing counts as unreachable.
        plugins: What the SDK is extended by, for the client and whoever polls with it.

    Raises:
        Unreachable: It does not answer, or does not let this client in; or (`NoServerKnown`) there is none.
        Unusable: The client configuration cannot be read, or a key of histories.
        KeyMissing: Histories are to be encrypted, and there is no key.
    """
    settings = _settings()
    chosen = ChosenServer(address, "") if address else chosen_server()
    named = settings.get("target_host")
    if chosen.address != named and (named is not None or address is None):
        settings = _without_credentials(settings)
    settings["target_host"] = chosen.address
    if namespace is not None:
        settings["namespace"] = namespace
    converter = with_codec(data_converter(), security, settings.get("namespace", "default"))
    try:
        calling = Client.connect(**settings, data_converter=converter, runtime=runtime(), plugins=plugins)
        return await asyncio.wait_for(calling, answer_within)
    except TimeoutError:
        raise Unreachable(chosen.address, _next_step(chosen), f"no answer within {answer_within:g} s") from None
    except ValueError as error:
        raise _unusable("TEMPORAL_TLS…", str(error), "a certificate with its key, or neither") from None
    except RuntimeError as error:  # what the SDK raises for every failure to connect
        raise Unreachable(chosen.address, _next_step(chosen), _detail(error)) from None


def configured_address() -> str | None:
    """Return the address that Temporal's client configuration names, None where it names none.

    Raises:
        Unusable: The client configuration cannot be read.
    """
    return _settings().get("target_host")


def _settings() -> ClientConnectConfig:
    file = Path(os.environ.get("TEMPORAL_CONFIG_FILE") or TEMPORAL_FILE)
    if file.is_file():  # looked at here, because the SDK's parser takes whatever stands in it
        name, expected = f"Temporal's client configuration {file}", "profiles in TOML"
        toml_values(read_text(file, SETTINGS_LIMIT, expected), name, expected)
    try:
        settings = ClientConfig.load_client_connect_config()
    except (RuntimeError, ValueError, OSError) as error:
        expected = "a profile that exists in a temporal.toml that can be read"
        raise _unusable("TEMPORAL_PROFILE, temporal.toml", _unquoted(error), expected) from None
    if "@" in settings.get("target_host", ""):
        raise _unusable("TEMPORAL_ADDRESS", "an address with an @", "host and port alone; an API key has its own place")
    return settings


def _unusable(field: str, found: str, expected: str) -> Unusable:
    return Unusable([InputFault("Temporal's client configuration", field, found, expected)])


def _unquoted(error: Exception) -> str:
    """Return what is wrong with a file without the line of it, which may be that of a key."""
    at = re.search(r"line \d+, column \d+", str(error))
    return f"no TOML that can be read, at {at[0]}" if at else str(error)


def _without_credentials(settings: ClientConnectConfig) -> ClientConnectConfig:
    """Return the settings for a server that they do not name: what is meant for another one would be given away."""
    kept = ClientConnectConfig()
    if "namespace" in settings:
        kept["namespace"] = settings["namespace"]
    return kept


def _naming() -> str:
    """Return what names the server, in words."""
    if os.environ.get("TEMPORAL_ADDRESS"):
        return "TEMPORAL_ADDRESS"
    return f"the profile {os.environ.get('TEMPORAL_PROFILE') or 'default'} of Temporal's client configuration"


def _port_of_this_machine(address: str) -> str:
    """Return an address, the same for each name of this machine's loopback."""
    host, _, port = address.rpartition(":")
    return port if host in ("localhost", "127.0.0.1") else address


def _next_step(chosen: ChosenServer) -> str:
    if not chosen.because:
        return "See that the server runs and that this machine can reach it."
    start = "Start it, or one of your own with `make up`."
    return f"{chosen.because[:1].upper()}{chosen.because[1:]}. {start}"


def _detail(error: RuntimeError) -> str:
    """Return what an operating system or a server said, out of the SDK's nested account of it."""
    text = str(error).removeprefix("Failed client connect: ")
    for before, after in (('message: "', '"'), ("dns error", "}")):
        if before in text:
            return text.partition(before)[2].partition(after)[0].strip() or before
    return text


def ui_address(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address of the Temporal UI: that of ACCREDIT_UI, else of the server that `make up` runs here.

    Where neither is known, it is that of a development server on this machine.
    """
    if named := environ.get(UI_VARIABLE):
        return named
    try:
        return chosen_server().ui_url or DEFAULT_UI
    except ServiceError:
        return DEFAULT_UI


def case_link(case_id: str, namespace: str, ui: str | None = None) -> str:
    """Return the link to a case; the UI shows its newest run."""
    base = (ui or ui_address()).rstrip("/")
    return f"{base}/namespaces/{quote(namespace, safe='')}/workflows/{quote(case_id, safe='')}"
