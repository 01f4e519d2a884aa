"""Reads the office's settings: one file, `office.toml`, and environment variables that override single settings.

The file is the one named by `--office`, else by ACCREDIT_OFFICE, else ./office.toml, else the sample that ships with
the program. A variable is named after its setting: ACCREDIT_DATABASE_URL is [database] url,
ACCREDIT_FEES_ACCREDITATION_CT_REPEAT is [fees.accreditation.ct] repeat. An empty variable overrides nothing.
"""

import getpass
import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from policy.office import OfficeSettings
from services.errors import InputFault, Unusable
from services.input.files import SETTINGS_LIMIT, read_text, toml_values
from services.validation import input_faults

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
"""The samples that ship with the program: settings and applications."""
SAMPLE = SAMPLES / "office.toml"
OWN_FILE = Path("office.toml")
PREFIX = "ACCREDIT_"
EXPECTED = "the office's settings in TOML"
NEXT_STEP = "Name the file by --office or ACCREDIT_OFFICE, or start from samples/office.toml."

Names = tuple[str, ...]
"""The path of a setting, for example ("fees", "dicoe", "base")."""


def settings_file(office: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file that the settings are read from; it may not exist where somebody named it."""
    named = environ.get(f"{PREFIX}OFFICE")
    if office is not None:
        return office
    if named:
        return Path(named)
    return OWN_FILE if OWN_FILE.exists() else SAMPLE


def load_settings(office: Path | None = None, environ: Mapping[str, str] = os.environ) -> OfficeSettings:
    """Read the settings in force.

    Args:
        office: The file, where the caller names one.
        environ: The environment whose variables override it.

    Raises:
        Unusable: The file cannot be read, or a setting (in the file or the environment) is wrong or unknown; an edition
            of the office's own is wrong.
    """
    file = settings_file(office, environ)
    ours = tuple(sorted((name, value) for name, value in environ.items() if name.startswith(PREFIX)))
    settings = _settings(file, read_text(file, SETTINGS_LIMIT, EXPECTED, next_step=NEXT_STEP), ours)
    if not settings.editions.folder:
        return settings
    from services.editions.reading import own_editions  # here, because most offices have none

    named_here = bool(environ.get(f"{PREFIX}EDITIONS_FOLDER"))
    own = own_editions(Path(settings.editions.folder) if named_here else file.parent / settings.editions.folder)
    return settings.model_copy(update={"editions": settings.editions.having(own)})


@lru_cache(maxsize=8)
def _settings(file: Path, text: str, ours: tuple[tuple[str, str], ...]) -> OfficeSettings:
    """Return the settings that a file's text and the environment's own variables make.

    A worker reads its file anew for each step of a case; what says the same is parsed and judged once.
    """
    environ = dict(ours)
    data = toml_values(text, str(file), EXPECTED, next_step=NEXT_STEP)
    known = {variable: path for path, variable in _variables(data)}
    variables = {variable: path for variable, path in known.items() if environ.get(variable)}
    unknown = [
        InputFault(variable, "", "a variable that names no setting", f"one of {', '.join(_near(variable, known))}")
        for variable in environ
        if _names_a_section(variable) and environ[variable] and variable not in variables
    ]
    for variable, path in variables.items():
        _put(data, path, environ[variable])
    from_environment = {".".join(path): variable for variable, path in variables.items()}
    try:
        settings = OfficeSettings.model_validate(data)
    except ValidationError as error:
        raise Unusable([*input_faults(error, OfficeSettings, str(file), from_environment), *unknown]) from None
    if unknown:
        raise Unusable(unknown)
    return settings


def _variables(data: Mapping[str, Any]) -> Iterator[tuple[Names, str]]:
    """Yield the path of every setting with the variable that overrides it.

    `data`: the settings as the file has them; a table that is free in its names has variables for those that are there.
    """
    for path in _paths(OfficeSettings, data):
        yield path, PREFIX + "_".join(path).upper()


def _paths(model: type[BaseModel], data: Any) -> Iterator[Names]:
    for name, field in model.model_fields.items():
        kind, inside = field.annotation, data.get(name) if isinstance(data, dict) else None
        if get_origin(kind) is dict:  # a table for each modality, or for each name
            keys, inner = get_args(kind)
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from ((name, key, *path) for key in _keys(keys, inside) for path in _paths(inner, None))
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from ((name, *path) for path in _paths(kind, inside))
        else:
            yield (name,)


def _keys(keys: Any, inside: Any) -> list[str]:
    """Return what a table's inner tables can be called: what an enumeration holds, else what the file calls them."""
    if isinstance(keys, type) and issubclass(keys, Enum):
        return [key.value for key in keys]
    return [key for key in inside if isinstance(key, str)] if isinstance(inside, dict) else []


def _names_a_section(variable: str) -> bool:
    return any(variable.startswith(f"{PREFIX}{name.upper()}_") for name in OfficeSettings.model_fields)


def _near(variable: str, known: Iterable[str]) -> list[str]:
    """Return the variables whose names come nearest."""
    return get_close_matches(variable, known, n=3, cutoff=0)


def _put(data: dict[str, Any], path: Names, value: str) -> None:
    """Set a value in nested tables; a table that is none is left for the model to complain about."""
    *tables, name = path
    for table in tables:
        inner = data.setdefault(table, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[name] = value


def office_user(environ: dict[str, str] | os._Environ[str] = os.environ) -> str | None:
    """Return the name of whoever works at this computer, who speaks for the office."""
    named = environ.get("ACCREDIT_USER") or environ.get("USER") or environ.get("USERNAME")
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user on this machine, as in some containers
        return None
