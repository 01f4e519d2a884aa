"""`python -m bench.proofs`: what the proof of a message costs, and what open cases notice of a key that is replaced."""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from bench.peers.sample import an_application
from embedded.server import embedded_server
from policy.cases import CasePart
from policy.messages import Actor, Role, ViewFinalReport
from policy.office import Security
from records.books import open_books
from services.connect import connect
from services.namespace import prepare_namespace
from services.opening import start_case
from services.security.keys import KeyRing
from services.security.proofs import sign, verify
from services.security.senders import READ_AGAIN_AFTER, senders_of
from services.security.signing import office_signs
from services.sending import send_update
from services.settings import SAMPLE, load_settings
from services.workers import working

LIVES, TIMES = 50, 500
WITHIN = timedelta(seconds=60)
CASE = "accreditation.BENCH.ct.CT-1.1"


def viewing(number: int) -> ViewFinalReport:
    """Return a message of a facility's."""
    return ViewFinalReport(message_id=f"m-{number}", by=Actor(name="Ann Sample", role=Role.ADMINISTRATOR))


def measure_proof(folder: Path) -> str:
    """Return bytes and milliseconds of a proof, in words."""
    ring, now = KeyRing(folder / "measured"), datetime.now(UTC)
    ring.first(now)
    key, keys = ring.signing_key(now), ring.read().keys
    assert key
    begun = time.process_time()
    signed = [sign(viewing(n), key, case_id=CASE, namespace="default", at=now) for n in range(TIMES)]
    between = time.process_time()
    for message in signed:
        verify(message.proof or "", keys, now)
    ended = time.process_time()
    more = len(signed[0].model_dump_json()) - len(viewing(0).model_dump_json())
    made, seen = (between - begun) / TIMES * 1000, (ended - between) / TIMES * 1000
    return f"A proof: {more} bytes, {made:.2f} ms of CPU to sign, {seen:.2f} ms to verify."


async def replace_key(folder: Path, lives: int = LIVES) -> str:
    """Speak to so many open cases while the office's key is replaced; return what they noticed, in words."""
    security, settings = Security(keys=str(folder / "keys")), load_settings(SAMPLE, {})
    ring, verdicts = KeyRing(security.keys), Counter[str]()
    async with embedded_server(fast=True, use_configured=False) as server:
        await prepare_namespace(server.address, "proofs")
        client = await connect(server.address, "proofs")
        with closing(open_books(f"sqlite:///{folder}/books.db")) as books:
            activities = CaseActivities(books, lambda: settings, MailFolder(folder / "mail"), client)
            async with working(client, activities=activities, versioned=False, senders=senders_of(security)):
                parts = [CasePart("CT-1", 1, an_application(f"BENCH-{number}")) for number in range(lives)]
                cases, now = [str(part.case_id(1)) for part in parts], datetime.now(UTC)
                await asyncio.gather(
                    *[
                        start_case(client, case_id, part, now, settings.zone)
                        for case_id, part in zip(cases, parts, strict=True)
                    ]
                )
                old = ring.signing_key(now)
                assert old

                def known() -> None:
                    time.sleep(1.5 * READ_AGAIN_AFTER)

                async def speak(number: int) -> None:
                    for case_id in cases:
                        sent = send_update(client, case_id, viewing(number), WITHIN, office_signs(security))
                        verdicts[(await sent).rule or "accepted"] += 1

                replacing = asyncio.create_task(asyncio.to_thread(ring.rotate, old.kid, now, None, known))
                number = 0
                while not replacing.done():
                    await speak(number := number + 1)
                await speak(number + 1)
    told = ", ".join(f"{count} x {rule}" for rule, count in verdicts.items())
    return f"A key replaced while {lives} open cases were spoken to: {told}; actor.not_verified would be noticed."


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(f"{measure_proof(Path(name))}\n{asyncio.run(replace_key(Path(name)))}\n")
