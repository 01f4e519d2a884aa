"""Draws what stands in braces in the wordings: people made of syllables, numbers, dates, none of them anybody's.

Telephone numbers are those that are kept for stories (555-01xx), web and mail addresses are example.org's.
"""

import random
import re
from collections.abc import Callable
from typing import Any

Draw = random.Random
GIVEN = ["Ada", "Bruno", "Carla", "Dario", "Elena", "Felix", "Greta", "Hugo", "Irma", "Jonas", "Karla", "Leon", "Mira"]
SYLLABLES = ["bran", "do", "quil", "ver", "mon", "tal", "ser", "wick", "lar", "zen", "pol", "ka", "mir", "hul", "gen"]
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DRAWN = re.compile(r"\{(\w+?)(\d*)\}")


def filled(draw: Draw, wording: Any) -> Any:
    """Return a wording (a text, or the rows of a table) with everything in braces drawn."""
    if isinstance(wording, list):
        return [filled(draw, part) for part in wording]
    return _DRAWN.sub(lambda match: _drawn(draw, match[1], match[2]), wording)


def _drawn(draw: Draw, name: str, number: str) -> str:
    if name in COUNTED and number:
        return COUNTED[name](draw, int(number))
    return DRAWN[name + number](draw)


def last(draw: Draw) -> str:
    """Return a family name, now and then with a mark that real ones have."""
    name, other = (("".join(draw.sample(SYLLABLES, count))).capitalize() for count in (3, 2))
    return draw.choice([name, name, name, f"O'{name}", f"{name}-{other}", f"de {name}", f"{name}é"])


def given(draw: Draw) -> str:
    """Return a given name."""
    return draw.choice(GIVEN)


def person(draw: Draw) -> str:
    """Return a given and a family name."""
    return f"{given(draw)} {last(draw)}"


def last_first(draw: Draw) -> str:
    """Return a name as registers write it."""
    one, other = last(draw), given(draw)
    return draw.choice([f"{one}, {other}", f"{one.upper()}, {other.upper()}", f"{other} {one}"])


def digits(draw: Draw, number: int) -> str:
    """Return so many digits, the first of them no zero."""
    return str(draw.randint(10 ** (number - 1), 10**number - 1))


def letters(draw: Draw, number: int) -> str:
    """Return so many capital letters."""
    return "".join(draw.choices("ABCDEFGHJKLMNPRTUVWXYZ", k=number))


def day(draw: Draw, first: int, latest: int) -> str:
    """Return a date between two years, in one of the forms that people write."""
    month, date, year = draw.randint(1, 12), draw.randint(1, 28), draw.randint(first, latest)
    name = MONTHS[month - 1]
    return draw.choice(
        [
            f"{month:02}/{date:02}/{year}",
            f"{year}-{month:02}-{date:02}",
            f"{month}/{date}/{year % 100:02}",
            f"{date} {name[:3]} {year}",
            f"{name} {date}, {year}",
            f"{date:02}.{month:02}.{year}",
            f"{date}-{name[:3]}-{year}",
        ]
    )


def phone(draw: Draw) -> str:
    """Return a telephone number."""
    area, line = draw.choice(["614", "212", "703", "617"]), f"{draw.randint(100, 199):04}"
    return draw.choice([f"({area}) 555-{line}", f"{area}-555-{line}", f"{area}.555.{line}", f"+1 {area} 555 {line}"])


def street(draw: Draw) -> str:
    """Return an address."""
    way = draw.choice(["Street", "Ave", "Road", "Lane"])
    return f"{digits(draw, 3)} {last(draw).split()[-1]} {way}, Columbus, OH 43{digits(draw, 3)}"


def social(draw: Draw) -> str:
    """Return a number in the form of a social security number."""
    return f"{draw.randint(100, 599)}-{draw.randint(10, 99)}-{digits(draw, 4)}"


def beneficiary(draw: Draw) -> str:
    """Return a number in the form of a Medicare beneficiary identifier."""
    some = "ACDEFGHJKMNPQRTUVWXY"
    parts = [f"{draw.randint(1, 9)}{draw.choice(some)}{draw.choice(some)}{draw.randint(0, 9)}"]
    parts += [f"{draw.choice(some)}E{draw.randint(0, 9)}", f"{draw.choice(some)}K{digits(draw, 2)}"]
    return draw.choice(["-", ""]).join(parts)


COUNTED: dict[str, Callable[[Draw, int], str]] = {
    "d": digits,
    "L": letters,
    "l": lambda draw, number: letters(draw, number).lower(),
}
DRAWN: dict[str, Callable[[Draw], str]] = {
    "person": person,
    "last": last,
    "given": given,
    "LAST": lambda draw: last(draw).upper(),
    "GIVEN": lambda draw: given(draw).upper(),
    "last_first": last_first,
    "birthday": lambda draw: day(draw, 1930, 2020),
    "recent": lambda draw: day(draw, 2024, 2027),
    "old": lambda draw: str(draw.randint(90, 104)),
    "phone": phone,
    "street": street,
    "social": social,
    "social9": lambda draw: social(draw).replace("-", draw.choice(["", " "])),
    "mbi": beneficiary,
}
