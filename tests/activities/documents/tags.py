"""DICOM tags of the labelled sets: those of a phantom or an anonymised image, and identifiers put into them."""

import random
from collections.abc import Callable
from typing import Any

from policy.phi.kinds import Kind
from tests.activities.documents.files import Block
from tests.activities.documents.people import day, digits, last_first, person, phone, street

Draw = random.Random
NAMES = [
    "",
    "ANONYMOUS",
    "ACR^PHANTOM",
    "Anonymized^Patient",
    "QC^CT^DAILY",
    "PHANTOM^WATER",
    "Deidentified",
    "ANON^4711",
]
NUMBERS = ["", "QA_PHANTOM", "ANON", "0000000", "ACR-PHANTOM", "S-017"]


def clean_tags(draw: Draw) -> tuple[dict[int | str, Any], list[str]]:
    """Return tags without any patient's identifier, and texts of private tags."""
    tags: dict[int | str, Any] = {
        "PatientName": draw.choice([*NAMES, f"S-{digits(draw, 3)}"]),
        "PatientID": draw.choice([*NUMBERS, f"S-{digits(draw, 3)}"]),
        "PatientBirthDate": draw.choice(["", "19000101"]),
        "PatientAge": draw.choice(["", "045Y"]),
        "PatientSex": "O",
        "AccessionNumber": draw.choice(["", "0"]),
        "DeviceSerialNumber": digits(draw, 8),
        "StationName": f"CT{digits(draw, 3)}",
        "InstitutionName": "Sample Imaging Center",
        "InstitutionAddress": f"{digits(draw, 3)} Sample Street, Columbus, OH 43215",
        "ReferringPhysicianName": person(draw).replace(" ", "^"),
        "OperatorsName": person(draw).replace(" ", "^"),
        "StudyDescription": draw.choice(["Abdomen Routine Adult", "HEAD WO CONTRAST", "ACR PHANTOM MODULE 1"]),
        "ProtocolName": f"ACC{digits(draw, 6)} Adult Head",
        "PatientIdentityRemoved": "YES",
        "ImageComments": draw.choice(["", f"Module 3 of the phantom, scanned {day(draw, 2024, 2027)}"]),
    }
    return tags, [f"SW VERSION {digits(draw, 4)}", f"Operator {person(draw)}", f"TUBE {digits(draw, 6)}"]


def planted_tags(draw: Draw, said: list[tuple[Kind, Block]], tags: dict[int | str, Any], private: list[str]) -> None:
    """Put identifiers into the tags that mean them, into comments, and into private tags."""
    by_tag: dict[Kind, tuple[str, Callable[[], str]]] = {
        Kind.NAME: ("PatientName", lambda: last_first(draw).replace(", ", "^").replace(" ", "^")),
        Kind.BIRTH_DATE: ("PatientBirthDate", lambda: f"19{draw.randint(30, 99)}0{draw.randint(1, 9)}12"),
        Kind.RECORD_NUMBER: ("PatientID", lambda: digits(draw, 8)),
        Kind.ACCESSION_NUMBER: ("AccessionNumber", lambda: digits(draw, 9)),
        Kind.AGE: ("PatientAge", lambda: f"0{draw.randint(90, 99)}Y"),
        Kind.ADDRESS: ("PatientAddress", lambda: street(draw)),
        Kind.PHONE: ("PatientTelephoneNumbers", lambda: phone(draw)),
        Kind.DATE: ("AdmittingDate", lambda: f"20260{draw.randint(1, 9)}14"),
    }
    for kind, text in said:
        if kind in by_tag and draw.random() < 0.6:
            keyword, value = by_tag[kind]
            tags[keyword] = value()
        elif draw.random() < 0.5:
            private.append(str(text))
        else:
            tags["ImageComments"] = f"{tags['ImageComments']}\n{text}".strip()
