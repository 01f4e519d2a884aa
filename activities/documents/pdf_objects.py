"""What a PDF holds beside what its pages show: every text and file of every object, and earlier versions of it.

A PDF is a graph of objects. A text can stand in any of them: an alternative text, a script, a layer's name, properties
of a picture. So they are all visited, whatever they are for.
"""

import io
import re
from collections.abc import Iterator
from typing import IO, Any

from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

from activities.documents.kinds import Place, PlaceSort
from activities.documents.markup import CAMEL, text_of_xml
from activities.documents.parts import Attached, Part, Passage

MOST_OBJECTS = 200_000
"""Of one PDF that are visited: a book of a thousand pages has a tenth of it."""
MOST_EARLIER = 5
"""Earlier versions that are read, the newest of them."""
DEEPEST_DRAWING = 8
"""Drawings within drawings."""
SMALLEST = 8
"""Pixels of a side: nothing can be read in a smaller picture."""
PROPERTY = Place(sort=PlaceSort.PROPERTY)
EARLIER = Place(sort=PlaceSort.EARLIER)
APART = "\n\n\n\n"
"""Between texts that have nothing to do with each other, so that none is taken for the other's label."""
_ELSEWHERE = frozenset(
    {"/Contents", "/Subj", "/RC", "/V", "/DV", "/T", "/TU", "/DA"}
    | {"/ID", "/Lang", "/Registry", "/Ordering", "/Panose", "/Cert", "/ByteRange", "/O", "/U", "/OE", "/UE", "/Perms"}
)
"""Texts that are read where they belong (forms, comments), and such as say nothing."""
_FILES = ("/F", "/UF", "/DOS", "/Mac", "/Unix")
_SAID = re.compile(rb"/(?:ActualText|Alt|E)\s*(?:\(((?:\\.|[^\\()])*)\)|<([0-9A-Fa-f\s]+)>)", re.DOTALL)
_INLINE = re.compile(rb"(?:^|\s)BI\s[^\x80-\xff]{0,400}?\sID\s", re.DOTALL)
_NUMBERED = re.compile(r"/(?:g|c|cid|a|glyph|index|uni)?\d+", re.IGNORECASE)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def resolved(thing: Any) -> Any:
    """Return an object itself where there is a reference to it."""
    return thing.get_object() if isinstance(thing, IndirectObject) else thing


def objects_of(reader: PdfReader) -> Iterator[tuple[str, Any]]:
    """Yield every object that can be reached from the trailer once, with the key under which it was found."""
    waiting: list[tuple[str, Any]] = [("", reader.trailer)]
    seen: set[tuple[int, int]] = set()
    for _ in range(MOST_OBJECTS):
        if not waiting:
            return
        key, thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if (thing.idnum, thing.generation) in seen:
                continue
            seen.add((thing.idnum, thing.generation))
            thing = thing.get_object()
        yield key, thing
        if isinstance(thing, DictionaryObject):
            waiting += [(str(name), dict.__getitem__(thing, name)) for name in thing]
        elif isinstance(thing, ArrayObject):
            waiting += [(key, list.__getitem__(thing, place)) for place in range(len(thing))]


def files_within(reader: PdfReader) -> Iterator[bytes]:
    """Yield every file that is embedded, wherever it hangs: at the document, at a comment, at a picture."""
    for _, thing in objects_of(reader):
        if isinstance(thing, DictionaryObject) and isinstance(held := resolved(thing.get("/EF")), DictionaryObject):
            streams = {id(stream): stream for name in _FILES if (stream := resolved(held.get(name))) is not None}
            yield from (stream.get_data() for stream in streams.values() if isinstance(stream, StreamObject))


def beside(reader: PdfReader) -> Iterator[Part]:
    """Yield the texts of all objects, and what is written in the pictures' own properties."""
    told: list[str] = []
    for key, thing in objects_of(reader):
        if isinstance(thing, StreamObject):
            if thing.get("/Type") == "/Metadata" or thing.get("/Subtype") == "/XML":
                told.append(text_of_xml(thing.get_data()))
            elif key == "/JS":
                told.append(thing.get_data().decode("latin-1"))
            elif thing.get("/Subtype") == "/Image" and resolved(thing.get("/Filter")) in ("/DCTDecode", ["/DCTDecode"]):
                yield Attached(thing._data, drawn=True)
        elif key not in _ELSEWHERE and (text := _text(thing)):
            told.append(f"{CAMEL.sub(' ', key.strip('/'))}: {text}")
    yield Passage(PROPERTY, APART.join(dict.fromkeys(told)))


def said_in_contents(page: PageObject) -> str:
    """Return what a page's content says beside what it shows: alternative and actual texts."""
    return APART.join(_decoded(plain, digits) for plain, digits in _SAID.findall(contents_of(page)))


def contents_of(page: PageObject) -> bytes:
    """Return a page's content as the program that draws it."""
    contents = page.get_contents()
    return contents.get_data() if contents is not None else b""


def shows_pictures(page: PageObject) -> bool:
    """Return whether a page or a comment on it has a picture in which words can be."""
    if _INLINE.search(contents_of(page)):
        return True
    looks = (look for note in notes_of(page) for look in looks_of(note))
    return any(_has_images(one, 0) for one in (page, *looks))


def notes_of(page: PageObject) -> Iterator[DictionaryObject]:
    """Yield a page's comments, stamps and fields."""
    for note in resolved(page.get("/Annots")) or []:
        if isinstance(found := resolved(note), DictionaryObject):
            yield found


def looks_of(note: DictionaryObject) -> Iterator[StreamObject]:
    """Yield how a comment, a stamp or a field looks, in each of its states."""
    appearance = resolved(note.get("/AP"))
    if not isinstance(appearance, DictionaryObject):
        return
    for name in ("/N", "/R", "/D"):
        look = resolved(appearance.get(name))
        states = [look]
        if isinstance(look, DictionaryObject) and not isinstance(look, StreamObject):
            states = [resolved(state) for state in look.values()]
        yield from (state for state in states if isinstance(state, StreamObject))


def _has_images(holder: DictionaryObject, depth: int) -> bool:
    resources = resolved(holder.get("/Resources"))
    objects = resolved(resources.get("/XObject")) if isinstance(resources, DictionaryObject) else None
    if not isinstance(objects, DictionaryObject) or depth > DEEPEST_DRAWING:
        return False
    for one in map(resolved, objects.values()):
        if isinstance(one, DictionaryObject):
            if one.get("/Subtype") == "/Image" and min(one.get("/Width", 0), one.get("/Height", 0)) >= SMALLEST:
                return True
            if one.get("/Subtype") == "/Form" and _has_images(one, depth + 1):
                return True
    return False


def has_no_alphabet(page: PageObject) -> bool:
    """Return whether a page has a font that does not say which letter each of its shapes is."""
    resources = resolved(page.get("/Resources"))
    fonts = resolved(resources.get("/Font")) if isinstance(resources, DictionaryObject) else None
    known = [resolved(fonts.get(name)) for name in fonts] if isinstance(fonts, DictionaryObject) else []
    return any(isinstance(font, DictionaryObject) and "/ToUnicode" not in font and _is_secret(font) for font in known)


def _is_secret(font: DictionaryObject) -> bool:
    encoding = resolved(font.get("/Encoding"))
    if font.get("/Subtype") == "/Type0":
        return encoding in ("/Identity-H", "/Identity-V") or isinstance(encoding, StreamObject)
    differences = resolved(encoding.get("/Differences")) if isinstance(encoding, DictionaryObject) else None
    names = [str(one) for one in differences or [] if str(one).startswith("/")]
    return bool(names) and sum(bool(_NUMBERED.fullmatch(name)) for name in names) > len(names) / 2


def earlier_versions(file: IO[bytes], pages: list[PageObject]) -> Iterator[Passage]:
    """Yield the text of pages as they were before a change was saved behind them: the old ones stay in the file."""
    file.seek(0)
    content = file.read()
    ends = [match.end() for match in re.finditer(rb"%%EOF", content)][:-1]
    now = {contents_of(page) for page in pages} if ends else set()
    for end in ends[-MOST_EARLIER:]:
        try:
            for page in PdfReader(io.BytesIO(content[:end])).pages:
                if contents_of(page) not in now:
                    yield Passage(EARLIER, page.extract_text())
        except Exception:
            continue


def _text(thing: Any) -> str:
    if isinstance(thing, TextStringObject):
        return str(thing)
    return bytes(thing).decode("latin-1") if isinstance(thing, ByteStringObject) else ""


def _decoded(plain: bytes, digits: bytes) -> str:
    content = bytes.fromhex("".join(digits.decode().split()).ljust(2, "0")) if digits else _ESCAPED.sub(rb"\1", plain)
    return content.decode("utf-16" if content[:2] in (b"\xfe\xff", b"\xff\xfe") else "latin-1", "replace")
