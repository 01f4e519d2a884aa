"""PDF: the text of every page, and what lies beside it (properties, forms, comments, bookmarks, attached files)."""

import re
from collections.abc import Iterator
from typing import IO, Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError
from pypdf.generic import DictionaryObject, StreamObject

from activities.documents.kinds import DocumentFault, Place, PlaceSort
from activities.documents.markup import CAMEL, text_of_xml
from activities.documents.parts import Attached, Blind, Part, Passage, Shown, Unreadable
from activities.documents.pdf_objects import (
    PROPERTY,
    beside,
    earlier_versions,
    files_within,
    has_no_alphabet,
    looks_of,
    notes_of,
    resolved,
    said_in_contents,
    shows_pictures,
)

LEAST_TEXT = 40
"""Letters and digits that a page with a picture has at least, unless it is a scan (a fax's own line is shorter)."""
_IN_COLUMNS = re.compile(
    r"patient|\bpt\b|birth|d\W?o\W?b\b|\bm\W?r\W?n\b|record|\bacc|social|ssn|member|medic|insur|licen|passport"
    r"|admi|discharge|\bnames?\b|\bid\b|\bage\b|guardian|next of kin",
    re.IGNORECASE,
)
"""A page that says none of this has no column for a patient's identifier. Others are read as columns too, which
takes as long again.
"""
ODD = 0.3
"""Share of characters without meaning from which on a page's text counts as none (a font without its alphabet)."""


def parts_of_pdf(file: IO[bytes], *, deep: bool) -> Iterator[Part]:
    """Yield the parts of a PDF.

    Args:
        file: The document.
        deep: Whether its text is wanted; else it is opened, its pages are counted and its attachments yielded.

    Raises:
        Unreadable: It is protected by a password.
    """
    reader = PdfReader(file)
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(DocumentFault.PROTECTED)
        pages = list(reader.pages)
    except (DependencyError, FileNotDecryptedError, NotImplementedError):
        raise Unreadable(DocumentFault.PROTECTED) from None
    if not pages:
        raise Unreadable(DocumentFault.BROKEN)
    yield from (Attached(content) for content in files_within(reader))
    if not deep:
        return
    for number, page in enumerate(pages, start=1):
        yield from _parts_of_page(page, number)
    yield from _beside_the_pages(reader)
    yield from beside(reader)
    yield from earlier_versions(file, pages)


def _parts_of_page(page: PageObject, number: int) -> Iterator[Part]:
    place = Place(sort=PlaceSort.PAGE, number=number)
    text = page.extract_text()
    yield Passage(place, text)
    if _IN_COLUMNS.search(text):
        yield Passage(place, page.extract_text(extraction_mode="layout"))
    if (_is_blind(text, pictures=_has_pictures(page)) and (text.strip() or "/Contents" in page)) or has_no_alphabet(
        page
    ):
        yield Blind(number)
    if shows_pictures(page):
        yield Shown(number)
    yield Passage(place, said_in_contents(page))
    noted = "\n".join(_texts_of_notes(page))
    if noted:
        yield Passage(Place(sort=PlaceSort.ANNOTATION, number=number), noted)


def _is_blind(text: str, *, pictures: bool) -> bool:
    """Return whether a page's text says too little of what the page shows."""
    shown = [char for char in text if not char.isspace()]
    if not shown or (pictures and len(shown) < LEAST_TEXT):
        return True
    odd = sum(not char.isprintable() or char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in shown)
    return odd > ODD * len(shown)


def _has_pictures(page: PageObject) -> bool:
    resources = resolved(page.get("/Resources"))
    objects = resolved(resources.get("/XObject")) if isinstance(resources, dict) else None
    return isinstance(objects, dict) and bool(objects)


def _texts_of_notes(page: PageObject) -> Iterator[str]:
    for note in notes_of(page):
        yield from (str(resolved(note[key])) for key in ("/Contents", "/Subj", "/RC") if key in note)
        action = resolved(note.get("/A"))
        if isinstance(action, DictionaryObject) and "/URI" in action:
            yield str(resolved(action["/URI"]))
        yield from (page.extract_xform_text(look) for look in looks_of(note))  # type: ignore[arg-type]


def _beside_the_pages(reader: PdfReader) -> Iterator[Part]:
    yield Passage(PROPERTY, "\n".join(f"{key.strip('/')}: {value}" for key, value in (reader.metadata or {}).items()))
    fields = reader.get_fields() or {}
    told = (f"{label}: {value}" for name, field in fields.items() for label, value in _told(name, field))
    yield Passage(Place(sort=PlaceSort.FIELD), "\n".join(told))
    root = reader.root_object
    yield Passage(PROPERTY, _text_of_xml(root.get("/Metadata")))
    form = resolved(root.get("/AcroForm"))
    if isinstance(form, DictionaryObject) and "/XFA" in form:
        packets = resolved(form["/XFA"])
        streams = packets if isinstance(packets, list) else [packets]
        yield Passage(Place(sort=PlaceSort.FIELD), "\n".join(map(_text_of_xml, streams)))
    yield Passage(PROPERTY, "\n".join([*_titles(reader.outline, 0), *reader.attachments]))


def _told(name: str, field: Any) -> Iterator[tuple[str, str]]:
    """Yield a form's field as label and value: by its own name, and by the one that it shows."""
    value = field.get("/V")
    if value is not None and str(value).strip():
        yield CAMEL.sub(" ", name.rpartition(".")[2]), str(value)
        if shown := field.get("/TU"):
            yield str(shown), str(value)


def _titles(outline: Any, depth: int) -> Iterator[str]:
    for entry in outline if depth < 8 else []:
        if isinstance(entry, list):
            yield from _titles(entry, depth + 1)
        else:
            yield str(entry.title)


def _text_of_xml(stream: Any) -> str:
    """Return what an XML stream says, as lines of `name: value`; its entities are not looked up."""
    found = resolved(stream)
    if not isinstance(found, StreamObject):
        return ""
    return text_of_xml(found.get_data())
