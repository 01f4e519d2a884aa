"""How identifiers themselves are written: numbers, dates, addresses. What stands before them decides what they are."""

import re

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_PART = r"\d(?: ?\d)?"
_YEAR = r"(?:\d(?: ?\d){3}|'?\d ?\d)"
DATE = (
    rf"(?:(?:19|20)\d\d ?[-/.] ?{_PART} ?[-/.] ?{_PART}(?!\d)"
    rf"|{_PART} ?[-/.] ?{_PART} ?[-/.] ?{_YEAR}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ \-.]{{0,2}}(?:of )?{MONTH}\b[.,]?[ \-]{{0,2}}(?:\d{{4}}|'?\d\d)?\b"
    rf"|{MONTH}\b\.?[ \-]{{0,2}}\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)(?:,? ?[ \-]?(?:\d{{4}}|'\d\d))?"
    rf"|{MONTH}\b\.?,? \d{{4}}\b"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0?[1-9]|1[0-2]) ?/ ?(?:19|20)\d\d(?!\d)"
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d(?!\d))"
)
"""A date finer than its year (a year alone identifies nobody, by the same list)."""

NUMBER = r"(?:[A-Z]{1,5}[-/ ]?)?\d(?:[ .\-/]{0,3}\d|[A-Z](?![a-z])){2,24}(?![\d,]?\d)"
"""A number as records have it: digits, with letters before or among them, set apart or not."""

CODE = (
    r"(?:(?-i:(?=[A-Z\- ]{0,12}\d)[A-Z\d](?:[\- ]?[A-Z\d]){3,24})"
    r"|(?=[a-z\-]{0,12}\d)[a-z\d](?:-?[a-z\d]){3,24})(?!,?\d)"
)
"""A number that is mostly letters: of a policy, a vehicle, a licence."""

PHONE = r"(?:\+?1[ .\-]{0,3})?\(? ?[2-9]\d\d ?\)?[ .\-/]{0,3}\d{3} ?[ .\-]{0,3}\d{4}(?!\d)"
PHONE_ABROAD = r"\+(?!1\b)[1-9]\d{0,2}(?:[ .\-/()]{0,3}\d){6,12}(?!\d)"
EMAIL = r"[\w.+\-]{1,64} ?@ ?[\w\-]{1,63}(?: ?\. ?[\w\-]{2,63}){1,4}"
STREET = (
    r"\d{1,6}(?:-\d{1,4})?[A-Z]?,? (?:[NSEW]\.? |North |South |East |West )?(?:[A-Z0-9][\w.'\-]* ){1,4}"
    r"(?i:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Blvd|Boulevard|Ct|Court|Way|Pl|Place|Pkwy|Parkway|Hwy|Highway"
    r"|Cir|Circle|Ter|Terrace|Trl|Trail|Sq|Square|Loop|Row)\b|P\.? ?O\.? ?Box \d+"
)
ZIP = r"\d{5}(?: ?- ?\d{4})?(?!\d)"
IP = r"(?:\d{1,3}\.){3}\d{1,3}(?![.\d])|(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}"
URL = r"(?:https?://|www\.)[^\s|]{4,200}"

OVER_89 = r"(?:9\d|1[01]\d)(?! ?(?:%|months?|mo\b|days?|weeks?|hours?)|[.,/-]?\d|/(?![MF]\b))"

SSN = re.compile(r"(?<![\d\-/.])(\d{3}) ?- ?(\d{2}) ?- ?(\d{4})(?![\d]|-\d)")
"""A social security number that needs no label, because it has its dashes."""
HIDDEN_SSN = re.compile(r"(?<![\w])[x*•#]{3} ?- ?[x*•#]{2} ?- ?\d{4}(?!\d)", re.IGNORECASE)
MBI = re.compile(
    r"(?<![\w-])[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d ?-? ?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d ?-? ?"
    r"[AC-HJKMNP-RT-Y]{2}\d\d(?![\w-])"
)
"""A Medicare beneficiary identifier (the form that CMS publishes), by itself."""
CARET_NAME = re.compile(r"(?<![\w^])[^\W\d_][\w'\-. ]{0,30}\^[^\W\d_][\w'\- ]{0,30}")
"""A person's name as DICOM writes it."""

_SUBJECT = re.compile(
    r"(?:s|subj?|subject|pt|p|vol|volunteer|case|anon|phantom|study|exam|patient|acr|test|qc|qa|id)"
    r"[ \-_#.]*\d{1,4}[a-z]?"
    r"|\d{1,3}",
    re.IGNORECASE,
)


def is_ssn(area: str, group: str, serial: str) -> bool:
    """Return whether the three parts can be a social security number (none was ever issued otherwise)."""
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def is_record_number(value: str) -> bool:
    """Return whether a value behind a label is a number: an opaque subject token, zeros and crosses are none."""
    digits = [char for char in value if char.isdigit()]
    return len(digits) >= 3 and len(set(digits)) > 1 and not _SUBJECT.fullmatch(value.strip())


def is_code(value: str) -> bool:
    """Return whether a value is a number that letters may be part of."""
    return sum(char.isdigit() for char in value) >= 3


def is_phone(value: str) -> bool:
    """Return whether a value has as many digits as a telephone number of the United States."""
    return 10 <= sum(char.isdigit() for char in value) <= 11


def is_social(value: str) -> bool:
    """Return whether a value behind its label is a social security number, whole or its last four digits."""
    digits = [char for char in value if char.isdigit()]
    return len(digits) in (4, 9) and len(set(digits)) > 1
