"""What is wrong with a message's documents is told for all of them: rule, document, kinds and places, never a value."""

import io
import zipfile

import pypdf
import pytest
from docx import Document
from PIL import Image

from activities.documents.contract import DocumentFault, DocumentsRead
from tests.activities.documents import files
from tests.activities.documents.asked import Folder, told

NAME = "Patient name: Ada Quilvermon"
PHI = "document.contains_phi"
UNREADABLE = "document.unreadable"
IMAGES = "appeal.images_with_letter"


def test_every_document_of_a_message_is_looked_at_and_every_fault_is_told(folder: Folder) -> None:
    clean = folder.put("plan.pdf", files.pdf(["Slice thickness reduced to 2.5 mm."]))
    held = folder.put("log.docx", files.word([NAME, [["DOB", "03/14/1957"]]]))
    broken = folder.put("scan.pdf", b"%PDF-1.7 and nothing behind it")
    other = clean.model_copy(update={"sha256": "0" * 64})
    assert folder.ask(clean, held, broken, other) == DocumentsRead(
        faults=(
            DocumentFault(
                rule=PHI,
                document="log.docx",
                reason="It holds a patient's name in the text and a date of birth in the text.",
            ),
            DocumentFault(rule=UNREADABLE, document="scan.pdf", reason="It is broken or incomplete."),
            DocumentFault(
                rule="document.digest_differs",
                document="plan.pdf",
                reason="It is not the file whose SHA-256 the message says.",
            ),
        )
    )


def test_a_place_is_the_page_the_line_or_the_tag(folder: Folder) -> None:
    pages = "#set page(height: 5cm)\nPlan\n#pagebreak()\nMRN: 48213377"
    assert told(folder.read(files.pdf_of(pages))) == [(PHI, "It holds a medical record number on page 2.")]
    lines = b"Plan\n\nAction one\nSSN: 123-45-6789\n"
    assert told(folder.read(lines)) == [(PHI, "It holds a social security number in line 4.")]
    tagged = files.dicom({"PatientName": "Quilvermon^Ada", "PatientBirthDate": "19570314"}, ["MRN 48213377"])
    assert told(folder.read(tagged)) == [
        (
            PHI,
            "It holds a medical record number in the DICOM tag (0009,1010), a patient's name in the DICOM tag"
            " (0010,0010) and a date of birth in the DICOM tag (0010,0030).",
        )
    ]


def test_a_document_that_need_not_be_searched_is_opened_all_the_same(folder: Folder) -> None:
    assert folder.read(files.pdf([NAME]), screened=False) == DocumentsRead()
    assert told(folder.read(b"%PDF-1.7", screened=False)) == [(UNREADABLE, "It is broken or incomplete.")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (files.image([]), "It is no letter but an image."),
        (files.dicom({}), "It is no letter but a DICOM file."),
        (b"\x1f\x8b\x08" + bytes(40), "It is no letter but an archive of files."),
    ],
)
def test_images_in_the_place_of_a_letter_are_told_by_their_content(folder: Folder, content: bytes, reason: str) -> None:
    assert told(folder.read(content, letter=True, screened=False)) == [(IMAGES, reason)]


def test_images_that_are_attached_to_a_letter_are_images_with_the_letter(folder: Folder) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf(["We appeal."])))
    writer.add_attachment("slice.dcm", files.dicom({}))
    letter = files.saved(writer.write)
    assert told(folder.read(letter, letter=True, screened=False)) == [(IMAGES, "Images are attached to it.")]


SHOWN = "it shows pictures, whose words and faces cannot be searched; a person must look at it."


def test_a_letter_with_a_logo_in_it_is_a_letter(folder: Folder) -> None:
    document = Document()
    document.add_paragraph("We appeal the finding on the head examination, for the reasons that follow.")
    document.add_picture(io.BytesIO(files.image([])))
    read = folder.read(files.saved(document.save), letter=True)
    assert read.faults == ()
    assert read.warnings == (f"document: {SHOWN}",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "It is empty."),
        (b"   \n", "It is empty."),
        (b"MZ" + bytes(60) + b"PE\x00\x00", "It is a program."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "It is a document of an older office program."),
        (b"<html><body>A plan</body></html>", "It is a web page, XML, PostScript or rich text."),
        (b"{\\rtf1 A plan}", "It is a web page, XML, PostScript or rich text."),
        (b"From: a\nMIME-Version: 1.0\n\nA plan", "It is an e-mail."),
        (bytes(range(256)) * 4, "It is nothing that is read here."),
    ],
)
def test_what_is_not_read_is_named_with_what_is_expected(folder: Folder, content: bytes, reason: str) -> None:
    ((rule, said),) = told(folder.read(content))
    expected = "" if "empty" in reason else " A PDF, a DOCX, plain text, an image or DICOM is expected."
    assert (rule, said) == (UNREADABLE, reason + expected)


def test_a_workbook_and_a_plain_archive_are_not_taken_for_a_word_document(folder: Folder) -> None:
    def packed(*names: str) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        return file.getvalue()

    assert "archive" in told(folder.read(packed("a.dcm")))[0][1]
    assert "workbook" in told(folder.read(packed("[Content_Types].xml", "xl/workbook.xml")))[0][1]
    assert told(folder.read(packed("[Content_Types].xml", "word/document.xml"))) == [
        (UNREADABLE, "It is broken or incomplete.")
    ]


def test_a_document_behind_a_password_is_told_so_and_one_locked_against_changes_only_is_read(folder: Folder) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf([NAME])))
    writer.encrypt(user_password="a", owner_password="b", algorithm="RC4-128")
    assert told(folder.read(files.saved(writer.write))) == [(UNREADABLE, "It is protected by a password.")]
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf([NAME])))
    writer.encrypt(user_password="", owner_password="b", algorithm="RC4-128")
    assert told(folder.read(files.saved(writer.write))) == [(PHI, "It holds a patient's name on page 1.")]
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert told(folder.read(locked)) == [(UNREADABLE, "It is protected by a password.")]


def test_what_no_program_can_search_is_passed_on_to_a_person(folder: Folder) -> None:
    scan = files.saved(lambda file: Image.new("L", (200, 300), 200).save(file, "PDF"))
    look = "a person must look at it."
    assert folder.read(scan).warnings == (f"document: page 1 cannot be searched (no text); {look}",)
    picture = f"document: it is a picture, whose words and faces cannot be searched; {look}"
    assert folder.read(files.image([])).warnings == (picture,)
    burned = files.dicom({"BurnedInAnnotation": "YES"})
    assert folder.read(burned).warnings == (f"document: its picture may have a patient's data burned in; {look}",)
    assert folder.read(scan, screened=False).warnings == ()


def test_a_file_within_a_document_is_searched_or_refused(folder: Folder) -> None:
    def with_attached(content: bytes) -> bytes:
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf(["A plan"])))
        writer.add_attachment("one", content)
        return files.saved(writer.write)

    assert told(folder.read(with_attached(files.word([NAME])))) == [
        (PHI, "It holds a patient's name in file 1 within it.")
    ]
    ((rule, reason),) = told(folder.read(with_attached(b"PK\x03\x04" + bytes(40))))
    assert (rule, reason.partition(".")[0]) == (UNREADABLE, "A file within it cannot be read")
    nested = files.pdf(["innermost"])
    for _ in range(5):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf(["A plan"])))
        writer.add_attachment("one", nested)
        nested = files.saved(writer.write)
    assert told(folder.read(nested)) == [(UNREADABLE, "It holds files within files within files.")]
