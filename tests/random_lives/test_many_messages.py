"""No number of messages bricks a case, refused or accepted: it goes on in new runs, and the books remember for it."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from policy.status import CaseStatus
from policy.verdict import Verdict
from tests.policy.spoken import CLINIC, OFFICE
from tests.random_lives.core import decoded
from tests.random_lives.lives import OPENS, RandomLife
from workflows.case.carrying import LARGEST_CARRIED
from workflows.case.stages import StageOrder

MANY, AT_ONCE = 3000, 150
A_RUN = 5
"""Batches after which the server suggests a new run; it does so after some thousand events."""


def opened(program: str) -> RandomLife:
    """Return a case that has just opened, and of which nobody says anything else."""
    life = RandomLife(program, Random(1))
    life.core.forward(OPENS + timedelta(hours=3))
    return life


def send(life: RandomLife, name: str, numbers: range, fields: dict[str, Any], *, since: timedelta) -> list[Verdict]:
    """Send as many messages at once, which differ by their ids alone, and return what they were answered."""
    keys = [f"{name}:{name}-{number}" for number in numbers]
    at = (OPENS + since).isoformat()
    contents = [{"message_id": key.partition(":")[2], "received_at": at, **fields} for key in keys]
    life.core.updates([(name, key, content) for key, content in zip(keys, contents, strict=True)])
    life.world.work(life.core)
    verdicts = [life.core.verdicts[key] for key in keys]
    return [decoded(one, Verdict) for one in verdicts]  # type: ignore[arg-type]


def flood(life: RandomLife, name: str, fields: dict[str, Any]) -> list[Verdict]:
    """Send very many; the server suggests a new run now and then, as it does when a history grows long."""
    answered: list[Verdict] = []
    for batch, begun in enumerate(range(0, MANY, AT_ONCE)):
        answered += send(life, name, range(begun, begun + AT_ONCE), fields, since=timedelta(hours=1))
        if batch % A_RUN == A_RUN - 1:
            life.core.suggested = True
            life.core.signal("continue_as_new")
            life.world.work(life.core)
            assert len(life.core.run.argument.data) < LARGEST_CARRIED
    return answered


def test_three_thousand_refused_messages_leave_a_case_that_answers_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StageOrder, "strict", True)
    life = opened("ct")
    form = {"by": CLINIC, "option": "appeal", "attested": True}
    answered = flood(life, "choose_option", form)
    assert {one.rule for one in answered} == {"case.wrong_stage"}
    assert len(life.core.runs) == 1 + MANY // AT_ONCE // A_RUN
    assert life.facts.left_to_books
    # The first of them is not among the answers that the case carries; it has the same answer, and no entry more.
    assert "choose_option:choose_option-0" not in life.facts.answers
    entries = len(life.world.entries)
    (again,) = send(life, "choose_option", range(1), form, since=timedelta(hours=1))
    assert (again.accepted, again.rule, again.digest) == (False, answered[0].rule, answered[0].digest)
    assert len(life.world.entries) == entries
    # It lives on as any case does.
    assert life.status().stage == "application"
    number = life.status().invoices[0].number
    paid = {"by": OFFICE, "invoice": number, "amount": "2500.00", "method": "check"}
    (verdict,) = send(life, "record_payment", range(1), paid, since=timedelta(hours=2))
    assert verdict.accepted
    (verdict,) = send(life, "accept_application", range(1), {"by": OFFICE}, since=timedelta(hours=2))
    assert verdict.accepted
    assert life.status().stage == "testing"
    life.core.close()
    life.core.replayed()


def test_three_thousand_payments_are_all_booked_once_and_one_of_the_first_counts_no_second_time() -> None:
    life = opened("ct")
    number = life.status().invoices[0].number
    cent = {"by": OFFICE, "invoice": number, "amount": "0.50", "method": "check", "again": True}
    answered = flood(life, "record_payment", cent)
    assert all(one.accepted for one in answered)
    assert paid_in(life.status()) == f"{MANY * 0.5:.2f}"
    assert "record_payment:record_payment-0" not in life.facts.answers
    (again,) = send(life, "record_payment", range(1), cent, since=timedelta(hours=1))
    assert again.accepted
    assert paid_in(life.status()) == f"{MANY * 0.5:.2f}"
    assert sum(len(one.payments) for one in life.world.invoices.values()) == MANY
    life.core.close()
    life.core.replayed()


def paid_in(status: CaseStatus) -> str:
    """Return what was paid of the first invoice."""
    return f"{status.invoices[0].paid:.2f}"


def test_a_case_goes_on_in_a_new_run_only_after_it_got_on_in_this_one() -> None:
    """Else a server that always suggests it, or somebody who asks again and again, had it begin runs without end."""
    life = opened("ct")
    for _ in range(3):
        life.core.suggested = True
        life.core.forward(life.core.now + timedelta(seconds=1))
        (verdict,) = send(
            life,
            "note",
            range(len(life.core.runs), len(life.core.runs) + 1),
            {"by": OFFICE, "text": "x"},
            since=timedelta(hours=1),
        )
        assert verdict.accepted
    assert len(life.core.runs) == 4
    before = len(life.core.runs)
    for _ in range(3):
        life.core.signal("continue_as_new")
        life.world.work(life.core)
    assert len(life.core.runs) == before
    life.core.close()
