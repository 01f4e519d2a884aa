"""Wherever a format can hide a text, what identifies a patient is found, or a person is asked to look."""

import io
from typing import Any

import pypdf
import pytest
from pypdf.generic import NameObject

from activities.documents.look import look
from activities.documents.wording import to_look_at
from bench.identifiers import PAGE, PLANTED, SETS, measured, row_of
from tests.activities.documents import files
from tests.activities.documents.places import PLACES, Said

PATIENT = Said("Patient: Ada Quilvermon, DOB 03/14/1957, MRN 00483921", "Patient Name", "Ada Quilvermon")
PICTURES = {"pdf: picture beside text", "docx: picture", "image: picture", "dicom: screen"}
"""Places whose text is drawn: no pattern reads it."""


@pytest.mark.parametrize("place", PLACES)
def test_a_patient_is_told_in_every_place(place: str) -> None:
    reading = look(io.BytesIO(PLACES[place](PATIENT)), screened=True)
    assert reading.trouble is None
    if place in PICTURES:
        assert list(to_look_at(reading))
    else:
        assert reading.found


def test_the_measured_figures_hold_and_stand_in_the_docs() -> None:
    name = SETS[-1]
    figures = measured(name)
    assert figures.found + figures.left >= 0.95 * PLANTED, figures.missed
    assert figures.refused == ()
    assert row_of(name, figures) in PAGE.read_text("utf-8").splitlines(), "run python -m bench.identifiers"


def test_a_page_whose_font_does_not_say_its_letters_is_looked_at_by_a_person() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf(["A plan of what is done about the deficiency."])))
    resources: Any = writer.pages[0]["/Resources"]
    for font in resources["/Font"].values():
        del font.get_object()[NameObject("/ToUnicode")]
    reading = look(io.BytesIO(files.saved(writer.write)), screened=True)
    assert reading.unsearchable == (1,)


@pytest.mark.parametrize(
    "tags",
    [
        {"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"], "BitsAllocated": 8, "PixelData": bytes(64)},
        {"Modality": "US"},
        {"ConversionType": "SD"},
        {"BurnedInAnnotation": "YES"},
    ],
)
def test_a_picture_on_which_somebody_may_have_written_is_looked_at_by_a_person(tags: dict[int | str, object]) -> None:
    assert look(io.BytesIO(files.dicom(tags)), screened=True).burned_in
    assert not look(io.BytesIO(files.dicom({**tags, "BurnedInAnnotation": "NO"})), screened=True).burned_in


def test_a_name_or_a_number_that_no_tag_explains_is_looked_at_by_a_person() -> None:
    named: list[tuple[dict[int | str, Any], list[str]]] = [
        ({"StudyDescription": "QUILVERMON ADA CHEST"}, []),
        ({"ProtocolName": "Quilvermon_M_chest"}, []),
        ({}, ["QUILVERMON ADA"]),
        ({}, ["00483921"]),
    ]
    for tags, private in named:
        reading = look(io.BytesIO(files.dicom(tags, private)), screened=True)
        assert not reading.found
        assert reading.doubtful
    plain = files.dicom({"StudyDescription": "CT CHEST WO CONTRAST", "ProtocolName": "Adult Head"}, ["SW VERSION 12"])
    assert not look(io.BytesIO(plain), screened=True).doubtful
