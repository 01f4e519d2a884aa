"""One form for a text before it is searched: what scanners, word processors and copying do to it is undone."""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣-"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‛ʼ´`"), "'")
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
_BREAKS = dict.fromkeys(map(ord, "\r\v\x85\u2028\u2029"), "\n")
_KNOWN = {**_DASHES, **_QUOTES, **_SPACES, **_BREAKS}
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e007f]"
)
_UNPRINTED = re.compile(r"[^\S\n\t ]|[\x00-\x08\x0e-\x1f\x7f]")
_BROKEN_WORD = re.compile(r"([^\W\d_])-[ \t]*\n[ \t]*([^\W\d_][^\n]*)")
_BROKEN_NUMBER = re.compile(r"(\d[ \t]*-)[ \t]*\n[ \t]*(\d[^\n]*)")
_SPACED = re.compile(r"(?<![\w.,])\w(?: \w){3,}(?![\w.,]\w)|(?<![\w.,])\d(?: ?[-/.] ?\d| \d){5,}(?![\w,])")
_SPACED_DIGITS = re.compile(r"(?<=\d) (?=\d)")
_SPACED_LETTERS = re.compile(r"\b[A-Za-z](?: [A-Za-z]){2,}\b")


def normal(text: str) -> str:
    """Return a text in the form that patterns are written for.

    Full-width digits and letters become plain ones, invisible characters vanish, every dash, quote, space and line
    break is the plain one, words and numbers that were parted at the end of a line are whole again (the break follows
    their line, so that lines keep their numbers), and digits or letters that were set apart (`1 2 3`) stand together.
    """
    plain = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").translate(_BREAKS))
    plain = _UNPRINTED.sub(" ", _INVISIBLE.sub("", plain.translate(_KNOWN)))
    plain = _BROKEN_NUMBER.sub(r"\1\2\n", _BROKEN_WORD.sub(r"\1\2\n", plain))
    return _SPACED_LETTERS.sub(_closed, _SPACED.sub(_joined, plain))


def _joined(match: re.Match[str]) -> str:
    return _SPACED_DIGITS.sub("", match[0])


def _closed(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")
