"""The portal answers, keeps others out, and says where there is nothing."""

import json
import re

import pytest
from temporalio.service import RPCError, RPCStatusCode

from policy.messages.proofs import OFFICE_ORG
from portal.app import ALWAYS
from tests.portal.conftest import LivingPortal
from tests.portal.reading import beside_the_clock

pytestmark = pytest.mark.server


async def test_who_is_not_signed_in_is_sent_to_the_beginning_and_back_afterwards(portal: LivingPortal) -> None:
    async with portal.browser_of() as nobody:
        answer = await nobody.get("/office?stage=options")
        assert (answer.status_code, answer.headers["location"]) == (303, "/?next=%2Foffice%3Fstage%3Doptions")
        assert "Send sign-in link" in (await nobody.get("/")).text


async def test_a_page_of_the_office_is_none_for_a_facility_and_says_so_as_if_it_did_not_exist(
    portal: LivingPortal,
) -> None:
    async with portal.browser_of(portal.sign_in("OH-0417")) as ann:
        hidden, missing = await ann.get("/office"), await ann.get("/no-such-page")
    assert hidden.status_code == missing.status_code == 404
    assert beside_the_clock(hidden.text) == beside_the_clock(missing.text)


async def test_every_answer_carries_what_keeps_others_away(portal: LivingPortal) -> None:
    async with portal.browser_of() as nobody:
        for address in ("/", "/no-such-page", "/healthz"):
            headers = (await nobody.get(address)).headers
            assert {name: headers[name] for name in ALWAYS} == ALWAYS


async def test_a_form_without_its_token_is_not_taken(portal: LivingPortal) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG)) as officer:
        assert (await officer.post("/sign-out")).status_code == 403
        assert (await officer.get("/office")).status_code == 200
        token = re.search(r'name="form_token" value="(\w+)"', (await officer.get("/office")).text)
        assert token is not None
        elsewhere = {"origin": "https://elsewhere.example.org"}
        assert (await officer.post("/sign-out", data={"form_token": token[1]}, headers=elsewhere)).status_code == 403
        assert (await officer.post("/sign-out", data={"form_token": token[1]})).status_code == 303
        assert (await officer.get("/office")).status_code == 303


async def test_its_health_says_whether_books_and_server_answer(portal: LivingPortal) -> None:
    async with portal.browser_of() as nobody:
        answer = await nobody.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"books": True, "temporal": True})


async def test_its_log_names_pages_and_neither_people_nor_cases_nor_secrets(
    portal: LivingPortal, caplog: pytest.LogCaptureFixture
) -> None:
    secret = portal.sign_in("OH-0417")
    with caplog.at_level("INFO", logger="accredit.portal"):
        async with portal.browser_of(secret) as ann:
            await ann.get("/office?search=Ann", follow_redirects=True)
    lines = [json.loads(record.message) for record in caplog.records if record.name == "accredit.portal"]
    assert [(line["page"], line["method"], line["status"]) for line in lines] == [("/office", "GET", 404)]
    assert set(lines[0]) == {"page", "method", "status", "ms"}


async def test_what_is_away_is_told_and_what_is_broken_is_not_shown(
    portal: LivingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise RPCError("upstream 10.0.0.7 reset", RPCStatusCode.UNAVAILABLE, b"")

    def broken(*_: object) -> None:
        raise RuntimeError("planted inner words")

    async with portal.browser_of(portal.sign_in("OH-0417")) as ann:
        monkeypatch.setattr("portal.facility.cases.cases_of", lost)
        away = await ann.get("/cases")
        monkeypatch.setattr("portal.facility.cases.cases_of", broken)
        fault = await ann.get("/cases")
    assert away.status_code == 503
    assert "Temporal server" in away.text
    assert fault.status_code == 500
    assert "Something went wrong here" in fault.text
    assert "planted" not in fault.text
    assert {name: fault.headers[name] for name in ALWAYS} == ALWAYS
