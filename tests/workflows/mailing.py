"""A case whose letters go out through a real mail server, which a test can take away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from activities.case_activities import CaseActivities
from activities.mail import mailer_of
from embedded.process import free_ports
from embedded.server import EmbeddedServer
from records.outbox import notices
from records.tables import Notice
from services.workers import working
from tests.activities.mail_servers import Mailbox, settings_of
from tests.workflows.driving import Driven, a_place
from tests.workflows.stories import Story


class Mailing(NamedTuple):
    """A case, and the port and the mailbox of the mail server that its office sends through."""

    case: Driven
    mailbox: Mailbox
    port: int

    def notices(self) -> list[Notice]:
        """Return the case's notices as the books have them."""
        with self.case.place.books.reading() as session:
            return notices(session, self.case.plan.case_id)


@asynccontextmanager
async def a_mailing_case(server: EmbeddedServer, folder: Path, story: Story) -> AsyncIterator[Mailing]:
    """A case that has not begun, with a worker at work and no mail server yet."""
    (port,) = free_ports(1)
    async with a_place(server, folder) as place:
        papers = place.settings.papers.model_copy(update={"folder": str(folder / "papers")})
        settings = place.settings.model_copy(update={"mail": settings_of(port, folder), "papers": papers})
        activities = CaseActivities(place.books, lambda: settings, mailer_of(settings.mail), place.client)
        async with working(place.client, activities=activities, versioned=False):
            yield Mailing(Driven(place, story), Mailbox(), port)
