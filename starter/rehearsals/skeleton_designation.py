"""The story of a designation as a skeleton tells it: the straight life, and what may be taken into it."""

from datetime import date
from typing import Any

from policy.designation.application import DicoeApplication, Location
from policy.designation.edition import DicoeEdition
from policy.designation.fees import quoted
from policy.designation.judgement import judge_tier
from policy.verdict import Refused
from starter.rehearsals.skeleton import GIVEN_UP, PAID, REFUSED, RENEWED, Chapter, Sent, Tale, renewed

TEAM = [
    {"name": "Sample Radiologist", "role": "radiologist"},
    {"name": "Sample Physicist", "role": "medical_physicist"},
    {"name": "Sample Staff", "role": "acr_staff"},
]
PLEDGED_ON = (280, 645, 1010)
"""Days in the Decembers of a life that opens on 1 March: the pledge is asked for on 1 December."""


def tale(application: DicoeApplication, edition: DicoeEdition, file: str | None, year: int) -> Tale:
    """Return the skeleton of a designation.

    Args:
        application: The application.
        edition: The rules of today, which say whether its tier has room for one more location.
        file: The application's file, where the scenario names one.
        year: The year in which it opens: pledges name years, so that its days must be days of a calendar.
    """
    name = application.practice.name if application.practice else None
    headline = f"{name or 'A practice'} is designated, keeps its pledge and lets the designation run out"
    others = _others(application, edition, file)
    return Tale(headline, date(year, 3, 1), _straight(application, year), others)


def _straight(application: DicoeApplication, year: int) -> list[Chapter]:
    place = application.locations[0]
    expenses = [{"description": "Travel of the team", "amount": "1200.00"}]
    report = {"findings": _passed(place), "satisfactory": True, "travel_expenses": expenses}
    pledges = [
        Sent(day, "confirm_pledge", {"pledge": "image_wisely", "year": year + number})
        for number, day in enumerate(PLEDGED_ON, start=1)
    ]
    return [
        Chapter((), [*_quoted(application, 1), Sent(3, "record_payment", PAID), Sent(5, "accept_application")]),
        Chapter(
            ("A first designation is surveyed on site, a renewal may be surveyed by video (`mode`).",),
            [
                Sent(10, "schedule_survey", {"team": TEAM, "on": 30, "locations": [place.id]}),
                Sent(38, "file_survey_report", report),
                Sent(45, "record_payment", PAID),
            ],
        ),
        Chapter((), [Sent(50, "decide_designation", {"designated": True})]),
        Chapter(("The pledge is asked for on 1 December and once more on 2 January, every year.",), pledges),
        Chapter(("From here on nobody has to do anything: the designation ends 36 months after the decision.",), ()),
    ]


def _others(application: DicoeApplication, edition: DicoeEdition, file: str | None) -> list[Chapter]:
    more_time = {"deadline": "renewal_application", "until": 1000, "reason": "the practice moves"}
    by_letter = {
        "on_behalf_of": {"name": "Sample Administrator", "role": "administrator"},
        "received_at": 195,
        "reason": "letter that arrived on that day",
    }
    return [
        _refusals(application),
        _addition(application, edition),
        Chapter(
            ("Not designated, in the place of the decision above and of everything after it.",),
            [Sent(50, "decide_designation", {"designated": False, "reasons": ["Say what the program asks for."]})],
        ),
        Chapter(
            ("More time for the renewal's application (`until`: a day of the case, or a date).",),
            [Sent(940, "extend_due_date", more_time)],
        ),
        Chapter(GIVEN_UP, [Sent(200, "withdraw_case", by_letter)]),
        *([_renewal(application)] if file else []),
    ]


def _refusals(application: DicoeApplication) -> Chapter:
    place = application.locations[0]
    survey = {"team": TEAM, "on": 30, "locations": [place.id]}
    virtual = Sent(7, "schedule_survey", {"refused": "survey.mode_not_allowed", **survey, "mode": "virtual"})
    return Chapter(
        REFUSED,
        [
            Sent(1.5, "accept_application", {"refused": "case.wrong_stage"}),
            *([] if application.kind == "renewal" else [virtual]),
            Sent(8, "schedule_survey", {"refused": "survey.team_incomplete", **survey, "team": TEAM[:2]}),
            Sent(9, "schedule_survey", {"refused": "survey.no_location", **survey, "locations": ["NO-SUCH-LOCATION"]}),
            Sent(37, "file_survey_report", {"refused": "survey.area_missing", "findings": [], "satisfactory": True}),
            Sent(300, "add_locations", {"refused": "designation.not_mid_cycle", "locations": [_another(application)]}),
        ],
    )


def _addition(application: DicoeApplication, edition: DicoeEdition) -> Chapter:
    """Return an addition at mid-cycle, or its refusal where the tier has no room for one more."""
    refused = _refused_addition(application, edition)
    quote = Sent(615, "quote_fee", {"amount": "300.00", "reason": "a sample: such additions are quoted one by one"})
    by_quote = refused == "designation.case_by_case"
    expected = {"refused": refused} if refused and not by_quote else {}
    return Chapter(
        ("Mid-cycle, 18 months after the decision: from then on locations may be added, as far as the tier has room.",),
        [
            *([quote] if by_quote else []),
            Sent(620, "add_locations", expected | {"locations": [_another(application)]}),
            *([] if expected else [Sent(630, "record_payment", PAID)]),
        ],
    )


def _refused_addition(application: DicoeApplication, edition: DicoeEdition) -> str | None:
    try:
        judge_tier(len(application.locations), 0, 1, edition, abroad=quoted(application))
    except Refused as refused:
        return refused.rule
    return None


def _renewal(application: DicoeApplication) -> Chapter:
    place = application.locations[0]
    report = {"findings": _passed(place), "satisfactory": True}
    return Chapter(
        RENEWED,
        [
            Sent(910, "start_renewal", {"application": renewed(application)}),
            *(
                Sent(day, send, {"case": "renewal", **fields})
                for day, send, fields in [
                    *_quoted(application, 912),
                    (915, "record_payment", PAID),
                    (917, "accept_application", {}),
                    (980, "schedule_survey", {"team": TEAM, "on": 1000, "locations": [place.id]}),
                    (1005, "file_survey_report", report),
                    (1030, "decide_designation", {"designated": True}),
                ]
            ),
        ],
    )


def _passed(place: Location) -> list[dict[str, Any]]:
    """Return a finding on every service of a location, X-ray and fluoroscopy included."""
    return [{"area": str(service), "acceptable": True} for service in place.services]


def _another(application: DicoeApplication) -> dict[str, Any]:
    """Return a location that the application does not have: the first one, under another id."""
    known = {place.id for place in application.locations}
    names = (f"NEW-{number}" for number in range(1, len(known) + 2))
    first: dict[str, Any] = application.locations[0].model_dump(mode="json", exclude_none=True)
    return first | {"id": next(name for name in names if name not in known), "name": "A location to add"}


def _quoted(application: DicoeApplication, day: float) -> list[Sent]:
    """Return the quote that the fee outside the United States waits for."""
    if not quoted(application):
        return []
    return [Sent(day, "quote_fee", {"amount": "7000.00", "reason": "a sample: outside the US every fee is quoted"})]
