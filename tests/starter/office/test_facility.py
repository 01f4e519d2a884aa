"""`accredit facility` and `accredit mail`: what becomes of a facility and its letters, in an office at work."""

from datetime import UTC, datetime

import pytest

from records.facility.changes import people_of
from records.tables import Notice
from services.errors import ExitCode
from services.upkeep.facility_change import carry_out, planned
from tests.office import WITHIN, LivingOffice
from tests.office_terminal import OfficeTerminal

pytestmark = pytest.mark.server
NEW = "OH-0500"


def letters(office: LivingOffice, case_id: str) -> list[Notice]:
    """Return the letters of a case, in their order."""
    with office.books.reading() as session:
        found = [session.get(Notice, (case_id, number)) for number in range(1, 30)]
    return [one for one in found if one is not None]


async def test_a_letter_comes_back_and_goes_again_to_the_right_address(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.until_at_rest(case_id)
    first = letters(office, case_id)[0]
    wrong = first.recipients[0]
    reported = await terminal("mail", "bounced", case_id, "1", "--address", wrong, "--said", "550 no such user")
    assert reported.code == ExitCode.DONE, reported.err
    told = await office.until(case_id, "attention", lambda said: bool(said["attention"]))
    assert [one["item"] for one in told["attention"]] == ["notice.1"]
    assert wrong not in str(told["attention"])  # whose address it is, the books say
    await office.until_at_rest(case_id)
    listed = await terminal("notices", case_id, "--troubled")
    assert "came back" in listed.out
    again = ("mail", "again", case_id, "1", "--address", wrong, "--to", "right@example.org", "--reason", "by telephone")
    assert (await terminal(*again)).code == ExitCode.DONE
    await office.until(case_id, "no attention", lambda said: not said["attention"])
    await office.until_at_rest(case_id)
    sent = letters(office, case_id)[0]
    assert "right@example.org" in sent.recipients
    assert "It came back to us, and goes out again." in " ".join((sent.body or "").split())
    refused = await terminal("mail", "again", case_id, "1", "--reason", "once more", "--json")
    assert (refused.code, refused.data["rule"]) == (ExitCode.REFUSED, "notice.not_troubled")


async def test_a_merger_that_is_cut_short_goes_on_and_cases_money_and_people_follow(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    facility = case_id.split(".")[1]
    invite = ("people", "invite", f"ann@{facility.lower()}.example.org", "--name", "Ann Sample", "--org", facility)
    assert (await terminal(*invite, "--role", "administrator", "--print-link")).code == ExitCode.DONE
    merge = ("facility", "merge", facility, "--into", NEW, "--name", "Sample Health", "--reason", "deed of merger")
    dry = await terminal(*merge, "--dry-run", "--json")
    assert (dry.code, [one["case_id"] for one in dry.data["cases"]], dry.data["told"]) == (0, [case_id], [])
    assert dry.data["people"] == [{"name": "Ann Sample", "role": "administrator"}]
    assert dry.data["cases"][0]["unpaid"] == [(await office.status(case_id))["invoices"][0]["number"]]
    assert (await office.status(case_id))["application"]["facility"]["id"] == facility
    await cut_short(office, facility)
    assert "not finished" in (await terminal("facility", "history", facility)).out
    ran = await terminal(*merge)
    assert (ran.code, "Done: everything follows." in ran.out) == (ExitCode.DONE, True), ran.out + ran.err
    told = await office.status(case_id)
    assert told["application"]["facility"]["id"] == NEW
    assert [(one["id"], one["kind"]) for one in told["former"]] == [(facility, "merged")]
    await office.until_at_rest(case_id)
    assert [one.kind for one in letters(office, case_id)].count("facility_changed") == 1
    assert (await terminal("statement", NEW, "--json")).data["facility"] == NEW
    assert (await terminal("facility", "history", facility, "--json")).data["present_id"] == NEW
    with office.books.reading() as session:
        assert [person.name for person, _ in people_of(session, NEW)] == ["Ann Sample"]
        assert people_of(session, facility) == []
    left = await terminal("facility", "contact-left", NEW, "Ann Sample", "--reason", "by telephone")
    assert left.code == ExitCode.DONE, left.err
    with office.books.reading() as session:
        assert people_of(session, NEW) == []


async def cut_short(office: LivingOffice, facility: str) -> None:
    """Begin the merger and lose the worker's answer: the case has the message, the books do not know it."""
    fields = {"facility": facility, "kind": "merged", "new_id": NEW, "name": "Sample Health", "reason": "deed"}
    with office.books.reading() as session:
        plan = planned(session, fields, by="Sample Officer", at=datetime.now(UTC))

    def lost() -> None:
        raise ConnectionError("the line is cut")

    with pytest.raises(ConnectionError):
        await carry_out(office.client, office.books, plan, WITHIN, office.sign, at=datetime.now(UTC), advance=lost)
