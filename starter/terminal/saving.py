"""Writes what a command was asked to put into a file."""

import os
from pathlib import Path

from services.errors import InputFault, Unusable
from services.security.private import as_the_person_would


def save(content: bytes, file: Path) -> None:
    """Write a file as a whole or not at all, over an older one too.

    Raises:
        Unusable: It cannot be written.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with as_the_person_would(), draft.open("xb") as opened:  # a link that lies there is not followed
            opened.write(content)
        draft.replace(file)
    except OSError as error:
        raise Unusable(
            [InputFault(str(file), "", error.strerror or str(error), "a file that can be written")]
        ) from None
    finally:
        draft.unlink(missing_ok=True)
