"""What is judged of a message where it comes in: size, texts, dates; never of one that is read back from a history."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ValidationError

from policy.application import AccreditationApplication
from policy.bounds import INCOMING, LARGEST
from policy.dates import exists
from policy.designation.application import DicoeApplication
from policy.incoming import judge_incoming
from policy.messages import ExtendDueDate, IssueFinalReport, Message
from policy.verdict import Refused
from tests.applications import sample
from tests.policy.spoken import FIELDS, FINDING, KINDS, data_of, message_of

NEW_YORK = ZoneInfo("America/New_York")
FOREVER = "x" * 100_000


def refused(message: Message) -> str:
    """Return the rule by which a message is turned away, empty where it may come in."""
    try:
        judge_incoming(message, NEW_YORK)
    except Refused as refusal:
        return refusal.rule
    return ""


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_sample_of_every_message_comes_in(name: str) -> None:
    assert refused(message_of(name)) == ""


def texts_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the places of all texts and lists in JSON values."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    own = [path] if isinstance(value, str | list) else []
    return [*own, *(place for name, part in inner for place in texts_of(part, (*path, name)))]


def with_more(data: Any, path: tuple[str | int, ...]) -> Any:
    """Return JSON values with the text or list at a place made too long."""
    if not path:
        return data * 2000 if isinstance(data, list) else FOREVER
    changed: Any = dict(data) if isinstance(data, dict) else list(data)
    changed[path[0]] = with_more(data[path[0]], path[1:])
    return changed


EVERYWHERE = [(name, path) for name in sorted(FIELDS) for path in texts_of(data_of(name))]


@pytest.mark.parametrize(("name", "path"), EVERYWHERE, ids=[f"{n}.{'.'.join(map(str, p))}" for n, p in EVERYWHERE])
def test_every_text_and_every_list_of_every_message_has_a_bound(name: str, path: tuple[str | int, ...]) -> None:
    data = with_more(data_of(name), path)
    try:
        message = KINDS[name].model_validate(data)
    except ValidationError:
        return  # bounded by its own shape, for histories as well
    assert refused(message) == "message.too_large"


@pytest.mark.parametrize("kind", [AccreditationApplication, DicoeApplication])
def test_every_text_and_every_list_of_an_application_has_a_bound(kind: type[BaseModel]) -> None:
    data = sample("ct-unit" if kind is AccreditationApplication else "dicoe-three-locations")
    kind.model_validate(data, context=INCOMING)
    for path in texts_of(data):
        with pytest.raises(ValidationError):
            kind.model_validate(with_more(data, path), context=INCOMING)


def test_a_message_is_bounded_as_a_whole() -> None:
    findings = [FINDING | {"area": f"a-{n}", "comments": "x" * 4000} for n in range(LARGEST // 4000 + 1)]
    assert refused(message_of("issue_final_report", findings=findings)) == "message.too_large"
    assert refused(message_of("issue_final_report", findings=findings[:100])) == ""


def test_what_a_history_holds_is_read_back_however_long_it_is() -> None:
    data = data_of("issue_final_report", findings=[FINDING | {"comments": FOREVER}])
    kept = IssueFinalReport.model_validate(data)
    assert IssueFinalReport.model_validate_json(kept.model_dump_json()) == kept
    application = sample("ct-unit")
    application["facility"]["name"] = f"{FOREVER}\n{FOREVER}"
    assert AccreditationApplication.model_validate(application).model_dump(mode="json") == application


@pytest.mark.parametrize(
    ("until", "rule"),
    [
        ("2027-03-14T01:59:59", ""),
        ("2027-03-14T02:00:00", "message.no_such_time"),
        ("2027-03-14T02:59:59", "message.no_such_time"),
        ("2027-03-14T03:00:00", ""),
        ("2027-03-14T02:30:00-05:00", ""),
        ("2027-03-14", ""),
        ("2027-11-07T01:30:00", ""),
    ],
)
def test_a_local_time_that_the_clocks_leave_out_is_refused_and_one_that_they_show_twice_is_not(
    until: str, rule: str
) -> None:
    assert refused(message_of("extend_due_date", until=until)) == rule
    assert exists(date(2027, 3, 14), NEW_YORK)


@pytest.mark.parametrize(
    ("until", "rule"), [("1999-12-31", "message.date_out_of_range"), ("2000-01-01", ""), ("2000-01-01T00:00Z", "")]
)
def test_a_date_before_2000_is_refused_as_a_date(until: str, rule: str) -> None:
    assert refused(message_of("extend_due_date", until=until)) == rule


def test_whoever_names_a_time_that_does_not_exist_hears_which_one_does() -> None:
    message = message_of("extend_due_date", until="2027-03-14T02:30:00")
    assert isinstance(message, ExtendDueDate)
    with pytest.raises(Refused) as refusal:
        judge_incoming(message, NEW_YORK)
    assert "until: the clocks of America/New_York never show 2027-03-14 02:30" in refusal.value.reason
    assert refusal.value.instead == ("Say 2027-03-14T03:30, or name the offset.",)


def all_fields(model: type[BaseModel], seen: set[type[BaseModel]]) -> list[str]:
    """Return the fields of a model and of all that it is made of that have no description."""
    if model in seen:
        return []
    seen.add(model)
    schema = model.model_json_schema()
    parts = {model.__name__: schema, **schema.get("$defs", {})}
    return [
        f"{name}.{field}"
        for name, part in parts.items()
        for field, node in part.get("properties", {}).items()
        if len(node.get("description", "")) < 5
    ]


@pytest.mark.parametrize("model", [*Message.__subclasses__(), AccreditationApplication, DicoeApplication])
def test_every_field_says_what_it_means(model: type[BaseModel]) -> None:
    assert all_fields(model, set()) == []
