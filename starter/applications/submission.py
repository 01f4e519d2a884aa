"""Reads an application that a command names, and passes on what its reader should know."""

from pathlib import Path

from intake.applications import read_submission
from intake.submission import Submission
from starter.terminal.output import warn


def read_and_tell(file: Path) -> Submission:
    """Read an application; what of the file is not read is told as a warning. Raises `Unusable`."""
    submission = read_submission(file)
    for remark in submission.remarks:
        warn(remark)
    return submission
