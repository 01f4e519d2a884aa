"""Which Chromium the tests use, and how it is started: without what only a browser with windows needs."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is on the machine is used. `chromium-headless-shell` is the same browser without the frame of windows
and tabs, which the others draw around every page: a new window costs half as much processor time."""
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
MISSING = "Chromium is not on this machine (Debian: apt-get install chromium)"


def program() -> str | None:
    """Return where Chromium is, if it is."""
    return next(filter(None, map(shutil.which, NAMES)), None)
