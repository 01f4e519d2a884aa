"""What is typed for the pictures of the terminal, line by line: cases begin, and come some way along.

Cases open some days ago and what belongs to them is dated back, as an office dates what came by post. So the option
form of such a case is open today, in real time.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from services.errors import ExitCode
from services.settings import SAMPLES

BREAST = "accreditation.MD-0310.breast_ultrasound.site.1"
PARTLY_PAID = "accreditation.PA-0099.ct.CT-1.1"
TESTING = "accreditation.VT-0021.mri.MR-1.1"
DESIGNATION = "dicoe.SAMPLE-THREE.OH.1"
PAGES = ("life.html", "rehearsal.html")
"""The pages that are written on the way."""


class Line(NamedTuple):
    """A line that is typed.

    Attributes:
        words: What is typed behind `accredit`; `@CASE` stands for the newest invoice of a case.
        picture: The name of its picture; empty: it is typed for what it does.
        code: The exit code with which it must end.
    """

    words: str
    picture: str = ""
    code: int = ExitCode.DONE


def lines(today: date) -> list[Line]:
    """Return the whole script.

    Args:
        today: The day on which it is typed, at the office.
    """
    return [*_applications(), *_cases(today), *_lists(), *_options(), *_rest()]


def _applications() -> list[Line]:
    return [
        Line("template accreditation --from draft.json -o application.xlsx"),
        Line("check application.xlsx", "terminal-check", ExitCode.REFUSED),
        Line("quote samples/ct-two-units.json", "terminal-quote"),
    ]


def _cases(today: date) -> list[Line]:
    """Open the cases: one comes to its final report, one to its testing, one waits for us, others owe fees.

    What the office does counts from when it is entered, three days back at most: the form is open 48 hours after a
    report of the day before yesterday.
    """
    lately = today - timedelta(days=2)

    def at(clock: str) -> str:
        return f'--received-at {lately}T{clock} --reason "came by post"'

    return [
        Line(f"start samples/breast-ultrasound.json --opened-at {lately}T00:00"),
        Line(f"pay @{BREAST} due --method check {at('00:02')}"),
        Line(f"send {BREAST} accept_application {at('00:03')}"),
        Line(
            f'send {BREAST} submit_testing_package --file package.json --for-name "Sample Administrator" {at("00:04")}'
        ),
        Line(f"send {BREAST} issue_final_report --file report.json {at('00:05')}"),
        Line(f'send {BREAST} view_final_report --for-name "Sample Administrator" {at("00:06")}'),
        Line("start samples/ct-unit.json", "terminal-start"),
        Line("start samples/ct-two-units.json"),
        Line(f"pay @{PARTLY_PAID} 500.00 --method check"),
        Line(f"start samples/dicoe-ohio.json --opened-at {lately}T00:00"),
        Line(f"pay @{DESIGNATION} due --method check {at('00:30')}"),
        Line(f"start samples/mri-cd.json --opened-at {lately}T00:00"),
        Line(f"pay @{TESTING} due --method check {at('00:30')}"),
        Line(f"send {TESTING} accept_application {at('00:40')}"),
    ]


def _lists() -> list[Line]:
    """Look over all cases, at their money and their letters."""
    return [
        Line("worklist", "terminal-worklist"),
        Line("invoices", "terminal-invoices"),
        Line("statement PA-0099", "terminal-statement"),
        Line(f"notices {BREAST}", "terminal-notices"),
    ]


def _options() -> list[Line]:
    """Look at the case whose form is open, be refused, mend the form, and choose."""
    form = f"option {BREAST} appeal --medium upload --letter letter.pdf --signed-by"
    sent = '--attest --by-name "Sample Administrator"'
    return [
        Line(f"show {BREAST}", "terminal-show"),
        Line(f"explain {BREAST}", "terminal-explain"),
        Line(f"timeline {BREAST} --html life.html", "terminal-timeline"),
        Line(f"{form} medical_physicist {sent}", "terminal-option-refused", ExitCode.REFUSED),
        Line(f'{form} "supervising_physician:Sample Supervising Physician" {sent}', "terminal-option-accepted"),
    ]


def _rest() -> list[Line]:
    """Look whether everything is there, and rehearse."""
    return [
        Line("doctor", "terminal-doctor"),
        Line("rehearse scenarios/straight-life.toml", "terminal-rehearse"),
        Line("rehearse scenarios/the-whole-ladder.toml scenarios/appeal-won.toml --html rehearsal.html"),
    ]


def put_papers(folder: Path) -> None:
    """Put the files that the script names into the folder in which it is typed."""
    contents: dict[str, Any] = {
        "draft.json": _draft(),
        "package.json": {
            "medium": "upload",
            "exams": [
                {"area": "cyst", "exam": "cyst", "subject": "S-101"},
                {"area": "solid-mass", "exam": "solid mass", "subject": "S-102"},
            ],
        },
        "report.json": {
            "reviewers": ["Sample Reviewer One", "Sample Reviewer Two"],
            "findings": [
                {"area": "cyst", "acceptable": False, "comments": "Image the cyst in two planes."},
                {"area": "solid-mass", "acceptable": True},
            ],
        },
    }
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content, indent=2), "utf-8")


def _draft() -> dict[str, Any]:
    """Return the sample of a CT unit as it may come at first: without its physician, its postal code and its model."""
    data: dict[str, Any] = json.loads((SAMPLES / "ct-unit.json").read_text("utf-8"))
    facility = data["facility"]
    facility["address"]["postal_code"] = ""
    facility["contacts"] = [one for one in facility["contacts"] if one["role"] != "supervising_physician"]
    data["units"][0]["model"] = ""
    return data
