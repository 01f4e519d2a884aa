"""Documents on a web server, where an office opens such addresses: what its answers mean."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from activities.documents import web
from activities.documents.contract import DocumentRef, DocumentsRead
from policy.office import Documents
from tests.activities.documents.asked import Folder, told

PLAN = b"Slice thickness reduced to 2.5 mm."
SETTINGS = Documents(schemes=("http",), largest=1, private_addresses=True)
NOT_GIVEN = "The store does not give it out, or it has more than 1 megabytes."
PIECES = 4096


class Shelf(BaseHTTPRequestHandler):
    """Answers by the path: a status (a redirect leads to `plan`), `plan`, `endless`, or `half` of it."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        name = self.path.rpartition("/")[2].removesuffix(".pdf")
        self.send_response(int(name) if name.isdigit() else 200)
        if name.startswith("30"):
            self.send_header("Location", "/plan.pdf")
        if name == "half":
            self.send_header("Content-Length", str(10 * PIECES))
        self.end_headers()
        try:
            for _ in range(PIECES if name == "endless" else 1):
                self.wfile.write(PLAN if name == "plan" else bytes(PIECES))
        except ConnectionError:
            return  # whoever asked has had enough

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    shelf = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    shelf.daemon_threads = True
    thread = threading.Thread(target=shelf.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{shelf.server_port}"
    shelf.shutdown()
    thread.join()
    shelf.server_close()


def a_reference(server: str, name: str) -> DocumentRef:
    return DocumentRef(name="plan.pdf", uri=f"{server}/{name}.pdf", sha256=hashlib.sha256(PLAN).hexdigest())


def test_a_document_is_read_as_it_comes_and_no_further_than_it_may(folder: Folder, server: str) -> None:
    assert folder.ask(a_reference(server, "plan"), settings=SETTINGS) == DocumentsRead()
    assert told(folder.ask(a_reference(server, "endless"), settings=SETTINGS)) == [("document.unreadable", NOT_GIVEN)]


@pytest.mark.parametrize("status", [404, 403, 410, 204, 206, 300, 301, 302, 303, 307, 308])
def test_what_the_server_does_not_give_out_is_unreadable(folder: Folder, server: str, status: int) -> None:
    Shelf.asked.clear()
    assert told(folder.ask(a_reference(server, str(status)), settings=SETTINGS)) == [("document.unreadable", NOT_GIVEN)]
    assert Shelf.asked == [f"/{status}.pdf"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_is_asked_again(folder: Folder, server: str, status: int) -> None:
    with pytest.raises(OSError, match="the store of http: addresses does not answer"):
        folder.ask(a_reference(server, str(status)), settings=SETTINGS)


def test_an_answer_that_breaks_off_is_asked_again_and_is_no_other_document(folder: Folder, server: str) -> None:
    with pytest.raises(OSError, match="the store of http: addresses does not answer"):
        folder.ask(a_reference(server, "half"), settings=SETTINGS)


def test_a_server_that_sends_a_little_now_and_then_is_given_up(
    folder: Folder, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "WHOLE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(OSError, match="does not answer"):
        folder.ask(a_reference(f"http://127.0.0.1:{silent.getsockname()[1]}", "plan"), settings=SETTINGS)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "[::ffff:127.0.0.1]"]
)
def test_a_server_of_the_offices_own_network_is_not_asked_unless_that_is_set(
    folder: Folder, server: str, host: str
) -> None:
    """However the address is written; that nothing is there, or something else, is told in the same words."""
    Shelf.asked.clear()
    settings = SETTINGS.model_copy(update={"private_addresses": False})
    port = server.rpartition(":")[2]
    ask = a_reference(f"http://{host}:{port}", "plan")
    assert (
        told(folder.ask(ask, a_reference(f"http://{host}:9", "plan"), settings=settings))
        == [("document.unreadable", NOT_GIVEN)] * 2
    )
    assert Shelf.asked == []


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(
    folder: Folder, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means a public machine when it is judged and this one a moment later is resolved once."""
    port = int(server.rpartition(":")[2])
    resolved: list[str] = []
    reached: list[object] = []
    answers = iter(["93.184.215.14", "127.0.0.1"])

    def resolve(host: str, number: int, **_: object) -> list[tuple[object, ...]]:
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), number))]

    def reach(addresses: list[tuple[object, tuple[str, int]]]) -> socket.socket:
        reached.extend(address for _, address in addresses)
        line = socket.socket()
        line.connect(("127.0.0.1", port))
        return line

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(web, "_reached", reach)
    settings = SETTINGS.model_copy(update={"private_addresses": False})
    assert folder.ask(a_reference("http://rebound.example.org", "plan"), settings=settings) == DocumentsRead()
    assert (resolved, reached) == (["rebound.example.org"], [("93.184.215.14", 80)])


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_this_machine_or_a_private_network_is_not_public(address: str) -> None:
    assert not web.is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert web.is_public(address)
