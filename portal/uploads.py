"""Documents of a form: taken from the browser, checked before anything is sent, and kept while the form is mended.

A form with documents posts its files once. What was taken is named in hidden fields from then on (`kept_FIELD`), so
that a form that is refused, or saved as a draft, needs no new upload; a check box (`drop_FIELD`) lets one go.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from activities.terms import rules_of
from policy.messages import Message
from policy.verdict import Verdict
from portal.visit import MESSAGE_ID, Visit
from records.tables import Upload
from services.forms.uploads import (
    MOST_OF_CASE,
    Purpose,
    Taken,
    as_document,
    is_full,
    kept,
    let_go,
    not_handed_in,
    remove,
    take,
)

MOST = 12
"""Documents of one field."""


class FileField(NamedTuple):
    """A field for documents. `letter`: they must be letters, without images."""

    name: str
    letter: bool = False


class HandedIn(NamedTuple):
    """The documents of a form.

    Attributes:
        by_field: What was taken, by field.
        faults: By field, what was not taken and why.
        warnings: By field, what a person should look at, because no program can search it.
    """

    by_field: dict[str, list[Upload]]
    faults: dict[str, str]
    warnings: dict[str, list[str]]

    def documents(self, field: str, signed_by: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the documents of a field as a message names them."""
        return [as_document(one, signed_by) for one in self.by_field.get(field, [])]

    def ids(self) -> dict[str, list[str]]:
        """Return the ids of what was taken, by field, as a draft keeps them."""
        return {field: [one.upload_id for one in uploads] for field, uploads in self.by_field.items()}


async def handed_in(visit: Visit, model: type[Message], fields: Sequence[FileField]) -> HandedIn:
    """Take the documents of a posted form: those kept from before, without those dropped now, and the new ones.

    Args:
        visit: Whose form it is; its hidden field `message_id` tells forms apart.
        model: Which message it sends: the rules say of each whether its documents are searched.
        fields: Where documents may be handed in.

    Raises:
        NotReachable: The folder of uploads cannot be used; nothing was taken.
    """
    found = HandedIn({}, {}, {})
    for field in fields:
        held = await kept_of(visit, visit.texts(f"kept_{field.name}"))
        dropped = [one for one in held if one.upload_id in visit.texts(f"drop_{field.name}")]
        await _drop(visit, dropped)
        found.by_field[field.name] = [one for one in held if one not in dropped]
        for file in visit.form.getlist(field.name):
            if isinstance(file, UploadFile) and file.filename:
                await _take(visit, model, field, file, found)
    return found


async def kept_of(visit: Visit, upload_ids: Sequence[str]) -> list[Upload]:
    """Return what was uploaded for the case before and is still there."""
    ids, org, case_id = list(upload_ids)[:MOST], visit.who.org, visit.its_case.case_id
    return await visit.read(lambda session: kept(session, org, case_id, ids))


async def _drop(visit: Visit, uploads: Sequence[Upload]) -> None:
    """Remove what is not wanted any more; what the case has taken leaves the form alone, and is kept."""
    if uploads:
        world, case_id = visit.world, visit.its_case.case_id
        loose = await visit.read(lambda session: not_handed_in(session, case_id, uploads))
        await run_in_threadpool(remove, world.books, loose, world.settings.documents, visit.now)


async def _take(visit: Visit, model: type[Message], field: FileField, file: UploadFile, found: HandedIn) -> None:
    uploads = found.by_field[field.name]
    if len(uploads) >= MOST:
        found.faults[field.name] = f"{MOST} documents are the most; hand in fewer, or one that holds several."
        return
    org, case_id = visit.who.org, visit.its_case.case_id
    if await visit.read(lambda session: is_full(session, org, case_id)):
        found.faults[field.name] = f"{MOST_OF_CASE} documents lie for this case, which is the most. Remove one first."
        return
    taken = await run_in_threadpool(_keep, visit, model, field, file)
    if taken.refusal is not None:
        await visit.note("upload refused", visit.its_case.case_id)
        before = found.faults.get(field.name)
        found.faults[field.name] = " ".join(filter(None, (before, in_words(taken.refusal))))
        return
    await visit.note("uploaded", visit.its_case.case_id)
    found.warnings.setdefault(field.name, []).extend(taken.warnings)
    if all(one.upload_id != taken.upload.upload_id for one in uploads):
        uploads.append(taken.upload)


def _keep(visit: Visit, model: type[Message], field: FileField, file: UploadFile) -> Taken:
    world, case = visit.world, visit.its_case
    rules = rules_of(case, visit.now, world.settings)
    purpose = Purpose(
        org=visit.who.org,
        case_id=case.case_id,
        person_id=visit.who.person_id,
        field=field.name,
        form=visit.text(MESSAGE_ID),
        message=model.NAME,
        letter=field.letter,
        screened=rules.documents is not None and model.NAME in rules.documents.screened.value,
    )
    settings = world.settings.documents
    let_go(world.books, settings, visit.now)
    file.file.seek(0)
    return take(world.books, file.file, file.filename or "", purpose, settings, visit.now)


def in_words(refusal: Verdict) -> str:
    """Return why a document is not taken, and what to do, as one text beside its field."""
    instead = "".join(f" {one}" for one in refusal.instead)
    return f"Not taken, and its content is removed. {refusal.reason}{instead} (Rule {refusal.rule}: {refusal.source})"
