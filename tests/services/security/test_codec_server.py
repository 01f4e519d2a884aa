"""The codec server answers the UI's pages and signed-in people, and nobody else."""

import http.client
import json
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from google.protobuf.json_format import MessageToDict, Parse
from temporalio.api.common.v1 import Payload, Payloads

from policy.office import Security
from services.errors import PortTaken, Unusable
from services.security.codec import codec_of
from services.security.codec_server import LARGEST, CodecServer, codec_server
from services.security.history_keys import SIGN_IN, new_key, sign_in_secret
from services.security.sign_in import COOKIE, LINK_LASTS, SESSION_LASTS, SignIn

UI = "http://127.0.0.1:8233"
NAME = "Dr. Sample of Sampleton"
NONE: Mapping[str, str | None] = {}
ALONE = {"Cookie": None, "Origin": None}
"""Headers of somebody who has no browser."""


class Answered(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def texts(self) -> list[str]:
        """What the payloads say."""
        return [payload.data.decode() for payload in Parse(self.body, Payloads()).payloads]


class Asking(NamedTuple):
    """A codec server that runs, and what can be asked of it."""

    codec: CodecServer
    security: Security

    def __call__(
        self,
        method: str = "POST",
        path: str = "/codec/decode",
        body: bytes | None = None,
        headers: Mapping[str, str | None] = NONE,
    ) -> Answered:
        """Ask as a signed-in browser on a page of the UI would; a header of None is left out."""
        host = self.codec.address.removeprefix("http://")
        content = body if body is not None else self.question()
        usual = {
            "Host": host,
            "Origin": UI,
            "X-Namespace": "default",
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            "Cookie": f"{COOKIE}={self.codec.sign_in.enter(self.codec.sign_in.link_code())}",
        }
        connection = http.client.HTTPConnection(host, timeout=30)
        connection.putrequest(method, path, skip_host=True)
        for name, value in {**usual, **headers}.items():
            if value is not None:
                connection.putheader(name, value.encode("utf-8"))
        connection.endheaders(content if method == "POST" else None)
        answer = connection.getresponse()
        told = Answered(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode())
        connection.close()
        return told

    def question(self, namespace: str = "default") -> bytes:
        """Return a question about one payload that is encrypted and one that is not."""
        plain = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(NAME).encode())
        sealed = codec_of(self.security, namespace).encoded(plain)
        return json.dumps(MessageToDict(Payloads(payloads=[sealed, plain]))).encode()


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """A codec server for the namespace `default`."""
    folder = tmp_path_factory.mktemp("codec") / "keys"
    new_key(folder, datetime.now(UTC) - timedelta(days=1))
    security = Security(encrypt=True, history_keys=str(folder))
    with codec_server(security, ["default"]) as codec:
        codec.let_in(f"{UI}/namespaces")
        yield Asking(codec, security)


def test_a_signed_in_browser_on_a_page_of_the_ui_reads(ask: Asking) -> None:
    told = ask(path="/codec/decode?preserveStorageRefs=true")
    assert told.status == 200
    assert told.texts == [json.dumps(NAME)] * 2
    assert told.headers["access-control-allow-origin"] == UI
    assert told.headers["access-control-allow-credentials"] == "true"
    assert told.headers["cache-control"] == "no-store"


def test_a_program_that_tells_the_secret_reads_without_a_browser(ask: Asking) -> None:
    secret = sign_in_secret(Path(ask.security.history_keys)).decode()
    assert ask(headers={**ALONE, "Authorization": f"Bearer {secret}"}).texts[0] == json.dumps(NAME)
    assert ask(headers={**ALONE, "Authorization": f"Bearer {secret[:-1]}"}).status == 401
    assert ask(headers={**ALONE, "Authorization": f"Basic {secret}"}).status == 401
    assert ask(headers={**ALONE, "Authorization": "Bearer \u00e9"}).status == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Cookie": None}, 401),
        ({"Cookie": f"{COOKIE}=made-up"}, 401),
        ({"Cookie": f"{COOKIE}=1.2.3"}, 401),
        ({"Cookie": f"{COOKIE}={9**20}..{'0' * 64}"}, 401),
        ({"Origin": None}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8234"}, 403),
        ({"Origin": "http://evil.example.org"}, 403),
        ({"Origin": f"{UI}.evil.example.org"}, 403),
        ({"Host": "evil.example.org"}, 421),
        ({"Host": "localhost"}, 421),
        ({"Host": None}, 421),
        ({"X-Namespace": None}, 403),
        ({"X-Namespace": "another"}, 403),
        ({"Content-Length": None}, 411),
        ({"Content-Length": "-1"}, 411),
        ({"Content-Length": "\u0661"}, 411),
        ({"Content-Length": str(LARGEST + 1)}, 413),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
def test_everybody_else_is_refused_and_reads_nothing(ask: Asking, headers: dict[str, str | None], status: int) -> None:
    told = ask(headers=headers)
    assert told.status == status
    assert "Sample" not in told.body
    if headers.get("Origin", UI) != UI:
        assert "access-control-allow-origin" not in told.headers


@pytest.mark.parametrize("body", [b"", b"{", b'{"payloads": [{"data": 1}]}', b"\xff", b"[" * 100_000])
def test_what_is_no_question_is_told_as_that(ask: Asking, body: bytes) -> None:
    assert ask(body=body).status == 400


def test_it_decodes_only(ask: Asking) -> None:
    told = ask(path="/codec/encode")
    assert (told.status, "decodes only" in told.body) == (403, True)
    assert ask(path="/decode").status == 404
    assert ask(method="PUT").status == 501


def test_a_preflight_is_answered_for_pages_of_the_ui_alone(ask: Asking) -> None:
    told = ask(method="OPTIONS", headers={"Cookie": None, "Content-Type": None})
    assert told.status == 204
    assert told.headers["access-control-allow-origin"] == UI
    assert "*" not in "".join(told.headers.values())
    assert set(told.headers["access-control-allow-headers"].split(",")) == {
        "authorization", "content-type", "x-namespace"
    }  # fmt: skip
    assert ask(method="OPTIONS", headers={"Origin": "http://evil.example.org"}).status == 403


def test_what_no_key_opens_says_which_one_is_missing_and_the_rest_reads(ask: Asking, tmp_path: Path) -> None:
    elsewhere = Security(encrypt=True, history_keys=str(tmp_path))
    key_id = new_key(tmp_path, datetime.now(UTC))
    foreign = Asking(ask.codec, elsewhere).question()
    told = ask(body=foreign)
    assert told.status == 200
    assert key_id in told.texts[0]
    assert told.texts[1] == json.dumps(NAME)


def test_what_belongs_to_another_namespace_does_not_open_under_this_one(ask: Asking) -> None:
    assert "another namespace" in ask(body=ask.question("another")).texts[0]


def test_a_link_signs_in_once(ask: Asking) -> None:
    path = ask.codec.link().removeprefix(ask.codec.address)
    told = ask(method="GET", path=path, headers=ALONE)
    assert told.status == 200
    cookie, *limits = told.headers["set-cookie"].split("; ")
    assert {"Path=/codec", "HttpOnly", "SameSite=Strict", f"Max-Age={SESSION_LASTS}"} == set(limits)
    assert ask(headers={"Cookie": cookie}).status == 200
    assert ask(method="GET", path=path, headers=ALONE).status == 401
    assert ask(method="GET", path="/codec/sign-in", headers=ALONE).status == 401
    assert ask(method="GET", path="/codec/sign-in?code=%00%ff", headers=ALONE).status == 401


def test_behind_a_proxy_it_answers_under_the_name_that_browsers_know_and_its_cookie_needs_tls(ask: Asking) -> None:
    with codec_server(ask.security, ["default"], at="https://temporal.example.org") as proxied:
        proxied.let_in("https://temporal.example.org/namespaces")
        assert proxied.endpoint == "https://temporal.example.org/codec"
        assert proxied.hosts == {"temporal.example.org"}
        assert proxied.origins == {"https://temporal.example.org"}


def test_links_and_sessions_end() -> None:
    now = [1_000_000.0]
    sign_in = SignIn(b"s" * 32, clock=lambda: now[0])
    code, late = sign_in.link_code(), sign_in.link_code()
    session = sign_in.enter(code)
    assert session is not None
    assert sign_in.is_session(session)
    assert not sign_in.is_session(code), "a link is no session"
    assert sign_in.enter(session) is None, "a session is no link"
    now[0] += LINK_LASTS + 1
    assert sign_in.enter(late) is None
    assert sign_in.is_session(session)
    assert not SignIn(b"t" * 32, clock=lambda: now[0]).is_session(session), "another secret"
    now[0] += SESSION_LASTS
    assert not sign_in.is_session(session)


def test_many_who_ask_at_once_are_all_answered(ask: Asking) -> None:
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(ask().status)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 20


def test_a_taken_port_and_a_missing_secret_are_told(ask: Asking, tmp_path: Path) -> None:
    port = int(ask.codec.address.rpartition(":")[2])
    with pytest.raises(PortTaken), codec_server(ask.security, ["default"], port=port):
        pass
    new_key(tmp_path, datetime.now(UTC))
    (tmp_path / SIGN_IN).unlink()
    with (
        pytest.raises(Unusable, match="accredit codec new-key"),
        codec_server(Security(history_keys=str(tmp_path)), []),
    ):
        pass


def test_what_it_is_told_shows_in_no_representation(ask: Asking) -> None:
    secret = sign_in_secret(Path(ask.security.history_keys)).decode()
    assert secret not in f"{ask.codec!r}{ask.codec.sign_in!r}"


def test_a_browser_that_goes_away_is_no_mistake(ask: Asking, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", int(ask.codec.address.rpartition(":")[2]))) as gone:
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            gone.sendall(b"POST /codec/decode HTTP/1.1\r\nHost: here\r\n")
    assert ask().status == 200
    assert capfd.readouterr().err == ""
