"""Documents with something planted where each format can hide it: one maker a place.

What is planted is a sentence, or a field with its name and value, from `wordings/places*.toml`. The same places carry
clean sentences too, which nothing may refuse.
"""

import io
import random
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import docx
import pypdf
import typst
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from pydicom import Dataset
from pypdf.annotations import FreeText
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

from activities.papers.fonts import fonts_of
from tests.activities.documents import files
from tests.activities.documents.people import filled

SECONDARY = "1.2.840.10008.5.1.4.1.1.7"
BODY = (
    "Corrective action plan. The low contrast of the adult abdomen was caused by a dose that was set too low. The"
    " protocol was changed, the staff were trained, and the medical physicist measured the new dose."
)


class Said(NamedTuple):
    """What is put into a place: a sentence, and the same kind of thing as a field's name and value."""

    sentence: str
    field: str
    value: str


class Placed(NamedTuple):
    """A document, where something was put into it, and whether that identifies a patient."""

    place: str
    number: int
    planted: bool
    content: bytes


def placed_set(name: str, planted: int, clean: int) -> Iterator[Placed]:
    """Yield so many documents with a patient's identifiers, and so many without.

    Args:
        name: The set's wordings, `wordings/NAME.toml`; the same ones make the same documents.
        planted: How many hold identifiers; they go through the places in turn.
        clean: How many do not.
    """
    words = tomllib.loads((Path(__file__).with_name("wordings") / f"{name}.toml").read_text("utf-8"))
    for sort, most in (("planted", planted), ("clean", clean)):
        for number in range(most):
            place = list(PLACES)[number % len(PLACES)]
            draw = random.Random(f"{name}.{sort}.{number}")
            field, value = filled(draw, draw.choice(words[sort]["fields"]))
            said = Said(filled(draw, draw.choice(words[sort]["sentences"])), field, value)
            yield Placed(place, number, sort == "planted", PLACES[place](said))


@cache
def _plain_pdf() -> bytes:
    return files.pdf([BODY])


def _dictionary(**entries: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def _pdf(change: Callable[[pypdf.PdfWriter, Said], object]) -> Callable[[Said], bytes]:
    def make(said: Said) -> bytes:
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(_plain_pdf()))
        change(writer, said)
        return files.saved(writer.write)

    return make


def _typst(source: Callable[[Said], str], picture: bool = False) -> Callable[[Said], bytes]:
    def make(said: Said) -> bytes:
        text = f"#let said = sys.inputs.said\n{BODY}\n\n{source(said)}"
        if picture:
            text = text.replace("PICTURE", f"bytes(({','.join(map(str, picture_of(said.sentence)))},))")
        made: bytes = typst.compile(text.encode(), font_paths=fonts_of(""), sys_inputs={"said": said.sentence})
        return made

    return make


def picture_of(text: str, form: str = "PNG", **more: Any) -> bytes:
    """Return a picture with a text drawn on it."""
    picture = Image.new("L", (260, 24), 255)
    ImageDraw.Draw(picture).text((4, 4), text[:60].encode("ascii", "replace").decode(), fill=0)
    return files.saved(lambda file: picture.save(file, form, **more))


def _stream(content: bytes, **entries: Any) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(content)
    stream.update(_dictionary(**entries))
    return stream


def _note(writer: pypdf.PdfWriter, **entries: Any) -> DictionaryObject:
    rect = ArrayObject([FloatObject(one) for one in (50, 50, 450, 80)])
    note = _dictionary(Type=NameObject("/Annot"), Rect=rect, **entries)
    writer.add_annotation(0, note)
    return note


def _with_stamp(writer: pypdf.PdfWriter, said: Said) -> None:
    text = said.sentence.replace("\\", " ").replace("(", "\\(").replace(")", "\\)").encode("latin-1", "replace")
    font = _dictionary(Type=NameObject("/Font"), Subtype=NameObject("/Type1"), BaseFont=NameObject("/Helvetica"))
    look = _stream(
        b"BT /F 10 Tf 4 4 Td (" + text + b") Tj ET",
        Subtype=NameObject("/Form"),
        BBox=ArrayObject([FloatObject(one) for one in (0, 0, 400, 20)]),
        Resources=_dictionary(Font=_dictionary(F=font)),
    )
    _note(writer, Subtype=NameObject("/Stamp"), AP=_dictionary(N=writer._add_object(look)))


def _with_file_at_a_note(writer: pypdf.PdfWriter, said: Said) -> None:
    file = writer._add_object(_stream(said.sentence.encode(), Type=NameObject("/EmbeddedFile")))
    spec = _dictionary(Type=NameObject("/Filespec"), F=TextStringObject("log.txt"), EF=_dictionary(F=file))
    _note(writer, Subtype=NameObject("/FileAttachment"), FS=writer._add_object(spec))


def _with_field(writer: pypdf.PdfWriter, said: Said) -> None:
    name, value = TextStringObject(said.field.replace(" ", "")), TextStringObject(said.value)
    field = writer._add_object(_dictionary(FT=NameObject("/Tx"), T=name, TU=TextStringObject(said.field), V=value))
    writer.root_object[NameObject("/AcroForm")] = _dictionary(Fields=ArrayObject([field]))


def _with_metadata(writer: pypdf.PdfWriter, said: Said) -> None:
    name = said.field.replace(" ", "")
    xml = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:D xmlns:r="r" p:{name}="{said.value}"></r:D></x:xmpmeta>'
    kept = writer._add_object(_stream(xml.encode(), Type=NameObject("/Metadata"), Subtype=NameObject("/XML")))
    writer.pages[0][NameObject("/Metadata")] = kept


def _with_layer(writer: pypdf.PdfWriter, said: Said) -> None:
    group = writer._add_object(_dictionary(Type=NameObject("/OCG"), Name=TextStringObject(said.sentence)))
    settings = _dictionary(OCGs=ArrayObject([group]), D=_dictionary(OFF=ArrayObject([group])))
    writer.root_object[NameObject("/OCProperties")] = settings


def _with_script(writer: pypdf.PdfWriter, said: Said) -> None:
    script = TextStringObject(f'app.alert("{said.sentence}")')
    writer.root_object[NameObject("/OpenAction")] = _dictionary(S=NameObject("/JavaScript"), JS=script)


def _earlier(said: Said) -> bytes:
    now = pypdf.PdfReader(io.BytesIO(_plain_pdf())).pages[0].get_contents()
    writer = pypdf.PdfWriter(io.BytesIO(files.pdf([BODY, said.sentence])), incremental=True)
    if now is not None:
        writer.pages[0][NameObject("/Contents")] = writer._add_object(_stream(now.get_data()))
    return files.saved(writer.write)


def _in_runs(said: Said) -> bytes:
    pieces = (said.sentence[place : place + 3] for place in range(0, len(said.sentence), 3))
    source = "".join(f"#text(size: {9 + place % 2}pt, {_quoted(piece)})" for place, piece in enumerate(pieces))
    made: bytes = typst.compile(f"{BODY}\n\n{source}".encode(), font_paths=fonts_of(""))
    return made


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _docx(change: Callable[[Any, Said], object]) -> Callable[[Said], bytes]:
    def make(said: Said) -> bytes:
        document = docx.Document()
        document.add_paragraph(BODY)
        change(document, said)
        return files.saved(document.save)

    return make


def _marked(tag: str, text: str) -> Callable[[Any, Said], None]:
    def change(document: Any, said: Said) -> None:
        marked, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text)
        words.text = said.sentence
        run.append(words)
        marked.append(run)
        document.add_paragraph()._p.append(marked)

    return change


def _described(document: Any, said: Said) -> None:
    document.add_picture(io.BytesIO(picture_of("slice")))
    next(iter(document.element.body.iter(qn("wp:docPr")))).set("descr", said.sentence)


def _hidden(document: Any, said: Said) -> None:
    document.add_paragraph().add_run(said.sentence).font.hidden = True


def _in_small_runs(document: Any, said: Said) -> None:
    paragraph = document.add_paragraph()
    for place in range(0, len(said.sentence), 3):
        paragraph.add_run(said.sentence[place : place + 3]).bold = place % 2 == 0


def _variable(document: Any, said: Said) -> None:
    holder, variable = OxmlElement("w:docVars"), OxmlElement("w:docVar")
    variable.set(qn("w:name"), said.field.replace(" ", ""))
    variable.set(qn("w:val"), said.value)
    holder.append(variable)
    document.settings.element.append(holder)


def _with_part(name: str, kind: str, content: Callable[[Said], bytes]) -> Callable[[Any, Said], None]:
    def change(document: Any, said: Said) -> None:
        part = Part(PackURI(name), kind, content(said), document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.PACKAGE)

    return change


def _footnotes(said: Said) -> bytes:
    runs = "".join(f"<w:r><w:t>{said.sentence[at : at + 4]}</w:t></w:r>" for at in range(0, len(said.sentence), 4))
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xml:space="preserve"'
    return f'<w:footnotes {space}><w:footnote w:id="2"><w:p>{runs}</w:p></w:footnote></w:footnotes>'.encode()


def _custom(said: Said) -> bytes:
    return f'<Properties><property name="{said.field}"><lpwstr>{said.value}</lpwstr></property></Properties>'.encode()


def _workbook(said: Said) -> bytes:
    book = Workbook()
    sheet = book.create_sheet("Data")
    sheet.sheet_state = "hidden"
    sheet.append([said.field, said.value])
    sheet["A9"] = "Week"
    sheet["A9"].comment = Comment(said.sentence, "A")
    return files.saved(book.save)


def _left_over(said: Said) -> bytes:
    file = io.BytesIO(files.word([BODY]))
    with zipfile.ZipFile(file, "a") as archive:
        name = said.field.replace(" ", "")
        archive.writestr("customXml/item9.xml", f"<form><{name}>{said.value}</{name}></form>")
    return file.getvalue()


def _text(form: Callable[[Said], str], alphabet: str = "utf-8") -> Callable[[Said], bytes]:
    return lambda said: f"{BODY}\n\n{form(said)}\n".encode(alphabet, "replace")


def _csv(said: Said) -> bytes:
    return f'"Exam","{said.field}","Age","Sex"\n"Chest, adult","{said.value}","57","F"\n'.encode()


def _json(said: Said) -> bytes:
    name = said.field.title().replace(" ", "")
    return f'{{\n "exam": "chest",\n "{name[:1].lower()}{name[1:]}": "{said.value}"\n}}\n'.encode()


def _png(said: Said) -> bytes:
    notes = PngInfo()
    notes.add_itxt("Comment", said.sentence, zip=True)
    return picture_of("slice", pnginfo=notes)


def _exif(said: Said) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + said.sentence.encode("utf-16-le")
    return picture_of("slice", "JPEG", exif=exif)


def _tiff(said: Said) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = said.sentence
    first, second = Image.new("L", (9, 9)), Image.new("L", (9, 9))
    second.encoderinfo = {"exif": exif}
    return files.saved(lambda file: first.save(file, "TIFF", save_all=True, append_images=[second]))


def _dicom(change: Callable[[Dataset, Said], object]) -> Callable[[Said], bytes]:
    def make(said: Said) -> bytes:
        dataset = Dataset()
        change(dataset, said)
        tags: dict[int | str, Any] = {one.keyword: one.value for one in dataset if one.keyword}
        others = Dataset()
        change(others, said)
        plain: dict[int | str, Any] = {"PatientName": "ACR^PHANTOM", "PatientID": "S-017"}
        return files.dicom(plain | tags, _private_of(others))

    return make


def _private_of(dataset: Dataset) -> list[str]:
    return [str(one.value) for one in dataset if one.tag.is_private and not one.tag.is_private_creator]


def _private(dataset: Dataset, said: Said) -> None:
    dataset.private_block(0x0009, "SAMPLE", create=True).add_new(0x10, "LT", said.sentence)


def _report(answer: Callable[[Dataset, Said], None]) -> Callable[[Dataset, Said], None]:
    def change(dataset: Dataset, said: Said) -> None:
        item, meaning = Dataset(), Dataset()
        meaning.CodeValue, meaning.CodingSchemeDesignator, meaning.CodeMeaning = "1", "99S", said.field
        item.ConceptNameCodeSequence = [meaning]
        answer(item, said)
        dataset.ContentSequence = [item]

    return change


def _graphics(dataset: Dataset, said: Said) -> None:
    graphic, text = Dataset(), Dataset()
    text.UnformattedTextValue = said.sentence
    graphic.TextObjectSequence = [text]
    dataset.GraphicAnnotationSequence = [graphic]


def _capture(dataset: Dataset, said: Said) -> None:
    dataset.ConversionType, dataset.Modality = "WSD", "OT"
    dataset.DerivationDescription = "Screen"


PLACES: dict[str, Callable[[Said], bytes]] = {
    "pdf: text": _typst(lambda said: "#said"),
    "pdf: white text": _typst(lambda said: "#text(fill: white, size: 2pt)[#said]"),
    "pdf: text in many runs": _in_runs,
    "pdf: picture beside text": _typst(lambda said: "#image(PICTURE)", picture=True),
    "pdf: words for a picture": _typst(lambda said: "#image(PICTURE, alt: said)", picture=True),
    "pdf: comment": _pdf(lambda one, said: one.add_annotation(0, FreeText(text=said.sentence, rect=(9, 9, 99, 99)))),
    "pdf: stamp": _pdf(_with_stamp),
    "pdf: file at a comment": _pdf(_with_file_at_a_note),
    "pdf: file": _pdf(lambda one, said: one.add_attachment("log.txt", said.sentence.encode())),
    "pdf: form": _pdf(_with_field),
    "pdf: bookmark": _pdf(lambda one, said: one.add_outline_item(title=said.sentence, page_number=0)),
    "pdf: properties": _pdf(lambda one, said: one.add_metadata({"/Subject": said.sentence})),
    "pdf: properties of a page": _pdf(_with_metadata),
    "pdf: script": _pdf(_with_script),
    "pdf: layer": _pdf(_with_layer),
    "pdf: earlier version": _earlier,
    "docx: text in many runs": _docx(_in_small_runs),
    "docx: header": _docx(lambda one, said: setattr(one.sections[0].header.paragraphs[0], "text", said.sentence)),
    "docx: comment": _docx(
        lambda one, said: one.add_comment(one.paragraphs[0].runs, said.sentence, author="A", initials="A")
    ),
    "docx: footnote": _docx(
        _with_part(
            "/word/footnotes.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            _footnotes,
        )
    ),
    "docx: deleted text": _docx(_marked("w:del", "w:delText")),
    "docx: hidden text": _docx(_hidden),
    "docx: picture": _docx(lambda one, said: one.add_picture(io.BytesIO(picture_of(said.sentence)))),
    "docx: words for a picture": _docx(_described),
    "docx: variable": _docx(_variable),
    "docx: properties": _docx(lambda one, said: setattr(one.core_properties, "keywords", said.sentence)),
    "docx: custom properties": _docx(
        _with_part(
            "/docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml", _custom
        )
    ),
    "docx: workbook of a chart": _docx(
        _with_part(
            "/word/embeddings/chart.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _workbook,
        )
    ),
    "docx: file that nothing names": _left_over,
    "text: sentence": _text(lambda said: said.sentence),
    "text: form": _text(lambda said: f"{said.field}: {said.value}"),
    "text: UTF-16": _text(lambda said: said.sentence, "utf-16"),
    "text: Windows": _text(lambda said: said.sentence, "cp1252"),
    "text: list of commas": _csv,
    "text: JSON": _json,
    "image: picture": lambda said: picture_of(said.sentence),
    "image: text of a PNG": _png,
    "image: EXIF": _exif,
    "image: comment": lambda said: picture_of("slice", "JPEG", comment=said.sentence.encode()),
    "image: behind its end": lambda said: picture_of("slice", "JPEG") + said.sentence.encode(),
    "image: second page": _tiff,
    "dicom: private tag": _dicom(_private),
    "dicom: image comments": _dicom(lambda one, said: setattr(one, "ImageComments", said.sentence)),
    "dicom: patient comments": _dicom(lambda one, said: setattr(one, "PatientComments", said.sentence)),
    "dicom: answer of a report": _dicom(_report(lambda one, said: setattr(one, "TextValue", said.value))),
    "dicom: text of a report": _dicom(_report(lambda one, said: setattr(one, "TextValue", said.sentence))),
    "dicom: text on a picture": _dicom(_graphics),
    "dicom: screen": _dicom(_capture),
    "dicom: document": _dicom(lambda one, said: setattr(one, "EncapsulatedDocument", files.pdf([said.sentence]))),
    "dicom: protocol": _dicom(lambda one, said: setattr(one, "ProtocolName", said.sentence[:60])),
}
"""How something is put into each place of each format."""
