"""Reads an application that a command names, and passes on what its reader should know."""

from pathlib import Path

from activities.papers.fonts import not_printable
from intake.applications import read_submission
from intake.submission import Submission
from policy.office import OfficeSettings
from services.programs import Application
from starter.terminal.output import warn


def read_and_tell(file: Path) -> Submission:
    """Read an application; what of the file is not read is told as a warning. Raises `Unusable`."""
    submission = read_submission(file)
    for remark in submission.remarks:
        warn(remark)
    return submission


def tell_what_papers_cannot_print(application: Application, settings: OfficeSettings, where: str = "") -> None:
    """Warn of characters that no font of the papers has, before a certificate goes out without them."""
    for sentence in not_printable(application, settings.papers.fonts):
        warn(f"{where}{sentence}")
