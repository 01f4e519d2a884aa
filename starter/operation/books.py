"""`accredit books`: brings the books to this version's tables, or back to an earlier one's."""

from contextlib import closing
from typing import Annotated

import typer

from records.books import migrate_books, open_books, revisions
from starter.terminal.arguments import AsJson
from starter.terminal.context import office_of
from starter.terminal.output import say, show_json

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
BackTo = Annotated[
    str | None, typer.Option("--back-to", metavar="REVISION", help="Take migrations back, down to this revision.")
]


@app.callback()
def about_app() -> None:
    """Bring the office's books to this version's tables, or back to an earlier one's."""


@app.command()
def migrate(ctx: typer.Context, back_to: BackTo = None, as_json: AsJson = False) -> None:
    """Bring the books up to date, or take migrations back; whole or not at all.

    The current worker does the first by itself when it starts. A migration adds what code from before leaves empty, so
    that a worker of the version before goes on writing meanwhile. Taken back is what nothing hangs on yet; else it is
    refused, with the reason. Back the books up before (docs/restore.md).

    For example:

        accredit books migrate
        accredit books migrate --back-to 0011
    """
    url = office_of(ctx, amounts=False).database.url
    before, _ = revisions(url)
    if back_to is None:
        with closing(open_books(url, new=False, migrates=True)) as books:
            address = books.address
    else:
        address = migrate_books(url, back_to)
    after, needed = revisions(url)
    if as_json:
        show_json({"books": address, "before": before, "after": after, "needed": needed})
        return
    if before == after:
        say(f"{address} is at revision {after}; nothing was to be done.", style="green")
    else:
        say(f"{address} was at revision {before} and is at {after} now.", style="green")
    if after != needed:
        say(f"This version needs revision {needed}: start the version that you go back to, not this one.")
