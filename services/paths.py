"""Where everything lies that is not part of the program, and what of it is the demonstration's."""

from pathlib import Path

VAR = Path("var")
"""Where everything lies that is not part of the program."""
SERVER = VAR / "temporal"
"""The data of the server."""
DEMO = VAR / "demo"
"""What the demonstration leaves behind: books, mail and reports."""
LIVES = DEMO / "lives"
"""Where the demonstration keeps the report of each life, as JSON, under the id of its case."""
TIMELINES = DEMO / "timelines"
"""Where the demonstration leaves the timeline of each life as text, under the id of its case."""
PICTURES = DEMO / "pictures"
"""Where the demonstration leaves the pictures of the lives, with an index over them."""
DEMO_NAMESPACE = "demo"
BOOKS = "books.db"
"""The books of a rehearsal, in its folder."""
MAIL = "mail"
PAPERS = "papers"
"""The letters and the papers of a rehearsal, in its folder."""
DEMO_BOOKS = DEMO / BOOKS
DEMONSTRATION = {
    "ACCREDIT_DATABASE_URL": f"sqlite:///{DEMO_BOOKS}",
    "ACCREDIT_MAIL_FOLDER": str(DEMO / MAIL),
    "ACCREDIT_PAPERS_FOLDER": str(DEMO / PAPERS),
    "TEMPORAL_NAMESPACE": DEMO_NAMESPACE,
}
"""The variables by which a command looks at the demonstration instead of an office's own cases."""
