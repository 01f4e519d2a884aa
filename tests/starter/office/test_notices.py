"""`accredit notices`: what was sent, what could not be, and one of them once more."""

import pytest

from services.errors import ExitCode
from tests.activities.mail_servers import HOST, Mailbox, mail_server
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server


async def test_notices_are_listed_with_recipients_and_subject(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    told = (await terminal("notices", case_id, "--json")).data
    assert [one["kind"] for one in told] == ["application_received", "invoice"]
    assert {one["status"] for one in told} == {"sent"}
    assert "administrator@facility.example.org" in told[1]["recipients"]
    page = (await terminal("notices", case_id)).out
    assert told[1]["subject"] in page
    assert page.count("written to a file, not mailed") == len(told)
    assert "sent" not in page.replace("represent", "")


async def test_a_notice_is_read_as_it_was_sent(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    ran = await terminal("notices", case_id, "--read", "1")
    assert ran.code == ExitCode.DONE, ran.err
    assert f"Please name the case:\n{case_id}." in ran.out


async def test_a_notice_is_sent_again_as_the_same_letter(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    (file,) = [one["file"] for one in (await terminal("notices", case_id, "--json")).data if one["number"] == 2]
    letter = office.folder / "mail" / file
    before = letter.read_bytes()
    letter.unlink()
    ran = await terminal("notices", case_id, "--resend", "2")
    assert ran.code == ExitCode.DONE, ran.err
    assert letter.read_bytes() == before


async def test_what_still_has_no_recipient_is_not_sent_again_and_says_why(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start(facility={**FACILITY, "contacts": []})
    ran = await terminal("notices", case_id, "--resend", "2", "--json")
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert ran.data["problem_rule"] == "notice.no_recipient"
    troubled = (await terminal("notices", "--troubled", "--json")).data
    assert case_id in [one["case"] for one in troubled]


FACILITY = {
    "name": "Sample Imaging Center",
    "address": {
        "street": "1 Sample Street",
        "city": "Sampleton",
        "state": "OH",
        "postal_code": "43001",
        "country": "US",
    },
}
"""A facility that lists nobody."""


async def test_a_notice_that_does_not_exist_is_exit_4(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    for option in ("--resend", "--read"):
        ran = await terminal("notices", case_id, option, "99")
        assert ran.code == ExitCode.NO_SUCH_CASE
        assert "There is no notice 99" in ran.err


async def test_a_number_without_a_case_is_exit_2(terminal: OfficeTerminal) -> None:
    assert (await terminal("notices", "--resend", "1")).code == ExitCode.UNUSABLE


async def test_mail_that_cannot_be_written_is_exit_5_and_the_notice_waits(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    terminal.setenv("ACCREDIT_MAIL_FOLDER", str(office.folder / "books.db"))  # a file, no folder
    ran = await terminal("notices", case_id, "--resend", "2")
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "The notice waits in the outbox" in ran.err
    assert [one["status"] for one in (await terminal("notices", case_id, "--json")).data] == ["sent", "pending"]


async def test_sent_again_by_the_mail_server_it_reaches_everybody_and_its_paper_goes_with_it(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    terminal.setenv("ACCREDIT_MAIL_HOST", HOST)
    terminal.setenv("ACCREDIT_MAIL_STARTTLS", "false")
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        terminal.setenv("ACCREDIT_MAIL_PORT", str(port))
        await terminal("notices", case_id, "--resend", "2")
        ran = await terminal("notices", case_id, "--resend", "2")
        assert ran.code == ExitCode.DONE, ran.err
        first, second = mailbox.taken
        assert first == second
        assert first.recipients == ("administrator@facility.example.org",)
        names = [part.get_filename() or "" for part in first.message.iter_attachments()]
        assert [name.rpartition(".")[2] for name in names] == ["pdf", "ics"]
        assert f"Attached: {', '.join(names)}" in ran.out

        mailbox.answers[first.recipients[0]] = ["550 5.1.1 no such mailbox"]
        ran = await terminal("notices", case_id, "--resend", "2")
        assert ran.code == ExitCode.NOT_AS_EXPECTED
        assert "550 5.1.1 no such mailbox" in ran.out
        troubled = (await terminal("notices", case_id, "--troubled")).out
        assert "550 5.1.1 no such mailbox" in " ".join(troubled.split())
    ran = await terminal("notices", case_id, "--resend", "2")
    assert ran.code == ExitCode.NOT_REACHABLE
    assert f"The mail server at {HOST}:{port} cannot be reached" in ran.err
    assert "The notice waits in the outbox" in ran.err
