"""The story of an accreditation cycle as a skeleton tells it: the straight life, and what may be taken into it."""

from collections.abc import Sequence
from typing import Any

from policy.application import AccreditationApplication, Area, AreaKind, Medium
from policy.fees import needs_quote, title
from policy.identity import SITE
from starter.rehearsals.skeleton import GIVEN_UP, PAID, REFUSED, RENEWED, Chapter, Sent, Tale, renewed


def tale(application: AccreditationApplication, part: str, file: str | None) -> Tale:
    """Return the skeleton of a cycle.

    Args:
        application: The application as the case sees it, with one unit.
        part: The place of the unit in the case id.
        file: The application's file, where the scenario names one.
    """
    what = title(application.modality) if application.modality else "unit"
    name = f"The {what} service" if part == SITE else f"The {what} unit {part}"
    headline = f"{name} passes at the first attempt and keeps its certificate to the end"
    return Tale(headline, None, _straight(application), _others(application, file))


def _straight(application: AccreditationApplication) -> list[Chapter]:
    """Return the straight life: fee, acceptance, testing package, final report, three years of a certificate."""
    areas = application.units[0].areas
    reported = {"reviewers": ["Sample Reviewer One", "Sample Reviewer Two"], "findings": _passed(areas)}
    return [
        Chapter((), [*_quoted(application, 1), Sent(3, "record_payment", PAID), Sent(5, "accept_application")]),
        Chapter(
            ("Due 45 days after the acceptance. Subjects are opaque tokens, never a patient's name or number.",),
            [Sent(33, "submit_testing_package", _package(application, areas, "S-1"))],
        ),
        Chapter((), [Sent(61, "issue_final_report", reported)]),
        Chapter(("From here on nobody has to do anything: renewal notice, reminder, expiry after 36 months.",), ()),
    ]


def _others(application: AccreditationApplication, file: str | None) -> list[Chapter]:
    return [
        _refusals(application),
        Chapter(
            ("More time: the office extends a window (`until`: a day of the case, or a date).",),
            [
                Sent(
                    25,
                    "extend_due_date",
                    {"deadline": "testing_package", "until": 70, "reason": "the scanner is being moved"},
                )
            ],
        ),
        *_failure(application),
        Chapter(GIVEN_UP, [Sent(200, "withdraw_case", _by_letter(application))]),
        *([_renewal(application)] if file else []),
    ]


def _refusals(application: AccreditationApplication) -> Chapter:
    areas = application.units[0].areas
    incomplete = _package(application, areas[:-1], "S-1")
    findings = [{"area": areas[0].id, "acceptable": False}, *_passed(areas[1:])]
    return Chapter(
        REFUSED,
        [
            Sent(1.5, "accept_application", {"refused": "case.wrong_stage"}),
            Sent(20, "submit_testing_package", {"refused": "testing.area_missing", **incomplete}),
            Sent(
                50,
                "issue_final_report",
                {"refused": "report.recommendation_missing", "reviewers": ["Sample Reviewer"], "findings": findings},
            ),
            Sent(100, "choose_option", {"refused": "case.wrong_stage", "option": "appeal", "attested": True}),
        ],
    )


def _failure(application: AccreditationApplication) -> list[Chapter]:
    """Return an unsuccessful report, and two ways to go on from it: a repeat, an appeal."""
    areas = application.units[0].areas
    failed = next(area for area in areas if area.kind is not AreaKind.PHANTOM)
    finding = {"area": failed.id, "acceptable": False, "comments": "Say what should be better, and how."}
    findings = [finding, *_passed([area for area in areas if area is not failed])]
    returned = [] if application.medium is Medium.UPLOAD else [Sent(61.5, "return_images")]
    return [
        Chapter(
            (
                "An unsuccessful outcome, in the place of the final report above. The option form opens 48 hours after",
                "the report (CD, film: after the return of the images), once the report has been viewed; it is due",
                "15 days after that. Without one of the choices below the case closes 30 days later.",
            ),
            [
                Sent(61, "issue_final_report", {"reviewers": ["Sample Reviewer One"], "findings": findings}),
                *returned,
                Sent(62, "view_final_report", {"viewer": "Sample Administrator"}),
                Sent(
                    62.5, "choose_option", {"refused": "option_form.not_yet_open", "option": "repeat", "attested": True}
                ),
            ],
        ),
        Chapter(
            ("The choice, by signal: a repeat of what was not acceptable, with its fee, from another subject.",),
            [
                Sent(65, "choose_option", {"via": "signal", "option": "repeat", "attested": True}),
                *_quoted(application, 65.5),
                Sent(66, "record_payment", PAID),
                Sent(68, "accept_application"),
                Sent(90, "submit_testing_package", _package(application, [failed], "S-2")),
                Sent(110, "issue_final_report", {"reviewers": ["Sample Reviewer One"], "findings": _passed([failed])}),
            ],
        ),
        _appeal(application, failed),
    ]


def _appeal(application: AccreditationApplication, failed: Area) -> Chapter:
    letter = {
        "name": "appeal-letter.pdf",
        "uri": "https://files.example.org/appeal-letter.pdf",
        "sha256": "0" * 64,
        "signed_by": {"role": "supervising_physician", "name": "Sample Supervising Physician"},
    }
    choice = {"option": "appeal", "attested": True, "medium": str(application.medium), "letters": [letter]}
    tested = _package(application, application.units[0].areas, "S-1")["exams"]
    subject = next(exam["subject"] for exam in tested if exam["area"] == failed.id)
    complete = {"complete": True, "sequences": [{"area": failed.id, "subject": subject}]}
    materials = [] if application.medium is Medium.UPLOAD else [Sent(70, "submit_appeal_materials", complete)]
    result = {"arbitrator": "Sample Arbitrator", "findings": _passed([failed])}
    return Chapter(
        (
            "Or, in the place of the repeat, an appeal: a letter (its digest is that of the file), and an arbitrator",
            "who reviewed nothing in the case before. The result is expected 30 to 45 days after the materials.",
            "The other options: `reinstate`, `withdraw_areas`, `withdraw`; docs/options.md says which is offered when.",
        ),
        [Sent(65, "choose_option", choice), *materials, Sent(100, "issue_appeal_result", result)],
    )


def _renewal(application: AccreditationApplication) -> Chapter:
    areas = application.units[0].areas
    report = {"reviewers": ["Sample Reviewer One"], "findings": _passed(areas)}
    return Chapter(
        RENEWED,
        [
            Sent(930, "start_renewal", {"application": renewed(application)}),
            *(
                Sent(day, send, {"case": "renewal", **fields})
                for day, send, fields in [
                    *_quoted(application, 932),
                    (935, "record_payment", PAID),
                    (937, "accept_application", {}),
                    (960, "submit_testing_package", _package(application, areas, "S-3")),
                    (990, "issue_final_report", report),
                ]
            ),
        ],
    )


def _package(application: AccreditationApplication, areas: Sequence[Area], subject: str) -> dict[str, Any]:
    """Return a testing package; its subjects are called `subject`01, `subject`02, and a phantom has none."""
    return {
        "medium": str(application.medium),
        "exams": [
            {
                "area": area.id,
                "exam": ", ".join(filter(None, (area.module, area.patient_type))) or area.id,
                "subject": None if area.kind is AreaKind.PHANTOM else f"{subject}{number:02d}",
            }
            for number, area in enumerate(areas, start=1)
        ],
    }


def _passed(areas: Sequence[Area]) -> list[dict[str, Any]]:
    return [{"area": area.id, "acceptable": True} for area in areas]


def _quoted(application: AccreditationApplication, day: float) -> list[Sent]:
    """Return the quote that a fee outside the United States waits for."""
    if not needs_quote(application):
        return []
    return [Sent(day, "quote_fee", {"amount": "3000.00", "reason": "a sample: outside the US every fee is quoted"})]


def _by_letter(application: AccreditationApplication) -> dict[str, Any]:
    contact = application.facility.contacts[0] if application.facility and application.facility.contacts else None
    who = {"name": contact.name, "role": str(contact.role)} if contact else {"name": "Sample", "role": "facility"}
    return {"on_behalf_of": who, "received_at": 195, "reason": "letter that arrived on that day"}
