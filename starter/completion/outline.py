"""The command line in outline: every command with its options and arguments, as data that is quickly read."""

import contextlib
import hashlib
import json
import os
import tempfile
from enum import EnumType
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

ROOT = Path(__file__).resolve().parent.parent
CACHE_VARIABLE = "ACCREDIT_CACHE"
"""Names another folder than the user's own one for caches, as for everything that is kept there."""
RULES = ROOT.parent / "policy"
NOTICES = ROOT.parent / "activities" / "notices" / "index.toml"
"""Where messages and notices are defined, whose names are completed too."""
Outline = dict[str, Any]
"""A command: `help`, `options` (by name: `help`, and `value` with `choices` where it takes one), `arguments` in their
order (`value`, `choices`, `many`), and `commands` by name."""


def kept_outline() -> Outline:
    """Return the outline of this version; where none is kept yet, the program is read, which takes a second."""
    file = _file()
    try:
        kept: Outline = json.loads(file.read_text("utf-8"))
        return kept
    except (OSError, ValueError):
        return keep_outline()


def keep_outline() -> Outline:
    """Read the program, keep its outline for the next time, and return it."""
    outline = _read_program()
    file = _file()
    with contextlib.suppress(OSError):  # a cache that cannot be written makes the next answer slow, not wrong
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in file.parent.glob("outline-*.json"):
            old.unlink(missing_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as unfinished:
            json.dump(outline, unfinished)
        Path(name).replace(file)
    return outline


def _file() -> Path:
    """Return the file of this version's outline; any change of the program's text makes it another one."""
    named = os.environ.get(CACHE_VARIABLE)
    folder = Path(named).expanduser() if named else user_cache_path("accredit")
    sources = sorted([*ROOT.rglob("*.py"), *RULES.rglob("*.py"), NOTICES])
    seen = "\n".join(f"{file} {(stat := file.stat()).st_mtime_ns} {stat.st_size}" for file in sources)
    return folder / "completion" / f"outline-{hashlib.sha256(seen.encode()).hexdigest()[:16]}.json"


def _read_program() -> Outline:
    import typer  # here, and not above, because this is what an answer must not wait for

    from activities.notices.index import index
    from policy.messages import Role
    from services.message_fields import messages
    from starter.applications.check import schemas
    from starter.cli import application

    choices = {
        "MESSAGE": list(messages()),
        "KIND": list(index().kinds),
        "NAME": list(schemas()),
        "ROLE": [role.value for role in Role],
    }
    return _outline(typer.main.get_command(application()), choices)


def _outline(command: Any, choices: dict[str, list[str]]) -> Outline:
    """Return the outline of a command as typer has it.

    Args:
        command: The command.
        choices: What stands for an argument of some name, where its type does not say.
    """
    options: dict[str, Any] = {}
    arguments: list[dict[str, Any]] = []
    for part in command.params:
        if part.param_type_name == "argument":
            arguments.append({**_value(part, choices), "many": part.nargs == -1})
        elif not part.hidden:
            told = {"help": part.help or "", **({} if part.is_flag else _value(part, choices))}
            options |= dict.fromkeys([*part.opts, *part.secondary_opts], told)
    inner = getattr(command, "commands", {}).items()
    return {
        "help": _first_sentence(command.help or ""),
        "options": options,
        "arguments": arguments,
        "commands": {name: _outline(each, choices) for name, each in inner},
    }


def _value(part: Any, choices: dict[str, list[str]]) -> dict[str, Any]:
    name = (part.metavar or part.name).strip("[].").upper()
    kind = part.type_descriptor.annotation
    if isinstance(kind, EnumType):
        members: list[Any] = list(kind)
        return {"value": name, "choices": [str(member.value) for member in members]}
    return {"value": name, "choices": choices.get(name, [])}


def _first_sentence(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())
