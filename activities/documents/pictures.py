"""Images: what is written beside the picture (EXIF, XMP, IPTC, comments, text chunks). Pixels are not read."""

import re
import warnings
from collections.abc import Iterator
from typing import IO, Any

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin, TiffTags

from activities.documents.kinds import DocumentFault, Place, PlaceSort
from activities.documents.markup import text_of_xml
from activities.documents.parts import Part, Passage, Picture, Unreadable

MOST_PIXELS = 100_000_000
"""Of one image: a large scanner's page has a third of it."""
FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP")
_PROPERTY = Place(sort=PlaceSort.PROPERTY)
_EXIF_PARTS = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.IFD1)
MOST_PAGES = 100
"""Of a TIFF whose tags are read."""
MOST_BEHIND = 1024 * 1024
"""Bytes behind a picture's end that are searched."""
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}
_PRINTED = re.compile(rb"[\x09\x20-\x7e\x80-\xf4]{5,}")
_COMMENT_MARKS = (b"ASCII\0\0\0", b"UNICODE\0", b"JIS\0\0\0\0\0", b"\0" * 8)


def parts_of_image(file: IO[bytes], *, deep: bool) -> Iterator[Part]:
    """Yield what is written beside a picture, and that it is one.

    Args:
        file: The image.
        deep: Whether what is written is wanted; else it is opened only.

    Raises:
        Unreadable: It has more pixels than it may, or a form that is not read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(file, formats=FORMATS)
        except Image.DecompressionBombError:
            raise Unreadable(DocumentFault.TOO_LARGE_INSIDE) from None
        if picture.width * picture.height > MOST_PIXELS:
            raise Unreadable(DocumentFault.TOO_LARGE_INSIDE)
        yield Picture()
        if deep:
            yield Passage(_PROPERTY, "\n".join(_written(picture)))
            yield Passage(_PROPERTY, _behind(file, str(picture.format)))


def _written(picture: ImageFile.ImageFile) -> Iterator[str]:
    """Yield lines of `name: value`."""
    if picture.format == "PNG":
        picture.load()  # texts may stand behind the picture
    for name, value in picture.info.items():
        if name in ("xmp", "XML:com.adobe.xmp"):
            yield text_of_xml(value if isinstance(value, bytes) else str(value).encode())
        elif name not in ("exif", "icc_profile", "photoshop"):
            yield f"{name}: {_text(value)}"
    exif = picture.getexif()
    for tag, value in [*exif.items(), *(item for part in _EXIF_PARTS for item in exif.get_ifd(part).items())]:
        yield f"{ExifTags.TAGS.get(tag, tag)}: {_text(value)}"
    for page in range(min(getattr(picture, "n_frames", 1), MOST_PAGES) if picture.format == "TIFF" else 0):
        picture.seek(page)
        for tag, value in getattr(picture, "tag_v2", {}).items():
            yield f"{TiffTags.lookup(tag).name}: {_text(value)}"
    for value in (IptcImagePlugin.getiptcinfo(picture) or {}).values():
        yield from map(_text, value if isinstance(value, list) else [value])


def _behind(file: IO[bytes], form: str) -> str:
    """Return what is text behind a picture's end, where no viewer shows it."""
    if form not in _ENDS:
        return ""
    file.seek(0)
    content = file.read()
    _, _, rest = content.rpartition(_ENDS[form])
    return "\n".join(found.decode("utf-8", "replace") for found in _PRINTED.findall(rest[:MOST_BEHIND]))


def _text(value: Any) -> str:
    """Return a value as text; bytes are text in one of the alphabets that these formats use."""
    if not isinstance(value, bytes):
        return str(value) if isinstance(value, str | int | float) else ""
    content = value
    for mark in _COMMENT_MARKS:
        content = content.removeprefix(mark)
    alphabet = "utf-16-le" if content[1::2].count(0) > len(content) // 3 else "utf-8"
    return str(content, alphabet, "replace").strip("\0")
