"""What is typed for the portal's pictures: a facility with cases in several stages, and others for the office's board.

As for the pictures of the terminal, cases open some days ago and what belongs to them is dated back, so that an option
form is open today, in real time.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from services.settings import SAMPLES
from tools.screenshots.script import PARTLY_PAID, Line

ORG = "OH-0417"
CHOOSES = f"accreditation.{ORG}.ct.CT-1.1"
TESTED = f"accreditation.{ORG}.mri.MR-1.1"
PASSED = f"accreditation.{ORG}.breast_ultrasound.site.1"
PAYS = f"accreditation.{ORG}.ultrasound.site.1"
OTHER = "accreditation.VT-0021.mri.MR-1.1"
CT_EXAMS = (
    ("chest-adult", "chest with contrast", "S-201"),
    ("head-neck-adult", "head without contrast", "S-202"),
    ("abdomen-adult", "abdomen with contrast", "S-203"),
    ("phantom", "CT phantom", None),
)
CT_REPORT = (
    ("chest-adult", ""),
    ("head-neck-adult", "Reduce the slice thickness of the posterior fossa."),
    ("abdomen-adult", ""),
    ("phantom", ""),
)
BREAST_EXAMS = (("cyst", "cyst", "S-101"), ("solid-mass", "solid mass", "S-102"))
BREAST_REPORT = (("cyst", ""), ("solid-mass", ""))


def lines(today: date) -> list[Line]:
    """Return the whole script. `today`: the day on which it is typed, at the office."""
    lately = today - timedelta(days=2)
    words = (
        *_accepted(lately, CHOOSES, "ct-unit.json"),
        *_reported(lately, CHOOSES, "ct"),
        *_accepted(lately, PASSED, "breast-ultrasound.json"),
        *_reported(lately, PASSED, "breast"),
        *_accepted(lately, TESTED, "mri-cd.json"),
        *_accepted(lately, OTHER, "samples/mri-cd.json"),
        "start ultrasound.json",
        "start samples/ct-two-units.json",
        f"pay @{PARTLY_PAID} 500.00 --method check",
        "start samples/dicoe-ohio.json",
        "import samples/import-units.csv",
        "import adopted.csv --messages past.csv",
    )
    return [Line(each) for each in words]


def _accepted(day: date, case_id: str, file: str) -> Iterator[str]:
    """Begin a case on a day; it is paid and accepted within minutes."""
    yield f"start {file} --opened-at {day}T00:00"
    yield f"pay @{case_id} due --method check {_at(day, 2)}"
    yield f"send {case_id} accept_application {_at(day, 3)}"


def _reported(day: date, case_id: str, name: str) -> Iterator[str]:
    """Hand in its package and issue its report, which nobody has viewed yet."""
    somebody = f'--for-name "Sample Administrator" {_at(day, 4)}'
    yield f"send {case_id} submit_testing_package --file {name}-package.json {somebody}"
    yield f"send {case_id} issue_final_report --file {name}-report.json {_at(day, 5)}"


def _at(day: date, minute: int) -> str:
    return f'--received-at {day}T00:{minute:02} --reason "came by post"'


def put_papers(folder: Path, today: date) -> None:
    """Put the files that the script names into the folder in which it is typed. `today`: at the office."""
    _put_adopted(folder, today)
    areas = [
        {"id": f"{name}-adult", "kind": "clinical", "module": name, "patient_type": "adult"}
        for name in ("general", "vascular")
    ]
    breast = _application("breast-ultrasound")
    contents: dict[str, Any] = {
        "ct-unit.json": _application("ct-unit"),
        "mri-cd.json": _application("mri-cd"),
        "breast-ultrasound.json": breast,
        "ultrasound.json": breast
        | {
            "application_id": "APP-2028-0417",
            "modality": "ultrasound",
            "units": [breast["units"][0] | {"areas": areas}],
        },
        "ct-package.json": _package(CT_EXAMS),
        "ct-report.json": _report(CT_REPORT),
        "breast-package.json": _package(BREAST_EXAMS),
        "breast-report.json": _report(BREAST_REPORT),
    }
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content, indent=2), "utf-8")


def _application(sample: str) -> dict[str, Any]:
    """Return a shipped sample as an application of the facility."""
    data: dict[str, Any] = json.loads((SAMPLES / f"{sample}.json").read_text("utf-8"))
    facility = json.loads((SAMPLES / "ct-unit.json").read_text("utf-8"))["facility"]
    return {**data, "application_id": f"{data['application_id']}-{ORG}", "facility": facility, "medium": "upload"}


def _package(exams: tuple[tuple[str, str, str | None], ...]) -> dict[str, Any]:
    told = [{"area": area, "exam": exam, "subject": subject} for area, exam, subject in exams]
    return {"medium": "upload", "exams": told}


def _report(findings: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Return a report in which what has a recommendation is not acceptable."""
    told = [{"area": area, "acceptable": not text, "comments": text} for area, text in findings]
    return {"reviewers": ["Sample Reviewer One", "Sample Reviewer Two"], "findings": told}


def _put_adopted(folder: Path, today: date) -> None:
    """Write two cases that began weeks ago: the package of one is due this week, that of the other is overdue."""
    with (SAMPLES / "import-units.csv").open(encoding="utf-8", newline="") as shipped:
        unit = list(csv.DictReader(shipped))[2]
    units, past = [], []
    for org, name, days in (("NH-0611", "Sample Hill Imaging", 42), ("ME-0612", "Sample Harbor Hospital", 48)):
        opened_at = today - timedelta(days=days + 2)
        own = {"application_id": f"APP-{org}", "facility_id": org, "facility_name": name, "state": org[:2]}
        units.append({**unit, **own, "opened_at": opened_at})
        case_id = f"accreditation.{org}.mri.MR-1.1"
        past.append(
            [case_id, "record_payment", opened_at + timedelta(days=1), "invoice=$invoice; amount=$due; method=check"]
        )
        past.append([case_id, "accept_application", opened_at + timedelta(days=2), ""])
    _write(folder / "adopted.csv", [list(units[0]), *(list(one.values()) for one in units)])
    _write(folder / "past.csv", [["case", "message", "received_at", "fields"], *past])


def _write(file: Path, rows: list[list[Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
