"""Looks at PDFs: their words, fonts, claims, and where on a page there is anything."""

import io
from typing import Any, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
from PIL import ImageChops
from pypdf import PdfReader

INCH = 72


class Edges(NamedTuple):
    """How far from each edge of the page the outermost mark is, in points."""

    left: float
    top: float
    right: float
    bottom: float


def reader_of(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def words_of(pdf: bytes) -> str:
    """Return what a PDF says, in single spaces."""
    said = " ".join(page.extract_text() for page in reader_of(pdf).pages)
    return " ".join(said.split())


def letters_of(pdf: bytes) -> str:
    """Return what a PDF says without any space, so that it does not matter where a line was broken."""
    return "".join(words_of(pdf).split())


def pages_of(pdf: bytes) -> int:
    return len(reader_of(pdf).pages)


def edges_of(pdf: bytes) -> list[Edges]:
    """Return, for each page as it is seen, how far its marks stay from its edges."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        picture = page.render(scale=1).to_pil().convert("L")
        box = ImageChops.invert(picture).point(lambda shade: 255 if shade > 8 else 0).getbbox()
        assert box is not None, "an empty page"
        left, top, right, bottom = box
        found.append(Edges(left, top, picture.width - right, picture.height - bottom))
    return found


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Return the fonts of a PDF by their names without the subset's mark, and whether each is embedded."""
    found: dict[str, bool] = {}
    for page in reader_of(pdf).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            inner: Any = font.get_object()["/DescendantFonts"][0].get_object()
            name = inner["/BaseFont"].removeprefix("/").rpartition("+")[2]
            found[name] = bool({"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object()))
    return found


def claims_of(pdf: bytes) -> str:
    """Return the XMP metadata, in which a PDF says which standards it keeps."""
    root: Any = reader_of(pdf).trailer["/Root"]
    return str(root["/Metadata"].get_object().get_data(), "utf-8")
