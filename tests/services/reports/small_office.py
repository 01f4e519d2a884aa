"""A small office whose every figure is computed by hand: four accreditation cycles and one designation in 2027."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from records.books import Books, Session
from records.tables import Deadline
from tests.records.rows import a_case, a_line, a_message, a_payment, an_entry, an_invoice

APPEALED = "accreditation.OH-0417.ct.CT-1.1"
PASSED = "accreditation.OH-0417.mri.MR-1.1"
LATE = "accreditation.PA-0102.ct.CT-2.1"
RENEWED = "accreditation.OH-0417.ct.CT-9.1"
DESIGNATED = "dicoe.PRACTICE-01.OH.1"
OWED = Decimal("400.00")


def noon(month: int, day: int, year: int = 2027) -> datetime:
    """Return 17:00 UTC of a day: noon of winter in New York."""
    return datetime(year, month, day, 17, tzinfo=UTC)


class Writing:
    """Writes lives into the books."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._step = 0
        self._numbers: dict[str, int] = {}

    def case(self, case_id: str, **columns: Any) -> None:
        modality = case_id.split(".")[2]
        facility = case_id.split(".")[1]
        self.session.add(a_case(case_id, **{"modality": modality, "facility_id": facility} | columns))
        self.session.flush()

    def stages(self, case_id: str, *entered: tuple[str, datetime, dict[str, Any]]) -> None:
        for stage, at, more in entered:
            self._step += 1
            self.session.add(
                an_entry(
                    case_id=case_id, step=self._step, at=at, detail={"stage": stage, **more}, text=f"Stage: {stage}"
                )
            )
            self.session.flush()

    def window(
        self, case_id: str, name: str, opens: datetime, due: datetime, met: bool | None, over: bool = True
    ) -> None:
        number = self._numbers[case_id] = self._numbers.get(case_id, -1) + 1
        self.session.add(
            Deadline(case_id=case_id, number=number, name=name, opens_at=opens, due_at=due, met=met, over=over)
        )

    def told(self, case_id: str, name: str, at: datetime, **more: Any) -> None:
        self._step += 1
        self.session.add(a_message(case_id=case_id, key=f"{name}:{self._step}", name=name, at=at, handled_at=at))
        if name == "issue_final_report":
            detail = {"message": {"message_id": str(self._step), **more}}
            text = "issue final report"
            self.session.add(
                an_entry(case_id=case_id, step=self._step, at=at, kind="message", text=text, detail=detail)
            )

    def invoice(self, case_id: str, sequence: int, at: datetime, paid: str) -> None:
        number, total = f"2027-{sequence:06}", Decimal("1000.00")
        amount = Decimal(paid)
        status = "paid" if amount == total else "partly_paid"
        money = {"total": total, "paid": amount, "status": status, "due_at": at + timedelta(days=30)}
        self.session.add(an_invoice(number=number, sequence=sequence, case_id=case_id, issued_at=at, **money))
        self.session.flush()
        self.session.add(a_line(invoice=number, quantity=1, unit_price=total, amount=total))
        payment = {"case_id": case_id, "key": f"record_payment:i{sequence}", "invoice": number, "amount": amount}
        self.session.add(a_payment(**payment, received_at=at + timedelta(days=1)))


def write_office(books: Books) -> None:
    """Write the office into its books."""
    with books.writing() as session:
        writing = Writing(session)
        for write in (_appealed, _passed, _late, _renewed, _designated):
            write(writing)


def _appealed(to: Writing) -> None:
    """Ten days until it was accepted, 30 of testing, 30 of review, 5 until the appeal, 40 until it was won."""
    to.case(APPEALED, opened_at=noon(1, 4), stage="accredited", awaited_party=None)
    to.stages(
        APPEALED, ("application", noon(1, 4), {"round": 1, "attempt": "application"}), ("testing", noon(1, 14), {}),
        ("review", noon(2, 13), {}), ("options", noon(3, 15), {"deficiencies": 1}), ("appeal", noon(3, 20), {}),
        ("accredited", noon(4, 29), {}),
    )  # fmt: skip
    to.window(APPEALED, "testing_package", noon(1, 14), noon(3, 1), True)
    to.window(APPEALED, "option_form", noon(3, 17), noon(4, 1), True)
    to.window(APPEALED, "closure", noon(4, 1), noon(5, 1), None)
    to.window(APPEALED, "appeal", noon(3, 15), noon(3, 31), True)
    to.window(APPEALED, "appeal_result", noon(3, 20), noon(5, 5), True)
    to.window(APPEALED, "expiry", noon(4, 29), noon(4, 29, 2030), None, over=False)
    to.told(APPEALED, "record_payment", noon(1, 10))
    to.told(APPEALED, "accept_application", noon(1, 14))
    to.told(APPEALED, "submit_testing_package", noon(2, 13))
    to.told(APPEALED, "issue_final_report", noon(3, 15), reviewers=["Reviewer One", "Reviewer Two"])
    to.told(APPEALED, "issue_appeal_result", noon(4, 29))
    to.invoice(APPEALED, 1, noon(1, 4), "1000.00")


def _passed(to: Writing) -> None:
    """Two days until it was accepted, 40 of testing, 40 of review."""
    to.case(PASSED, opened_at=noon(2, 1), stage="accredited", awaited_party=None)
    to.stages(
        PASSED, ("application", noon(2, 1), {"round": 1, "attempt": "application"}), ("testing", noon(2, 3), {}),
        ("review", noon(3, 15), {}), ("accredited", noon(4, 24), {}),
    )  # fmt: skip
    to.window(PASSED, "testing_package", noon(2, 3), noon(3, 21), True)
    to.told(PASSED, "record_payment", noon(2, 2))
    to.told(PASSED, "accept_application", noon(2, 3))
    to.told(PASSED, "submit_testing_package", noon(3, 15))
    to.told(PASSED, "issue_final_report", noon(4, 24), reviewers=["Reviewer One"])


def _late(to: Writing) -> None:
    """Four days until it was accepted; no package came, and 60 days later it was over, with $400.00 unpaid."""
    to.case(LATE, opened_at=noon(3, 1), stage="closed", outcome="inactive", closed_at=noon(5, 4), awaited_party=None)
    to.stages(
        LATE, ("application", noon(3, 1), {"round": 1, "attempt": "application"}), ("testing", noon(3, 5), {}),
        ("closed", noon(5, 4), {"outcome": "inactive"}),
    )  # fmt: skip
    to.window(LATE, "testing_package", noon(3, 5), noon(4, 19), False)
    to.told(LATE, "record_payment", noon(3, 2))
    to.told(LATE, "accept_application", noon(3, 5))
    to.invoice(LATE, 2, noon(3, 1), "600.00")


def _renewed(to: Writing) -> None:
    """Accredited in 2024, applied for its renewal in time, renewed."""
    ended = {"stage": "closed", "outcome": "renewed", "closed_at": noon(5, 30), "awaited_party": None}
    to.case(RENEWED, opened_at=noon(1, 8, 2024), **ended)
    to.stages(
        RENEWED, ("accredited", noon(5, 31, 2024), {}), ("closed", noon(5, 30), {"outcome": "renewed"}),
    )  # fmt: skip
    to.window(RENEWED, "renewal_application", noon(10, 1, 2026), noon(2, 1), True)
    to.window(RENEWED, "expiry", noon(5, 31, 2024), noon(5, 31), None)


def _designated(to: Writing) -> None:
    """A designation that was decided three days after its survey's report."""
    known = {"program": "dicoe", "modality": None, "unit": None, "facility_id": "PRACTICE-01"}
    to.case(DESIGNATED, opened_at=noon(6, 1), stage="designated", awaited_party=None, **known)
    to.stages(
        DESIGNATED, ("application", noon(6, 1), {}), ("survey", noon(6, 11), {}), ("decision", noon(7, 1), {}),
        ("designated", noon(7, 4), {}),
    )  # fmt: skip
    to.told(DESIGNATED, "schedule_survey", noon(6, 12))
    to.told(DESIGNATED, "file_survey_report", noon(7, 1))
    to.told(DESIGNATED, "decide_designation", noon(7, 4))
    to.window(DESIGNATED, "mid_cycle", noon(7, 4), noon(1, 4, 2029), None, over=False)
