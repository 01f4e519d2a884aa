"""A rehearsal never mails anybody: whatever the office's settings say, its letters are files in a folder of its own."""

from pathlib import Path

import pytest

from embedded.server import EmbeddedServer
from rehearsal.world import world
from services.settings import SAMPLE, load_settings
from tests.activities.mail_servers import Mailbox, mail_server, settings_of
from tests.workflows.driving import Driven
from tests.workflows.stories import Story, begun

pytestmark = pytest.mark.server


async def test_the_mail_server_of_the_office_never_hears_of_a_rehearsal(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    mailbox, heard = Mailbox(), list[str]()
    mailbox.heard = heard.append
    with mail_server(mailbox) as port:
        office = load_settings(SAMPLE, {}).model_copy(update={"mail": settings_of(port, tmp_path / "office")})
        async with world(temporal_server.address, "rehearsal-mail", office, tmp_path / "rehearsal") as place:
            case = Driven(place, Story(begun()))
            await case.begin()
            assert place.settings.mail.host is None
    letters = sorted(path.name for path in (tmp_path / "rehearsal" / "mail").rglob("*.eml"))
    assert letters[:2] == ["0001-application_received.eml", "0002-invoice.eml"]
    assert heard == []
    assert not (tmp_path / "office").exists()
