"""The shipped sample documents are what they say, and clean: a scenario that uses them stumbles over none."""

from pathlib import Path

import pytest

from activities.documents.contract import DocumentsRead
from tests.activities.documents.asked import Folder, told

SAMPLES = sorted((Path(__file__).parents[3] / "samples" / "documents").iterdir())
LARGEST = 60_000


def test_there_is_one_for_each_document_that_a_facility_sends() -> None:
    assert [sample.name for sample in SAMPLES] == [
        "appeal-letter.docx",
        "appeal-letter.pdf",
        "corrected-phantom-form.pdf",
        "corrective-action-plan.pdf",
        "corrective-actions-confirmed.pdf",
        "data-form.pdf",
        "images.zip",
        "phantom-letter.pdf",
        "withdrawal-form.pdf",
    ]
    assert max(sample.stat().st_size for sample in SAMPLES) < LARGEST


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.suffix != ".zip"], ids=lambda one: one.name)
def test_a_sample_is_read_as_a_letter_and_searched_and_nothing_is_wrong(folder: Folder, sample: Path) -> None:
    assert folder.read(sample.read_bytes(), letter=True) == DocumentsRead()


def test_the_sample_of_images_is_no_letter(folder: Folder) -> None:
    images = (Path(SAMPLES[0].parent) / "images.zip").read_bytes()
    assert told(folder.read(images, letter=True)) == [
        ("appeal.images_with_letter", "It is no letter but an archive of files.")
    ]
