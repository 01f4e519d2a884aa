"""Makes pages of templates. Everything that people wrote is escaped, and what works unseen in it is shown.

Every template has: `visitor`, `token` (`hidden(token)` makes the hidden fields of a form),
`path`, `case`, `new_message_id`, `settings`, `now`, `zone`; the filters `day`, `instant`, `due`, `dollars`, `spoken`,
`role_words`, `stage_words`, `party`; and `asset(name)`, the address of a file of `portal/static`.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pictures.drawing import STYLE
from policy.dates import local_day
from policy.status import CorrectionView, FormerView, MissingView
from policy.text.visible import visible
from policy.words import day_in_words, dollars, due_in_words, instant_in_words, party, role_in_words, spoken
from portal.navigation import navigation
from services.upkeep.bounced import letter_state
from services.words import (
    correction_words,
    distance,
    former_words,
    message_words,
    missing_words,
    notice_words,
    outcome_words,
    stage_words,
)

_TEMPLATES = Environment(
    loader=PackageLoader("portal"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: visible(value) if type(value) is str else value,
)


@pass_context
def _instant(context: Context, at: datetime) -> str:
    return instant_in_words(at, context["zone"])


@pass_context
def _due(context: Context, at: datetime) -> str:
    return due_in_words(at, context["zone"])


@pass_context
def _day(context: Context, at: datetime) -> str:
    return day_in_words(local_day(at, context["zone"]))


@pass_context
def _distance(context: Context, due_at: datetime) -> str:
    return distance(due_at, context["zone"], context["now"])


@pass_context
def _former(context: Context, former: FormerView) -> str:
    return former_words(former, context["zone"])


@pass_context
def _correction(context: Context, correction: CorrectionView) -> str:
    return correction_words(correction, context["zone"])


@pass_context
def _missing(context: Context, missing: MissingView) -> str:
    return missing_words(missing, context["zone"])


def file_size(size: int) -> str:
    """Return how large a file is, for example `12 kB`."""
    return f"{max(round(size / 1000), 1)} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


_TEMPLATES.filters |= {
    "file_size": file_size,
    "instant": _instant,
    "due": _due,
    "distance": _distance,
    "day": _day,
    "calendar_day": day_in_words,
    "dollars": dollars,
    "spoken": spoken,
    "role_words": role_in_words,
    "stage_words": stage_words,
    "outcome_words": outcome_words,
    "notice_words": notice_words,
    "letter_words": lambda letter: letter_state(letter) if letter.bounces else spoken(letter.status),
    "correction_words": _correction,
    "former_words": _former,
    "missing_words": _missing,
    "message_words": message_words,
    "party": party,
    "upper_first": lambda text: text[:1].upper() + text[1:],
    "lower_first": lambda text: text[:1].lower() + text[1:],
}


@cache
def _static_files() -> dict[str, bytes]:
    """Return every file of `portal/static`: names that nobody has are asked for by anybody, and are not kept."""
    found = {one.name: one.read_bytes() for one in (files("portal") / "static").iterdir() if one.is_file()}
    return found | {"portal.css": STYLE.encode() + found["portal.css"]}


def static_file(name: str) -> bytes | None:
    """Return a file of `portal/static`; None where there is none. The style begins with that of the pictures."""
    return _static_files().get(name)


def asset(name: str) -> str:
    """Return the address of a file of `portal/static`: another one whenever its content changes.

    Raises:
        LookupError: There is none.
    """
    content = static_file(name)
    if content is None:
        raise LookupError(f"there is no portal/static/{name}")
    return f"/static/{hashlib.sha256(content).hexdigest()[:12]}/{name}"


def hidden(token: str, message_id: str = "") -> Markup:
    """Return a form's hidden fields: what shows that it is ours, and the id under which its message counts once."""
    fields = Markup('<input type="hidden" name="form_token" value="{}">').format(token)
    if message_id:
        fields += Markup('<input type="hidden" name="message_id" value="{}">').format(message_id)
    return fields


_TEMPLATES.globals |= {"asset": asset, "hidden": hidden, "navigation": navigation}


def rendered(template: str, zone: ZoneInfo, values: Mapping[str, Any]) -> str:
    """Return a page.

    Args:
        template: Its file in `portal/templates`.
        zone: The office's, in which every time is written.
        values: What it tells.
    """
    return _TEMPLATES.get_template(template).render(**values, zone=zone)
