"""What a value of an edition must not be, though its type is right: by its name, on what a file says."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from policy.application import Modality
from policy.dates import zone_names
from policy.messages import Message, SurveyRole

LONGEST = {"days": 3650, "hours": 24 * 365, "months": 240}
"""The longest that a window may be, by what it is counted in: ten years, and twenty for a term in months."""
LIMITED_BY = {
    "testing.reminders": ("testing.package", "days before the testing package is due"),
    "option_form.reminders": ("option_form.due", "days before the option form is due"),
    "certificate.renewal_reminders": ("certificate.renewal_application", "days before the renewal is due"),
    "designation.renewal_reminders": ("designation.renewal_application", "days before the renewal is due"),
    "certificate.renewal_notice": ("certificate.term", "months before the expiry"),
    "designation.renewal_notice": ("designation.term", "months before the expiry"),
    "designation.mid_cycle": ("designation.term", "months after the designation"),
}
"""Values that must be less than another one: what they are."""
NOT_EMPTY = ("covers", "survey.team", "tiers.caps", "tiers.steps", "eligibility.registries", "pledges.asked")
_AMOUNT, _MONTH_DAY = re.compile(r"\d{1,9}(\.\d{2})?"), re.compile(r"\d{2}-\d{2}")

Found = Iterator[tuple[str, str, str]]


def senseless(values: Mapping[str, Any]) -> Found:
    """Yield field, what was found and what is expected, for each value that makes no sense."""
    for name, (value, unit) in _values_in(values).items():
        field = f"{name}.value"
        many = value if isinstance(value, list) else [value]
        yield from _numbers(field, many, unit)
        yield from _lists(name, field, value, unit)
        yield from _texts(name, field, many, unit)
        if limit := LIMITED_BY.get(name):
            yield from _limited(field, many, _values_in(values).get(limit[0], (None, ""))[0], *limit)
    earliest, latest = (_values_in(values).get(f"appeal.result_{end}", (None, ""))[0] for end in ("earliest", "latest"))
    if isinstance(earliest, int) and isinstance(latest, int) and earliest > latest:
        yield "appeal.result_earliest.value", str(earliest), f"no more than appeal.result_latest, {latest}"


def _values_in(values: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """Return value and unit of each table that has a value, by its dotted name; what is not known may be anything."""
    found = {}
    for name, part in values.items():
        for key, one in {"": part, **part}.items() if isinstance(part, dict) and name != "sources" else ():
            if isinstance(one, dict) and "value" in one and one.get("certainty") != "unknown":
                found[f"{name}.{key}" if key else name] = (one["value"], str(one.get("unit", "")))
    return found


def _numbers(field: str, many: list[Any], unit: str) -> Found:
    longest = LONGEST.get(unit.partition(" ")[0])
    for value in many:
        if isinstance(value, bool) or not isinstance(value, int):
            continue
        if value < 0:
            yield field, str(value), "a number from 0 on"
        elif longest is not None and value > longest:
            yield field, str(value), f"{longest} {unit.partition(' ')[0]} at most"


def _lists(name: str, field: str, value: Any, unit: str) -> Found:
    if not isinstance(value, list):
        return
    if not value and name in NOT_EMPTY:
        yield field, "an empty list", "one entry at least"
    twice = sorted({str(one) for one in value if value.count(one) > 1})
    if twice and not unit.startswith("USD"):  # two fees may be the same
        yield field, f"{', '.join(twice)} more than once", "each entry once"


def _texts(name: str, field: str, many: list[Any], unit: str) -> Found:
    texts = [one for one in many if isinstance(one, str)]
    known = _KNOWN.get(name)
    if known:
        allowed, what = known
        for one in texts:
            if one not in allowed():
                yield field, f'"{one}"', _near(one, allowed(), what)
    if unit.startswith("USD"):
        for one in texts:
            if not _AMOUNT.fullmatch(one):
                yield field, f'"{one}"', 'an amount in US dollars such as "300.00"'
    if name in ("pledges.asked", "pledges.attention"):
        for one in texts:
            if not _is_month_day(one):
                yield field, f'"{one}"', 'a month and a day, as "12-01"'


def _near(word: str, allowed: Iterable[str], what: str) -> str:
    near = get_close_matches(word, allowed, n=1)
    return f"{near[0]} (is that meant?)" if near else what


def _is_month_day(text: str) -> bool:
    if not _MONTH_DAY.fullmatch(text):
        return False
    try:
        date(2001, int(text[:2]), int(text[3:]))  # no leap year: 29 February does not come every year
    except ValueError:
        return False
    return True


def _limited(field: str, many: list[Any], limit: Any, by: str, what: str) -> Found:
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
        return
    for value in many:
        if isinstance(value, int) and not isinstance(value, bool) and value >= limit:
            yield field, str(value), f"{what}: less than {by}, {limit}"


def _modalities() -> frozenset[str]:
    return frozenset(modality.value for modality in Modality)


def _roles() -> frozenset[str]:
    return frozenset(role.value for role in SurveyRole)


def _with_documents() -> frozenset[str]:
    return frozenset(model.NAME for model in Message.__subclasses__() if "documents" in model.model_fields)


MODALITIES = f"a modality: {', '.join(modality.value for modality in Modality)}"
_KNOWN: dict[str, tuple[Callable[[], frozenset[str]], str]] = {
    "time_zone": (zone_names, "the name of a time zone, for example America/New_York"),
    "covers": (_modalities, MODALITIES),
    "facility_based": (_modalities, MODALITIES),
    "withdrawal.all_patient_types": (_modalities, MODALITIES),
    "survey.team": (_roles, "a role on a survey's team, for example radiologist"),
    "documents.screened": (
        _with_documents,
        "a message that brings documents, for example submit_corrective_action_plan",
    ),
}
"""Values that are words of this program: which there are, and what they are."""
