"""Reads what people hand in: an application as a JSON file or a workbook. What cannot be read is told, all at once."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from intake.submission import Submission
from policy.bounds import INCOMING, LARGEST
from policy.incoming import size_of
from policy.messages import Message, StartRenewal
from services.errors import InputFault, Unusable
from services.input.files import APPLICATION_LIMIT, json_values, read_text
from services.programs import PROGRAMS, Application
from services.validation import input_faults, shown

OTHER_SHEETS = frozenset({".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".tsv", ".numbers"})
"""Kinds of spreadsheets that are not read as applications."""


def read_application(path: Path) -> Application:
    """Read an application of either program from a `.json` file or a workbook.

    Raises:
        Unusable: It is no application: not readable, no JSON, or a field is wrong; every trouble is named.
    """
    submission = read_submission(path)
    submission.judged(())
    return submission.application


def read_submission(path: Path) -> Submission:
    """Read an application of either program, with the place of every field where it comes from a workbook.

    What cannot be read in a workbook's cells is told by `judged`, together with what the rules find in the rest.

    Raises:
        Unusable: It is no application: not readable, no JSON, no workbook, or a field of a `.json` file is wrong.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        from intake.workbook.reading import read_workbook

        return read_workbook(path)
    if suffix in OTHER_SHEETS and path.exists():
        expected = "a workbook in the format .xlsx (save it as one), or a .json file"
        raise Unusable([InputFault(str(path), "", f"a file of the kind {suffix}", expected)])
    return Submission(_read_json_application(path))


def _read_json_application(path: Path) -> Application:
    data = read_json(path)
    if not isinstance(data, dict):
        raise Unusable([InputFault(str(path), "", shown(data), "one JSON object, the application")])
    return application_of(data, str(path))


def application_of(data: dict[str, Any], file: str) -> Application:
    """Read an application from JSON values; `file` names where they stood. Raises as `read_application` does."""
    program = data.get("program")
    if not isinstance(program, str) or program not in PROGRAMS:
        found = "nothing" if program is None else shown(program)
        raise Unusable([InputFault(file, "program", found, f"one of {', '.join(PROGRAMS)}")])
    model = PROGRAMS[program]
    if (size := size_of(data)) > LARGEST:
        raise Unusable([InputFault(file, "", f"an application of {size:,} bytes", f"{LARGEST:,} bytes at most")])
    try:
        return model.model_validate(data, context=INCOMING)
    except ValidationError as error:
        schema = "application" if program == "accreditation" else program
        raise Unusable(input_faults(error, model, file), next_step=_see(schema)) from None


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        Unusable: There is no such file, it is no JSON, or a name stands twice in one object.
    """
    if path.suffix.lower() == ".xlsx":
        raise Unusable([InputFault(str(path), "", "a workbook", "a .json file")], next_step=_see("application"))
    text = read_text(path, APPLICATION_LIMIT, "a .json file")
    return json_values(text, str(path), "one JSON object")


def _see(name: str) -> str:
    return f"`accredit schema {name}` prints the shape that is expected."


def with_application(model: type[Message], fields: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the fields of a renewal with its application read, where its file is named.

    Raises:
        Unusable: The file is no application.
    """
    named = fields.get("application")
    if model is not StartRenewal or not isinstance(named, str):
        return fields
    return {**fields, "application": read_application(folder / named).model_dump(mode="json")}
