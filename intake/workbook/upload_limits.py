"""Looks at a file before it is opened as a workbook: is it one at all, and is it of a size that an application has?

A workbook is a ZIP archive of XML parts. A few kilobytes can unpack to gigabytes, one merged range can name every cell
of a sheet, and a document type can define text that grows without end: all of that is refused before anything is built.
"""

import re
import warnings
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

FILE_LIMIT = 5 * 1024 * 1024
"""Bytes of the file."""
UNPACKED_LIMIT = 40 * 1024 * 1024
"""Bytes of all its parts, unpacked."""
PART_LIMIT = 500
"""Parts in the archive."""
ELEMENT_LIMIT = 300_000
"""XML elements in all parts: many times what a practice with a hundred locations needs."""
OTHER_LIMIT = 20_000
"""XML elements of these that are neither cells nor texts: styles, names and rules cost ten times a cell's memory."""
ROW_LIMIT, COLUMN_LIMIT = 3_000, 60
"""The last row and column that may hold anything."""
RANGE_LIMIT = 10_000
"""Cells that all merged ranges together may span."""

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a file of Excel 97-2003 begins, and also a workbook that is encrypted with a password."""
STRICT = "http://purl.oclc.org/ooxml/"
"""How the names of a strict workbook begin, in which no cell of the usual format would be found."""
CELLS_AND_TEXTS = ("xl/worksheets/", "xl/sharedStrings.xml")
"""The parts that hold cells and their texts."""
_RANGED = frozenset({"mergeCell", "hyperlink", "comment"})
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_CHUNK = 64 * 1024


class NotAWorkbook(Exception):
    """The file is none that is read: what was found, and what is expected."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"found {found}, expected {expected}")
        self.found = found
        self.expected = expected


class Opened(NamedTuple):
    """A workbook that was opened, and the last row in which a cell of it holds anything."""

    workbook: Workbook
    last_row: int


def opened(path: Path) -> Opened:
    """Return a workbook after looking at its file. Everybody who reads a workbook reads it through here.

    Raises:
        NotAWorkbook: It is no workbook, is encrypted, damaged or too large.
        OSError: The file cannot be read.
    """
    guard = guarded(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about formatting that is not kept; nothing is saved here
        try:
            workbook = load_workbook(BytesIO(guard.content), keep_links=False)
        except Exception as error:  # a damaged part: the library raises whatever its parsers stumble over
            found = f"a damaged workbook ({type(error).__name__}: {error})".replace("\n", " ")
            raise NotAWorkbook(found, "a workbook that opens") from None
    for sheet in workbook.worksheets:
        _undo_escapes(sheet, guard.last_row)
    return Opened(workbook, guard.last_row)


def _undo_escapes(sheet: Worksheet, last_row: int) -> None:
    """Put back what the format writes as `_xHHHH_`: a cell of two lines holds `_x000D_` where one ends."""
    for row in sheet.iter_rows(max_row=min(last_row, sheet.max_row), max_col=min(COLUMN_LIMIT, sheet.max_column)):
        for cell in row:
            if isinstance(cell.value, str) and "_x" in cell.value and cell.data_type != "f":
                try:
                    cell.value = unescape(cell.value)
                except IllegalCharacterError:
                    found = f"a control character in {sheet.title}!{cell.coordinate}"
                    raise NotAWorkbook(found, "text that can be printed") from None


class Guarded(NamedTuple):
    """A file that may be opened: its bytes, and the last row in which a cell of it holds anything."""

    content: bytes
    last_row: int


def guarded(path: Path) -> Guarded:
    """Return a workbook's bytes after looking at them.

    Raises:
        NotAWorkbook: It is no workbook, is encrypted, or is too large.
        OSError: The file cannot be read.
    """
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise NotAWorkbook(f"a file of {_mib(size)}", f"a workbook of {_mib(FILE_LIMIT)} at most")
    content = path.read_bytes()
    if content.startswith(COMPOUND):
        raise _compound(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return Guarded(content, _look_into(archive))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        found = f"no workbook ({error})" if content else "an empty file"
        raise NotAWorkbook(found, "a workbook in the format .xlsx") from None


def _compound(content: bytes) -> NotAWorkbook:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return NotAWorkbook("an encrypted workbook", "one that opens without a password: remove it and save again")
    return NotAWorkbook("a file in the format of Excel 97-2003", "a workbook in the format .xlsx: save it as one")


def _look_into(archive: zipfile.ZipFile) -> int:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 0x1 for part in parts):
        raise NotAWorkbook("an archive that is encrypted", "a workbook that opens without a password")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        kind = archive.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else "a ZIP archive"
        raise NotAWorkbook(f"{kind} without a workbook in it", "a workbook in the format .xlsx: save it as one")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED_LIMIT or len(parts) > PART_LIMIT:
        found = f"{len(parts)} parts that unpack to {_mib(unpacked)}"
        raise NotAWorkbook(found, f"{PART_LIMIT} parts and {_mib(UNPACKED_LIMIT)} at most")
    look = _Look()
    for name in sorted(names):
        look.at(archive, name)
    return look.last_row


class _Look:
    """Goes through the XML parts of a workbook without building anything."""

    def __init__(self) -> None:
        self.last_row = 0
        self._elements = self._others = 0
        self._part = ""
        self._row = self._column = self._spanned = 0

    def at(self, archive: zipfile.ZipFile, name: str) -> None:
        """Look at one part; one that is no XML is a picture or the like, unless its name says otherwise."""
        self._part, self._row, self._column = name, 0, 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._element
        try:
            with archive.open(name) as part:
                while chunk := part.read(_CHUNK):
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            if name.endswith((".xml", ".rels")):
                raise NotAWorkbook(f"a damaged part {name} ({error})", "a workbook that opens") from None

    def _doctype(self, *_: object) -> None:
        raise NotAWorkbook(f"a document type in {self._part}", "a workbook as a spreadsheet program saves it")

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if self._part == "xl/workbook.xml" and name.startswith(STRICT):
            raise NotAWorkbook("a Strict Open XML workbook", "an Excel Workbook (.xlsx): save it as one")
        self._elements += 1
        if self._elements > ELEMENT_LIMIT:
            raise NotAWorkbook(
                f"more than {ELEMENT_LIMIT:,} XML elements", "a workbook with one application: remove empty formatting"
            )
        if not self._part.startswith(CELLS_AND_TEXTS):
            self._others += 1
            if self._others > OTHER_LIMIT:
                found = f"more than {OTHER_LIMIT:,} styles, names and rules"
                raise NotAWorkbook(found, "a workbook with one application: paste the values into a new one")
        match name.rpartition(" ")[2]:
            case "row":
                self._row, self._column = _number(attributes.get("r")) or self._row + 1, 0
            case "c":
                place = _REFERENCE.fullmatch(attributes.get("r", ""))
                self._column = _column_number(place[1]) if place else self._column + 1
            case "v" | "is" | "f" if self._row:
                self._holds_something()
            case ranged if ranged in _RANGED:
                self._range(attributes.get("ref", ""))

    def _holds_something(self) -> None:
        self.last_row = max(self.last_row, self._row)
        if self._row > ROW_LIMIT or self._column > COLUMN_LIMIT:
            found = f"something in row {self._row}, column {self._column}"
            raise NotAWorkbook(found, f"{ROW_LIMIT:,} rows and {COLUMN_LIMIT} columns at most on each sheet")

    def _range(self, reference: str) -> None:
        places = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
        corners = [(_column_number(place[1]), int(place[2])) for place in places if place]
        if len(corners) == 2:
            (left, top), (right, bottom) = corners
            self._spanned += (abs(right - left) + 1) * (abs(bottom - top) + 1)
            if self._spanned > RANGE_LIMIT:
                found = f"merged or linked ranges up to {reference}"
                raise NotAWorkbook(found, f"ranges of {RANGE_LIMIT:,} cells together at most")
        elif ":" in reference:
            raise NotAWorkbook(f"the range {reference[:40]}", "a range of cells such as B2:C3")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else 0


def _mib(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB"
