"""Which Chromium the tests use, and how it is started: without what only a browser with windows needs."""

from tools.screenshots.browser import program as program

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
MISSING = "Chromium is not on this machine (Debian: apt-get install chromium)"
