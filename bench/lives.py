"""The two lives that are measured: on which day which message comes, for the product and for the lean workflow."""

from typing import Any, NamedTuple

from policy.messages import (
    AcceptApplication,
    ChooseOption,
    IssueAppealResult,
    IssueFinalReport,
    Message,
    RecordPayment,
    SubmitTestingPackage,
    ViewFinalReport,
)

AREAS = ("chest", "phantom")
FACILITY = {"name": "Sample Person", "role": "facility"}
OFFICE = {"name": "Sample Office", "role": "acr"}
LETTER = {"name": "letter", "uri": "file:///letter.pdf", "sha256": "0" * 64, "signed_by": "supervising_physician"}


class Said(NamedTuple):
    """A message on a day of the case."""

    day: float
    kind: type[Message]
    fields: dict[str, Any]


def exams(areas: tuple[str, ...], patient: str) -> list[dict[str, Any]]:
    """Return an exam of each area."""
    return [{"area": a, "exam": f"exam of {a}", "subject": patient if a == "chest" else None} for a in areas]


def findings(areas: tuple[str, ...], *, acceptable: bool) -> list[dict[str, Any]]:
    """Return a finding on each area; only the clinical one can be deficient."""
    return [
        {"area": area, "acceptable": acceptable or area == "phantom", "comments": "Cover the whole chest."}
        for area in areas
    ]


def a_round(day: float, areas: tuple[str, ...], patient: str, *, acceptable: bool) -> list[Said]:
    """Return the messages of one attempt: payment, acceptance, package, report."""
    return [
        Said(day + 1, RecordPayment, {"by": OFFICE, "invoice": "", "amount": "100.00"}),
        Said(day + 2, AcceptApplication, {"by": OFFICE}),
        Said(day + 20, SubmitTestingPackage, {"by": FACILITY, "medium": "upload", "exams": exams(areas, patient)}),
        Said(
            day + 40,
            IssueFinalReport,
            {"by": OFFICE, "reviewers": ["R"], "findings": findings(areas, acceptable=acceptable)},
        ),
    ]


LIVES: dict[str, list[Said]] = {
    "straight": a_round(0, AREAS, "S-1", acceptable=True),
    "appeal-and-repeat": [
        *a_round(0, AREAS, "S-1", acceptable=False),
        Said(41, ViewFinalReport, {"by": FACILITY}),
        Said(45, ChooseOption, {"by": FACILITY, "option": "appeal", "attested": True, "letters": [LETTER]}),
        Said(
            70, IssueAppealResult, {"by": OFFICE, "arbitrator": "A", "findings": findings(("chest",), acceptable=False)}
        ),
        Said(71, ViewFinalReport, {"by": FACILITY}),
        Said(75, ChooseOption, {"by": FACILITY, "option": "repeat", "attested": True}),
        *a_round(75, ("chest",), "S-2", acceptable=True),
    ],
}
