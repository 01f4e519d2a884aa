"""What can be wrong with a database, each with the next step.

BooksError              anything below
├── NoBooks             looked into, and there are none
├── BooksUnreachable    no answer, or no place to write
├── WrongPurpose        an office's books opened for a rehearsal, or the other way round
├── BooksTooNew         written by a newer version of this program
├── BooksTooOld         not brought up to date yet, and not by whoever opens them
└── NoWayBack           a migration cannot be taken back, and why
"""


class BooksError(Exception):
    """The books cannot be used as asked; the message names the database and says what to do."""


class NoBooks(BooksError):
    """There are no books at the address, and whoever asked only looks: nothing was made."""


class BooksUnreachable(BooksError):
    """The database does not answer, or its file cannot be written."""


class WrongPurpose(BooksError):
    """The database holds lives of the other kind."""


class BooksTooNew(BooksError):
    """The database was migrated by a newer version of this program."""


class BooksTooOld(BooksError):
    """The database lacks migrations, and whoever opens it does not run them."""


class NoWayBack(BooksError):
    """A migration is not taken back: nothing was changed."""
