"""Documents on a web server, where an office opens such addresses: what its answers mean."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from activities.documents.contract import DocumentRef, DocumentsRead
from policy.office import Documents
from tests.activities.documents.asked import Folder, told

PLAN = b"Slice thickness reduced to 2.5 mm."
SETTINGS = Documents(schemes=("http",), largest=1)
PIECES = 4096


class Shelf(BaseHTTPRequestHandler):
    """Answers by the path: a status, `plan`, or `endless`."""

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2].removesuffix(".pdf")
        self.send_response(int(name) if name.isdigit() else 200)
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
    assert told(folder.ask(a_reference(server, "endless"), settings=SETTINGS)) == [
        ("document.unreadable", "It has more than 1 megabytes.")
    ]


@pytest.mark.parametrize("status", [404, 403, 410])
def test_what_the_server_does_not_give_out_is_unreadable(folder: Folder, server: str, status: int) -> None:
    ((rule, reason),) = told(folder.ask(a_reference(server, str(status)), settings=SETTINGS))
    assert rule == "document.unreadable"
    assert reason in ("There is no such file in the store.", "The store does not give it out.")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_is_asked_again(folder: Folder, server: str, status: int) -> None:
    with pytest.raises(OSError, match="the store of http: addresses does not answer"):
        folder.ask(a_reference(server, str(status)), settings=SETTINGS)
