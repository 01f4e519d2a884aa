"""Who may say what to a case: a table of every message, signal, query, start and activity, made by speaking to one.

`docs/doors.md` holds it. Whatever is added to a case must have its row there, and the row must be what was heard here.
"""

from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow

from policy.messages import FACILITY_ROLES, OFFICE, Message, Role
from policy.messages.proofs import LIFE
from services.clock import now
from services.queries import NotRunning
from services.security.keys import KeyRing, PrivateKey, read_private
from services.security.signing import Sign, signed_by
from services.sending import send_update
from services.workers import WORKFLOWS
from tests.office import WITHIN, LivingOffice
from tests.policy.spoken import CLINIC, FIELDS, message_of
from tests.policy.spoken import OFFICE as OFFICER
from tests.provenance.test_callers import TABLE as ACTIVITIES
from tests.worker_process import until
from workflows.accreditation.effects import EFFECTS as OF_CYCLES
from workflows.designation.effects import EFFECTS as OF_DESIGNATIONS

pytestmark = pytest.mark.server
DOORS = Path(__file__).parent.parent.parent / "docs" / "doors.md"
NOT_VERIFIED, NOT_ALLOWED, OTHER = "actor.not_verified", "actor.not_allowed", "actor.other_facility"
TURNED_AWAY = {NOT_VERIFIED, NOT_ALLOWED, OTHER}
HEARD = "heard"
KINDS: dict[str, type[Message]] = {kind.NAME: kind for kind in (*OF_CYCLES, *OF_DESIGNATIONS)}
ENDINGS = {"close_case": "designation", "withdraw_case": "cycle"}
"""Said last, each to a case of its own: after them it hears nothing more."""


def row(name: str, *verdicts: str) -> str:
    """Return a row of the table."""
    return f"| `{name}` | {' | '.join(verdicts)} |"


class Door:
    """A case, and whoever speaks to it."""

    def __init__(self, office: LivingOffice, case_id: str, own: PrivateKey, other: PrivateKey) -> None:
        self.office, self.case_id = office, case_id
        self.own, self.other = signed_by(own), signed_by(other)

    async def verdict(self, name: str, by: dict[str, Any], sign: Sign | None, place: str) -> str:
        """Return by what a message is turned away; `heard` where it is judged by what it says."""
        message = message_of(name, by=by, message_id=f"{name}-{place}", on_behalf_of=None, received_at=None)
        try:
            told = await send_update(self.office.client, self.case_id, message, WITHIN, sign)
        except NotRunning:  # what was heard just before has ended the case
            return HEARD
        return told.rule if told.rule in TURNED_AWAY else HEARD

    async def row_of(self, name: str) -> str:
        """Return the row of a message: without a proof, by another facility, by the case's own, by the office."""
        senders = KINDS[name].SENDERS
        facility = {**CLINIC, "role": next(iter(sorted(senders & FACILITY_ROLES)), Role.ADMINISTRATOR)}
        office = OFFICER if senders & OFFICE else facility
        return row(
            name,
            await self.verdict(name, office, None, "nobody"),
            await self.verdict(name, facility, self.other, "other"),
            await self.verdict(name, facility, self.own, "own"),
            await self.verdict(name, office, self.office.sign, "office"),
            "none can be sent",
        )


async def doors(office: LivingOffice, folder: Path) -> dict[str, Door]:
    """Open a case of each program, with keys of its facility and of another one that the worker knows."""
    ring, found = KeyRing(office.security.keys), {}
    for program, case_id in (("cycle", await office.start()), ("designation", await office.start_designation())):
        keys = []
        for org in (case_id.split(".")[1], f"OH-OTHER-{program}"):
            file = folder / f"{org}.key"
            ring.new(org, now(), file)
            keys.append(read_private(file))
        found[program] = Door(office, case_id, *keys)
    last = found["designation"]

    async def known() -> str:
        probe = f"probe-{len(found)}"
        return await last.verdict("close_case", {**CLINIC, "role": Role.ACR}, last.own, probe)

    await until(known, lambda rule: rule == NOT_ALLOWED)  # before, the key is unknown
    return found


async def test_every_message_is_heard_from_those_alone_who_may_send_it(guarded: LivingOffice, tmp_path: Path) -> None:
    assert set(KINDS) == set(FIELDS)
    found = await doors(guarded, tmp_path)
    table = DOORS.read_text("utf-8").splitlines()
    rows = []
    for name in sorted(KINDS, key=lambda one: (one in ENDINGS, one)):
        program = ENDINGS.get(name) or ("cycle" if KINDS[name] in OF_CYCLES else "designation")
        rows.append(await found[program].row_of(name))
    missing = [one for one in rows if one not in table]
    assert not missing, "\n".join(["docs/doors.md has not:", *missing])


def test_every_signal_query_start_and_activity_has_its_row() -> None:
    table = DOORS.read_text("utf-8")
    definitions = [workflow._Definition.must_from_class(one) for one in WORKFLOWS]
    names = {str(name) for one in definitions for name in (one.name, *one.signals, *one.queries)} | set(ACTIVITIES)
    assert [name for name in sorted(names) if f"| `{name}` |" not in table] == []


def test_a_proof_is_short_lived() -> None:
    assert LIFE.total_seconds() <= 600
