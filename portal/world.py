"""What the pages need: the books, the Temporal server, the office's settings, the portal's key, the mail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from temporalio.client import Client

from activities.mail.letter import Mailer
from policy.office import OfficeSettings
from records.books import Books
from services.clock import now


@dataclass(frozen=True)
class World:
    """What the pages need.

    Attributes:
        books: The office's books.
        client: A client of the Temporal server that holds the cases.
        read_settings: Returns the office's settings as they are now.
        mailer: Through which sign-in links go out.
        public_url: By which address browsers reach the portal, without a slash at its end.
        secret: What the tokens of forms are made of; the same in every process of the portal.
        clock: Returns now (UTC).
    """

    books: Books
    client: Client
    read_settings: Callable[[], OfficeSettings]
    mailer: Mailer
    public_url: str
    secret: bytes = field(repr=False)
    clock: Callable[[], datetime] = now

    @property
    def settings(self) -> OfficeSettings:
        """The office's settings as they are now."""
        return self.read_settings()

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone: every time on a page is its clock's."""
        return self.settings.zone

    @property
    def encrypted(self) -> bool:
        """Whether browsers reach the portal by an encrypted connection."""
        return self.public_url.startswith("https://")
