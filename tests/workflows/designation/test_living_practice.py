"""A designation in a living office, handed in from the command line: what is told, written, and carried on."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from records.queries import case_by_id
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal
from tests.workflows.designation.practices import application, designate, open_designation, open_unit, survey

pytestmark = pytest.mark.server


def letters(office: LivingOffice, case_id: str, kind: str) -> list[EmailMessage]:
    """Return the letters of a kind that lie in a case's mail folder."""
    files = sorted((office.folder / "mail" / case_id).glob(f"*-{kind}.eml"))
    return [message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default) for file in files]


async def test_start_says_of_every_location_what_the_books_know(office: LivingOffice, terminal: OfficeTerminal) -> None:
    confirmed, ended = await open_unit(office, "WV-0001"), await open_unit(office, "WV-0002")
    await office.report(confirmed, deficient=())
    await office.until_books(confirmed, "accredited")
    await office.tell(ended, "close_case", reason="a sample of an end")
    await office.until_books(ended, "closed")
    submission = application({"WV-0001": ["ct", "mri"], "WV-0002": ["ct"]})
    file = terminal.file("practice.json", submission.model_dump(mode="json"))

    ran = await terminal("start", file, "--json")
    assert ran.code == 0, ran.err
    assert submission.practice is not None
    (case,) = ran.data["cases"]
    assert (case["case"], case["new"]) == (f"dicoe.{submission.practice.id}.OH.1", True)
    standing = {
        (row["id"], one["modality"]): (one["standing"], one["case"], one["outcome"])
        for row in ran.data["locations"]
        for one in row["accreditations"]
    }
    assert standing == {
        ("WV-0001", "ct"): ("confirmed", confirmed, None),
        ("WV-0001", "mri"): ("declared", None, None),
        ("WV-0002", "ct"): ("contradicted", ended, "closed_by_acr"),
    }
    assert f"WV-0002 is accredited in ct ({ended} ended as closed_by_acr)" in ran.err

    again = await terminal("start", file)
    assert again.code == 0
    assert "0 case(s) started." in again.out
    assert "ct confirmed; mri declared" in again.out
    told = await office.until(case["case"], "its invoice", lambda told: bool(told["invoices"][0]["number"]))
    assert (told["invoices"][0]["purpose"], told["invoices"][0]["total"]) == ("designation", "5000.00")


async def test_another_application_for_an_open_case_is_refused_with_exit_3(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    submission = application({"WV-0003": ["ct"]})
    case_id = await open_designation(office, submission)
    other = submission.model_dump(mode="json") | {"application_id": "DICOE-OTHER"}
    ran = await terminal("start", terminal.file("other.json", other), "--json")
    assert (ran.code, ran.data["rule"], ran.data["where"]) == (3, "case.already_open", case_id)


async def test_letters_come_from_the_designations_desk(office: LivingOffice) -> None:
    case_id = await open_designation(office, application({"WV-0004": ["ct", "xray"]}))
    await designate(office, case_id)
    await office.until(case_id, "its letter", lambda _: bool(letters(office, case_id, "designated")))
    (letter,) = letters(office, case_id, "designated")
    assert "radiology@sample-two.example.org" in letter["To"]
    assert letter["Reply-To"].addresses[0].addr_spec == "dicoe@office.example.org"
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "703-555-0102, dicoe@office.example.org" in text
    assert "Diagnostic Imaging Center of Excellence" in text
    assert "WV-0004" in text


async def test_a_location_comes_too_early_from_the_command_line_and_the_application_stays_the_same(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    submission = application({"WV-0005": ["ct"]})
    case_id = await open_designation(office, submission)
    await survey(office, case_id)
    await office.tell(case_id, "decide_designation", days_ago=2.5, designated=True)
    place = submission.locations[0].model_dump(mode="json") | {"id": "WV-0006"}
    ran = await terminal(
        "send", case_id, "add_locations", "--file", terminal.file("add.json", message(place)), "--json"
    )
    assert (ran.code, ran.data["rule"]) == (3, "designation.not_mid_cycle")
    file = terminal.file("again.json", submission.model_dump(mode="json"))
    assert (await terminal("start", file, "--json")).data["cases"][0]["case"] == case_id


def message(place: dict[str, Any]) -> dict[str, Any]:
    return {"by": {"name": "Sample Administrator", "role": "administrator"}, "locations": [place]}


@pytest.mark.parametrize("stage", ["survey", "decision", "designated"])
async def test_a_designation_goes_on_in_a_new_run_with_everything_that_it_knows(
    office: LivingOffice, stage: str
) -> None:
    case_id = await open_designation(office, application({f"WV-1-{stage}": ["ct", "xray"]}))
    if stage == "survey":
        await office.pay_and_accept(case_id)
    elif stage == "decision":
        await survey(office, case_id)
    else:
        await designate(office, case_id)
    before = await office.until(case_id, stage, lambda told: told["stage"] == stage)
    handle = office.client.get_workflow_handle(case_id)
    run_id = (await handle.describe()).run_id
    entries, ahead = await handle.query("timeline"), await handle.query("agenda")
    await handle.signal("continue_as_new")
    await office.until_another_run(case_id, run_id)
    assert await office.status(case_id) == before
    assert await handle.query("timeline") == entries
    assert await handle.query("agenda") == ahead
    if stage == "designated":
        pledge: dict[str, Any] = {
            "pledge": "image_wisely",
            "year": 2031,
            "on_behalf_of": {"name": "Ann Sample"},
            "reason": "by phone",
        }
        await office.tell(case_id, "confirm_pledge", **pledge)
    with office.books.reading() as session:
        row = case_by_id(session, case_id)
    assert row is not None
    assert row.stage == stage
