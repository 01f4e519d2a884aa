"""The folder in which every letter is a file: all of the mail where no server is named, else a copy of it."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

from activities.mail.letter import Delivered, Letter
from activities.mail.message import as_message


class MailFolder:
    """Keeps every letter as an `.eml` file, in a folder of its case."""

    def __init__(self, folder: Path) -> None:
        """Keep letters under a folder, which is made when the first one comes."""
        self.folder = folder

    def deliver(self, letter: Letter, reached: Sequence[str] = ()) -> Delivered:
        """Write the letter's file, whole or not at all; its name is relative to the folder.

        Raises:
            Undeliverable: An address cannot stand in a header.
            OSError: The file cannot be written.
        """
        content = as_message(letter).as_bytes()
        name = Path(letter.case_id) / f"{letter.number:04d}-{letter.kind}.eml"
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two attempts at one step may overlap: each writes a draft of its own.
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return Delivered(name.as_posix(), tuple(dict.fromkeys((*reached, *letter.recipients))), mailed=False)
