r"""A label and the value behind it, and the phrases that labels share. The labels themselves have files of their own.

In a label a space stands for any gap, also a line's end (`\x20` for a space indeed), and ` ?` for a gap or none. The
value may stand behind a colon, in the next cell or line, or right beside its label.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from policy.phi.kinds import Kind

_OF = r"\.?(?:'?s'?)?"
PATIENT = rf"(?:patient|pat\.|pt){_OF}"
PACIENTE = r"(?:del?(?: la)? )?paciente"
PERSON = rf"(?:{PATIENT}|(?:subject|volunteer|participant|examinee|child|infant|baby){_OF})"
PAYER = rf"(?:insured|subscriber|guarantor|policy ?holder){_OF}"
KIN = (
    r"(?:next of kin|(?:legal )?guardian|spouse|husband|wife|mother|father|parent|daughter|son|sister|brother|relative"
    rf"|caregiver|caretaker){_OF}"
)
WHO = rf"(?:{PATIENT}|{PAYER}|{KIN})"
PEOPLE = (
    "pat pt subject volunteer participant examinee child infant baby insured subscriber guarantor policy kin guardian"
    " spouse husband wife mother father parent daughter son sister brother relative care home paciente"
)
"""What a label has at least one of that is about a patient or somebody near."""
NUM = r"(?: ?(?:numbers?|numb?|nos?\b\.?|nr\b\.?|ids?|identifiers?|code|#|identification(?: (?:number|no\b\.?))?))"
NAME_PART = r"(?:full|legal|last|first|middle|maiden|birth|family|given|sur|preferred)"

_GAP = (
    r"[ \t]*(?:[(\[][^()\[\]\n]{0,40}[)\]])?[ \t]*"
    r"(?:(?:is|was|are|reads?|shows?|of|on|at|no\b\.?|number|dated)\b[ \t]*)?"
    r"[ \t]*[:;#=.|\-_>*\"'(\[/~ \t]{0,12}(?:\n[ \t]*){0,2}[\"'(\[#|\-:]?[ \t]*(?:on )?"
)
"""What may stand between a label and its value."""


_THEIRS = r"(?: (?:of|for) (?:the |this |our |that )?(?:patient|pt\b)(?:,? \w{1,10})?(?= ?(?:is|was|:|\()))?"
"""Whose a value is may stand behind its label: `the birthdate of the patient is`."""


class Label(NamedTuple):
    """A label and its value.

    Attributes:
        kind: What the value is then.
        words: What the label has at least one of, in small letters: a text without them need not be searched for it.
        pattern: How the label reads, what may part it from its value (`gap`), and how that reads (`value`).
        holds: Whether that value is one indeed.
    """

    kind: Kind
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]


def label(kind: Kind, words: str, value: str, *labels: str, holds: Callable[[str], bool] = bool) -> Label:
    """Return a label.

    Args:
        kind: What its value is.
        words: What it has at least one of, parted by spaces.
        value: How the value reads.
        labels: How it reads: several patterns, any of them.
        holds: Whether a value is one indeed.
    """
    told = "|".join(labels).replace(" ?", "\0").replace(" ", r"[\s_]{1,3}").replace("\0", r"[\s_]{0,3}")
    pattern = rf"(?<![^\W_])(?:{told}){_THEIRS}(?P<gap>{_GAP})(?P<value>{value})"
    return Label(kind, tuple(words.split()), re.compile(pattern, re.IGNORECASE), holds)
