r"""What people wrote, so that nothing in it works unseen: the one place for all that the product shows or writes.

Whoever sends an application or a message chooses its names, reasons and comments. Three sorts of characters in them do
something that a reader does not see, and are shown as their number (`\x1b`, `\u202e`, `\U000e0041`):

* What commands a machine: control characters (C0, DEL, C1), of which ESC clears screens, names windows and makes links.
* What turns the direction of writing for other text: embeddings, overrides and isolates. Marks of direction (LRM, RLM,
  ALM) stay in a text with letters that run from right to left, where honest names need them.
* What is not seen at all, so that two names look like one: characters without width, tags, fillers, selectors of a
  variant. Those that honest names need stay where they do something: the joiners (ZWNJ, ZWJ) directly behind a letter
  or mark of a script that joins its letters, as Arabic, Persian and the Indic ones, or behind an emoji; a selector of a
  variant directly behind an ideograph or an emoji.

Halves of characters and what Unicode will never assign are shown so too. Every other letter stays as it was written.
"""

import re

_COMMANDS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
_TURNS = "\u202a-\u202e\u2066-\u2069\u206a-\u206f"
_UNSEEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u2800\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_NO_CHARACTERS = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_MARKS_OF_DIRECTION = "\u061c\u200e\u200f"
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_RIGHT_TO_LEFT = (
    "\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
_JOINING = (
    "\u0620-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u17b3\u17b6-\u180a\u1810-\u18af\u1900-\u1cff\ua800-\uabff"
    "\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
"""Letters and marks of scripts that join or stack them; Latin, Greek, Cyrillic and Hebrew do not."""
_EMOJI = "\u203c-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_ALWAYS = f"[{_COMMANDS}{_TURNS}{_UNSEEN}{_NO_CHARACTERS}]"
_OUT_OF_PLACE = f"(?<![{_JOINING}{_EMOJI}\ufe0f])[{_JOINERS}]|(?<![{_IDEOGRAPHS}{_EMOJI}0-9#*])[{_SELECTORS}]"
_HAS_RIGHT_TO_LEFT = re.compile(f"[{_RIGHT_TO_LEFT}]")
_UNSEEN_BESIDE_RIGHT_TO_LEFT = re.compile(f"{_ALWAYS}|{_OUT_OF_PLACE}")
_UNSEEN_ELSEWHERE = re.compile(f"{_ALWAYS}|{_OUT_OF_PLACE}|[{_MARKS_OF_DIRECTION}]")
_BREAKS_A_ROW = re.compile(r"[\r\n\t\v\f\x85\u2028\u2029]+")

_MARKDOWN = re.compile(r"[\\`*\[\]<>&|~$^#!{}]|(?<![^\W_])_|_(?![^\W_])|:(?=/)|(?<=mailto):", re.IGNORECASE)
"""What makes links, pictures, tags, entities, cells, emphasis, code, formulas and headings in the Markdown of the UI.

An underscore within a word makes nothing; a colon makes a link where an address follows.
"""


def unseen(text: str) -> re.Pattern[str]:
    """Return the pattern of what a text must not hold unseen: it depends on the direction of its letters."""
    return _UNSEEN_BESIDE_RIGHT_TO_LEFT if _HAS_RIGHT_TO_LEFT.search(text) else _UNSEEN_ELSEWHERE


def visible(text: str) -> str:
    r"""Return a text in which everything can be seen: what would work unseen stands there as its number, as `\x1b`.

    Ends of lines and tabs stay.
    """
    if text.isascii() and text.isprintable():  # most are: no need to look for each sort of character
        return text
    return unseen(text).sub(lambda match: ascii(match[0])[1:-1], text)


def on_one_line(text: str) -> str:
    """Return a text as one line in which everything can be seen: what would begin another line is a space."""
    return visible(_BREAKS_A_ROW.sub(" ", text))


def as_markdown(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line: it makes no link, no heading, no tag and no table."""
    return _MARKDOWN.sub(r"\\\g<0>", on_one_line(text))
