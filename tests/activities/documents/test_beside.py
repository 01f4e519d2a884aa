"""What stands beside the text is searched as well: properties, forms, comments, headers, changes, sequences."""

import io
import zipfile
from collections.abc import Callable

import pypdf
import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from openpyxl import Workbook
from PIL import Image
from pydicom import Dataset
from pydicom.sequence import Sequence
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from tests.activities.documents import files
from tests.activities.documents.asked import Folder, told

PHI = "document.contains_phi"
NAME = "Patient name: Ada Quilvermon"


def changed_pdf(change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    """Return a clean PDF after a change."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf(["A plan"])))
    change(writer)
    return files.saved(writer.write)


def with_field(writer: pypdf.PdfWriter) -> None:
    """Add a form field, filled in, whose name is its only label."""
    field = {"/FT": NameObject("/Tx"), "/T": TextStringObject("PatientDOB"), "/V": TextStringObject("03/14/1957")}
    kept = writer._add_object(DictionaryObject({NameObject(key): value for key, value in field.items()}))
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([kept])})
    writer.root_object[NameObject("/AcroForm")] = form


PDFS: dict[str, tuple[Callable[[pypdf.PdfWriter], object], str]] = {
    "properties": (lambda writer: writer.add_metadata({"/Subject": NAME}), "in the file's properties"),
    "a bookmark": (lambda writer: writer.add_outline_item(title=NAME, page_number=0), "in the file's properties"),
    "a comment": (lambda writer: writer.add_annotation(0, FreeText(text=NAME, rect=(9, 9, 99, 99))), "in a comment"),
    "the name of an attachment": (lambda writer: writer.add_attachment("MRN_48213377.txt", b"A plan"), "properties"),
    "a field": (with_field, "in a form field"),
}


@pytest.mark.parametrize("where", PDFS)
def test_a_pdf_is_searched_beside_its_pages(folder: Folder, where: str) -> None:
    change, place = PDFS[where]
    ((rule, reason),) = told(folder.read(changed_pdf(change)))
    assert rule == PHI
    assert place in reason


def a_docx(change: Callable[[Document], object]) -> bytes:  # type: ignore[valid-type]
    document = Document()
    paragraph = document.add_paragraph("A plan of what is done about the deficiency, and by whom, and until when.")
    document.add_comment(paragraph.runs, "Looks good", author="A", initials="A")
    change(document)
    return files.saved(document.save)


DOCXS: dict[str, tuple[Callable[..., object], str]] = {
    "a header": (lambda one: setattr(one.sections[0].header.paragraphs[0], "text", NAME), "in a header or footer"),
    "a footer": (lambda one: setattr(one.sections[0].footer.paragraphs[0], "text", NAME), "in a header or footer"),
    "properties": (lambda one: setattr(one.core_properties, "comments", NAME), "in the file's properties"),
    "a comment": (lambda one: one.add_comment(one.paragraphs[0].runs, NAME, author="A", initials="A"), "in a comment"),
    "a cell within a cell": (
        lambda one: setattr(one.add_table(1, 1).cell(0, 0).add_table(1, 1).cell(0, 0), "text", NAME),
        "in the text",
    ),
}


@pytest.mark.parametrize("where", DOCXS)
def test_a_docx_is_searched_beside_its_text(folder: Folder, where: str) -> None:
    change, place = DOCXS[where]
    assert told(folder.read(a_docx(change))) == [(PHI, f"It holds a patient's name {place}.")]


@pytest.mark.parametrize("change", ["del", "ins"])
def test_a_change_that_is_only_proposed_is_searched(folder: Folder, change: str) -> None:
    text = "w:delText" if change == "del" else "w:t"
    marked = f'<w:p><w:{change} w:id="1" w:author="A"><w:r><{text}>{NAME}</{text}></w:r></w:{change}></w:p><w:sectPr'
    made, file = zipfile.ZipFile(io.BytesIO(files.word(["A plan"]))), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in made.namelist():
            archive.writestr(name, made.read(name).replace(b"<w:sectPr", marked.encode(), 1))
    assert told(folder.read(file.getvalue())) == [(PHI, "It holds a patient's name in the text.")]


def test_a_picture_in_a_docx_is_searched_for_what_is_written_beside_it(folder: Folder) -> None:
    document = Document()
    document.add_picture(io.BytesIO(files.image([NAME])))
    assert told(folder.read(files.saved(document.save))) == [(PHI, "It holds a patient's name in file 1 within it.")]


def a_workbook(*rows: list[str]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    return files.saved(book.save)


def test_the_workbook_behind_a_chart_is_searched_and_no_reason_to_refuse(folder: Folder) -> None:
    def with_embedded(content: bytes) -> bytes:
        document = Document()
        document.add_paragraph("A plan of what is done about the deficiency, and by whom, and until when.")
        name = PackURI("/word/embeddings/chart.xlsx")
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        part = Part(name, kind, content, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.PACKAGE)
        return files.saved(document.save)

    assert told(folder.read(with_embedded(a_workbook(["Week", "Noise"], ["1", "4.8"])))) == []
    held = a_workbook(["Name", "DOB"], ["Quilvermon, Ada", "03/14/1957"])
    assert told(folder.read(with_embedded(held))) == [
        (PHI, "It holds a date of birth in file 1 within it and a patient's name in file 1 within it.")
    ]
    assert told(folder.read(held))[0][1].startswith("It is a workbook.")


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:Description xmlns:r="r"><p:PatientName>Quilvermon</p:PatientName>'
    b"</r:Description></x:xmpmeta>"
)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP", "GIF"])
def test_a_picture_is_searched_for_what_is_written_beside_it(folder: Folder, form: str) -> None:
    if form == "GIF":
        picture = Image.new("L", (9, 9))
        content = files.saved(lambda file: picture.save(file, "GIF", comment=NAME.encode()))
    else:
        content = files.image([NAME], form)
    assert told(folder.read(content)) == [(PHI, "It holds a patient's name in the file's properties.")]


def test_the_xml_in_a_picture_is_searched_by_the_names_of_its_elements(folder: Folder) -> None:
    picture = Image.new("L", (9, 9))
    content = files.saved(lambda file: picture.save(file, "JPEG", xmp=XMP))
    assert told(folder.read(content)) == [(PHI, "It holds a patient's name in the file's properties.")]


def test_dicom_is_searched_in_sequences_comments_private_tags_and_documents_within(folder: Folder) -> None:
    other = Dataset()
    other.PatientID = "48213377"
    content = files.dicom(
        {
            "OtherPatientIDsSequence": Sequence([other]),
            "PatientComments": "DOB 03/14/1957",
            "EncapsulatedDocument": files.pdf([NAME]),
        },
        ["Quilvermon^Ada"],
    )
    assert told(folder.read(content)) == [
        (
            PHI,
            "It holds a patient's name in the DICOM tag (0009,1010), a medical record number in the DICOM tag"
            " (0010,0020), a date of birth in the DICOM tag (0010,4000) and a patient's name in file 1 within it.",
        )
    ]


def test_a_dicom_file_without_its_preamble_is_one_all_the_same(folder: Folder) -> None:
    bare = io.BytesIO()
    dataset = Dataset()
    dataset.SOPClassUID, dataset.PatientName = "1.2.840.10008.5.1.4.1.1.2", "Quilvermon^Ada"
    dataset.save_as(bare, implicit_vr=True, little_endian=True)
    assert told(folder.read(bare.getvalue())) == [(PHI, "It holds a patient's name in the DICOM tag (0010,0010).")]


def test_placeholders_of_an_anonymised_image_are_no_patient(folder: Folder) -> None:
    for name, number in (("ANONYMOUS", "S-17"), ("ACR^PHANTOM", "QC_2026"), ("", ""), ("Subject^017", "000000")):
        tags: dict[int | str, object] = {"PatientName": name, "PatientID": number, "PatientBirthDate": "19000101"}
        read = folder.read(files.dicom({**tags, "StudyID": "48213377", "DeviceSerialNumber": "48213377"}))
        assert told(read) == []
