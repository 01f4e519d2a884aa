"""A form as a page shows it: what it asks, what stands in it, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from policy.messages import FACILITY_ROLES, Message
from policy.verdict import Verdict
from portal.forms.documents import Documents, documents_of
from portal.forms.entries import Entry, Kind, entries_of, envelope_of, with_choices
from portal.forms.hints import Hints
from portal.forms.typed import Typed, filled, rows_in, typed_of, values_of
from portal.visit import Visit
from services.errors import Unusable

DO = "do"
"""The name of a form's buttons: what they do."""
ADD = "add:"
"""In front of the name of the rows that one more is added to."""


@dataclass(frozen=True)
class Form:
    """A form of a message.

    Attributes:
        model: Which message.
        entries: Its own fields.
        envelope: What the office may say beside; empty for a facility.
        typed: What stands in it.
        faults: By the name of a field, what is wrong with it.
        refused: The verdict of a case that refused it.
        extra: Rows that have one more than is filled in.
        documents: What was handed in with it.
    """

    model: type[Message]
    entries: tuple[Entry, ...]
    envelope: tuple[Entry, ...]
    typed: Typed
    faults: Mapping[str, str] = field(default_factory=dict)
    refused: Verdict | None = None
    extra: str = ""
    documents: Documents = field(default_factory=Documents)

    @property
    def all_entries(self) -> tuple[Entry, ...]:
        """Everything that it asks."""
        return (*self.entries, *self.envelope)

    def one(self, name: str) -> str:
        """Return what stands in a field; empty where nothing does."""
        return next(iter(self.typed.get(name, ())), "")

    def several(self, name: str) -> Sequence[str]:
        """Return what is chosen of several."""
        return self.typed.get(name, ())

    def rows(self, entry: Entry, name: str) -> range:
        """Return the numbers of the rows that are shown: one at least, and one more where it was asked for."""
        shown = rows_in(name, self.typed)
        return range(max(shown + (self.extra == name), 1))

    def beside_is_open(self) -> bool:
        """Whether something stands in what the office may say beside, or is wrong with it."""
        names = [entry.key for entry in self.envelope]
        return any(key.partition(".")[0] in names for key in (*self.typed, *self.faults))

    @property
    def other_faults(self) -> Mapping[str, str]:
        """What is wrong and has no field of its own."""
        keys = {entry.key for entry in self.all_entries}
        return {name: text for name, text in self.faults.items() if name.partition(".")[0] not in keys}

    def values(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return what it says, as the fields of the message."""
        return values_of(self.all_entries, self.typed, zone, self.documents.given())

    def with_faults(self, unusable: Unusable) -> "Form":
        """Return the form with what is wrong beside its fields."""
        return replace(self, faults=faults_of(unusable))

    def with_refusal(self, verdict: Verdict) -> "Form":
        """Return the form with the rule that speaks against it."""
        return replace(self, refused=verdict)


def empty_form(model: type[Message], hints: Hints, zone: ZoneInfo, *, office: bool) -> Form:
    """Return the form of a message with what is known filled in. `office`: it may be dated back, or for somebody."""
    form = _bare(model, hints, office=office)
    return replace(form, typed=filled(form.all_entries, hints.values, zone))


def posted_form(visit: Visit, model: type[Message], hints: Hints, *, office: bool) -> Form:
    """Return the form of a message with everything that was typed."""
    form = _bare(model, hints, office=office)
    raw = {name: visit.texts(name) for name in visit.form}
    pressed = visit.text(DO)
    extra = pressed.removeprefix(ADD) if pressed.startswith(ADD) else ""
    return replace(form, typed=typed_of(form.all_entries, raw), extra=extra)


async def with_documents(visit: Visit, form: Form) -> Form:
    """Return a posted form with its documents; one that cannot be taken is a fault of its field."""
    documents = await documents_of(visit, form.model, form.all_entries)
    return replace(form, documents=documents, faults={**form.faults, **documents.taken.faults})


def _bare(model: type[Message], hints: Hints, *, office: bool) -> Form:
    entries = tuple(hints.shapes.get(entry.key) or with_choices(entry, hints.choices) for entry in entries_of(model))
    beside = envelope_of(model) if office else ()
    if not model.SENDERS & FACILITY_ROLES:
        beside = tuple(entry for entry in beside if entry.key != "on_behalf_of")
    return Form(model, entries, beside, {})


def faults_of(unusable: Unusable) -> dict[str, str]:
    """Return what is wrong with a form, by the name of the field."""
    return {one.field: f"Found {one.found}; expected {one.expected}." for one in unusable.troubles}


def is_of_kind(entry: Entry, name: str) -> bool:
    """Whether a field is answered in a way, for templates."""
    return entry.kind is Kind(name)
