"""Searches a text for what identifies a patient.

A value alone says little: a dose report is full of dates and numbers, a letterhead of telephone numbers. So what counts
is what a label, a neighbouring cell or the sentence says that it is. Three things count by themselves, because nothing
else is written so: a social security number with its dashes, a Medicare beneficiary identifier, a name as DICOM has it.

A facility's own telephone, fax, address and people are nobody's health information. A telephone number, an e-mail
address or a street address counts where a label gives it to a patient or a relative, or where it stands beside another
identifier of a patient, in the same row or within three lines.
"""

import re
from bisect import bisect
from collections.abc import Callable, Iterator

from policy.phi import values
from policy.phi.kinds import Kind
from policy.phi.label import Label
from policy.phi.labels import LABELS
from policy.phi.name_labels import ALONE, INITIALS, NAMED, WEAK
from policy.phi.names import follows_a_word, is_name
from policy.phi.normal import normal
from policy.phi.sentences import in_sentences
from policy.phi.tables import rows_of

REACH = 80
"""Characters of the next lines in which a label at a line's end has its value."""
NEAR = 3
"""Lines around an identifier of a patient in which other things belong to that patient."""

_PART_NUMBER = re.compile(
    r"(?:part|serial|model|catalog(?:ue)?|order|ref|item|p/n|s/n|sn|pn)\W*(?:numbers?|no\.?|#)?\W*\Z", re.IGNORECASE
)
_COACH = re.compile(
    r"\b(?:trailer|coach|mobile (?:unit|mri|ct|pet|scanner)|truck|van|scanner|service vehicle)\b", re.IGNORECASE
)
_HEADING = re.compile(
    r"^[ \t]*(?:\w{1,3}[.)] |[\w ]{1,30}: ?)?(?:patient|pt)\b\.?(?:'s)?"
    r"(?: (?:information|data|details|demographics|identification|particulars|record))?[ \t]*:?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_STAFF = re.compile(
    r"\b(?:physicians?|physicists?|technologists?|radiologists?|administrators?|managers?|directors?|officers?"
    r"|engineers?|vendor|department|facility|hospital|clinic|center|office|reviewer|surveyor|phantom)\b",
    re.IGNORECASE,
)
_CONTACTS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.PHONE, re.compile(rf"(?<![\w.,/-])(?:{values.PHONE}|{values.PHONE_ABROAD})")),
    (Kind.EMAIL, re.compile(values.EMAIL)),
    (Kind.ADDRESS, re.compile(rf"\b(?:{values.STREET})")),
    (Kind.WEB_ADDRESS, re.compile(rf"\b{values.URL}", re.IGNORECASE)),
)
_PATIENT_URL = re.compile(
    r"https?://\S{0,300}?(?:[?&](?:mrn|pid|patient(?:_?id)?|ssn|dob|accession)=[\w%-]{2,}|/patients?/\w*\d{3,})",
    re.IGNORECASE,
)


def search(text: str) -> Iterator[tuple[Kind, int]]:
    """Yield each kind of identifier in a text with the number of its line, from 1. No value is yielded, ever."""
    plain = normal(text)
    starts = [0, *(match.end() for match in re.finditer("\n", plain))]
    rows = [(number, row) for number, row in rows_of(plain) if row]
    found = {(kind, bisect(starts, place)) for kind, place in _by_themselves(plain)}
    found |= {(kind, number) for number, row in rows for kind, _ in _by_themselves(row)}
    near = {line + step for _, line in found for step in range(-NEAR, NEAR + 1)}
    found |= {(kind, number) for number, row in rows if number in near for kind, _ in _beside(row)}
    for begin, end in _surroundings(plain, sorted({line for _, line in found}), starts):
        found |= {(kind, bisect(starts, begin + place)) for kind, place in _beside(plain[begin:end])}
    yield from sorted(found, key=lambda one: (one[1], one[0]))


def _by_themselves(text: str) -> Iterator[tuple[Kind, int]]:
    """Yield what is an identifier of a patient wherever it stands."""
    folded = text.lower()
    for label in LABELS:
        if any(word in folded for word in label.words):
            yield from _labelled(text, label)
    yield from _labelled(text, NAMED, lambda value, gap: is_name(value, labelled=True, small=_is_parted(gap)))
    yield from _labelled(text, ALONE, lambda value, _: is_name(value, least=2))
    yield from _labelled(text, INITIALS, lambda value, gap: value.isupper() and _is_parted(gap))
    for match in values.SSN.finditer(text):
        if values.is_ssn(*match.groups()) and not _PART_NUMBER.search(text[max(match.start() - 30, 0) : match.start()]):
            yield Kind.SOCIAL_SECURITY_NUMBER, match.start()
    for kind, pattern in ((Kind.SOCIAL_SECURITY_NUMBER, values.HIDDEN_SSN), (Kind.BENEFICIARY_NUMBER, values.MBI)):
        yield from ((kind, match.start()) for match in pattern.finditer(text))
    yield from ((Kind.NAME, match.start()) for match in values.CARET_NAME.finditer(text) if _is_caret_name(match[0]))
    yield from ((Kind.WEB_ADDRESS, match.start()) for match in _PATIENT_URL.finditer(text))
    yield from in_sentences(text)
    for heading in _HEADING.finditer(text):
        below = text[heading.end() : _line_end(text, heading.end(), NEAR)]
        yield from ((kind, heading.end() + place) for kind, place in _labelled(below, WEAK, _weak_name))


def _labelled(text: str, label: Label, holds: Callable[[str, str], bool] | None = None) -> Iterator[tuple[Kind, int]]:
    """Yield the label's kind where such a value follows it; `holds` is asked with the value and what parts them."""
    for match in label.pattern.finditer(text):
        value, gap = match["value"], match["gap"]
        if not (holds(value, gap) if holds else label.holds(value)):
            continue
        sentence = re.split(r"\.\s", text[max(match.start() - 80, 0) : match.start()])[-1]
        if label.kind is not Kind.VEHICLE_NUMBER or not _COACH.search(sentence):
            yield label.kind, match.start()


def _is_caret_name(value: str) -> bool:
    return is_name(value) or follows_a_word(value)


def _is_parted(gap: str) -> bool:
    """Return whether more than a space parts a value from its label."""
    return any(mark in gap for mark in ":=|#\t")


def _weak_name(value: str, gap: str) -> bool:
    return is_name(value, small=":" in gap) and not _STAFF.search(value)


def _beside(text: str) -> Iterator[tuple[Kind, int]]:
    """Yield what belongs to a patient whose identifier stands nearby: names, ways to reach somebody."""
    start = 0
    for line in text.split("\n"):
        # A label may have its value on the next line.
        for kind, place in _labelled(text[start : start + len(line) + REACH], WEAK, _weak_name):
            if place < len(line) and not _STAFF.search(line, 0, place):
                yield kind, start + place
        if not _STAFF.search(line):
            for kind, pattern in _CONTACTS:
                yield from ((kind, start + match.start()) for match in pattern.finditer(line))
        start += len(line) + 1


def _line_end(text: str, place: int, lines: int) -> int:
    """Return where the line ends that lies so many lines below a place, its break included."""
    for _ in range(lines + 1):
        place = text.find("\n", place) + 1 or len(text) + 1
    return min(place, len(text))


def _surroundings(text: str, lines: list[int], starts: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text around lines in which an identifier stands, up to an empty line."""
    last = 0
    for line in lines:
        begin, end = starts[line - 1], _line_end(text, starts[line - 1], 0)
        for _ in range(NEAR):
            above = text.rfind("\n", 0, max(begin - 1, 0)) + 1
            if begin == 0 or not text[above : begin - 1].strip():
                break
            begin = above
        for _ in range(NEAR):
            below = _line_end(text, end, 0)
            if not text[end:below].strip():
                break
            end = below
        begin = max(begin, last)
        if begin < end:
            yield begin, end
            last = end
