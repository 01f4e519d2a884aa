"""The version before the newest migration: its tree is unpacked, and its own code writes every kind of step.

`STEPS` is run by that version. It opens its books, says so, waits until they were migrated by this one, and goes on
writing, as a worker does that is current until the new version takes over.
"""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[2]
STEPS = """
import sys
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from activities.contract import CreditOrder, DeadlineEntry, Entry, Judged, PaymentUndone, RefundSent, Signed
from activities.contract import WriteOffOrder
from activities.steps import take
from records.books import open_books
from tests.activities.orders import LATER, a_notice_order, a_payment, a_row, a_step, an_invoice_order, an_office
from tests.records.rows import NOON

office = an_office()
with closing(open_books(sys.argv[1])) as books:
    take(books, a_step(1, entries=(Entry(at=NOON, kind="stage", text="Stage: application"),)), office)
    print("opened", flush=True)
    sys.stdin.readline()
    judged = Judged(key="note:n-1", at=NOON, handled_at=LATER, by="acr", accepted=True, digest="d")
    signed = Signed(key="note:n-1", position=0, sort="signature", role="administrator", name="A. Sample", at=NOON,
                    document="a.pdf", sha256="0" * 64)
    due = DeadlineEntry(number=0, name="testing_package", opens_at=NOON, due_at=LATER)
    first, second = "record_payment:p-1", "record_payment:p-2"
    invoices = [an_invoice_order(), *(an_invoice_order(purpose="repeat", occurrence=n, notice=2 + n) for n in (1, 2))]
    paid = a_payment(key=second, amount=Decimal("2950.00"))
    sent = RefundSent(key="r", invoice="2027-000001", amount=Decimal("50.00"), at=LATER, method="check",
                      reference="1", reason="too much")
    undone = PaymentUndone(key="u", payment=first, at=LATER, reason="a mistake")
    note = CreditOrder(key="c", invoice="2027-000002", amount=Decimal("10.00"), issued_at=LATER, reason="a sample",
                       notice=5)
    given_up = WriteOffOrder(key="w", invoice="2027-000002", amount=Decimal("20.00"), at=LATER, reason="a sample")
    steps = [
        a_step(2, invoices=tuple(invoices), notices=(a_notice_order(2),)),
        a_step(3, payments=(a_payment(key=first),), judged=(judged,), signatures=(signed,), deadlines=(due,)),
        a_step(4, reversals=(undone,)),
        a_step(5, payments=(paid,), refunds=(sent,)),
        a_step(6, credits=(note,)),
        a_step(7, write_offs=(given_up,)),
        a_step(8, void=("2027-000003",), row=a_row(stage="closed", outcome="withdrawn", closed_at=LATER)),
    ]
    for step in steps:
        taken = take(books, step, office)
        assert take(books, step, office) == taken
        print(step.number, [problem.text for problem in taken.problems], flush=True)
"""


def commit_before(revision: str) -> str | None:
    """Return the tag or commit of the last version without a migration; None where the clone does not reach it."""
    tag = _git("describe", "--tags", "--abbrev=0")
    if tag and not _has(tag, revision):
        return tag
    changed = _git("rev-list", "--first-parent", "HEAD", "--", "records/migrations/versions").splitlines()
    for commit in ("HEAD", *(f"{one}^" for one in changed)):
        found = _git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
        if found and not _has(found, revision):
            return found
    return None


def unpack(version: str, folder: Path) -> None:
    """Write a version's files into a folder."""
    told = subprocess.run(["git", "archive", version], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=BytesIO(told.stdout)) as archive:
        archive.extractall(folder, filter="data")


def _has(version: str, revision: str) -> bool:
    return f"/{revision}_" in _git("ls-tree", "-r", "--name-only", version, "records/migrations/versions")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
