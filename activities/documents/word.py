"""DOCX: every paragraph, table, header, footnote, comment, tracked change and property, and the files within."""

import zipfile
from collections.abc import Iterator
from typing import IO, Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import Part as OpcPart
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from activities.documents.kinds import DocumentFault, Place, PlaceSort
from activities.documents.markup import CAMEL, text_of_xml
from activities.documents.parts import Attached, Blind, Part, Passage, Shown, Unreadable
from activities.documents.pdf import LEAST_TEXT
from activities.documents.pdf_objects import PROPERTY

LARGEST_INSIDE = 200 * 1024 * 1024
MOST_ENTRIES = 5_000
"""What a DOCX may hold unpacked: far more than a person writes, far less than a bomb."""
MACROS = "vbaProject"
_TEXTS = {qn("w:t"), qn("w:delText"), qn("w:instrText"), qn("w:delInstrText")}
_TEXTS |= {f"{{http://schemas.openxmlformats.org/drawingml/2006/{name}}}t" for name in ("main", "diagram")}
_BREAKS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_SAID_ASIDE = ("descr", "title", "alt", "string", qn("w:val"), qn("w:tooltip"), qn("w:name"))
_ASIDE = (
    "}docPr",
    "}cNvPr",
    "}alias",
    "}tag",
    "}shape",
    "}textpath",
    "}hyperlink",
    "}bookmarkStart",
    "}ffData",
    "}default",
)
"""Elements with an attribute in which somebody can have written something."""
_MAIN = "/word/document.xml"
_IN_NO_PARAGRAPHS = ("/word/charts/", "/word/diagrams/", "/word/comments", "/word/people", "/word/glossary/")
"""Parts whose text stands in other elements than Word's paragraphs, or in attributes as well."""
_WITHIN = ("/word/embeddings/", "/word/media/", "/word/afchunk")
_DRAWINGS = ("image/x-emf", "image/x-wmf", "image/emf", "image/wmf", "image/svg+xml")
"""Drawings of Word's own, which no reader here opens: what they show is looked at by a person, like any picture."""
_THUMBNAIL = "/docProps/thumbnail"
"""The first page as small as a stamp, unless it is a drawing: nobody can read in it."""
_PLACES = {
    "/word/header": PlaceSort.HEADER,
    "/word/footer": PlaceSort.HEADER,
    "/word/footnotes": PlaceSort.NOTE,
    "/word/endnotes": PlaceSort.NOTE,
    "/word/comments": PlaceSort.ANNOTATION,
    "/docProps/": PlaceSort.PROPERTY,
    "/customXml/": PlaceSort.PROPERTY,
}


def parts_of_docx(file: IO[bytes], *, deep: bool) -> Iterator[Part]:
    """Yield the parts of a DOCX.

    Args:
        file: The document.
        deep: Whether its text is wanted; else it is opened and the files within are yielded.

    Raises:
        Unreadable: It unpacks to more than it may, or is no document of Word.
    """
    refuse_a_bomb(file)
    try:
        package = Document(file).part.package
    except (PackageNotFoundError, ValueError):
        raise Unreadable(DocumentFault.BROKEN) from None
    parts = list(package.iter_parts())
    yield from _parts_of_package(parts, deep=deep)
    if deep:
        yield from _left_over(file, parts)


def refuse_a_bomb(file: IO[bytes]) -> None:
    """Look at what an office document says that it unpacks to, before it is unpacked.

    Raises:
        Unreadable: It is more than it may be, or locked, or has macros in it.
    """
    with zipfile.ZipFile(file) as packed:
        entries = packed.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_INSIDE:
        raise Unreadable(DocumentFault.TOO_LARGE_INSIDE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(DocumentFault.PROTECTED)
    if any(MACROS in entry.filename for entry in entries):
        raise Unreadable(DocumentFault.UNEXPECTED)
    file.seek(0)


def _parts_of_package(parts: list[OpcPart], *, deep: bool) -> Iterator[Part]:
    letters = pictures = 0
    for part in parts:
        name, kind = str(part.partname), part.content_type
        drawn = kind.startswith("image/")
        pictures += drawn and not (name.startswith(_THUMBNAIL) and kind not in _DRAWINGS)
        if drawn or name.startswith(_WITHIN):
            if deep and kind == "image/svg+xml":
                yield Passage(_place(name), text_of_xml(part.blob))
            elif kind not in _DRAWINGS:
                yield Attached(part.blob, drawn)
        elif deep and kind.endswith("xml"):
            text = "\n".join(_texts_of_part(part, name))
            letters += sum(char.isalnum() for char in text) if name == _MAIN else 0
            yield Passage(_place(name), text)
    if deep and pictures:
        yield Shown()
        if letters < LEAST_TEXT:
            yield Blind(1)


def _texts_of_part(part: OpcPart, name: str) -> Iterator[str]:
    """Yield the text of a part of the package by its paragraphs, and what stands in it beside them."""
    if name.startswith("/word/"):
        try:
            element = part.element if isinstance(part, XmlPart) else parse_xml(part.blob)
        except SyntaxError:
            element = None
        yield from _lines(element) if element is not None else ()
        yield from (relation.target_ref for relation in part.rels.values() if relation.is_external)
        yield from _settings(element) if name == "/word/settings.xml" else ()
    if not name.startswith("/word/") or name.startswith(_IN_NO_PARAGRAPHS):
        yield text_of_xml(part.blob)


def _settings(element: Any) -> Iterator[str]:
    """Yield the variables of a document: fields take their values from them, and no page shows them else."""
    for variable in element.iter(qn("w:docVar")):
        yield f"{CAMEL.sub(' ', variable.get(qn('w:name'), ''))}: {variable.get(qn('w:val'), '')}"


def _left_over(file: IO[bytes], parts: list[OpcPart]) -> Iterator[Part]:
    """Yield the files of the package that no other part of it names: they lie there all the same."""
    named = {str(part.partname).lstrip("/") for part in parts} | {"[Content_Types].xml"}
    file.seek(0)
    with zipfile.ZipFile(file) as packed:
        yield Passage(PROPERTY, packed.comment.decode("utf-8", "replace"))
        for entry in packed.infolist():
            if entry.filename in named or entry.is_dir() or entry.filename.endswith(".rels"):
                continue
            content = packed.read(entry)
            if entry.filename.endswith((".xml", ".vml")):
                yield Passage(PROPERTY, text_of_xml(content))
            else:
                yield Attached(content)


def _place(name: str) -> Place:
    return Place(sort=next((sort for start, sort in _PLACES.items() if name.startswith(start)), PlaceSort.TEXT))


def _lines(element: Any) -> Iterator[str]:
    """Yield the text below an element, a paragraph or a table's row a line; cells are parted by tabs."""
    for child in element:
        if child.tag == _PARAGRAPH:
            yield _text(child)
            for shape in child.iter(qn("w:txbxContent")):
                yield from _lines(shape)
        elif child.tag == _ROW:
            yield "\t".join(" ".join(_lines(cell)).replace("\n", " ").replace("\t", " ") for cell in child.iter(_CELL))
            if any(True for cell in child.iter(_CELL) for _ in cell.iter(_ROW)):
                yield from (line for cell in child.iter(_CELL) for line in _lines(cell))
        elif isinstance(child.tag, str):
            yield from ["", *_lines(child), ""] if child.tag == _TABLE else _lines(child)


def _text(paragraph: Any) -> str:
    said = []
    for node in paragraph.iter():
        if node.tag in _TEXTS:
            said.append(node.text or "")
        elif node.tag in _BREAKS:
            said.append(_BREAKS[node.tag])
        elif isinstance(node.tag, str) and node.tag.endswith(_ASIDE):
            said += [f" {value} " for name in _SAID_ASIDE if (value := node.get(name))]
    return "".join(said)
