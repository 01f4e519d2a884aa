"""What is judged of a message where it comes in: size, texts, dates; never of one that is read back from a history."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ValidationError

from policy.application import AccreditationApplication
from policy.bounds import INCOMING, LARGEST, LARGEST_KEPT
from policy.dates import exists
from policy.designation.application import DicoeApplication
from policy.incoming import judge_incoming, judge_opening
from policy.messages import AmendApplication, ExtendDueDate, IssueFinalReport, Message
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
    assert refused(message_of("issue_final_report", findings=findings[: LARGEST // 4100])) == ""


def test_what_a_history_holds_is_judged_again_by_the_bound_that_it_came_in_by() -> None:
    findings = [FINDING | {"area": f"a-{n}", "comments": "x" * 4000} for n in range(LARGEST_KEPT // 4200)]
    kept = message_of("issue_final_report", findings=findings)
    judge_incoming(kept, NEW_YORK, largest=LARGEST_KEPT)
    assert refused(kept) == "message.too_large"


INSTANTS = ("date", "date-time")
"""Formats whose years are bounded by the type: see the test of dates."""
SHORT = ("const", "enum", "$ref")


def unbounded(node: Any, parts: dict[str, Any], place: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the places of texts, lists and numbers in a schema that say no bound."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from unbounded(parts[name], parts, place, seen | {name})
        return
    ways = () if node.get("anyOf") == DOLLARS else (*node.get("anyOf", ()), *node.get("oneOf", ()))
    for way in ways:
        yield from unbounded(way, parts, place, seen)
    match node.get("type"):
        case "string" if not {"maxLength", "const", "enum"} & set(node) and node.get("format") not in INSTANTS:
            if node.get("pattern") not in BY_PATTERN:
                yield f"{place}: a text"
        case "array":
            if "maxItems" not in node:
                yield f"{place}: a list"
            yield from unbounded(node.get("items", {}), parts, f"{place}[]", seen)
        case "integer" | "number":
            if not ({"maximum", "exclusiveMaximum"} & set(node) and {"minimum", "exclusiveMinimum"} & set(node)):
                yield f"{place}: a number"
        case "object":
            for name, inner in node.get("properties", {}).items():
                yield from unbounded(inner, parts, f"{place}.{name}", seen)


BY_PATTERN = {r"^[0-9a-fA-F]{64}$", r"^\d{1,9}(\.\d{2})?$"}
"""Patterns that bound a text by themselves: a digest, an amount."""
DOLLARS = [{"type": "number"}, {"type": "string"}]
"""A sum of money, whose digits are counted by the type: see the test of amounts."""


@pytest.mark.parametrize("model", [*Message.__subclasses__(), AccreditationApplication, DicoeApplication])
def test_no_text_list_or_number_of_any_model_is_without_a_bound(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    assert sorted(set(unbounded(schema, schema.get("$defs", {}), model.__name__))) == []


def test_the_walk_finds_what_has_no_bound() -> None:
    class Loose(BaseModel):
        text: str
        several: list[int]

    assert list(unbounded(Loose.model_json_schema(), {}, "Loose")) == [
        "Loose.text: a text",
        "Loose.several: a list",
        "Loose.several[]: a number",
    ]


@pytest.mark.parametrize("amount", ["1000000000.00", "0.001", "1e400", "1" * 50, "NaN", "Infinity", "-1.00", "0"])
def test_an_amount_has_a_bound_and_is_more_than_nothing(amount: str) -> None:
    for name in ("record_payment", "issue_credit_note", "record_refund", "write_off", "quote_fee"):
        with pytest.raises(ValidationError):
            message_of(name, amount=amount)
    with pytest.raises(ValidationError):
        message_of("file_survey_report", travel_expenses=[{"description": "Taxi", "amount": amount}])


def dated() -> list[tuple[str, str]]:
    """Return every field of every message that holds a date."""
    return [
        (kind.NAME, name)
        for kind in Message.__subclasses__()
        for name, node in kind.model_json_schema()["properties"].items()
        if any(way.get("format") in INSTANTS for way in node.get("anyOf", [node]))
    ]


@pytest.mark.parametrize(("message", "field"), dated(), ids=[f"{m}.{f}" for m, f in dated()])
def test_every_date_of_every_message_lies_in_years_that_make_sense(message: str, field: str) -> None:
    for year in ("0001", "1989", "2201", "9999"):
        with pytest.raises(ValidationError):
            KINDS[message].model_validate(data_of(message, **{field: f"{year}-06-01"}))
    assert refused(message_of(message, **{field: "1999-06-01"})) == "message.date_out_of_range"


@pytest.mark.parametrize("many", [10**16, -(10**16), 1e300, float("inf"), float("nan")])
def test_a_number_in_an_object_of_another_shape_has_a_bound(many: float) -> None:
    with pytest.raises(ValidationError, match="a number of at most"):
        AmendApplication.model_validate(data_of("amend_application", changes={"x": [many]}), context=INCOMING)


NOW = datetime(2027, 6, 1, tzinfo=UTC)
CT = AccreditationApplication.model_validate(sample("ct-unit"))


def test_what_a_case_is_opened_with_is_bounded_by_whatever_client_it_comes() -> None:
    judge_opening(CT, opened_at=None, now=NOW)
    judge_opening(
        CT, opened_at=NOW, now=NOW, position=3, siblings=["accreditation.A.ct.B.1"], predecessor="dicoe.A.OH.1"
    )
    wrong: list[tuple[str, Any]] = [
        ("message.date_out_of_range", {"opened_at": NOW.replace(year=2048)}),
        ("message.date_out_of_range", {"opened_at": NOW.replace(year=1999)}),
        ("message.too_large", {"position": 10**9}),
        ("message.too_large", {"position": 0}),
        ("message.too_large", {"siblings": ["accreditation.A.ct.B.1"] * 101}),
        ("application.incomplete", {"siblings": ["../../etc"]}),
        ("application.incomplete", {"predecessor": "x" * 1000}),
        ("application.incomplete", {"predecessor": f"accreditation.{'x' * 1000}.ct.B.1"}),
    ]
    for rule, given in wrong:
        with pytest.raises(Refused) as refusal:
            judge_opening(CT, **{"opened_at": None, "now": NOW, **given})
        assert refusal.value.rule == rule


def test_an_application_is_bounded_as_a_whole_and_in_its_fields() -> None:
    long_name = sample("ct-unit")
    long_name["facility"]["name"] = "x" * 501
    many = sample("ct-unit")
    unit = many["units"][0] | {"manufacturer": "x" * 500, "model": "x" * 500}
    many["units"] = [unit | {"id": f"u-{n}"} for n in range(100)]
    for data in (long_name, many):
        with pytest.raises(Refused) as refusal:
            judge_opening(AccreditationApplication.model_validate(data), opened_at=None, now=NOW)
        assert refusal.value.rule == "message.too_large"


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
