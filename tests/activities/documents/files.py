"""Makes documents of every kind from the same content: paragraphs, and tables as lists of rows."""

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import docx
import typst
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from activities.papers.fonts import fonts_of

Block = str | list[list[str]]
"""A paragraph, or the rows of a table."""

WITH_TABLES = ("pdf", "docx", "text")
PAGE = """
#set page(width: 21cm, height: 29.7cm, margin: 2cm)
#set text(size: 10pt)
#for block in json(bytes(sys.inputs.blocks)) {
  if type(block) == str { par(block) } else {
    table(columns: block.at(0).len(), ..block.flatten())
  }
}
"""
CT = "1.2.840.10008.5.1.4.1.1.2"


def pdf(blocks: Sequence[Block]) -> bytes:
    """Return a PDF that an office program could have made."""
    made: bytes = typst.compile(PAGE.encode(), font_paths=fonts_of(""), sys_inputs={"blocks": json.dumps(blocks)})
    return made


def word(blocks: Sequence[Block]) -> bytes:
    """Return a DOCX; tables are Word's own."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block), len(block[0]))
        for cells, row in zip(table.rows, block, strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = text
    return saved(document.save)


def text(blocks: Sequence[Block]) -> bytes:
    """Return plain text; tables stand in columns."""
    lines = []
    for block in blocks:
        if isinstance(block, str):
            lines += [block, ""]
            continue
        widths = [max(len(row[column]) for row in block) + 3 for column in range(len(block[0]))]
        lines += ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in block]
        lines.append("")
    return "\n".join(lines).encode()


def image(blocks: Sequence[Block], form: str = "PNG") -> bytes:
    """Return a small grey picture that says the content in its metadata; a table's two columns are name and value."""
    picture = Image.new("L", (32, 24), 90)
    told = [(row[0], row[1]) for block in blocks if not isinstance(block, str) for row in block]
    said = "\n".join(block for block in blocks if isinstance(block, str))
    if form == "PNG":
        notes = PngInfo()
        notes.add_text("Description", said)
        for name, value in told:
            notes.add_itxt(name, value)
        return saved(lambda file: picture.save(file, "PNG", pnginfo=notes))
    exif = Image.Exif()
    exif[0x010E] = "\n".join([said, *(f"{name}: {value}" for name, value in told)])
    return saved(lambda file: picture.save(file, form, exif=exif))


def dicom(tags: dict[int | str, Any], private: Sequence[str] = ()) -> bytes:
    """Return a DICOM file with these tags, given by keyword or number, and texts in private tags."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = CT, generate_uid(entropy_srcs=["a", str(sorted(map(str, tags)))])
    dataset.Modality, dataset.StudyDate, dataset.Manufacturer = "CT", "20260305", "Sample Imaging Systems"
    for name, value in tags.items():
        setattr(dataset, str(name), value)
    if private:
        block = dataset.private_block(0x0009, "SAMPLE SYSTEMS", create=True)
        for place, said in enumerate(private):
            block.add_new(0x10 + place, "LT", said)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return saved(lambda file: dataset.save_as(file, enforce_file_format=True))


def saved(save: Callable[[Any], object]) -> bytes:
    """Return what a function writes into a file."""
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def pdf_of(source: str) -> bytes:
    """Return a PDF of a text in typst's own language."""
    made: bytes = typst.compile(source.encode(), font_paths=fonts_of(""))
    return made


def sha256(content: bytes) -> str:
    """Return the digest of a document."""
    return hashlib.sha256(content).hexdigest()
