"""A sheet that is uploaded in the place of typing: read as `accredit check` reads it, and shown in the form."""

import tempfile
from pathlib import Path

from starlette.datastructures import UploadFile

from intake.applications import read_submission
from intake.workbook.filling import Filling, filling_of, plan_of
from intake.workbook.upload_limits import FILE_LIMIT
from portal.applications.forms import MOST_ROWS, OWN_ID, Form, own
from services.errors import InputFault, Unusable

KINDS = (".xlsx", ".json")
NAME = "sheet"
MEGABYTE = 1024 * 1024


async def uploaded(file: object) -> tuple[str, bytes]:
    """Return the kind and the content of an uploaded sheet.

    Raises:
        Unusable: Nothing was uploaded, it is too large, or of another kind.
    """
    expected = f"a workbook ({KINDS[0]}) or a {KINDS[1]} file of {FILE_LIMIT // MEGABYTE} MB at most"
    if not isinstance(file, UploadFile) or not file.filename:
        raise Unusable([InputFault(NAME, "", "no file", expected)])
    kind = Path(file.filename).suffix.lower()
    if kind not in KINDS:
        raise Unusable([InputFault(NAME, "", f"a file of the kind {kind or 'without an ending'}", expected)])
    content = await file.read(FILE_LIMIT + 1)
    if len(content) > FILE_LIMIT:
        raise Unusable([InputFault(NAME, "", f"more than {FILE_LIMIT // MEGABYTE} MB", expected)])
    return kind, content


def read_sheet(kind: str, content: bytes, org: str, renews: str | None) -> Form:
    """Return an uploaded sheet as a form; what of it could not be read is told in its notes.

    To be called in a thread. Raises `Unusable` where it is no application, or none that a form can show.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{NAME}{kind}"
        path.write_bytes(content)
        try:
            submission = read_submission(path)
            plan = plan_of(submission.application)
            filling = filling_of(plan, submission.application, NAME)
        except Unusable as unusable:
            told = [one._replace(file=NAME) for one in unusable.troubles]
            raise Unusable(told, next_step="Mend the sheet, or type into the form.") from None
    if long := [name for name, rows in filling.tables.items() if len(rows) > MOST_ROWS]:
        expected = f"{MOST_ROWS} rows at most; send a longer list to the office as a workbook"
        raise Unusable([InputFault(NAME, long[0], f"{len(filling.tables[long[0]])} rows", expected)])
    notes = [
        *(f"{one.field}: found {one.found}, expected {one.expected}." for one in submission.troubles),
        *(remark.replace(f"{path}: ", "") for remark in submission.remarks),
        *_of_other(filling, plan.name, org),
    ]
    return Form(plan, own(filling, plan.name, org), org, renews, tuple(notes))


def _of_other(filling: Filling, plan: str, org: str) -> list[str]:
    named = filling.fields.get(OWN_ID[plan], "")
    if named in ("", org):
        return []
    return [f"The sheet was for {named}. You apply for {org}, and for nobody else: its id stands in the form now."]
