"""What histories keep may gain a field with a default; what is taken away, renamed, demanded or narrowed is told."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from tools import schemas
from tools.schemas import Change, changes, kept, shape_of, shapes


class Exam(BaseModel):
    """A part of what is kept."""

    area: str
    subject: str | None = None


class Package(BaseModel):
    """What is kept."""

    medium: Literal["upload", "cd"]
    exams: list[Exam] = []
    name: str = Field(default="", max_length=40)
    days: int | None = None
    by_area: dict[str, Exam] = {}


class Subjectless(BaseModel):
    """An exam whose subject is gone."""

    area: str


def told(now: type[BaseModel]) -> list[str]:
    """Return what breaks where a package's shape becomes another."""
    found = changes({"facts": {"Package": shape_of(Package)}}, {"facts": {"Package": shape_of(now)}})
    return [str(one) for one in found if one.breaks]


def test_what_histories_keep_is_as_it_is_written_down() -> None:
    """After a change that breaks nothing, `python -m tools.schemas` writes it down; the diff is what one reviews."""
    found = changes(kept(), shapes())
    assert [str(one) for one in found if one.breaks] == []
    assert kept() == shapes(), f"run `python -m tools.schemas`: {', '.join(map(str, found))}"


def test_a_field_with_a_default_may_come_and_a_bound_may_widen() -> None:
    class Later(Package):
        name: str = Field(default="", max_length=80)
        medium: Literal["upload", "cd", "film"]  # type: ignore[assignment]
        note: str = ""

    assert told(Later) == []
    assert changes({"facts": {"Package": shape_of(Package)}}, {"facts": {"Package": shape_of(Later)}}) != []


class Renamed(BaseModel):
    """A package whose medium has another name."""

    channel: Literal["upload", "cd"] = "upload"
    exams: list[Exam] = []
    name: str = Field(default="", max_length=40)
    days: int | None = None
    by_area: dict[str, Exam] = {}


class Demanding(Package):
    """A package that demands what older ones lack."""

    performed_on: str


class Narrower(Package):
    """A package that takes less than before."""

    medium: Literal["upload"]
    name: str = Field(default="", max_length=20)
    days: int | None = Field(default=None, ge=1)


class OtherDefault(Package):
    """A package whose left-out name would be another one."""

    name: str = Field(default="unknown", max_length=40)


class NoDefault(Package):
    """A package that may be without its name no more."""

    name: str = Field(max_length=40)


class OtherParts(Package):
    """A package whose exams lack their subject, in a list and under a key."""

    exams: list[Subjectless] = []  # type: ignore[assignment]
    by_area: dict[str, Subjectless] = {}  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (Renamed, ["Package.medium: is gone, or has another name: histories hold it"]),
        (Demanding, ["Package.performed_on: is new and has no default: histories lack it"]),
        (
            Narrower,
            [
                "Package.days: has minimum 1, before none",
                "Package.medium: does not take 'cd' any more",
                "Package.name: has maxLength 20, before 40",
            ],
        ),
        (OtherDefault, ["Package.name: has 'unknown' as its default, not '': histories leave defaults out"]),
        (NoDefault, ["Package.name: has no default any more: histories may lack it"]),
        (OtherParts, ["Subjectless.subject: is gone, or has another name: histories hold it"]),
    ],
)
def test_what_would_break_an_old_history_is_told(now: type[BaseModel], words: list[str]) -> None:
    assert sorted(told(now)) == words


class Told(BaseModel):
    """A message as it was at first."""

    text: str = ""


class Careless(Told):
    """It has a field that came later and counts from the first day on."""

    urgent: bool = False


class Careful(Told):
    """It has a field that came later and is left out while nobody uses it."""

    urgent: bool = Field(default=False, exclude_if=lambda value: not value)


def test_a_field_of_a_message_that_comes_later_counts_in_its_digest_only_when_it_is_used() -> None:
    before, *now = ({"messages": {"Told": shape_of(kind, is_message=True)}} for kind in (Told, Told, Careful, Careless))
    same, careful, careless = ([str(one) for one in changes(before, shape) if one.breaks] for shape in now)
    assert (same, careful) == ([], [])
    (told,) = careless
    assert told.startswith("Told.urgent: counts in the digest while it has its default: leave it out then")
    assert Careful().model_dump() == Told().model_dump()


def test_a_model_that_is_gone_is_told() -> None:
    assert [str(one) for one in changes({"facts": {"Package": {}}}, {})] == ["Package: is gone: histories hold it"]


def test_nothing_is_written_down_where_something_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "FOLDER", tmp_path)
    monkeypatch.setattr(schemas, "shapes", lambda: {"facts": {"Package": shape_of(Package)}})
    assert schemas.write() == []
    written = (tmp_path / "facts.json").read_text("utf-8")
    monkeypatch.setattr(schemas, "shapes", lambda: {"facts": {"Package": shape_of(Renamed)}})
    assert [type(one) for one in schemas.write() if one.breaks] == [Change]
    assert (tmp_path / "facts.json").read_text("utf-8") == written
