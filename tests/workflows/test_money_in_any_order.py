"""Money of real cases in any order, also where several messages come while the books take none: all of it agrees.

What happens to one case is drawn by chance, from seeds that are always the same; the rules say what is taken.
`tests/services/test_money_agrees.py` draws far more of it, without a server.
"""

import asyncio
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from activities.mail import MailFolder
from embedded.server import EmbeddedServer
from policy.messages import IssueCreditNote, RecordPayment, RecordRefund, ReissueInvoice, UndoPayment, WriteOff
from policy.money import MoneyMessage
from records.money_queries import bills
from records.postings import Scope, postings
from records.statement import draw_up
from services.settlement import settle
from tests.workflows.driving import Driven, a_place, at_work
from tests.workflows.stories import Said, Story, say

pytestmark = pytest.mark.server
AMOUNTS = ("0.01", "99.99", "1000.00", "2500.00", "2600.00")
WAYS = (
    RecordPayment.NAME, RecordPayment.NAME, UndoPayment.NAME, IssueCreditNote.NAME, RecordRefund.NAME, WriteOff.NAME,
    ReissueInvoice.NAME,
)  # fmt: skip


def drawn(chance: Random, day: float, numbers: list[str], payments: list[str]) -> Said:
    """Return something that is said about money."""
    name, invoice = chance.choice(WAYS), chance.choice(numbers)
    identity = f"m-{chance.random()}"
    if name == UndoPayment.NAME:
        return say(day, name, message_id=identity, payment=chance.choice(payments or ["none"]), reason="Sample")
    if name == ReissueInvoice.NAME:
        lines = [{"description": "Sample", "amount": chance.choice(AMOUNTS)}]
        return say(day, name, message_id=identity, invoice=invoice, lines=lines, reason="Sample")
    more = {"again": True} if name == RecordPayment.NAME else {"reason": "Sample"}
    return say(day, name, message_id=identity, invoice=invoice, amount=chance.choice(AMOUNTS), **more)


async def agree(case: Driven) -> list[str]:
    """Hold what the case says of its money against the books, and return the numbers of its invoices."""
    told = {one["number"]: one for one in (await case.status())["invoices"]}
    with case.place.books.reading() as session:
        kept = bills(session, case.instant(400), case.plan.case_id)
        found = postings(session, case.place.settings.zone, Scope())
    assert set(told) == {one.invoice.number for one in kept}
    for one in kept:
        said = {name: str(told[one.invoice.number][name]) for name in ("total", "paid", "credited", "written_off")}
        assert said == {name: f"{getattr(one.invoice, name):.2f}" for name in said}
        assert told[one.invoice.number]["status"] == one.invoice.status
    drawn_up = draw_up(found, since=None, at=case.instant(400))
    assert sum((one.amount for one in drawn_up.owed), Decimal(0)) == sum((one.outstanding for one in kept), Decimal(0))
    return list(told)


@pytest.mark.parametrize("seed", range(3))
async def test_case_and_books_agree_whatever_comes_together_and_after_the_closing(
    temporal_server: EmbeddedServer, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    async with a_place(temporal_server, tmp_path) as place, at_work(place):
        case = Driven(place, Story([]))
        await case.begin()
        paid: list[str] = []
        for day in range(1, 5):
            numbers = await agree(case)
            together = [drawn(chance, day, numbers, paid) for _ in range(4)]
            await case.come_to(day)
            await asyncio.gather(*(case.update(case.message(one, one.fields["message_id"])) for one in together))
            await case.settle()
            paid += [one.fields["message_id"] for one in together if one.name == RecordPayment.NAME]
        numbers = await agree(case)
        assert (await case.tell(say(6, "close_case", reason="Sample"))).accepted
        await case.handle.result()
        mail = MailFolder(place.folder / "mail")
        for _ in range(5):
            message = case.message(one := drawn(chance, 7, numbers, paid), one.fields["message_id"])
            if isinstance(message, MoneyMessage):
                settle(place.books, mail, place.settings, case.plan.case_id, message, case.instant(7))
    with place.books.reading() as session:
        found = postings(session, place.settings.zone, Scope())
        kept = bills(session, case.instant(400), case.plan.case_id)
    closing = draw_up(found, since=None, at=case.instant(400))
    assert {one.invoice: one.amount for one in closing.owed} == {
        one.invoice.number: one.outstanding for one in kept if one.outstanding
    }
