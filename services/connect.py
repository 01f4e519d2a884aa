"""A client of the Temporal server that Temporal's own client configuration names.

That is `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…`, else the profile that
`TEMPORAL_PROFILE` names in `temporal.toml` (`TEMPORAL_CONFIG_FILE`, else the user's), else a server on this machine.
"""

import asyncio

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from services.errors import InputFault, NotReachable, Unusable

DEFAULT_ADDRESS = "localhost:7233"
ANSWER_WITHIN = 5.0
"""Seconds in which a server must have answered."""


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


async def connect(
    address: str | None = None, namespace: str | None = None, *, answer_within: float = ANSWER_WITHIN
) -> Client:
    """Return a connected client, whose payloads are the project's models.

    Args:
        address: Another server than the configured one (host and port, without TLS unless the profile has it).
        namespace: Another namespace than the configured one.
        answer_within: Seconds after which a server that says nothing counts as unreachable.

    Raises:
        Unreachable: It does not answer, or does not let this client in.
        Unusable: The client configuration cannot be read.
    """
    settings = _settings()
    target = address or settings.get("target_host") or DEFAULT_ADDRESS
    settings["target_host"] = target
    if namespace is not None:
        settings["namespace"] = namespace
    try:
        return await asyncio.wait_for(Client.connect(**settings, data_converter=pydantic_data_converter), answer_within)
    except TimeoutError:
        raise Unreachable(target, _next_step(address), f"no answer within {answer_within:g} s") from None
    except RuntimeError as error:  # what the SDK raises for every failure to connect
        raise Unreachable(target, _next_step(address), _detail(error)) from None


def configured_address() -> str | None:
    """Return the address that Temporal's client configuration names, None where it names none.

    Raises:
        Unusable: The client configuration cannot be read.
    """
    return _settings().get("target_host")


def _settings() -> ClientConnectConfig:
    try:
        return ClientConfig.load_client_connect_config()
    except (RuntimeError, ValueError, OSError) as error:
        expected = "a profile that exists in a temporal.toml that can be read"
        trouble = InputFault("Temporal's client configuration", "TEMPORAL_PROFILE, temporal.toml", str(error), expected)
        raise Unusable([trouble]) from None


def _next_step(address: str | None) -> str:
    if address is None:
        return "Start a server with `make up`, or name a running one by TEMPORAL_ADDRESS (or a profile)."
    return "See that the server runs and that this machine can reach it."


def _detail(error: RuntimeError) -> str:
    """Return what an operating system or a server said, out of the SDK's nested account of it."""
    text = str(error).removeprefix("Failed client connect: ")
    for before, after in (('message: "', '"'), ("dns error", "}")):
        if before in text:
            return text.partition(before)[2].partition(after)[0].strip() or before
    return text
