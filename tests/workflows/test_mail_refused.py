"""An address that the mail server refuses: somebody at the office looks, corrects it, and the letter goes out."""

from pathlib import Path

import pytest

from embedded.server import EmbeddedServer
from tests.activities.mail_servers import mail_server
from tests.applications import sample
from tests.workflows.mailing import a_mailing_case
from tests.workflows.stories import Story, say

pytestmark = pytest.mark.server
WRONG, RIGHT = "administrator@facility.example.org", "office.manager@facility.example.org"
ANSWER = "550 5.1.1 no such mailbox"


async def test_a_refused_address_becomes_an_item_and_its_correction_and_a_retry_send_the_letter(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    contacts = sample()["facility"]["contacts"]
    corrected = [{**contact, "email": RIGHT} if contact["email"] == WRONG else contact for contact in contacts]
    async with a_mailing_case(temporal_server, tmp_path, Story([])) as mailing:
        case, mailbox, port = mailing
        mailbox.answers[WRONG] = [ANSWER] * 9
        with mail_server(mailbox, port=port):
            await case.begin()
            await case.settle()
            attention = {item["item"]: item for item in (await case.status())["attention"]}
            item = attention["notice.2"]  # the invoice, which goes to the administrator alone
            assert item["rule"] == "notice.undeliverable"
            assert f"the mail server refuses …: {ANSWER}." in item["text"], "the case knows nobody's address by it"
            invoice_notice = mailing.notices()[1]
            assert (invoice_notice.kind, invoice_notice.status) == ("invoice", "undeliverable")
            assert f"the mail server refuses {WRONG}: {ANSWER}." in (invoice_notice.problem or "")

            changes = {"facility": {"contacts": corrected}}
            assert (await case.tell(say(1, "amend_application", changes=changes, reason="a wrong address"))).accepted
            for wrong in attention:
                retry = say(2, "resolve_attention", item=wrong, action="retry", reason="the address is right now")
                assert (await case.tell(retry)).accepted
            assert (await case.status())["attention"] == []
        reached = dict(mailbox.reached())
        assert {notice.status for notice in mailing.notices()} == {"sent"}
    invoice = f"<2.{case.plan.case_id}@example.org>"
    assert reached[invoice] == RIGHT
    assert [name for name, _ in mailbox.reached()].count(invoice) == 1
    assert max(map(mailbox.reached().count, mailbox.reached())) == 1
