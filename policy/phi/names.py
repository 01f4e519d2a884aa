"""Whether words are a person's name. No list of names: whatever is written like one and is no word of the field is one.

Placeholders and the words of the field stand in `not_names.txt` beside this file, one line per subject.
"""

import re
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['.\-](?=[^\W\d_]))*\.?")
_TOKEN = re.compile(r"[A-Za-z]{0,9}[ \-_#]?\d{1,5}[a-z]?")
PARTICLES = frozenset(
    {
        "de",
        "da",
        "di",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "el",
        "al",
        "bin",
        "ibn",
    }
)
_ALSO_NAMES = frozenset({"blank", "na", "nil", "none", "hidden", "sample", "test", "testing", "example"})
"""Placeholders that are people's names as well."""
_IN_PLACE = frozenset({"patient", "subject", "volunteer", "name", "no", "not", "case", "given"})
"""Words that stand for a name together with others: Patient^Name, Not^Given."""
_SHORT_FAMILIES = frozenset({"he", "her", "an", "so", "see", "you", "do", "to", "in", "no", "my", "on", "has", "am"})
"""Words that are family names where everything is written in capitals."""
_ONE_SIGN = re.compile("[\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff]")
"""A sign of which one is a whole family or given name."""
_SEPARATED = re.compile(r"\s{2,}|[\t\n;|()\[\]:/]|\s[-=]+\s|,\s*(?=\d)|\.\s+(?=[A-Z][a-z])")


_TEXT = files(__package__).joinpath("not_names.txt").read_text("utf-8")
"""Read when the module is, so that no search reads a file: a case searches its messages too."""


@cache
def not_names(*, behind_a_label: bool = False) -> frozenset[str]:
    """Return the words that are no part of a person's name in such documents, in lower case.

    Args:
        behind_a_label: Whether a label says that a name follows: then only placeholders, function words and labels.
    """
    always, _, otherwise = _TEXT.partition("\n---\n")
    lines = (always if behind_a_label else always + "\n" + otherwise).splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def placeholders() -> frozenset[str]:
    """Return the words that stand where a name was taken out, in lower case."""
    return frozenset(_TEXT.partition("# placeholders\n")[2].partition("\n#")[0].split()) | _IN_PLACE


def is_anybody(value: str) -> bool:
    """Return whether a value that stands where only a person's name may stand is one: whatever is no placeholder.

    A family name may be a word (He, See, Field, Blank) or a single sign. So a word speaks against a name only where all
    words are words of the field and one of them stands where a name was taken out, or where it begins with one that is
    nobody's name.
    """
    words = [word.strip(".").casefold() for word in _WORD.findall(value.replace("^", " ").replace("=", " "))]
    words = [word for word in words if word.strip("x")]
    if not words or words[0] in placeholders() - _ALSO_NAMES:
        return False
    return not (not_names().issuperset(words) and placeholders().intersection(words))


def follows_a_word(value: str) -> bool:
    """Return whether a value is a family name that is a word as well (He, An, So), and a given name behind it."""
    first, *others = _WORD.findall(value.replace("^", " ").replace(",", " "))[:2] or [""]
    if not others or first.casefold() not in not_names(behind_a_label=True) - placeholders():
        return False
    (second,) = others
    alike = first.istitle() and second.istitle() and not second.isupper()
    shouted = first.isupper() and second.isupper() and first.casefold() in _SHORT_FAMILIES and len(second) > 1
    return (alike or shouted) and second.strip(".").casefold() not in not_names() | placeholders()


def is_name(value: str, *, labelled: bool = False, small: bool = False, least: int = 1) -> bool:
    """Return whether a value begins with a person's name.

    Args:
        value: What stands behind a label; only what comes before a gap, a bracket or another mark counts.
        labelled: Whether the label says that a name follows, so that fewer words speak against it.
        small: Whether it may be written in small letters; it must then be the whole value.
        least: How many words it needs.
    """
    value = _SEPARATED.split(value.strip(" \t\"'.:-_*>"), maxsplit=1)[0]
    if labelled and follows_a_word(value):
        return True
    others = not_names(behind_a_label=labelled)
    words = _name_words(value, others)
    if small and not words and value.islower():
        words = _name_words(value.title(), others) if len(value.split()) <= 4 else []
        words = words if len(words) == len(value.split()) else []
    return len(words) >= least and any(len(word.strip(".")) > 1 or _ONE_SIGN.fullmatch(word) for word in words)


def _name_words(value: str, others: frozenset[str]) -> list[str]:
    """Return the leading words of a value that a name can be made of; none where it begins with another word."""
    if _TOKEN.fullmatch(value.strip()):
        return []
    words: list[str] = []
    for word in _WORD.findall(value.replace("^", " "))[:5]:
        folded = word.strip(".").replace("'s", "").casefold()
        if folded in others or (
            folded not in PARTICLES and (word[0].islower() or others.intersection(folded.split("-")))
        ):
            break
        words.append(word)
    if len(words) == 1 and words[0].casefold() in PARTICLES:
        return []
    return words
