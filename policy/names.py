"""When two names are one: of people, and of tokens that stand for patients, exams or things.

People write one name in many ways: another case, a typographic apostrophe, two spaces, letters that are put together
from parts. None of these makes another person (readings, "Settled since").
"""

import unicodedata

QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u0060\u00b4", "'"))
"""Typographic quotes and what people type for them. NFKC would make a blank and an accent of U+00B4: it goes first."""


def folded(name: str) -> str:
    """Return a name for comparison: NFKC, without case, with plain quotes and single spaces."""
    plain = unicodedata.normalize("NFKC", name.translate(QUOTES)).translate(QUOTES)
    return " ".join(unicodedata.normalize("NFKC", plain.casefold()).split())


def folded_by(revision: int, name: str) -> str:
    """Return a name for comparison in a case of that rules revision.

    Cases that began before revision 3 compare case and spaces alone: what they once refused stays refused in a replay.
    """
    return folded(name) if revision >= 3 else " ".join(name.split()).casefold()


def token_by(revision: int, token: str) -> str:
    """Return a token (a subject, an id) for comparison in a case of that rules revision.

    Cases that began before revision 3 compare tokens as they are written.
    """
    return folded(token) if revision >= 3 else token


def same_token(a: str, b: str) -> bool:
    """Return whether two tokens (a subject, an exam, an id) stand for the same."""
    return folded(a) == folded(b)
