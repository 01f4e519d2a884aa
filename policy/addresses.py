"""Whether an address can stand on a letter: its country, and the state and postal code as that country has them."""

import re
from collections.abc import Iterator

from policy.application import Address
from policy.countries import UNITED_STATES, country_code

STATE = re.compile("[A-Z]{2}")
DIGITS = {
    "AT": 4, "AU": 4, "BE": 4, "CH": 4, "DE": 5, "DK": 4, "ES": 5, "FI": 5, "FR": 5, "IL": 7, "IN": 6, "IT": 5,
    "MX": 5, "NO": 4, "NZ": 4, "TR": 5,
}  # fmt: skip
"""How many digits a postal code has, in countries where it is digits alone."""
_FORMS = {
    UNITED_STATES: (re.compile(r"\d{5}(-?\d{4})?"), "five or nine digits, for example 02139"),
    "CA": (re.compile(r"[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d"), "letters and digits in turn, for example K1A 0B1"),
    **{code: (re.compile(rf"\d{{{n}}}"), f"{n} digits") for code, n in DIGITS.items()},
}
"""How a postal code reads, by country; elsewhere nothing is said of it."""


def address_faults(address: Address, where: str) -> Iterator[tuple[str, str]]:
    """Yield what no letter can carry: the path of the field, and why, in a sentence. What is left out is no fault here.

    Args:
        address: The address.
        where: Its path.
    """
    code = country_code(address.country) if address.country else None
    if address.country and code is None:
        reason = f"A country is given by its code of two letters (ISO 3166), for example US; found {address.country}."
        yield f"{where}.country", reason
    if address.state and code == UNITED_STATES and not STATE.fullmatch(address.state):
        yield f"{where}.state", f"A state is given by its two letters, for example OH; found {address.state}."
    form, said = _FORMS.get(code or "", (None, ""))
    if address.postal_code and form and not form.fullmatch(address.postal_code):
        lost = " A first zero may be lost." if _may_have_lost_a_zero(address.postal_code, code or "") else ""
        yield f"{where}.postal_code", f"A postal code there has {said}; found {address.postal_code}.{lost}"


def _may_have_lost_a_zero(postal_code: str, country: str) -> bool:
    """Return whether a zero before it makes it one that the country has."""
    form, _ = _FORMS[country]
    return any(form.fullmatch("0" * zeros + postal_code) for zeros in (1, 2))
