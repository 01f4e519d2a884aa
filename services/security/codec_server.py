"""The codec server: decodes what the Temporal UI shows, for whoever has signed in.

`POST …/decode` of Temporal's codec server protocol, and a page to sign in at. It never encodes: nobody may write to a
case through the UI under the office's key. It listens on the loopback, answers under its own address alone (a name that
somebody else's page makes point here is refused), lets no page but the UI's read its answers, and takes a session from
a browser or the secret itself from a program such as Temporal's own command.

    with codec_server(settings.security, ["default"], port=8234) as server:
        server.let_in("http://127.0.0.1:8233")
"""

import json
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import BoundedSemaphore, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from google.protobuf.json_format import MessageToDict, Parse, ParseError
from temporalio.api.common.v1 import Payload, Payloads

from policy.office import Security
from services.errors import PortTaken, ServiceError
from services.security.codec import HistoryCodec, codec_of
from services.security.history_keys import sign_in_secret
from services.security.sign_in import COOKIE, SESSION_LASTS, SignIn

HOST = "127.0.0.1"
PATH = "/codec"
"""Cookies know no ports: that of this server is sent to no other one of this machine that has no such path."""
LARGEST = 8 * 1024 * 1024
"""Bytes of a question; the UI asks for what an answer of Temporal's server holds, which has at most 4 MB."""
WITHIN = 10.0
"""Seconds in which a question must have come in."""
AT_ONCE = 4
"""Questions that are decoded at the same time."""
FOREVER = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Accreditation histories</title>
<style>body{{font:16px/1.5 sans-serif;max-width:40em;margin:3em auto;padding:0 1em}}</style>
<h1>{title}</h1>{text}</html>
"""
SIGNED_IN = """<p>This browser may read the histories of the cases for twelve hours.</p>
<p>Where the Temporal UI still shows them encrypted, tell it once to send who you are: the button with the glasses
(“Codec Server”) at the top right, “Use my browser setting …”, endpoint <code>{endpoint}</code>, then switch on
“Include cross-origin credentials”, and apply.</p><p>{links}</p>"""
NOT_SIGNED_IN = """<p>This link was used before, is older than ten minutes, or is none.</p>
<p><code>accredit codec sign-in</code> prints a new one.</p>"""


@dataclass
class CodecServer:
    """A codec server that answers.

    Attributes:
        address: Where a browser reaches it, without a slash at the end.
        sign_in: Who may read.
        origins: The addresses of the UI (scheme, host and port) whose pages may read its answers.
        codecs: The codec of each namespace that it decodes.
    """

    address: str
    sign_in: SignIn
    codecs: dict[str, HistoryCodec]
    origins: set[str] = field(default_factory=set)

    @property
    def endpoint(self) -> str:
        """What the UI is told."""
        return f"{self.address}{PATH}"

    @property
    def hosts(self) -> set[str]:
        """The names under which it answers."""
        return {urlsplit(self.address).netloc}

    def let_in(self, *uis: str) -> None:
        """Let the pages of a UI read what is decoded. A UI on this machine is let in by its address, not by its name:
        the session of a browser belongs to the address.
        """
        for ui in uis:
            parts = urlsplit(ui)
            self.origins.add(f"{parts.scheme}://{parts.netloc}")

    def link(self) -> str:
        """Return a link to sign in by, once, within ten minutes."""
        return f"{self.endpoint}/sign-in?code={self.sign_in.link_code()}"


@contextmanager
def codec_server(
    security: Security, namespaces: Collection[str], *, host: str = HOST, port: int = 0, at: str | None = None
) -> Iterator[CodecServer]:
    """Answer for as long as the block lasts.

    Args:
        security: The office's settings: where the keys are.
        namespaces: The namespaces whose cases it decodes.
        host: The address that it listens on.
        port: The port; 0: a free one.
        at: Where browsers reach it, where that is elsewhere: behind a proxy that speaks TLS.

    Raises:
        PortTaken: Another program listens there.
        Unusable: There is no secret to sign in by, or a key is none.
    """
    sign_in = SignIn(sign_in_secret(Path(security.history_keys)))
    codecs = {namespace: codec_of(security, namespace) for namespace in namespaces}
    try:
        listening = _Listening((host, port), _Answer)
    except OSError:
        raise PortTaken(port, "port of the codec server") from None
    address = at.rstrip("/") if at else f"http://{host}:{listening.server_port}"
    listening.codec = CodecServer(address, sign_in, codecs)
    thread = Thread(target=listening.serve_forever, name="codec-server", daemon=True)
    thread.start()
    try:
        yield listening.codec
    finally:
        listening.shutdown()
        listening.server_close()


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    """How many may knock while it opens: of the five that are usual, a page of the UI with more is turned away."""
    codec: CodecServer
    places = BoundedSemaphore(AT_ONCE)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that has gone away; anything else is a mistake, and its traceback is wanted."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Refused(Exception):
    """A question that is not answered."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


class _Answer(BaseHTTPRequestHandler):
    server: _Listening
    timeout = WITHIN
    server_version, sys_version = "accredit", ""

    def do_OPTIONS(self) -> None:
        """Tell a browser what the UI's pages may ask."""
        self._guarded(self._preflight)

    def do_POST(self) -> None:
        """Decode."""
        self._guarded(self._decode)

    def do_GET(self) -> None:
        """Sign in."""
        self._guarded(self._enter)

    def _guarded(self, answer: Any) -> None:
        try:
            if self.headers.get("Host") not in self.server.codec.hosts:
                raise _Refused(HTTPStatus.MISDIRECTED_REQUEST, "This server has another name.")
            answer()
        except _Refused as refused:
            self._send(refused.status, {"message": refused.why})
        except ServiceError as error:
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, {"message": error.lines[0]})

    def _preflight(self) -> None:
        self._see_origin(required=True)
        self._send(
            HTTPStatus.NO_CONTENT,
            None,
            {
                "Access-Control-Allow-Methods": "POST",
                "Access-Control-Allow-Headers": "authorization,content-type,x-namespace",
                "Access-Control-Max-Age": "600",
            },
        )

    def _decode(self) -> None:
        place = urlsplit(self.path).path
        if place == f"{PATH}/encode":
            raise _Refused(HTTPStatus.FORBIDDEN, "This server decodes only: messages are sent by `accredit`.")
        if place != f"{PATH}/decode":
            raise _Refused(HTTPStatus.NOT_FOUND, "There is nothing here.")
        self._see_who_asks()
        codec = self.server.codec.codecs.get(self.headers.get("X-Namespace", ""))
        if codec is None:
            raise _Refused(HTTPStatus.FORBIDDEN, "This server decodes no such namespace (X-Namespace).")
        asked = self._asked()
        with self.server.places:
            decoded = Payloads(payloads=[_shown(codec, payload) for payload in asked.payloads])
        self._send(HTTPStatus.OK, MessageToDict(decoded))

    def _see_who_asks(self) -> None:
        """Let in a signed-in browser that shows a page of the UI, or a program that tells the secret."""
        sign_in, told = self.server.codec.sign_in, self.headers.get("Authorization", "")
        self._see_origin(required=not told)
        scheme, _, token = told.partition(" ")
        if scheme.lower() == "bearer" and sign_in.is_secret(token.strip()):
            return
        if not told and sign_in.is_session(self._cookie()):
            return
        raise _Refused(HTTPStatus.UNAUTHORIZED, "Nobody is signed in: `accredit codec sign-in` prints a link.")

    def _see_origin(self, *, required: bool) -> None:
        origin = self.headers.get("Origin")
        if origin is None and not required:
            return
        if origin not in self.server.codec.origins:
            raise _Refused(HTTPStatus.FORBIDDEN, "No page but the Temporal UI's may ask here.")

    def _cookie(self) -> str:
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            return ""
        return found.value if found else ""

    def _asked(self) -> Payloads:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, "The question must say how long it is.")
        if int(length) > LARGEST:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A question has at most {LARGEST} bytes.")
        if self.headers.get_content_type() != "application/json":
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "A question is JSON.")
        try:
            return Parse(self.rfile.read(int(length)), Payloads(), ignore_unknown_fields=True)
        except (ParseError, ValueError, RecursionError):
            raise _Refused(HTTPStatus.BAD_REQUEST, "These are no payloads in JSON.") from None

    def _enter(self) -> None:
        codec, asked = self.server.codec, urlsplit(self.path)
        if asked.path != f"{PATH}/sign-in":
            raise _Refused(HTTPStatus.NOT_FOUND, "There is nothing here.")
        session = codec.sign_in.enter(parse_qs(asked.query).get("code", [""])[0])
        if session is None:
            page = PAGE.format(title="Not signed in", text=NOT_SIGNED_IN)
            self._send_page(HTTPStatus.UNAUTHORIZED, page)
            return
        links = " ".join(f'<a href="{origin}">{origin}</a>' for origin in sorted(codec.origins))
        page = PAGE.format(title="Signed in", text=SIGNED_IN.format(endpoint=codec.endpoint, links=links))
        secure = "; Secure" if codec.address.startswith("https:") else ""
        cookie = f"{COOKIE}={session}; Path={PATH}; Max-Age={SESSION_LASTS}; HttpOnly; SameSite=Strict{secure}"
        self._send_page(HTTPStatus.OK, page, {"Set-Cookie": cookie})

    def _send(self, status: HTTPStatus, content: object, headers: dict[str, str] | None = None) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self._send_bytes(status, body, {"Content-Type": "application/json", **(headers or {})})

    def _send_page(self, status: HTTPStatus, page: str, headers: dict[str, str] | None = None) -> None:
        self._send_bytes(status, page.encode(), {"Content-Type": "text/html; charset=utf-8", **(headers or {})})

    def _send_bytes(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**FOREVER, **headers, "Content-Length": str(len(body)), "Vary": "Origin"}.items():
            self.send_header(name, value)
        if (origin := self.headers.get("Origin")) in self.server.codec.origins:
            self.send_header("Access-Control-Allow-Origin", str(origin))
            self.send_header("Access-Control-Allow-Credentials", "true")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: an address may carry the code of a link."""


def _shown(codec: HistoryCodec, payload: Payload) -> Payload:
    """Return what a person sees of a payload: what it says, or why that cannot be read."""
    try:
        return codec.decoded(payload)
    except ServiceError as error:
        return Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(" ".join(error.lines)).encode())
