"""The lines of a timeline: one form of dates, one set of columns, plain words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from policy.status import EntryView, MarkView
from starter.cases.timeline import ahead_lines, entry_lines, line, local_due, who_width

ZONE = ZoneInfo("America/New_York")
MIDNIGHT = datetime(2028, 5, 2, 4, tzinfo=UTC)
MORNING = datetime(2028, 5, 1, 13, tzinfo=UTC)


def entry(by: str) -> EntryView:
    return EntryView(at=MORNING, kind="message", by=by, text="view final report")


@pytest.mark.parametrize(
    ("at", "label", "told"),
    [
        (MIDNIGHT, "Appeal due 2028-05-01 (appeal.past_due)", "2028-05-01 24:00  Appeal due (appeal.past_due)"),
        (MIDNIGHT, "Certificate until 2028-05-01 (case.expired)", "2028-05-01 24:00  Certificate (case.expired)"),
        (MIDNIGHT, "Mid cycle on 2028-05-02 (a.b)", "2028-05-02 00:00  Mid cycle (a.b)"),
        (MORNING, "Reminder of option form on 2028-05-01 (a.b)", "2028-05-01 09:00  Reminder of option form (a.b)"),
        (MORNING, "Await fee until 2028-05-01 (a.b)", "2028-05-01 09:00  Still awaited: fee (a.b)"),
        (MORNING, "Something of another version", "2028-05-01 09:00  Something of another version"),
    ],
)  # fmt: skip
def test_what_lies_ahead_has_its_date_once(at: datetime, label: str, told: str) -> None:
    assert ahead_lines([MarkView(at=at, label=label)], ZONE) == [told]


def test_midnight_belongs_to_the_day_that_it_ends() -> None:
    assert local_due(MIDNIGHT, ZONE) == "2028-05-01 24:00"
    assert local_due(MORNING, ZONE) == "2028-05-01 09:00"


def test_people_read_the_office_and_roles_in_words_and_the_columns_hold() -> None:
    told = entry_lines([entry("acr"), entry("supervising_physician")], ZONE, designation=False)
    assert told == [
        "2028-05-01 09:00  message    office                 Report viewed",
        "2028-05-01 09:00  message    supervising physician  Report viewed",
    ]


def test_what_lies_ahead_stands_under_what_was() -> None:
    entries = [entry("facility")]
    (was,) = entry_lines(entries, ZONE, designation=False)
    ahead = line("2028-05-01 24:00", "ahead", "", "Appeal due", who_width(entries))
    assert ahead.index("Appeal due") == was.index("Report viewed")


def test_who_acted_is_the_person_where_the_entry_names_one() -> None:
    named = EntryView(
        at=MORNING,
        kind="message",
        by="acr",
        text="view final report",
        detail={"message": {"by": {"name": "Sample Officer", "role": "acr"}}},
    )
    unnamed = EntryView(
        at=MORNING, kind="message", by="acr", text="view final report", detail={"message": {"by": None}}
    )
    assert entry_lines([named, unnamed, entry("acr")], ZONE, designation=False) == [
        "2028-05-01 09:00  message    Sample Officer  Report viewed",
        "2028-05-01 09:00  message    office          Report viewed",
        "2028-05-01 09:00  message    office          Report viewed",
    ]


def test_who_spoke_is_named_and_not_who_entered_it_and_who_was_refused_is_named_too() -> None:
    spoken = {"person": "Sample Administrator", "entered_by": "Sample Officer"}
    by = {"by": {"name": "Sample Officer", "role": "acr"}, "on_behalf_of": {"name": "Sample Administrator"}}
    told = [
        EntryView(at=MORNING, kind="message", by="facility", text="withdraw case", detail={"message": by, **spoken}),
        EntryView(at=MORNING, kind="refusal", by="facility", text="No.", detail={"message": "withdraw_case", **spoken}),
    ]
    for told_of, kind in zip(entry_lines(told, ZONE, designation=False), ("message", "refusal"), strict=True):
        assert told_of.startswith(f"2028-05-01 09:00  {kind}    Sample Administrator  ")


def test_a_name_of_wide_characters_keeps_the_columns() -> None:
    wide = EntryView(
        at=MORNING,
        kind="message",
        by="acr",
        text="view final report",
        detail={"message": {"by": {"name": "\u6771\u4eac\u592a\u90ce", "role": "acr"}}},
    )
    (told, below) = entry_lines([wide, entry("facility")], ZONE, designation=False)
    assert told.index("Report viewed") + 4 == below.index("Report viewed")
