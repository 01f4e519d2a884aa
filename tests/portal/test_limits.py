"""What is too large, too much or too odd is turned away before it costs anything, and the portal goes on."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from policy.messages.proofs import OFFICE_ORG
from portal.app import FORM_BEYOND_FILES, MEGABYTE
from portal.page import LARGEST_FIELD, MOST_FIELDS, MOST_FILES
from portal.visit import SESSION
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal, a_living_portal

pytestmark = pytest.mark.server
LARGEST = 1 * MEGABYTE + FORM_BEYOND_FILES
TWO_GIGABYTES = 2 * 1024 * MEGABYTE


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def small(office: LivingOffice) -> AsyncIterator[LivingPortal]:
    """A portal that takes documents of a megabyte."""
    async with a_living_portal(office, documents={"largest": 1}) as living:
        yield living


async def test_two_gigabytes_are_turned_away_before_the_first_of_them_is_read(small: LivingPortal) -> None:
    secret = small.sign_in(OFFICE_ORG)
    host, port = small.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST /sign-out HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {SESSION}={secret}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {TWO_GIGABYTES}\r\n\r\n".encode()
    )
    await writer.drain()
    answer = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    assert b" 413 " in answer


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"data": {f"field{number}": "x" for number in range(MOST_FIELDS + 1)}}, id="too many fields"),
        pytest.param({"data": {"name": "x" * (LARGEST_FIELD + 1)}, "files": {"a": b"a"}}, id="too large a field"),
        pytest.param({"files": [("file", b"a")] * (MOST_FILES + 1)}, id="too many files"),
        pytest.param({"content": b"--x", "headers": {"content-type": "multipart/form-data"}}, id="no boundary"),
        pytest.param({"content": b"\xff\xfe", "headers": {"content-type": "application/json"}}, id="no form"),
    ],
)
async def test_an_odd_form_is_turned_away_in_words(small: LivingPortal, form: dict[str, object]) -> None:
    async with small.browser_of(small.sign_in(OFFICE_ORG)) as officer:
        answer = await officer.post("/sign-out", **form)  # type: ignore[arg-type]
        assert answer.status_code in (400, 403, 413)
        assert "<h1>" in answer.text
        assert (await officer.get("/office")).status_code == 200


@pytest.mark.parametrize(
    "address", ["/cases/%00", "/cases/..%2f..%2fetc", "/static/x/..%2f..%2fapp.py", "/" + "a" * 9000]
)
async def test_an_odd_address_is_a_page_that_there_is_not(small: LivingPortal, address: str) -> None:
    async with small.browser_of(small.sign_in("OH-0417")) as ann:
        answer = await ann.get(address)
    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.text
