"""How a log is written: nothing that people sent works in it unseen, and none of it looks like another line."""

import logging

from policy.text.visible import visible


class VisibleLines(logging.Formatter):
    """Writes a record as `policy.text.visible` has it; what is continued, as a traceback is, stands further in."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        return visible(super().format(record)).replace("\n", "\n  ")


def show_all(format_of_lines: str) -> None:
    """Write the process's log to stderr, from INFO on, so that everything in it can be seen."""
    handler = logging.StreamHandler()
    handler.setFormatter(VisibleLines(format_of_lines))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def show_warnings() -> None:
    """Let warnings of a process without a log of its own, which Python writes to stderr, be seen as they are."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(VisibleLines())
