"""DICOM: the patient's tags by their meaning, every other text by what it says. Pixels are not read."""

import re
from collections.abc import Iterator
from typing import IO, Any

from pydicom import Dataset, dcmread
from pydicom.config import IGNORE, settings
from pydicom.dataelem import DataElement
from pydicom.errors import InvalidDicomError
from pydicom.multival import MultiValue

from activities.documents.kinds import DocumentFault, Place, PlaceSort
from activities.documents.parts import Attached, Doubtful, Part, Passage, Picture, Tagged, Unreadable
from policy.phi.kinds import Kind
from policy.phi.names import is_anybody, is_name
from policy.phi.normal import normal
from policy.phi.sentences import names_staff
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
DOCUMENT, COMMENTS = 0x00420011, 0x00104000
PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
ANSWERS = frozenset({0x0040A120, 0x0040A121, 0x0040A123, 0x0040A160})
"""What an item of a structured report holds: an instant, a date, a name, a text (PS3.3 C.17.3)."""
DESCRIPTIONS = frozenset({0x00081030, 0x0008103E, 0x00181030, 0x00321060, 0x00400254, 0x00204000, 0x00400007})
"""Tags in which people write freely: of study, series, protocol, procedure, step and image."""
OFTEN_BURNED = ("1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.6", "1.2.840.10008.5.1.4.1.1.3")
"""Secondary capture, ultrasound and ultrasound multi-frame: their pictures usually show the patient's line."""
_DRAWN_ON = ("SCREEN", "SECONDARY", "CAPTURE", "REPORT", "DOSE INFO")
"""Words of an image's type (0008,0008) that say that somebody or a program drew on it."""
_NO_SCANNER = frozenset({"SC", "OT", "US", "IVUS", "ES", "GM", "XC", "DOC", "ECG", "OP"})
"""Modalities (PS3.3 C.7.3.1.1.1) whose pictures usually show the patient's line."""
_DATES = {"DA", "DT"}
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
        dataset = dcmread(file, force=True)  # as a whole: a text may stand behind the picture
    except (InvalidDicomError, EOFError):
        raise Unreadable(DocumentFault.BROKEN) from None
    if not len(dataset):
        raise Unreadable(DocumentFault.BROKEN)
    if not deep:
        return
    preamble = b" ".join(_PRINTED.findall(getattr(dataset, "preamble", None) or b""))
    yield Passage(Place(sort=PlaceSort.HEADER), preamble.decode("ascii"))
    for part in (dataset.file_meta, dataset):
        yield from _parts_of(part, 0)
    if _may_be_burned_in(dataset):
        yield Picture(burned_in=True)


def _may_be_burned_in(dataset: Dataset) -> bool:
    """Return whether words are to be expected in a picture: the file says so, or it is no image of a scanner's own."""
    flag = str(dataset.get("BurnedInAnnotation", "")).strip().upper()
    if flag in ("YES", "NO"):
        return flag == "YES"
    if any(0x6000 <= one.tag.group <= 0x601E and one.tag.element == 0x3000 for one in dataset):
        return True
    how = "\\".join(map(str, _several(dataset.get("ImageType")))).upper()
    return (
        str(dataset.get("SOPClassUID", "")).startswith(OFTEN_BURNED)
        or bool(dataset.get("ConversionType"))
        or str(dataset.get("Modality", "")) in _NO_SCANNER
        or ("PixelData" in dataset and any(word in how for word in _DRAWN_ON))
    )


def _parts_of(dataset: Dataset, depth: int) -> Iterator[Part]:
    if depth > DEEPEST:
        raise Unreadable(DocumentFault.TOO_DEEP)
    meaning = _meaning_of(dataset)
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value or []:
                yield from _parts_of(item, depth + 1)
        elif element.tag == DOCUMENT:
            yield Attached(bytes(element.value or b""))
        elif element.tag not in PIXELS:
            yield from _parts_of_element(element)
            if meaning and element.tag in ANSWERS:
                for value in _several(element.value):
                    yield Passage(_place(element), f"{meaning}: {value}")


def _meaning_of(item: Dataset) -> str:
    """Return what an item of a structured report answers: `Subject Name`, `Patient ID`."""
    names = item.get("ConceptNameCodeSequence") or [Dataset()]
    return str(names[0].get("CodeMeaning", ""))


def _parts_of_element(element: DataElement) -> Iterator[Part]:
    place = _place(element)
    kind = MEANT.get(int(element.tag))
    private = element.tag.is_private
    for value in _values(element):
        if kind and _identifies(kind, value):
            yield Tagged(kind, place)
        elif not kind and element.tag != OWN_NUMBER and (element.VR != "PN" or private):
            # Physicians and operators have tags of their own. Any other tag is a label, as a form's field would be.
            yield Passage(place, value if private else f"{element.name}: {value}")
            if element.tag == COMMENTS and not names_staff(value):
                yield Passage(place, f"Patient: {value}")
            if private and element.VR == "PN" and is_anybody(value):
                yield Tagged(Kind.NAME, place)
            if (private or element.tag in DESCRIPTIONS) and _is_doubtful(element.VR, value):
                yield Doubtful()


def _place(element: DataElement) -> Place:
    return Place(sort=PlaceSort.TAG, tag=f"({element.tag.group:04x},{element.tag.element:04x})")


def _is_doubtful(form: str, value: str) -> bool:
    """Return whether a value without a label reads like a name, a record's number or a date of birth."""
    digits = "".join(char for char in value if char.isdigit())
    if form in _DATES:
        return "1900" < digits[:4] < "2000"
    return is_name(value.replace("_", " "), least=2) or (len(digits) >= 6 and len(digits) >= len(value.strip()) - 2)


def _values(element: DataElement) -> Iterator[str]:
    value: Any = element.value
    if element.VR in _BYTES and isinstance(value, bytes):
        yield from (found.decode("ascii") for found in _PRINTED.findall(value[:MOST_BYTES]))
    elif element.VR in _TEXTS or int(element.tag) in MEANT or (element.tag.is_private and element.VR in _DATES):
        yield from (text for one in _several(value) if (text := str(one).strip()))


def _several(value: Any) -> list[Any]:
    several = value if isinstance(value, list | tuple | MultiValue) else [value]
    return [one for one in several if one is not None]


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
