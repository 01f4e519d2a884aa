"""What `accredit scenario new` writes: templates filled with an application's own areas, locations and names.

The standard library reads TOML and does not write it; a scenario needs little of it, in a form that people go on
editing: one field a line, the parts of a list one below the other.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from policy.application import AccreditationApplication, Area, AreaKind
from policy.designation.application import DicoeApplication, Location
from policy.designation.edition import DicoeEdition
from policy.designation.fees import quoted
from policy.designation.judgement import judge_tier
from policy.fees import needs_quote, title
from policy.identity import SITE
from policy.verdict import Refused
from services.programs import Application

INDENT = "    "
TEAM = [
    {"name": "Sample Radiologist", "role": "radiologist"},
    {"name": "Sample Physicist", "role": "medical_physicist"},
    {"name": "Sample Staff", "role": "acr_staff"},
]
SURVEYORS = [
    {"name": "Sample Radiation Oncologist", "role": "radiation_oncologist"},
    {"name": "Sample Surveying Physicist", "role": "medical_physicist"},
]
"""Who surveys a radiation oncology practice."""
PLEDGED_ON = (280, 645, 1010)
"""Days in the Decembers of a life that opens on 1 March: the pledge is asked for on 1 December."""
FAILURE = {"acceptable": False, "comments": "Say what should be better, and how."}


def cycle(application: AccreditationApplication, part: str, file: str | None, year: int, *, dated: bool) -> str:
    """Return the scenario of an accreditation cycle.

    Args:
        application: The application as the case sees it, with one unit.
        part: The place of the unit in the case id.
        file: The application's file, where the scenario names one.
        year: The year of an opening, as an example.
        dated: Whether the rules ask when images were made.
    """
    what = title(application.modality) if application.modality else "unit"
    name = f"The {what} service" if part == SITE else f"The {what} unit {part}"
    areas = application.units[0].areas
    failed = next(area for area in areas if area.kind is not AreaKind.PHANTOM)
    contact = application.facility.contacts[0] if application.facility and application.facility.contacts else None
    return _filled(
        "accreditation.toml.j2",
        title=f"{name} passes at the first attempt and keeps its certificate to the end",
        part=application.model_dump(mode="json", exclude_none=True),
        renewed=renewed(application),
        file=file,
        year=year,
        medium=str(application.medium),
        areas=areas,
        failed=failed,
        others=[area for area in areas if area is not failed],
        failure={"area": failed.id, **FAILURE},
        subject=next(exam["subject"] for exam in exams(areas, "S-1", None) if exam["area"] == failed.id),
        contact={"name": contact.name, "role": str(contact.role)}
        if contact
        else {"name": "Sample", "role": "facility"},
        is_quoted=needs_quote(application),
        quoted_amount="3000.00",
        exams=lambda tested, subject, day: exams(tested, subject, day if dated else None),
        passed=passed,
    )


def practice(application: AccreditationApplication, file: str | None, year: int) -> str:
    """Return the scenario of a radiation oncology practice, which a survey accredits.

    Args:
        application: The application as the case sees it; its areas are the practice's sites.
        file: The application's file, where the scenario names one.
        year: The year of an opening, as an example.
    """
    sites = application.units[0].areas
    failed, *others = sites
    chief = application.facility.contacts[0] if application.facility and application.facility.contacts else None
    return _filled(
        "oncology.toml.j2",
        title="A radiation oncology practice is accredited and keeps its certificate to the end",
        part=application.model_dump(mode="json", exclude_none=True),
        renewed=renewed(application),
        file=file,
        year=year,
        team=SURVEYORS,
        areas=sites,
        failed=failed,
        others=others,
        failure={"area": failed.id, **FAILURE},
        contact={"name": chief.name, "role": str(chief.role)} if chief else {"name": "Sample", "role": "facility"},
        is_quoted=needs_quote(application),
        quoted_amount="9000.00",
        passed=passed,
    )


def designation(application: DicoeApplication, edition: DicoeEdition, file: str | None, year: int) -> str:
    """Return the scenario of a designation.

    Args:
        application: The application.
        edition: The rules of today, which say whether its tier has room for one more location.
        file: The application's file, where the scenario names one.
        year: The year in which it opens: pledges name years, so that its days must be days of a calendar.
    """
    name = application.practice.name if application.practice else None
    place = application.locations[0]
    return _filled(
        "designation.toml.j2",
        title=f"{name or 'A practice'} is designated, keeps its pledge and lets the designation run out",
        part=application.model_dump(mode="json", exclude_none=True),
        renewed=renewed(application),
        file=file,
        year=year,
        kind=application.kind,
        team=TEAM,
        place=place,
        # every service, X-ray and fluoroscopy included
        findings=[{"area": str(service), "acceptable": True} for service in place.services],
        pledged_on=PLEDGED_ON,
        another=_another(application.locations),
        addition_refused=_refused_addition(application, edition),
        contact={"name": "Sample Administrator", "role": "administrator"},
        is_quoted=quoted(application),
        quoted_amount="7000.00",
    )


def renewed(application: Application) -> dict[str, Any]:
    """Return an application as one that renews, with what it names alone."""
    told = application.model_copy(update={"kind": "renewal"})
    return told.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


def exams(areas: Sequence[Area], subject: str, day: int | None) -> list[dict[str, Any]]:
    """Return the exams of a testing package; its subjects are called `subject`01, `subject`02, a phantom has none.

    `day`: the day of the case on which its images were made; None: nobody asks.
    """
    return [
        {
            "area": area.id,
            "exam": ", ".join(filter(None, (area.module, area.patient_type))) or area.id,
            "subject": None if area.kind is AreaKind.PHANTOM else f"{subject}{number:02d}",
            "performed_on": day,
        }
        for number, area in enumerate(areas, start=1)
    ]


def passed(areas: Sequence[Area]) -> list[dict[str, Any]]:
    """Return a finding of each area: acceptable."""
    return [{"area": area.id, "acceptable": True} for area in areas]


def _another(locations: Sequence[Location]) -> dict[str, Any]:
    """Return a location that an application does not have: the first one, under another id."""
    known = {place.id for place in locations}
    names = (f"NEW-{number}" for number in range(1, len(known) + 2))
    first: dict[str, Any] = locations[0].model_dump(mode="json", exclude_none=True)
    return first | {"id": next(name for name in names if name not in known), "name": "A location to add"}


def _refused_addition(application: DicoeApplication, edition: DicoeEdition) -> str | None:
    """Return the rule by which one more location is refused at mid-cycle, if its tier has no room for it."""
    try:
        judge_tier(len(application.locations), 0, 1, edition, abroad=quoted(application))
    except Refused as refused:
        return refused.rule
    return None


def _filled(template: str, **values: Any) -> str:
    """Return a template with its values; where blank lines met, one stays."""
    text = _environment().get_template(template).render(values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("starter", "rehearsals/templates"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"toml": inline, "rows": rows, "table": table, "offered": offered}
    return environment


def offered(text: str) -> str:
    """Return events commented out; what explains them (`## `) stays."""
    lines = text.split("\n")
    return "\n".join(line if not line or line.startswith("## ") else f"# {line}" for line in lines)


def rows(value: Sequence[Mapping[str, Any]]) -> str:
    """Return a list of objects, one a line."""
    return "\n".join(["[", *(f"{INDENT}{inline(one)}," for one in value), "]"])


def table(fields: Mapping[str, Any], name: str, *, many: bool = False) -> str:
    """Return a table with the tables below it; `many`: it is one of several of that name."""
    return "\n".join([f"[[{name}]]" if many else f"[{name}]", *_body(name, fields)])


def _body(name: str, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields of a table: plain ones first, because what follows a table's head belongs to that table."""
    known = {key: value for key, value in fields.items() if value is not None}
    tables = {key: value for key, value in known.items() if _needs_table(value)}
    for key, one in known.items():
        if key not in tables:
            listed = isinstance(one, list) and any(isinstance(part, Mapping) for part in one)
            yield f"{key} = {rows(one) if listed else inline(one)}"
    for key, below in tables.items():
        for one in [below] if isinstance(below, Mapping) else below:
            yield f"\n{table(one, f'{name}.{key}', many=not isinstance(below, Mapping))}"


def _needs_table(value: object) -> bool:
    """Whether a value holds more than fits on a line: an object with objects or several lists in it."""
    if isinstance(value, Mapping):
        return len(inline(value)) > 100 or any(isinstance(part, Mapping) for part in value.values())
    return isinstance(value, list) and any(isinstance(one, Mapping) and _needs_table(one) for one in value)


def inline(value: Any) -> str:
    """Return a value on one line."""
    match value:
        case bool() | int() | float():
            return str(value).lower()
        case date():
            return value.isoformat()
        case Mapping():
            parts = [f"{key} = {inline(one)}" for key, one in value.items() if one is not None]
            return f"{{ {', '.join(parts)} }}" if parts else "{}"
        case list() | tuple():
            return f"[{', '.join(inline(one) for one in value)}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
