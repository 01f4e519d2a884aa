"""Pictures as files: small enough for a page, without anything but the picture in them."""

from io import BytesIO
from pathlib import Path

from PIL import Image

LARGEST = 150_000
"""Bytes that one picture may have."""
COLOURS = (256, 128, 64, 32)
"""How many colours a picture keeps: fewer, where it would be too large."""


def keep(picture: bytes | Image.Image, file: Path) -> Path:
    """Write a picture as PNG with a palette, and return its file.

    Args:
        picture: The picture, or a file of one.
        file: Where it goes.

    Raises:
        ValueError: It is too large with the fewest colours, too.
    """
    image = picture if isinstance(picture, Image.Image) else Image.open(BytesIO(picture))
    for colours in COLOURS:
        small = image.convert("RGB").quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        written = BytesIO()
        small.save(written, "PNG", optimize=True)
        if written.tell() <= LARGEST:
            file.write_bytes(written.getvalue())
            return file
    raise ValueError(f"{file.name} has more than {LARGEST:,} bytes with {COLOURS[-1]} colours, too.")


def first_page(pdf: bytes, wide: int) -> Image.Image:
    """Return the first page of a PDF as a picture with a thin frame.

    Args:
        pdf: The PDF.
        wide: Its width in pixels.
    """
    # A dependency of development: the office's papers are looked at with a program of its own.
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        image: Image.Image = page.render(scale=wide / page.get_width()).to_pil().convert("RGB")
    framed = Image.new("RGB", (image.width + 2, image.height + 2), "#c3cad2")
    framed.paste(image, (1, 1))
    return framed
