"""Where the documents of a form come from: whoever takes uploads in gives them, as a message names documents."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, TypeAlias

from policy.messages import Message
from portal.forms.entries import Entry, Kind
from portal.visit import Visit
from services.errors import InputFault, Unusable

DocumentsOfForm: TypeAlias = Callable[[Visit, type[Message], str], Awaitable[list[dict[str, Any]]]]
"""Returns the documents of one field of a message's form, stored and looked at: name, uri, sha256, signed_by."""


async def none_taken(visit: Visit, model: type[Message], name: str) -> list[dict[str, Any]]:
    """Take no document, and say so: nothing that was chosen is lost without a word.

    Raises:
        Unusable: A file was chosen.
    """
    for one in visit.form.getlist(name):
        if not isinstance(one, str) and one.filename:
            expected = "no file: documents are not taken in on this page"
            raise Unusable([InputFault(model.NAME, name, repr(one.filename[:80]), expected)])
    return []


documents_of_form: DocumentsOfForm = none_taken


async def given_documents(
    visit: Visit, model: type[Message], entries: Iterable[Entry]
) -> dict[str, list[dict[str, Any]]]:
    """Return the documents of a posted form, by the name of their field."""
    return {name: await documents_of_form(visit, model, name) for name in _fields(entries)}


def _fields(entries: Iterable[Entry]) -> Iterator[str]:
    yield from (entry.key for entry in entries if entry.kind is Kind.DOCUMENTS)
