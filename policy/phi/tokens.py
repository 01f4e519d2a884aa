"""Whether what stands for a patient is an opaque token: it says nothing to anybody who does not keep the list.

A token is one word of letters, digits and `- _ . / #`. It has no name in it, which is said by its form: more than three
letters together are a word of the field, of the area or of counting (`subject-017`, `chest-2`), or they are a name. It
has no number of a record: a number alone has five digits at most, one with letters before it six. It has no date and
no social security number. A UUID or a digest is a token, whatever its signs.
"""

import re

from policy.phi.names import not_names, placeholders
from policy.phi.normal import normal

LONGEST = 64
"""Characters of a token: a digest in hexadecimal."""
_SIGNS = re.compile(r"[\w.#/+-]+")
_RANDOM = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|[0-9a-f]{32,64}", re.IGNORECASE)
_RECORD = re.compile(r"\A\W*\d{6,}\W*\Z|\d{7,}")
_SOCIAL = re.compile(r"(?<!\d)\d{3}[-._/]\d{2}[-._/]\d{4}(?!\d)")
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-._/](?:0?[1-9]|1[0-2])[-._/](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[-._/](?:0?[1-9]|[12]\d|3[01])[-._/](?:19|20)\d\d)(?!\d)"
)
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_LETTERS = re.compile(r"[^\W\d_]{4,}")
_COUNTING = """
    alpha beta gamma delta epsilon zeta theta kappa lambda sigma omega bravo charlie echo foxtrot
    zero three four five seven eight nine eleven twelve first second third fourth fifth sixth
    token subj ident code series cohort group pair member control blind fresh spare extra again
    knee shoulder elbow wrist ankle foot hand breast cyst mass solid stereotactic guided obstetric gynecologic vascular
"""
"""Words of tokens that are no words of an office's documents."""


def why_no_token(token: str, *known: str) -> str:
    """Return why something is no opaque token, in words that do not repeat it; empty where it is one.

    Args:
        token: What stands for a patient.
        known: Texts whose words it may have: the ids of its area and of its exam.
    """
    plain = normal(token).strip()
    if len(plain.split()) > 1 or not _SIGNS.fullmatch(plain):
        return "it is more than one word"
    if len(plain) > LONGEST:
        return "it is too long"
    if _RANDOM.fullmatch(plain):
        return ""
    if _SOCIAL.search(plain):
        return "it looks like a social security number"
    if _DATE.search(plain):
        return "it has a date in it"
    if _RECORD.search(plain):
        return "it looks like the number of a record"
    words = set(_words(plain)) - not_names() - placeholders() - set(_words(_COUNTING + " ".join(known)))
    return "it looks like a name" if words else ""


def _words(text: str) -> list[str]:
    """Return the words of more than three letters, in lower case; `HollowayMargaret` has two."""
    return [word.casefold() for word in _LETTERS.findall(_HUMP.sub(" ", text))]
