"""DICOM: the patient's tags by their meaning, every other text by what it says. Pixels are not read."""

import re
from collections.abc import Iterator
from typing import IO, Any

from pydicom import Dataset, dcmread
from pydicom.config import IGNORE, settings
from pydicom.dataelem import DataElement
from pydicom.errors import InvalidDicomError

from activities.documents.kinds import DocumentFault, Place, PlaceSort
from activities.documents.parts import Attached, Part, Passage, Picture, Tagged, Unreadable
from policy.phi.kinds import Kind
from policy.phi.names import is_anybody
from policy.phi.normal import normal
from policy.phi.values import is_code, is_record_number

DEEPEST = 16
"""Sequences within sequences: a structured report has half of it."""
MEANT: dict[int, Kind] = {
    0x00100010: Kind.NAME,
    0x00101001: Kind.NAME,
    0x00101005: Kind.NAME,
    0x00101060: Kind.NAME,
    0x00102297: Kind.NAME,
    0x00100020: Kind.RECORD_NUMBER,
    0x00101000: Kind.RECORD_NUMBER,
    0x00101090: Kind.RECORD_NUMBER,
    0x00380010: Kind.RECORD_NUMBER,
    0x00380060: Kind.RECORD_NUMBER,
    0x00080050: Kind.ACCESSION_NUMBER,
    0x00402016: Kind.ACCESSION_NUMBER,
    0x00402017: Kind.ACCESSION_NUMBER,
    0x00100030: Kind.BIRTH_DATE,
    0x00100033: Kind.BIRTH_DATE,
    0x00100034: Kind.DATE,
    0x00100035: Kind.DATE,
    0x00380020: Kind.DATE,
    0x00380030: Kind.DATE,
    0x00101010: Kind.AGE,
    0x00101040: Kind.ADDRESS,
    0x00380400: Kind.ADDRESS,
    0x00102154: Kind.PHONE,
    0x00102155: Kind.PHONE,
    0x00100050: Kind.BENEFICIARY_NUMBER,
}  # fmt: skip
"""Tags of the patient and visit modules (PS3.3 C.2, C.3, C.7.1.1) and what a value in them identifies.

A study's own date is not among them: every file has one, a phantom's too. Nor are its number and UIDs, which every
scanner gives.
"""
OWN_NUMBER = 0x00200010
PLACEHOLDER_DATES = frozenset({"19000101", "18000101", "00010101", "19010101", "19700101", "00000000"})
BURNED_IN, IMAGE_CLASS, DOCUMENT = 0x00280301, 0x00080016, 0x00420011
OFTEN_BURNED = ("1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.6", "1.2.840.10008.5.1.4.1.1.3")
"""Secondary capture, ultrasound and ultrasound multi-frame: their pictures usually show the patient's line."""
_NAME_TOKEN = re.compile(r"[A-Z]{1,9}[ \-_#^]?\d{1,5}|[X\d\W_]+", re.IGNORECASE)
_PRINTED = re.compile(rb"[\x20-\x7e]{5,}")
_TEXTS = {"PN", "LO", "SH", "LT", "ST", "UT", "UC", "UR"}
_BYTES = {"UN", "OB"}
MOST_BYTES = 64 * 1024
"""Of a private tag that are searched for text."""


def parts_of_dicom(file: IO[bytes], *, deep: bool) -> Iterator[Part]:
    """Yield the parts of a DICOM file.

    Args:
        file: The file, with or without its preamble.
        deep: Whether its tags are wanted; else it is opened only.

    Raises:
        Unreadable: It is no whole DICOM file.
    """
    settings.reading_validation_mode = IGNORE
    try:
        dataset = dcmread(file, stop_before_pixels=True, force=True)
    except InvalidDicomError:
        raise Unreadable(DocumentFault.BROKEN) from None
    if not len(dataset):
        raise Unreadable(DocumentFault.BROKEN)
    if not deep:
        return
    preamble = b" ".join(_PRINTED.findall(getattr(dataset, "preamble", None) or b""))
    yield Passage(Place(sort=PlaceSort.HEADER), preamble.decode("ascii"))
    for part in (dataset.file_meta, dataset):
        yield from _parts_of(part, 0)
    flag = str(dataset[BURNED_IN].value).strip().upper() if BURNED_IN in dataset else ""
    image_class = str(dataset[IMAGE_CLASS].value) if IMAGE_CLASS in dataset else ""
    if flag == "YES" or (flag != "NO" and image_class.startswith(OFTEN_BURNED)):
        yield Picture(burned_in=True)


def _parts_of(dataset: Dataset, depth: int) -> Iterator[Part]:
    if depth > DEEPEST:
        raise Unreadable(DocumentFault.TOO_DEEP)
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value or []:
                yield from _parts_of(item, depth + 1)
        elif element.tag == DOCUMENT:
            yield Attached(bytes(element.value or b""))
        else:
            yield from _parts_of_element(element)


def _parts_of_element(element: DataElement) -> Iterator[Part]:
    place = Place(sort=PlaceSort.TAG, tag=f"({element.tag.group:04x},{element.tag.element:04x})")
    kind = MEANT.get(int(element.tag))
    for value in _values(element):
        if kind and _identifies(kind, value):
            yield Tagged(kind, place)
        elif not kind and element.tag != OWN_NUMBER and (element.VR != "PN" or element.tag.is_private):
            # Physicians and operators have tags of their own. Any other tag is a label, as a form's field would be.
            yield Passage(place, f"{element.name}: {value}" if not element.tag.is_private else value)
            if element.tag.is_private and element.VR == "PN" and is_anybody(value):
                yield Tagged(Kind.NAME, place)


def _values(element: DataElement) -> Iterator[str]:
    value: Any = element.value
    if element.VR in _BYTES and isinstance(value, bytes):
        yield from (found.decode("ascii") for found in _PRINTED.findall(value[:MOST_BYTES]))
    elif element.VR in _TEXTS or int(element.tag) in MEANT:
        several = value if isinstance(value, list | tuple) or type(value).__name__ == "MultiValue" else [value]
        yield from (text for one in several if one is not None and (text := str(one).strip()))


def _identifies(kind: Kind, value: str) -> bool:
    """Return whether a value in a tag of that meaning is a patient's, and no placeholder."""
    if kind is Kind.NAME:
        return not _NAME_TOKEN.fullmatch(value) and is_anybody(normal(value))
    if kind in (Kind.RECORD_NUMBER, Kind.ACCESSION_NUMBER):
        return is_record_number(value)
    if kind in (Kind.BIRTH_DATE, Kind.DATE):
        digits = "".join(char for char in value if char.isdigit())
        return len(digits) > 4 and digits not in PLACEHOLDER_DATES
    if kind is Kind.AGE:
        return value.upper().endswith("Y") and value[:-1].isdigit() and int(value[:-1]) > 89
    return any(char.isalnum() for char in value) and (kind is Kind.ADDRESS or is_code(value))
