"""Cases brought some way along, for the pages that a facility sees there."""

from typing import Any

from tests.office import AREAS, LivingOffice

SOMEBODY: dict[str, Any] = {"on_behalf_of": {"name": "Ann Sample"}}
FAILED = "head-neck-adult"
REVIEWERS = ["Reviewer One", "Reviewer Two"]


def exams_of(areas: tuple[str, ...], subject: str = "subject") -> list[dict[str, Any]]:
    """Return an exam of each area, as a package has it."""
    subjects = {area: None if area == "phantom" else f"{subject}-{area}" for area in areas}
    return [{"area": area, "exam": f"{area} exam", "subject": token} for area, token in subjects.items()]


def findings_of(areas: tuple[str, ...], deficient: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return a finding on each area."""
    return [
        {"area": one, "acceptable": one not in deficient, "comments": "Rescan." if one in deficient else ""}
        for one in areas
    ]


async def reported_now(office: LivingOffice) -> str:
    """Return a case whose report was issued just now: nobody has viewed it, and its form opens in 48 hours."""
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    package = {"medium": "upload", "exams": exams_of(AREAS)}
    await office.tell(case_id, "submit_testing_package", days_ago=2.7, **SOMEBODY, **package)
    await office.tell(case_id, "issue_final_report", reviewers=REVIEWERS, findings=findings_of(AREAS, (FAILED,)))
    return case_id


async def second_deficiency(office: LivingOffice) -> str:
    """Return a case whose repeat was not acceptable either, viewed; its option form is open now."""
    case_id = await office.start(days_ago=60, adopting=True)
    await office.pay_and_accept(case_id, days_ago=58)
    first = {"medium": "upload", "exams": exams_of(AREAS)}
    await office.tell(case_id, "submit_testing_package", days_ago=50, **SOMEBODY, **first)
    report = {"reviewers": REVIEWERS, "findings": findings_of(AREAS, (FAILED,))}
    await office.tell(case_id, "issue_final_report", days_ago=45, **report)
    await office.tell(case_id, "view_final_report", days_ago=44, **SOMEBODY)
    await office.tell(case_id, "choose_option", days_ago=40, option="repeat", attested=True, **SOMEBODY)
    await office.until(case_id, "its repeat fee", lambda told: bool(told["invoices"][-1]["number"]))
    await office.pay_and_accept(case_id, days_ago=38)
    again = {"medium": "upload", "exams": exams_of((FAILED,), "another")}
    await office.tell(case_id, "submit_testing_package", days_ago=20, **SOMEBODY, **again)
    report = {"reviewers": REVIEWERS, "findings": findings_of((FAILED,), (FAILED,))}
    await office.tell(case_id, "issue_final_report", days_ago=4, **report)
    await office.tell(case_id, "view_final_report", days_ago=3.9, **SOMEBODY)
    await office.end_adoption(case_id)
    return case_id


async def in_repeat(office: LivingOffice, case_id: str) -> None:
    """Pay and accept the repeat that was chosen just now: its testing package is awaited."""
    await office.until(case_id, "its repeat fee", lambda told: bool(told["invoices"][-1]["number"]))
    await office.pay_and_accept(case_id, days_ago=0.0)
    await office.until(case_id, "its package", lambda told: told["stage"] == "testing")


def an_appeal(office: LivingOffice) -> dict[str, Any]:
    """Return an option form that appeals, with its letter among the office's uploads."""
    letter = office.folder / "uploads" / "letter.txt"
    letter.parent.mkdir(exist_ok=True)
    letter.write_text("To the office. We appeal.")
    signed = {"uri": str(letter), "signed_by": {"role": "supervising_physician"}}
    return {"option": "appeal", "attested": True, "medium": "upload", "letters": [signed]}


async def lost_appeal(office: LivingOffice) -> str:
    """Return a case whose appeal was lost four days ago, the result viewed; its new option form is open now."""
    case_id = await office.start(days_ago=70, adopting=True)
    await office.pay_and_accept(case_id, days_ago=68)
    package = {"medium": "upload", "exams": exams_of(AREAS)}
    await office.tell(case_id, "submit_testing_package", days_ago=65, **SOMEBODY, **package)
    report = {"reviewers": REVIEWERS, "findings": findings_of(AREAS, (FAILED,))}
    await office.tell(case_id, "issue_final_report", days_ago=60, **report)
    await office.tell(case_id, "view_final_report", days_ago=59, **SOMEBODY)
    await office.tell(case_id, "choose_option", days_ago=50, **SOMEBODY, **an_appeal(office))
    result = {"arbitrator": "Reviewer Three", "findings": findings_of((FAILED,), (FAILED,))}
    await office.tell(case_id, "issue_appeal_result", days_ago=4, **result)
    await office.tell(case_id, "view_final_report", days_ago=3.9, **SOMEBODY)
    await office.end_adoption(case_id)
    return case_id
