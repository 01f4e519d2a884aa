"""What a file is: its first bytes decide, never the ending of its name."""

import re
import zipfile
from typing import IO

from activities.documents.kinds import Sort

HEAD = 64 * 1024
"""Bytes that are enough to tell: the mark of a CD's image stands at 32,769."""

_STARTS: tuple[tuple[bytes, Sort], ...] = (
    (b"\x89PNG\r\n\x1a\n", Sort.IMAGE),
    (b"\xff\xd8\xff", Sort.IMAGE),
    (b"GIF87a", Sort.IMAGE),
    (b"GIF89a", Sort.IMAGE),
    (b"II*\x00", Sort.IMAGE),
    (b"MM\x00*", Sort.IMAGE),
    (b"II+\x00", Sort.IMAGE),
    (b"MM\x00+", Sort.IMAGE),
    (b"\x00\x00\x00\x0cjP  ", Sort.IMAGE),
    (b"\xff\x4f\xff\x51", Sort.IMAGE),
    (b"8BPS", Sort.IMAGE),
    (b"\x1f\x8b", Sort.ARCHIVE),
    (b"BZh", Sort.ARCHIVE),
    (b"\xfd7zXZ\x00", Sort.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Sort.ARCHIVE),
    (b"Rar!\x1a\x07", Sort.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Sort.ARCHIVE),
    (b"MSCF", Sort.ARCHIVE),
    (b"\x1f\x9d", Sort.ARCHIVE),
    (b"\x7fELF", Sort.PROGRAM),
    (b"\xfe\xed\xfa", Sort.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Sort.PROGRAM),
    (b"\xca\xfe\xba\xbe", Sort.PROGRAM),
    (b"#!", Sort.PROGRAM),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Sort.OLD_OFFICE),
    (b"{\\rtf", Sort.MARKUP),
    (b"%!PS", Sort.MARKUP),
)
_AT: tuple[tuple[int, bytes, Sort], ...] = (
    (128, b"DICM", Sort.DICOM),
    (8, b"WEBP", Sort.IMAGE),
    (4, b"ftypheic", Sort.IMAGE),
    (4, b"ftypmif1", Sort.IMAGE),
    (4, b"ftypavif", Sort.IMAGE),
    (344, b"n+1\x00", Sort.IMAGE),
    (344, b"ni1\x00", Sort.IMAGE),
    (257, b"ustar", Sort.ARCHIVE),
    (32769, b"CD001", Sort.ARCHIVE),
)
_BARE_DICOM = re.compile(
    rb"(?:\x02|\x08)\x00[\x00-\x60]\x00(?:UL|UI|CS|SH|LO|DA|TM|OB|[\x00-\x60]\x00\x00\x00)", re.DOTALL
)
"""A DICOM file without preamble begins with an element of group 0002 or 0008, least significant byte first."""
_MARKUP = re.compile(r"\s*(?:<\?xml|<!doctype|<html|<svg|<head|<body)", re.IGNORECASE)
_MAIL = re.compile(r"^(?:MIME-Version:|Content-Transfer-Encoding:)", re.IGNORECASE | re.MULTILINE)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"))
_WORD_MAIN = "word/document.xml"


def sort_of(file: IO[bytes]) -> Sort:
    """Return what a file is, by its content."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        return Sort.EMPTY
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_sort(file, head)
    for place, mark, sort in _AT:
        if head[place : place + len(mark)] == mark:
            return sort
    if b"%PDF-" in head[:1024]:
        return Sort.PDF
    for mark, sort in _STARTS:
        if head.startswith(mark):
            return sort
    return _unmarked_sort(head)


def _unmarked_sort(head: bytes) -> Sort:
    if (head.startswith(b"MZ") and b"PE\x00\x00" in head) or (head.startswith(b"BM") and head[6:10] == bytes(4)):
        return Sort.PROGRAM if head.startswith(b"MZ") else Sort.IMAGE
    if _BARE_DICOM.match(head):
        return Sort.DICOM
    text = decoded(head, cut=True)
    if text is None:
        return Sort.UNKNOWN
    if not text.strip():
        return Sort.EMPTY
    if _MARKUP.match(text):
        return Sort.MARKUP
    return Sort.MAIL if _MAIL.search(text[:8192]) else Sort.TEXT


def _zip_sort(file: IO[bytes], head: bytes) -> Sort:
    try:
        with zipfile.ZipFile(file) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Sort.DOCX if b"[Content_Types].xml" in head or b"word/" in head else Sort.ARCHIVE
    if _WORD_MAIN in names:
        return Sort.DOCX
    if "xl/workbook.xml" in names:
        return Sort.WORKBOOK
    office = "[Content_Types].xml" in names or {"mimetype", "META-INF/manifest.xml"} <= names
    return Sort.OTHER_OFFICE if office else Sort.ARCHIVE


def decoded(content: bytes, *, cut: bool = False) -> str | None:
    """Return text from its bytes, or null where they are none.

    Args:
        content: In UTF-8, UTF-16, UTF-32 or the Western one-byte alphabet (Windows-1252).
        cut: Whether they may end in the middle of a character.
    """
    for bom, name in (*_BOMS, (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(bom):
            return content.decode(name, "ignore" if cut else "replace")
    half = max(len(content) // 2, 1)
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if content[first::2].count(0) > 0.7 * half and content[1 - first :: 2].count(0) < 0.05 * half:
            return content.decode(name, "replace")
    if content.count(0) or _controls(content) > 0.01 * len(content):
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if cut and error.start >= len(content) - 3:
            return content[: error.start].decode("utf-8")
        return content.decode("cp1252", "replace")


def _controls(content: bytes) -> int:
    """Return how many bytes are control characters that no text has."""
    return len(content) - len(content.translate(None, bytes({*range(32)} - {8, 9, 10, 12, 13, 27})))
