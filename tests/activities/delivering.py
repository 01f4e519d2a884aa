"""Deliver a case's outbox in a process of its own: `python -m tests.activities.delivering BOOKS MAIL [when-told]`.

With `when-told` it gets ready, says so in a line, and begins when it is sent one.
"""

import sys
from contextlib import closing

from activities.delivery import deliver
from activities.mail import mailer_of
from policy.office import Mail
from records.books import open_books
from tests.activities.orders import an_office
from tests.records.rows import CASE, NOON


def main() -> None:
    """Deliver what waits; `MAIL`: the settings of the mail, as JSON."""
    url, mail = sys.argv[1], Mail.model_validate_json(sys.argv[2])
    with closing(open_books(url)) as books:
        if sys.argv[3:] == ["when-told"]:
            print("ready", flush=True)
            sys.stdin.readline()
        deliver(books, mailer_of(mail), an_office(mail=mail), CASE, NOON)


if __name__ == "__main__":
    main()
