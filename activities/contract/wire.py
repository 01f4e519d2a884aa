"""How a step stands in a history: without what follows from the rest of it. Read, it is the whole step again.

What is left out is put back where the step arrives, so that nobody who makes or takes a step knows of it. A step that
was written whole, as all were before, reads as it is. Left out is:

- an instant that is the step's own (`at` of entries, notices, verdicts and signatures), and of a verdict when it was
  handled, where that is the instant for which its message counts;
- the entry of a notice that the step sends: the notice's number stands in its place;
- where a rule stands (`source`), which its id says;
- a field of a message at which nothing was entered;
- what is possible instead of an option, where it is the same as with an option before it: that one's name.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from pydantic import SerializationInfo, SerializerFunctionWrapHandler

from policy.messages import Message
from policy.rules import RULES, source_of
from policy.status import OptionView
from policy.terms.register import is_on_the_wire

Json = dict[str, Any]
AT_ONCE = ("entries", "notices", "judged", "signatures")
"""Parts of a step whose instant is the step's own, as a rule."""
OFFERED = RULES["option.chosen"]
"""Where an option stands that is open."""


def shortened(handler: SerializerFunctionWrapHandler, step: Any, info: SerializationInfo) -> Json:
    """Return a step for a history without what follows from the rest of it; for anything else whole."""
    whole: Json = handler(step)
    return _short(whole) if is_on_the_wire(info.context) else whole


def _short(whole: Json) -> Json:
    program, at = program_of(whole["case_id"]), whole["at"]
    notices = {one["number"]: one for one in whole.get("notices", ())}
    entries = [_short_entry(one, notices) for one in whole.get("entries", ())]
    short = whole | {"entries": entries} if entries else whole
    if notices:
        short = short | {"notices": [_without_source(one, program) for one in notices.values()]}
    short = short | {name: [_without(one, "at", at) for one in short[name]] for name in AT_ONCE if short.get(name)}
    if judged := short.get("judged"):
        short["judged"] = [_without(one, "handled_at", one.get("at", at)) for one in judged]
    return short | {"row": _short_row(short["row"])}


def restored(short: Any) -> Any:
    """Return the JSON values of a step as they were before it was shortened; what is not that, as it is."""
    if not isinstance(short, dict) or not isinstance(short.get("at"), str) or not {"case_id", "row"} <= short.keys():
        return short
    program, at = program_of(short["case_id"]), short["at"]
    whole = short | {name: [_with(one, "at", at) for one in short[name]] for name in AT_ONCE if short.get(name)}
    if whole.get("judged"):
        whole["judged"] = [_with(one, "handled_at", one["at"]) for one in whole["judged"]]
    if whole.get("notices"):
        whole["notices"] = [_with_source(one, program) for one in whole["notices"]]
    if whole.get("entries"):
        notices = {one["number"]: one for one in whole["notices"]} if whole.get("notices") else {}
        whole["entries"] = [_whole_entry(one, notices) for one in whole["entries"]]
    return whole | {"row": _whole_row(short["row"])}


def program_of(case_id: str) -> str:
    """Return the program of a case, which its id begins with."""
    return case_id.partition(".")[0]


def notice_words(kind: str) -> str:
    """Return what the timeline says of a notice."""
    return f"Notice: {kind.replace('_', ' ')}"


def _without(one: Any, name: str, value: Any) -> Any:
    if isinstance(one, dict) and one.get(name) == value:
        return {key: kept for key, kept in one.items() if key != name}
    return one


def _with(one: Any, name: str, value: Any) -> Any:
    return {name: value} | one if isinstance(one, dict) and name not in one else one


def _short_entry(entry: Json, notices: dict[int, Json]) -> Json | int:
    detail = entry.get("detail") or {}
    notice = notices.get(detail.get("notice", 0))
    if notice and _without(entry, "by", "acr") == _without(_entry_of(notice), "by", "acr"):
        return int(notice["number"])
    if entry["kind"] == "message" and isinstance(detail.get("message"), dict):
        empty = _left_empty(entry["text"])
        said = {name: value for name, value in detail["message"].items() if name not in empty or value != empty[name]}
        return entry | {"detail": detail | {"message": said}}
    return entry


def _whole_entry(entry: Any, notices: dict[int, Json]) -> Any:
    if isinstance(entry, int):
        return _entry_of(notices[entry])
    if isinstance(entry, dict) and entry.get("kind") == "message":
        detail = entry.get("detail") or {}
        if isinstance(said := detail.get("message"), dict):
            return entry | {"detail": detail | {"message": _filled_in(said, entry["text"])}}
    return entry


def _entry_of(notice: Json) -> Json:
    """Return the entry of a notice as JSON values, as `notice_entry` makes it."""
    detail = {"notice": notice["number"], "kind": notice["kind"]}
    return {"at": notice["at"], "kind": "notice", "by": "acr", "text": notice_words(notice["kind"]), "detail": detail}


def _filled_in(said: Json, words: str) -> Json:
    """Return the content of a message with what was not entered, in the order of its fields."""
    whole = _left_empty(words) | said
    kind = _kind_of(words)
    order = kind.model_fields if kind else {}
    return {name: whole[name] for name in (*order, *said) if name in whole}


def _kind_of(words: str) -> type[Message] | None:
    return _messages().get(words.replace(" ", "_"))


@cache
def _left_empty(words: str) -> Json:
    """Return what stands in the fields of a message at which nothing was entered, by the message's name in words."""
    kind = _kind_of(words)
    if kind is None:
        return {}
    kept_out = {"received_at", "proof", *getattr(kind, "LATER", ())}
    # A field that came later is left out of a content while nothing was entered at it, and is not put back then.
    known = {name: field for name, field in kind.model_fields.items() if field.exclude_if is None}
    fields = {name: field for name, field in known.items() if name not in kept_out}
    # In JSON a tuple is a list.
    found = {name: _as_json(field.default) for name, field in fields.items() if not field.is_required()}
    return {name: value for name, value in found.items() if value in (None, "", False, [])}


def _as_json(value: Any) -> Any:
    return [] if value == () else value


@cache
def _messages() -> dict[str, type[Message]]:
    def below(kind: type[Message]) -> Iterator[type[Message]]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    return {kind.NAME: kind for kind in below(Message) if hasattr(kind, "NAME")}


def _without_source(notice: Json, program: str) -> Json:
    facts = notice.get("facts") or {}
    if "rule" not in facts:
        return notice
    return notice | {"facts": _without(facts, "source", source_of(facts["rule"], program))}


def _with_source(notice: Any, program: str) -> Any:
    facts = notice.get("facts") if isinstance(notice, dict) else None
    if not facts or "rule" not in facts or "source" in facts:
        return notice
    return notice | {"facts": {"rule": facts["rule"], "source": source_of(facts["rule"], program)} | facts}


def _short_row(row: Json) -> Json:
    return _with_options(row, _short_options)


def _whole_row(row: Any) -> Any:
    return _with_options(row, _whole_options) if isinstance(row, dict) else row


def _with_options(row: Json, changed: Callable[[list[Json]], list[Json]]) -> Json:
    status = row.get("status") or {}
    if not status.get("options"):
        return row
    return row | {"status": status | {"options": changed(status["options"])}}


def _short_options(options: list[Json]) -> list[Json]:
    short, first = [], dict[tuple[str, ...], str]()
    for option in options:
        one = _without(_without(option, "source", _stands(option)), "rule", None)
        instead = tuple(option.get("instead", ()))
        if not instead:
            one = _without(one, "instead", [])
        elif instead in first:
            one = one | {"instead": first[instead]}
        first.setdefault(instead, option["option"])
        short.append(one)
    return short


def _whole_options(options: list[Json]) -> list[Json]:
    whole, instead = [], dict[str, list[str]]()
    for option in options:
        found = option.get("instead", [])
        instead[option["option"]] = instead[found] if isinstance(found, str) else found
        source = option.get("source", _stands(option))
        one = {"rule": None} | option | {"source": source, "instead": instead[option["option"]]}
        whole.append({name: one[name] for name in (*OptionView.model_fields, *one) if name in one})
    return whole


def _stands(option: Json) -> str:
    """Return where an option stands: where it is closed, the rule that closes it."""
    return RULES.get(option["rule"], OFFERED) if option.get("rule") else OFFERED
