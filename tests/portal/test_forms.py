"""A form for every message: it asks what the message's model knows, and what is filled in is read back the same."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from policy.messages import Message, Role
from portal.forms.entries import UNASKED, Entry, Kind, entries_of, envelope_of, with_choices
from portal.forms.typed import Typed, filled, rows_in, typed_of, values_of
from services.message_fields import schema_of
from tests.policy.spoken import DOCUMENT, FIELDS, KINDS, data_of, message_of

ET = ZoneInfo("America/New_York")
SAID_BESIDE = {
    "received_at": "2027-03-01T10:30:00-05:00",
    "on_behalf_of": {"name": "Ann Sample", "role": "administrator"},
    "reason": "Came by post.",
}


def all_entries(model: type[Message]) -> tuple[Entry, ...]:
    return (*entries_of(model), *envelope_of(model))


def documents_in(entries: tuple[Entry, ...], data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The documents of a sample, as an upload would give them."""
    named = [entry.key for entry in entries if entry.kind is Kind.DOCUMENTS and data.get(entry.key)]
    return {name: [DOCUMENT] for name in named}


@pytest.mark.parametrize("name", KINDS)
def test_a_message_that_is_filled_into_its_form_is_read_back_the_same(name: str) -> None:
    """Over all messages, with something in every field."""
    model = KINDS[name]
    data = data_of(name, **(SAID_BESIDE | {key: FIELDS[name][key] for key in FIELDS[name]}))
    entries = all_entries(model)
    typed = typed_of(entries, filled(entries, data, ET))
    read = values_of(entries, typed, ET, documents_in(entries, data))
    again = model.model_validate({"message_id": "m-1", "by": data["by"], **read})
    asked = {key: value for key, value in data.items() if key not in UNASKED}
    unasked = {key: model.model_fields[key].get_default() for key in UNASKED & set(FIELDS[name])}
    assert again == message_of(name, **asked, **unasked)


@pytest.mark.parametrize("name", KINDS)
def test_a_form_asks_everything_but_what_is_known(name: str) -> None:
    """Who speaks, the message's id and the proof are never asked."""
    asked = {entry.key for entry in all_entries(KINDS[name])}
    assert asked == set(schema_of(KINDS[name])["properties"]) - UNASKED


@pytest.mark.parametrize("name", KINDS)
def test_every_field_has_a_label_and_help_from_the_model(name: str) -> None:
    """What a field means stands in one place: its description."""
    for entry in all_entries(KINDS[name]):
        assert entry.label, entry
        assert entry.help, entry


def test_an_empty_form_says_nothing() -> None:
    """What is left empty is left out, so that the message's own defaults hold."""
    for model in KINDS.values():
        entries = all_entries(model)
        raw = {entry.key: [""] for entry in entries}
        assert values_of(entries, typed_of(entries, raw), ET) == {}


def test_rows_in_which_nothing_stands_are_left_out_and_the_others_are_numbered_anew() -> None:
    """So a fault of the second finding stands beside the second row that is shown."""
    entries = entries_of(KINDS["file_survey_report"])
    raw: Typed = {
        "travel_expenses.0.description": [""],
        "travel_expenses.0.amount": [" "],
        "travel_expenses.3.description": ["Flights"],
        "travel_expenses.3.amount": ["$1,812.50"],
    }
    typed = typed_of(entries, raw)
    assert rows_in("travel_expenses", typed) == 1
    read = values_of(entries, typed, ET)
    assert read == {"travel_expenses": [{"description": "Flights", "amount": "1812.50"}]}


def test_a_finding_that_is_neither_yes_nor_no_is_no_finding() -> None:
    """Nobody is found not acceptable by a box that was forgotten."""
    entries = entries_of(KINDS["issue_final_report"])
    read = values_of(entries, typed_of(entries, {"findings.0.area": ["chest"]}), ET)
    assert read == {"findings": [{"area": "chest"}]}
    answers = {entry.key: entry.kind for entry in entries[1].row.parts}
    assert answers["acceptable"] is Kind.YES_NO


@pytest.mark.parametrize(
    ("day", "clock", "read"),
    [
        ("2028-05-01", "", "2028-05-01"),
        ("2028-05-01", "10:30", "2028-05-01T10:30:00-04:00"),
        ("2028-01-05", "10:30", "2028-01-05T10:30:00-05:00"),
        ("2028-03-12", "02:30", "2028-03-12T02:30"),  # the clocks are put forward over it: the message says so
        ("tomorrow", "", "tomorrow"),
        ("", "10:30", "10:30"),
    ],
)
def test_times_are_the_offices(day: str, clock: str, read: str) -> None:
    """A date is a date; with a time it is an instant on the office's clock; what is neither is left to the message."""
    entries = entries_of(KINDS["extend_due_date"])
    values = values_of(entries, typed_of(entries, {"until": [day], "until.time": [clock]}), ET)
    assert values == {"until": read}


def test_what_a_case_knows_becomes_a_choice() -> None:
    """Areas are chosen, not typed; a list of them is several boxes."""
    areas = (("chest", "Chest, adult"), ("head", "Head, adult"))
    choices = {"findings.area": areas, "areas_withdrawn": areas}
    findings = with_choices(entries_of(KINDS["issue_final_report"])[1], choices)
    assert (findings.row.parts[0].kind, findings.row.parts[0].options) == (Kind.CHOICE, areas)
    option = {entry.key: with_choices(entry, choices) for entry in entries_of(KINDS["choose_option"])}
    assert option["areas_withdrawn"].kind is Kind.SEVERAL
    raw = {"areas_withdrawn": ["head", "chest"]}
    assert values_of([option["areas_withdrawn"]], typed_of([option["areas_withdrawn"]], raw), ET) == raw


def test_roles_are_in_words() -> None:
    """What a choice is called is what people call it."""
    team = entries_of(KINDS["schedule_survey"])[0]
    said = dict(team.row.parts[1].options)
    assert said["acr_staff_technologist"] == "Staff technologist of the office"
    somebody = next(entry for entry in envelope_of(KINDS["withdraw_case"]) if entry.key == "on_behalf_of")
    assert dict(somebody.parts[1].options)[Role.MEDICAL_PHYSICIST.value] == "Medical physicist"
