"""Fetches a document from a web server: one answer, no redirect, and from no address of the office's own network.

The name is resolved once, and the connection goes to the very address that was judged: a name that means another
machine a moment later gains nothing. A proxy that the environment names is not asked.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

CONNECT, SILENT, WHOLE = 10.0, 20.0, 60.0
"""Seconds that a server may take to be reached, between two pieces, and for everything."""
LATER = (408, 425, 429)
"""Answers that mean: ask again."""
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
_AWAY = (socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_MEMORY, socket.EAI_SYSTEM)
"""What a resolver says that is out of order; anything else is its answer."""
_PLAIN = "/%:;=@!$&'()*+,~"
"""Signs that stand in a path as they are."""


class NotGiven(Exception):
    """A web server does not give a document out, or may not be asked. Never says which."""


class Body:
    """The document as it comes."""

    def __init__(self, answer: HTTPResponse, over: threading.Event) -> None:
        """Read an answer's body until a time is over."""
        self._answer = answer
        self._over = over

    def read(self, size: int) -> bytes:
        """Return the next piece, nothing at the end. Raises `OSError` where it breaks off or takes too long."""
        try:
            piece = self._answer.read(size)
        except HTTPException as error:
            raise OSError(f"a web server's answer breaks off: {type(error).__name__}") from None
        if self._over.is_set():
            raise TimeoutError("a web server is too slow")
        if not piece and self._answer.length:
            raise OSError("a web server's answer breaks off")
        return piece


@contextmanager
def asked(uri: str, *, private: bool) -> Iterator[Body]:
    """Yield the document that a web server answers with.

    Args:
        uri: An address of http: or https:.
        private: Whether the server may be this machine or one of its own network.

    Raises:
        NotGiven: It answers with anything else than the document, a redirect too, or may not be asked.
        OSError: It does not answer as it should; trying again may help.
    """
    place = urlsplit(uri)
    addresses = _addresses(place)
    if not private and not all(is_public(address[0]) for _, address in addresses):
        raise NotGiven
    with ExitStack() as held:
        line = held.enter_context(_reached(addresses))
        over = held.enter_context(_at_most(WHOLE, line))
        if place.scheme.lower() == "https":
            line = ssl.create_default_context().wrap_socket(line, server_hostname=place.hostname)
            held.enter_context(line)
        answer = held.enter_context(closing(_answer(place, line)))
        if answer.status >= 500 or answer.status in LATER:
            raise OSError(f"a web server answers {answer.status}")
        if answer.status != 200:
            raise NotGiven
        yield Body(answer, over)


def is_public(address: str) -> bool:
    """Return whether an address belongs to a machine of the open internet, whatever it is wrapped in."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        found = inner or found
    site_local = getattr(found, "is_site_local", False)
    return found.is_global and not found.is_multicast and not found.is_reserved and not site_local


def _addresses(place: SplitResult) -> list[tuple[socket.AddressFamily, Any]]:
    """Return the addresses that a server's name has now."""
    try:
        port, name = place.port or PORTS[place.scheme.lower()], place.hostname
        if not name:
            raise NotGiven
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except ValueError:  # a port or a name that is none
        raise NotGiven from None
    except socket.gaierror as error:
        if error.errno in _AWAY:
            raise OSError("the name of a web server cannot be resolved now") from None
        raise NotGiven from None
    return [(one[0], one[4]) for one in found]


def _reached(addresses: list[tuple[socket.AddressFamily, Any]]) -> socket.socket:
    """Connect to the first of the addresses that answers, and to nothing but them."""
    for family, address in addresses:
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(CONNECT)
        try:
            line.connect(address)
        except OSError:
            line.close()
            continue
        line.settimeout(SILENT)
        return line
    raise OSError("a web server is not reached")


@contextmanager
def _at_most(seconds: float, line: socket.socket) -> Iterator[threading.Event]:
    """End a connection that lasts longer, whatever it waits for, and set the event that is yielded."""
    over, same = threading.Event(), line.dup()

    def end() -> None:
        over.set()
        with suppress(OSError):
            same.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
        same.close()


def _answer(place: SplitResult, line: socket.socket) -> HTTPResponse:
    connection = HTTPConnection(place.hostname or "", place.port or PORTS[place.scheme.lower()])
    connection.default_port = PORTS[place.scheme.lower()]
    connection.sock = line
    target = quote(place.path or "/", safe=_PLAIN) + (f"?{quote(place.query, safe=_PLAIN)}" if place.query else "")
    try:
        connection.request("GET", target, headers={"Accept-Encoding": "identity", "Connection": "close"})
        return connection.getresponse()
    except HTTPException as error:
        raise OSError(f"a web server does not answer as it should: {type(error).__name__}") from None
