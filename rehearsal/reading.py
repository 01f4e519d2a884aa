"""Reads a scenario's file strictly, and says everything that is wrong with it at once.

A mistake in a scenario must never look like a verdict of the case, so whatever can be checked before the life begins is
checked here: names, types, the application, and the shape of every message.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from intake.applications import application_of, read_json
from policy.application import AccreditationApplication
from policy.messages import Message
from policy.verdict import Refused
from rehearsal.scenario import FIELDS as EXTERNAL
from rehearsal.scenario import Event, EventForm, ExternalEvent, Scenario, ScenarioForm, read_external_event
from services import composition
from services.errors import InputFault, Unusable
from services.input.files import SETTINGS_LIMIT, read_text, toml_values
from services.programs import Application
from services.validation import input_faults

A_TRIAL = datetime(2030, 1, 1, 14, tzinfo=UTC)
"""When a case opens of which only the shape of its messages is asked."""
NEXT_STEP = "`accredit schema scenario` prints what a scenario may hold, `accredit schema MESSAGE` what a message."


def read_scenarios(files: Sequence[Path]) -> list[Scenario]:
    """Read scenarios.

    Raises:
        Unusable: Any of them cannot be read; names every trouble of every file.
    """
    scenarios: list[Scenario] = []
    troubles: list[InputFault] = []
    for file in files:
        try:
            scenarios.append(read_scenario(file))
        except Unusable as unusable:
            troubles += unusable.troubles
    if troubles:
        raise Unusable(troubles, next_step=NEXT_STEP)
    return scenarios


def read_scenario(file: Path) -> Scenario:
    """Read a scenario. Raises as `read_scenarios` does."""
    data = _read_toml(file)
    troubles: list[InputFault] = []
    try:
        form = ScenarioForm.model_validate(data)
    except ValidationError as error:
        found = input_faults(error, ScenarioForm, str(file))
        troubles += [trouble._replace(field=_place(trouble.field)) for trouble in found]
        form = _readable_part(data)
    application = _read_application(form.application, file, troubles) if form.application else None
    office = file.parent / form.office if form.office else None
    if office and not office.is_file():
        troubles.append(
            InputFault(str(file), "office", f"no file {office}", "office settings, relative to the scenario")
        )
    events = [
        event
        for number, written in enumerate(form.event, 1)
        if written.send and (event := _read_event(number, written, file, application, troubles))
    ]
    if troubles or application is None:
        raise Unusable(troubles, next_step=NEXT_STEP)
    in_order = tuple(sorted(events, key=lambda event: event.day))
    return Scenario(file, form.title, application, office, form.opens, form.until_day, in_order, form.edition)


def _read_toml(file: Path) -> dict[str, Any]:
    text = read_text(file, SETTINGS_LIMIT, "a scenario in TOML", next_step=NEXT_STEP)
    return toml_values(text, str(file), "a scenario in TOML (UTF-8)", next_step=NEXT_STEP)


def _place(field: str) -> str:
    """Say where in the file a field stands; events are counted from 1, as people do."""
    first, _, rest = field.partition(".")
    number, dot, rest = rest.partition(".")
    return f"event {int(number) + 1}{dot}{rest}" if first == "event" and number.isdigit() else field


def _readable_part(data: dict[str, Any]) -> ScenarioForm:
    """Return what can be read of a scenario that has troubles, so that all others are found in the same run."""
    given, written = data.get("application"), data.get("event")
    events = []
    for event in written if isinstance(written, list) else []:
        try:
            events.append(EventForm.model_validate(event))
        except ValidationError:
            events.append(EventForm.model_construct(day=0.0, send=""))
    return ScenarioForm.model_construct(
        title="",
        application=given if isinstance(given, str | dict) else "",
        office=office if isinstance(office := data.get("office"), str) else None,
        event=events,
    )


def _read_application(given: str | dict[str, Any], file: Path, troubles: list[InputFault]) -> Application | None:
    name = str(file.parent / given) if isinstance(given, str) else f"{file}: application"
    data = _read_object(given, file, "application", troubles)
    if data is None:
        return None
    try:
        application = application_of(data, name)
    except Unusable as unusable:
        troubles += unusable.troubles
        return None
    if isinstance(application, AccreditationApplication) and len(application.units) != 1:
        expected = "exactly one: a scenario lives one case"
        troubles.append(InputFault(name, "units", str(len(application.units)), expected))
    return application


def _read_object(
    given: str | dict[str, Any], file: Path, field: str, troubles: list[InputFault]
) -> dict[str, Any] | None:
    """Return an application that stands in a file beside the scenario, or in the scenario itself."""
    if isinstance(given, dict):
        return given
    expected = "an application: a JSON file relative to the scenario, or a table"
    try:
        data = read_json(file.parent / given)
    except Unusable as unusable:
        troubles += [trouble._replace(file=f"{file}: {field}: {trouble.file}") for trouble in unusable.troubles]
        return None
    if isinstance(data, dict):
        return data
    troubles.append(InputFault(str(file), field, f"{given}, which holds no JSON object", expected))
    return None


def _read_event(
    number: int, written: EventForm, file: Path, application: Application | None, troubles: list[InputFault]
) -> Event | ExternalEvent | None:
    """Return an event, or None where its message is unknown; adds whatever is wrong with it."""
    if written.send in EXTERNAL:
        return read_external_event(number, written, file, application, troubles)
    model = _message_named(written.send, file, number, troubles)
    if model is None:
        return None
    where = f"event {number} ({model.NAME})"
    fields = written.fields
    if written.via == "signal" and model.NAME != "choose_option":
        troubles.append(InputFault(str(file), f"{where}.via", "signal", "update: choose_option alone may be a signal"))
    if model.NAME == "start_renewal" and isinstance(path := fields.get("application"), str):
        fields["application"] = _read_object(path, file, f"{where}.application", troubles) or {}
    medium = application.medium if isinstance(application, AccreditationApplication) else None
    event = Event(number, written.day, model, written.via, written.refused, written.case, fields, file.parent, medium)
    troubles += _shape_troubles(event, file, where)
    return event


def _message_named(name: str, file: Path, number: int, troubles: list[InputFault]) -> type[Message] | None:
    try:
        return composition.message_named(name)
    except Unusable as unusable:
        where = f"event {number}.send"
        troubles += [trouble._replace(file=str(file), field=where) for trouble in unusable.troubles]
        return None


def _shape_troubles(event: Event, file: Path, where: str) -> list[InputFault]:
    """Return what is wrong with the shape of an event's message; one that must be refused may have a wrong value."""
    try:
        event.model.model_validate(event.content(A_TRIAL, ZoneInfo("UTC"), ()))
    except Refused:
        return []  # its documents are judged when it is sent
    except ValidationError as error:
        unknown = {".".join(map(str, one["loc"])) for one in error.errors() if one["type"] == "extra_forbidden"}
        return [
            trouble._replace(file=str(file), field=f"{where}.{trouble.field}" if trouble.field else where)
            for trouble in composition.troubles_of(error, event.model)
            if not event.refused or trouble.field in unknown
        ]
    return []
