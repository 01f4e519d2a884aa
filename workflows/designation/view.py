"""What a designation says of itself, beside what every case does."""

from typing import Any

from policy.dates import local_day
from policy.designation.facts import DesignationFacts
from policy.designation.missing import ended_in_words
from policy.messages import CorrectSurveyReport
from policy.status import CaseStatus, DesignationView, LocationView, MissingView
from policy.text.visible import as_markdown
from policy.words import day_in_words
from workflows.case import DesignationCase, view


def status(case: DesignationCase) -> CaseStatus:
    """Return where the designation stands, as the interface describes it."""
    facts = case.facts
    designation = facts.designation
    return CaseStatus(
        **view.common_status(case),
        correctable=None if facts.closed_at else (CorrectSurveyReport.NAME,) if facts.survey.reported else (),
        designation=DesignationView.model_validate(designation, from_attributes=True) if designation else None,
        missing_accreditations=tuple(MissingView.model_validate(one, from_attributes=True) for one in facts.missing),
        locations=tuple(LocationView(id=p.id, added_at=p.added_at) for p in facts.locations if p.added_at),
    )


def attributes(facts: DesignationFacts) -> dict[str, Any]:
    """Return what cases are filtered by; a practice stands where a facility does."""
    practice = facts.application.practice
    return view.attributes(facts) | {
        "Program": "dicoe",
        "Facility": (practice.id or None) if practice else None,
        "State": facts.application.state,
        "Modality": None,
        "Deficiencies": None,
    }


def details(case: DesignationCase) -> str:
    """Return the current details in Markdown: where the designation stands, and its locations."""
    facts = case.facts
    lines = view.heading(case)
    for missing in facts.missing:
        text = ended_in_words(missing.facility, missing.modality, missing.outcome)
        since = day_in_words(local_day(missing.at, case.terms.zone))
        lines += [f"**Accreditation missing** since {since}: {as_markdown(text)}", ""]
    if facts.designation:
        zone = case.terms.zone
        for place in facts.locations:
            since = (
                f"since {day_in_words(local_day(place.added_at, zone))}" if place.added_at else "waits for its payment"
            )
            lines.append(f"- **{as_markdown(place.id)}**: {since}")
        lines.append("")
    return "\n".join(lines + view.what_comes(case))
