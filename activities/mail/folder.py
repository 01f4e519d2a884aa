"""The folder in which every letter is a file: all of the mail where no server is named, else a copy of it."""

from collections.abc import Sequence
from pathlib import Path

from activities.mail.letter import Delivered, Letter
from activities.mail.message import as_bytes, as_message
from activities.places import file_in, file_of_case, write_whole


class MailFolder:
    """Keeps every letter as an `.eml` file, in a folder of its case; one that is about no case, in one of its kind."""

    def __init__(self, folder: Path) -> None:
        """Keep letters under a folder, which is made when the first one comes."""
        self.folder = folder

    def deliver(self, letter: Letter, reached: Sequence[str] = ()) -> Delivered:
        """Write the letter's file, whole or not at all; its name is relative to the folder.

        Raises:
            Undeliverable: An address cannot stand in a header.
            OSError: The file cannot be written, or would lie outside the folder.
        """
        place = self.place_of(letter)
        file = self.keep(place, as_bytes(as_message(letter)))
        return Delivered(file, tuple(dict.fromkeys((*reached, *letter.recipients))), mailed=False)

    def place_of(self, letter: Letter) -> Path:
        """Return where a letter's file lies. Raises `OSError` where that would be outside the folder."""
        name = f"{letter.number:04d}-{letter.kind}.eml"
        if letter.secret:  # to a person, about no case
            return file_in(file_in(self.folder, letter.kind), name)
        return file_of_case(self.folder, letter.case_id, name)

    def keep(self, place: Path, content: bytes) -> str:
        """Write a letter's file in its place, and return its name. Raises `OSError` where it cannot be written."""
        write_whole(place, content)
        return place.relative_to(self.folder).as_posix()
