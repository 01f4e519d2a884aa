"""The life that is measured, in the product's own messages: a deficient report, a lost appeal, a passed repeat."""

import json
from pathlib import Path
from typing import Any

from policy.application import AccreditationApplication
from services.settings import SAMPLES

APPLICATION = json.loads((SAMPLES / "ct-unit.json").read_text("utf-8"))
AREAS = tuple(area["id"] for area in APPLICATION["units"][0]["areas"])
PHANTOM, FAILS = "phantom", "chest-adult"
FACILITY = {"name": "Ann Sample", "role": "facility"}
OFFICE = {"name": "Sample Office", "role": "acr"}
LETTER_FILE = SAMPLES / "documents" / "appeal-letter.pdf"


def an_application(name: str = "BENCH") -> AccreditationApplication:
    """Return an application of a facility of that name, for one CT unit."""
    facility = APPLICATION["facility"] | {"id": name}
    return AccreditationApplication.model_validate(
        APPLICATION | {"facility": facility, "application_id": f"APP-{name}"}
    )


def exams(areas: tuple[str, ...], patient: str) -> list[dict[str, Any]]:
    """Return an exam of each area."""
    return [
        {"area": area, "exam": f"exam of {area}", "subject": None if area == PHANTOM else f"{patient}-{number}"}
        for number, area in enumerate(areas)
    ]


def findings(areas: tuple[str, ...], *, acceptable: bool) -> list[dict[str, Any]]:
    """Return a finding on each area; one of them can be deficient."""
    return [
        {"area": area, "acceptable": acceptable or area != FAILS, "comments": "Cover the whole chest."}
        for area in areas
    ]


def letter(file: Path, digest: str) -> dict[str, Any]:
    """Return the document of an appeal letter."""
    return {"name": file.name, "uri": file.as_uri(), "sha256": digest, "signed_by": "supervising_physician"}
