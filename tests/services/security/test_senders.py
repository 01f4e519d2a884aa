"""Who is heard by a case, on a real server and with a raw client: nobody who has not proved who he is."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.common import MetricMeter

from policy.messages import ChooseOption, Message, ViewFinalReport
from policy.messages.proofs import LEEWAY, LIFE, Claims, claims_for, read_proof
from policy.verdict import Refused, Verdict
from records.queries import messages, timeline
from services.composition import compose
from services.security.client import SigningClient
from services.security.keys import KeyRing, PrivateKey, PublicKey, read_private
from services.security.proofs import token_of
from services.security.senders import Senders
from services.security.signing import signed_by
from services.sending import send_signal, send_update
from services.workers import replayer
from tests.office import WITHIN, LivingOffice
from tests.worker_process import until

pytestmark = [pytest.mark.server, pytest.mark.asyncio(loop_scope="session")]
OPEN_CASES = 50
"""Cases that are spoken to while a key is replaced."""
ANN = {"name": "Ann Sample", "role": "administrator"}
NOT_VERIFIED, NOT_ALLOWED, OTHER = "actor.not_verified", "actor.not_allowed", "actor.other_facility"


def facility_of(case_id: str) -> str:
    return case_id.split(".")[1]


class Desk:
    """What a test holds of the office: its ring, a key of the office and one of a facility."""

    def __init__(self, office: LivingOffice, case_id: str, folder: Path) -> None:
        self.office, self.case_id, self.folder = office, case_id, folder
        self.ring = KeyRing(office.security.keys)
        key = self.ring.signing_key(datetime.now(UTC))
        assert key
        self.key = key

    def key_of(self, org: str) -> PrivateKey:
        """Make a key of a facility's own; the worker knows it after its next look."""
        file = self.folder / f"{org}-{len(self.ring.read().keys)}.key"
        self.ring.new(org, datetime.now(UTC), file)
        return read_private(file)

    def viewing(self, **fields: Any) -> Message:
        return compose(ViewFinalReport, {"by": ANN, **fields}, folder=self.folder, user="Sample Officer")

    def claims(self, message: Message, key: PrivateKey, /, **changes: Any) -> Claims:
        told = claims_for(
            message, issuer=key.org, case_id=self.case_id, namespace=self.office.client.namespace, at=datetime.now(UTC)
        )
        return Claims.model_validate(told.model_dump() | changes)

    async def update(self, message: Message) -> Verdict:
        return await send_update(self.office.client, self.case_id, message, WITHIN)

    async def trace(self) -> tuple[Any, Any]:
        """Return what the case and the books know of it."""
        with self.office.books.reading() as session:
            booked = [one.key for one in messages(session, self.case_id)], len(timeline(session, self.case_id))
        return await self.office.client.get_workflow_handle(self.case_id).query("timeline"), booked


@pytest.fixture
async def desk(office: LivingOffice, tmp_path: Path) -> Desk:
    """A desk at a case whose final report can be viewed, once the books know all of it."""
    case_id = await office.start()
    await office.until_books(case_id, "application")
    return Desk(office, case_id, tmp_path)


def proved(message: Message, token: str) -> Message:
    return message.model_copy(update={"proof": token})


Forge = Callable[[Desk, Message, PrivateKey], str]


def ago(**time: float) -> dict[str, float]:
    then = datetime.now(UTC) - timedelta(**time)
    return {"iat": (then - LIFE).timestamp(), "exp": then.timestamp()}


FORGED: dict[str, tuple[Forge, str]] = {
    "of another case": (lambda d, m, k: token_of(d.claims(m, k, case=f"{d.case_id}0"), k), NOT_VERIFIED),
    "of another message": (lambda d, m, k: token_of(d.claims(m, k, message="close_case"), k), NOT_VERIFIED),
    "of another id": (lambda d, m, k: token_of(d.claims(m, k, message_id="other"), k), NOT_VERIFIED),
    "of another content": (lambda d, m, k: token_of(d.claims(m, k, digest="0" * 64), k), NOT_VERIFIED),
    "of another namespace": (lambda d, m, k: token_of(d.claims(m, k, ns="other"), k), NOT_VERIFIED),
    "expired": (lambda d, m, k: token_of(d.claims(m, k, **ago(seconds=LEEWAY.seconds + 5)), k), NOT_VERIFIED),
    "of another role": (lambda d, m, k: token_of(d.claims(m, k, roles=["technologist"]), k), NOT_ALLOWED),
    "of another person": (lambda d, m, k: token_of(d.claims(m, k, sub="Bob Sample"), k), NOT_ALLOWED),
    "of another facility": (lambda d, m, k: token_of(d.claims(m, k, org="OH-OTHER"), k), OTHER),
    "by no algorithm": (lambda d, m, k: "eyJhbGciOiJub25lIn0.e30.", NOT_VERIFIED),
}


async def test_nothing_comes_in_without_a_proof_and_nothing_is_left_of_it(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    before = await desk.trace()
    told: dict[str, str | None] = {}
    with caplog.at_level(logging.WARNING, "accredit.security"):
        told["none"] = (await desk.update(desk.viewing(message_id="SECRET-ID"))).rule
        for name, (forge, _) in FORGED.items():
            message = desk.viewing()
            told[name] = (await desk.update(proved(message, forge(desk, message, desk.key)))).rule
    assert told == {"none": NOT_VERIFIED} | {name: rule for name, (_, rule) in FORGED.items()}
    assert await desk.trace() == before
    lines = [record.getMessage() for record in caplog.records if record.name == "accredit.security"]
    assert len(lines) == len(told)
    assert all(desk.case_id in line and "view_final_report" in line for line in lines)
    assert not [line for line in lines if "SECRET" in line or "eyJ" in line or "Sample" in line]


async def test_a_facilitys_key_speaks_in_its_own_cases_until_it_is_revoked(desk: Desk, office: LivingOffice) -> None:
    before = await desk.trace()
    own, other = desk.key_of(facility_of(desk.case_id)), desk.key_of("OH-OTHER")
    await known(desk, own)
    on_behalf = desk.viewing(by={**ANN, "role": "facility"}, on_behalf_of=ANN, reason="x")
    told = {
        "another facility's": (
            await send_update(office.client, desk.case_id, desk.viewing(), WITHIN, signed_by(other))
        ),
        "on behalf of somebody": (await send_update(office.client, desk.case_id, on_behalf, WITHIN, signed_by(own))),
    }
    assert {name: verdict.rule for name, verdict in told.items()} == {
        "another facility's": OTHER,
        "on behalf of somebody": NOT_ALLOWED,
    }
    assert await desk.trace() == before
    verdict = await send_update(office.client, desk.case_id, desk.viewing(message_id="own"), WITHIN, signed_by(own))
    assert verdict.rule == "case.wrong_stage"  # heard, and judged
    entry = (await office.client.get_workflow_handle(desk.case_id).query("timeline"))[-1]
    sender = {"person": "Ann Sample", "role": "administrator", "org": own.org, "key": own.kid}
    assert entry["detail"]["sender"] == sender
    desk.ring.revoke(own.kid, datetime.now(UTC))
    await until_refused(desk, own)


async def test_a_signal_without_a_proof_leaves_nothing_and_comes_in_with_one(desk: Desk, office: LivingOffice) -> None:
    await office.report(desk.case_id)
    await office.until_books(desk.case_id, "options")
    fields = {"by": ANN, "message_id": "form", "option": "repeat", "attested": True}
    form = compose(ChooseOption, fields, folder=desk.folder, user=None)
    before, _ = await desk.trace()
    told = await send_signal(office.client, desk.case_id, form, WITHIN)
    assert (told.rule, told.digest) == (NOT_VERIFIED, form.digest())
    stranger = signed_by(desk.key_of("OH-OTHER"))
    assert (await send_signal(office.client, desk.case_id, form, WITHIN, stranger)).accepted is False
    after, (booked, _) = await desk.trace()
    assert after == before
    assert form.key() not in booked
    handle = office.client.get_workflow_handle(desk.case_id)
    assert office.sign
    await handle.signal(form.NAME, office.sign(form, desk.case_id, office.client.namespace, LIFE))

    async def answer() -> Verdict | None:
        verdict: Verdict | None = await handle.query("verdict", form.key(), result_type=Verdict)
        return verdict

    turned_away = (NOT_VERIFIED, OTHER)  # what is heard until the signal has come
    verdict = await until(answer, lambda verdict: verdict is not None and verdict.rule not in turned_away)
    assert verdict
    assert verdict.accepted, verdict
    (entry,) = [e for e in await handle.query("timeline") if e["text"] == "choose option"]
    assert entry["detail"]["sender"]["key"] == desk.key.kid
    await replayer(office.client.data_converter).replay_workflow(await handle.fetch_history())
    with office.books.reading() as session:
        kept = [one.sender for one in messages(session, desk.case_id) if one.key == form.key()]
    assert [sender["key"] for sender in kept if sender] == [desk.key.kid] or not kept  # the step may still be under way


async def test_a_key_is_replaced_while_cases_are_spoken_to_and_none_notices(desk: Desk, office: LivingOffice) -> None:
    read = threading.Event()
    cases = [desk.case_id, *await asyncio.gather(*[office.start() for _ in range(OPEN_CASES - 1)])]
    replacing = asyncio.create_task(
        asyncio.to_thread(desk.ring.rotate, desk.key.kid, datetime.now(UTC), None, lambda: wait_for(read))
    )
    verdicts: list[Verdict] = []

    async def speak() -> None:
        said = [send_update(office.client, case_id, desk.viewing(), WITHIN, office.sign) for case_id in cases]
        verdicts.extend(await asyncio.gather(*said))

    await speak()
    new = await until(newest(desk), lambda key: key.kid != desk.key.kid)
    mine = desk.key.model_copy(update={"kid": new.kid})  # its name is known to the worker, its private half is not

    async def told() -> str | None:
        message = desk.viewing()
        return (await desk.update(proved(message, token_of(desk.claims(message, mine), mine)))).reason

    await until(told, lambda reason: "names" in (reason or ""))
    read.set()
    await speak()
    await replacing
    await speak()
    assert office.sign
    assert {verdict.rule for verdict in verdicts} == {"case.wrong_stage"}
    assert len(verdicts) == 3 * len(cases)
    signed = read_proof(office.sign(desk.viewing(), desk.case_id, office.client.namespace, LIFE).proof or "")
    assert signed
    assert signed[0] == new.kid


async def test_where_nobody_needs_to_prove_it_what_is_proved_is_verified_all_the_same(
    desk: Desk, office: LivingOffice
) -> None:
    """Nothing that was not verified can be kept as if it had been."""
    meter, message = MetricMeter.noop, desk.viewing()
    claimed, without_keys = Senders(desk.ring.folder), Senders()
    asked: dict[str, Any] = {"case_id": desk.case_id, "namespace": office.client.namespace, "meter": meter}
    for senders in (claimed, without_keys):
        assert senders.verified(message, **asked) is None
        with pytest.raises(Refused, match=NOT_VERIFIED):
            senders.verified(proved(message, "a.b.c"), **asked)
    good = proved(message, token_of(desk.claims(message, desk.key), desk.key))
    assert getattr(claimed.verified(good, **asked), "key", None) == desk.key.kid
    with pytest.raises(Refused, match=NOT_VERIFIED):
        without_keys.verified(good, **asked)


async def test_a_script_sends_with_a_key_file(
    desk: Desk, office: LivingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in office.environ.items():
        monkeypatch.setenv(name, value)
    sender = await SigningClient.connect(desk.ring.folder / f"{(await newest(desk)()).kid}.key")
    verdict = await sender.send(desk.case_id, "view_final_report", "Ann Sample", viewer="Ann Sample")
    assert verdict.rule == "case.wrong_stage"


def wait_for(event: threading.Event) -> None:
    assert event.wait(WITHIN.total_seconds())


def newest(desk: Desk) -> Callable[[], Awaitable[PublicKey]]:
    async def ask() -> PublicKey:
        ours = [key for key in desk.ring.read().keys.values() if key.org == "office"]
        return max(ours, key=lambda key: key.created)

    return ask


async def known(desk: Desk, key: PrivateKey) -> None:
    """Wait until the worker has read a key."""
    await until(lambda: rule_by(desk, key), lambda rule: rule != NOT_VERIFIED)


async def until_refused(desk: Desk, key: PrivateKey) -> None:
    """Wait until the worker believes a key no more."""
    await until(lambda: rule_by(desk, key), lambda rule: rule == NOT_VERIFIED)


async def rule_by(desk: Desk, key: PrivateKey) -> str | None:
    """Return by what a message is turned away that the key's owner has not the role for."""
    message = desk.viewing()
    return (await desk.update(proved(message, token_of(desk.claims(message, key, roles=["nobody"]), key)))).rule
