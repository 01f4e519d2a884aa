"""Documents in a store that speaks S3, over real HTTP: found, missing, forbidden, and a store that is away."""

import hashlib
import socket
from collections.abc import Iterator

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer

from activities.documents.contract import DocumentRef, DocumentsRead
from policy.office import Documents
from tests.activities.documents import files
from tests.activities.documents.asked import Folder, told

PLAN = files.pdf(["Slice thickness reduced to 2.5 mm."])
HELD = files.pdf(["Patient name: Ada Quilvermon"])
KEYS = {"aws_access_key_id": "sample", "aws_secret_access_key": "sample"}


def settings_of(endpoint: str) -> Documents:
    storage = {
        "key": "sample",
        "secret": "sample",
        "client_kwargs": {"endpoint_url": endpoint, "region_name": "us-east-1"},
    }
    return Documents(schemes=("s3",), largest=1, storage={"s3": storage})


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """A store with two documents and one that is too large; yields its address."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    bucket = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1", **KEYS).create_bucket(Bucket="cases")
    for name, content in (("plan.pdf", PLAN), ("held.pdf", HELD), ("large.pdf", bytes(2 * 1024 * 1024))):
        bucket.put_object(Key=name, Body=content)
    yield endpoint
    server.stop()


def a_reference(name: str, content: bytes) -> DocumentRef:
    return DocumentRef(name=name, uri=f"s3://cases/{name}", sha256=hashlib.sha256(content).hexdigest())


def test_documents_of_a_store_are_read_like_files(folder: Folder, store: str) -> None:
    settings = settings_of(store)
    assert folder.ask(a_reference("plan.pdf", PLAN), settings=settings) == DocumentsRead()
    assert told(folder.ask(a_reference("held.pdf", HELD), settings=settings)) == [
        ("document.contains_phi", "It holds a patient's name on page 1.")
    ]
    ((rule, _),) = told(folder.ask(a_reference("plan.pdf", HELD), settings=settings))
    assert rule == "document.digest_differs"


def test_what_a_store_does_not_have_or_has_too_large_is_unreadable(folder: Folder, store: str) -> None:
    settings = settings_of(store)
    missing = a_reference("none.pdf", PLAN)
    elsewhere = missing.model_copy(update={"uri": "s3://nobodys/plan.pdf"})
    through = missing.model_copy(update={"uri": "s3://cases/a::file:///etc/hostname"})
    assert told(folder.ask(missing, elsewhere, a_reference("large.pdf", b""), through, settings=settings)) == [
        *[("document.unreadable", "The store does not give it out, or it has more than 1 megabytes.")] * 3,
        ("document.unreadable", "Its address leads through another one."),
    ]


def test_a_store_that_is_away_is_tried_again_and_says_nothing_of_the_address(folder: Folder) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        settings = settings_of(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(OSError, match=r"the store of s3: addresses does not answer as it should") as raised:
            folder.ask(a_reference("plan.pdf", PLAN), settings=settings)
    assert "plan" not in str(raised.value)
    assert raised.value.__cause__ is None
