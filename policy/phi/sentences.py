"""Names in sentences, without a label: `patient Jane Doe was scanned`, `Mr. Doe, a 54-year-old`."""

import re
from collections.abc import Iterator

from policy.phi.kinds import Kind
from policy.phi.names import PARTICLES, is_name

_PARTICLE = r"(?i:de|da|di|del|della|la|van|von|der|den|el|al|bin)"
_PERSON = (
    rf"(?:{_PARTICLE} ){{0,2}}[A-Z][\w'\-]*[^\W\d_]\.?(?:[ \n][A-Z]\.?)?(?:[ \n]{_PARTICLE})*,?"
    r"[ \n][A-Z][\w'\-]*[^\W\d_]"
)
_TITLE = r"(?:Mr|Mrs|Ms|Miss|MR|MRS|MS)\b\.?"
_AGED = r"(?i:,|\(|is|was)? ?\(?(?i:an? )?\d{1,3} ?-? ?(?i:years?|yrs?|y/?o|yo|y\.o\.)\b"
_CALLED = r"(?:'s name is| is| was| named| called| by the name of|,)?"
_OF = r"(?i:of|on|belonging to) (?i:(?:the )?patient )?"
_IMAGED = r"(?i:exam(?:ination)?s?|scans?|images|study|studies|films?|ct|mri|pet|ultrasound|mammogram)"
_UNDERWENT = (
    r"(?i:underwent|presented with|complained of|was (?:re-?)?(?:scanned|imaged|examined|admitted|discharged|recalled"
    r"|born|hospitali[sz]ed|positioned)|had (?:a|an|her|his) (?:CT|MRI|PET|scan|exam|mammogram|ultrasound|biopsy))"
)
_SURNAME = r"[A-Z]\. ?(?:[A-Z]\. ?)?(?i:(?:de|da|di|del|della|la|van|von|der|den|el|al|bin) )?[A-Z][\w'\-]*[^\W\d_]"
_AGE_SEX = (
    r"[\[(]?\b(?:\d{1,3} ?-?(?:(?i:y/?o|yrs?|years?(?: old)?)|Y|y)?[ ,/\-]{0,3}(?:[FM]\b|(?i:fe)?(?i:male)\b)"
    r"|[FM][ ,/]{1,3}\d{1,3} ?(?:[Yy](?:rs?|/?o)?)?\b)"
)
"""An age and a sex as lists and worklists have them: `62Y F`, `(62 F)`, `F/62`."""
_SAID: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "patient pt",
        re.compile(rf"\b(?:[Pp]atient|PATIENT|[Pp]t\.?|PT){_CALLED}[ \n]+(?:{_TITLE}[ \n]+)?(?P<name>{_PERSON})"),
    ),
    ("year yr yo y/o y.o", re.compile(rf"\b(?P<name>{_PERSON}){_AGED}")),
    ("f m", re.compile(rf"\b(?P<name>{_PERSON}(?: [A-Z]\b\.?)?)[ ,]{{1,3}}(?:#?\d{{5,10}}[ ,]{{1,3}})?{_AGE_SEX}")),
    (
        "#",
        re.compile(rf"\b(?P<name>{_PERSON})(?: [A-Z]\b\.?)?[ ,;]{{1,3}}#\d{{6,10}}\b"),
    ),
    (
        "patient",
        re.compile(r"\b(?:[Tt]he|our|this|of|for|from|with|on) patient (?P<name>[A-Z][a-z'\-]+[a-z])\b(?! [A-Z])"),
    ),
    (
        "'s",
        re.compile(rf"\b(?P<name>{_PERSON})'(?i:s) (?i:exam|scan|CT|MRI|PET|images|study|chart|record|mammogram)\b"),
    ),
    ("of on to", re.compile(rf"\b{_IMAGED} {_OF}(?:{_TITLE} )?(?P<name>{_PERSON})")),
    (
        "underwent presented complained was had",
        re.compile(rf"\b(?P<name>{_PERSON}),? (?:\([^()\n]{{0,40}}\) )?{_UNDERWENT}\b"),
    ),
)
"""Sentences about a patient, each with the words of which it has at least one."""
_INITIALLED: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\b(?P<name>{_SURNAME}),? ?{_AGE_SEX}"),
    re.compile(
        rf"\b(?i:case|{_IMAGED}|patient|pt) (?i:of|for|on)? ?(?P<name>{_SURNAME}),? [(\[]?(?:\d|(?i:was|who|had)\b)"
    ),
)
"""Sentences about a patient of whom only the family name is written out."""
_SMALL = re.compile(
    r"\b(?:the|our|this) (?:patient|pt),? (?P<name>[a-z]{3,}(?: [a-z]\.?)? [a-z]{3,}),?"
    r" (?:was|is|had|has|who|underwent|came)\b"
)
_TITLED = re.compile(
    rf"\b{_TITLE} (?P<name>(?:(?:de|da|di|del|della|la|van|von|der|den|el|al|bin) ){{0,2}}[A-Z][\w'\-]*[^\W\d_]"
    r"(?: [A-Z][\w'\-]*[^\W\d_])?)(?P<rest>[^\n.]{0,80})"
)
_CARED_FOR = re.compile(
    r"\b(?:underwent|(?:was|were|been|being) (?:re-?)?(?:scanned|imaged|examined|admitted|discharged|recalled"
    r"|positioned)"
    r"|year-old|years old|y/o|yo|was diagnosed|presented with|complained|dob|mrn"
    r"|(?:his|her) (?:exam|scan|images|study|dose|mammogram|CT|MRI)"
    r"|(?:who|and) (?:again )?(?:came back|returned|moved|coughed|could not|did not hold|was called back"
    r"|had (?:a|an)))\b",
    re.IGNORECASE,
)
_BEFORE_A_PATIENT = re.compile(
    r"\b(?:exam(?:ination)?|scan|images|study|dose|films?|CT|MRI|PET|mammogram|patient|pt)s?"
    r"(?: in question)?(?: (?:of|for|on|is|was|is that of|was that of|belongs? to)|,)? *\Z",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:physician|physicist|technologist|radiologist|administrator|manager|director|officer|engineer|supervisor"
    r"|nurse|lead|chief|M\.?D|Ph\.?D|RT|MS|DABR|FACR|train\w*|reviewed|measured|instructed|explained)\b"
)
_OVER_89 = re.compile(
    r"(?<![\d.])(?:9\d|1[01]\d)(?:[ -]?(?:years?|yrs?|y)\b\.?[ -]?(?:old|of age)\b| ?-?(?:y/o|yo|y\.o\.)(?!\w))"
    r"|\bninety(?:[- ]\w+)?[- ]years?[- ]old\b|\baged? (?:of )?(?:9\d|1[01]\d)\b(?! ?(?:%|months?|days?))",
    re.IGNORECASE,
)
_THING = re.compile(r"\b(?:building|scanner|unit|equipment|tube|system|facility|hospital)\b", re.IGNORECASE)


def in_sentences(text: str) -> Iterator[tuple[Kind, int]]:
    """Yield names that a sentence gives to a patient, and ages over 89 (a lower one identifies nobody)."""
    folded = text.lower()
    for words, pattern in _SAID:
        if any(word in folded for word in words.split()):
            names = (match for match in pattern.finditer(text) if _is_full(match["name"]))
            yield from ((Kind.NAME, match.start("name")) for match in names)
    for pattern in _INITIALLED:
        names = (match for match in pattern.finditer(text) if is_name(match["name"].rpartition(".")[2].strip()))
        yield from ((Kind.NAME, match.start()) for match in names)
    for match in _SMALL.finditer(text) if "patient" in folded or "pt" in folded else ():
        if is_name(match["name"].title(), least=2):
            yield Kind.NAME, match.start()
    for match in _TITLED.finditer(text):
        before, rest = text[max(match.start() - 40, 0) : match.start()], match["rest"]
        cared_for = _CARED_FOR.search(match[0]) or _BEFORE_A_PATIENT.search(before)
        if cared_for and is_name(match["name"]) and not _ROLE.search(rest):
            yield Kind.NAME, match.start()
    for match in _OVER_89.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.end() + 20].split("\n")[0]
        if not _THING.search(line):
            yield Kind.AGE, match.start()


def names_staff(text: str) -> bool:
    """Return whether a text says of somebody what only staff are or do."""
    return bool(_ROLE.search(text))


def _is_full(name: str) -> bool:
    """Return whether every word of it can be a name's."""
    words = name.replace(",", " ").split()
    # Initials, units, states: no name has two capitals, unless they are a particle.
    if any(len(word) == 2 and word.isupper() and word.lower() not in PARTICLES for word in words):
        return False
    return is_name(" ".join(words), least=len(words)) if words else False
