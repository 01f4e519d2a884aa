"""People on both sides: invited, ended, shut out and let in again; who is shut out is heard nowhere any more."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect
from sqlmodel import select

from policy.identity import holder_of
from policy.messages import Role, ViewFinalReport, WithdrawCase
from policy.messages.proofs import LEEWAY, LIFE, OFFICE_ORG, PORTAL_ISSUER
from policy.verdict import Verdict
from records.tables import AuditEntry, Membership, Person
from services.composition import compose
from services.people.managing import disable
from services.people.people import person_by_email
from services.security.keys import KeyRing
from services.security.proofs import sign
from services.security.signing import portal_signs
from services.sending import send_update
from tests.office import WITHIN
from tests.portal.conftest import LivingPortal, seen_by, signed_in
from tests.portal.letters import letter_to, letters_to, link_in, post, token_of
from tests.portal.looks import is_too_wide, pushed_sideways
from tests.portal.reading import beside_the_clock

pytestmark = pytest.mark.server
ORG = "OH-0417"


def person(portal: LivingPortal, name: str, org: str = ORG) -> Person:
    """Return somebody whom `sign_in` has made."""
    with portal.world.books.reading() as session:
        found = person_by_email(session, f"{name.split()[0].lower()}.{org.lower()}@example.org")
    assert found is not None
    return found


@pytest.mark.browser
async def test_a_phone_shows_people_and_what_they_did_without_being_pushed(portal: LivingPortal, window: Page) -> None:
    ann = portal.sign_in("OH-0910", name="Ann Sample", manages=True)
    portal.sign_in("OH-0910", Role.MEDICAL_PHYSICIST, Role.TECHNOLOGIST, name="Bertha Sample-Longname")
    otto, phone = portal.sign_in(OFFICE_ORG, name="Otto Officer"), ViewportSize(width=390, height=844)
    for secret, address in ((ann, "/people"), (otto, "/office/people"), (otto, "/office/audit"), (otto, "/passkeys")):
        page = await seen_by(window, portal, secret, phone)
        await page.goto(address)
        assert await pushed_sideways(page) == [], address
        assert not await is_too_wide(page), address


async def test_the_office_invites_the_first_administrator_who_invites_a_colleague_who_signs_in(
    portal: LivingPortal,
) -> None:
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Otto Officer")) as otto:
        new = {"email": "Ada@Example.org", "name": "Ada Sample", "org": "OH-0900", "role": "administrator"}
        done = await post(otto, "/office/people/invite", "/office/people", manages="yes", **new)
        assert done.headers["location"] == "/office/people?done=invited"
        assert "The invitation is on its way by mail" in (await otto.get(done.headers["location"])).text
    letter = await letter_to(portal.office.folder, "ada@example.org", "invitation")
    assert "Otto Officer of the office has given you access" in letter
    async with portal.browser_of() as ada:
        assert (await post(ada, link_in(letter))).status_code == 303
        colleague = {"email": "bob@example.org", "name": "Bob Sample", "role": "medical_physicist"}
        done = await post(ada, "/people/invite", "/people", **colleague)
        assert done.headers["location"] == "/people?done=invited"
    letter = await letter_to(portal.office.folder, "bob@example.org", "invitation")
    assert "Ada Sample of OH-0900 has given you access" in letter
    async with portal.browser_of() as bob:
        await post(bob, link_in(letter))
        page = (await bob.get("/people")).text
        assert "Bob Sample, medical physicist of OH-0900" in page
        assert "Ada Sample" in page
        assert "Invite a colleague" not in page


async def test_who_does_not_manage_people_changes_nothing(portal: LivingPortal) -> None:
    other = portal.sign_in(ORG, name="Cara Sample")
    async with portal.browser_of(portal.sign_in(ORG, name="Dora Sample")) as dora:
        form = {"form_token": await token_of(dora, "/people"), "person": person(portal, "Cara Sample").person_id}
        for act in ("invite", "end", "disable", "enable"):
            assert (await dora.post(f"/people/{act}", data=form)).status_code == 404
    async with portal.browser_of(other) as cara:
        assert (await cara.get("/people")).status_code == 200


async def test_a_manager_shuts_a_colleague_out_of_this_organisation_alone_and_lets_him_in_again(
    portal: LivingPortal,
) -> None:
    boss = portal.sign_in(ORG, name="Emma Sample", manages=True)
    here = portal.sign_in(ORG, Role.TECHNOLOGIST, Role.MEDICAL_PHYSICIST, name="Finn Sample")
    finn = person(portal, "Finn Sample")
    portal.sign_in("OH-0500", name="Finn Sample", email=finn.email)
    async with portal.browser_of(boss) as emma, portal.browser_of(here) as browser:
        assert "technologist of OH-0417" in (await browser.get("/people")).text
        assert (await post(emma, "/people/disable", "/people", person=finn.person_id)).status_code == 303
        assert "Finn Sample, administrator of OH-0500" in (await browser.get("/people")).text
        assert re.search(r"Finn Sample.*?Disabled since", (await emma.get("/people")).text, re.DOTALL)
        assert (await post(emma, "/people/enable", "/people", person=finn.person_id)).status_code == 303
        with portal.world.books.reading() as session:
            mine = select(Membership).where(Membership.person_id == finn.person_id, Membership.org == ORG)
            assert {(one.role, one.ended_at) for one in session.exec(mine)} == {
                ("technologist", None),
                ("medical_physicist", None),
            }
            acts = select(AuditEntry.act, AuditEntry.about).where(AuditEntry.name == "Emma Sample")
            assert list(session.exec(acts)) == [
                ("disabled", "Finn Sample (OH-0417)"),
                ("enabled", "Finn Sample (OH-0417)"),
            ]


async def test_who_has_no_other_organisation_is_out_at_once_in_every_browser(portal: LivingPortal) -> None:
    boss = portal.sign_in("OH-0800", name="Gina Sample", manages=True)
    browsers = [portal.browser_of(portal.sign_in("OH-0800", name="Hugo Sample")) for _ in range(2)]
    hugo = person(portal, "Hugo Sample", "OH-0800")
    async with portal.browser_of(boss) as gina:
        assert [(await one.get("/people")).status_code for one in browsers] == [200, 200]
        await post(gina, "/people/disable", "/people", person=hugo.person_id)
        assert [(await one.get("/people")).status_code for one in browsers] == [303, 303]
    for one in browsers:
        await one.aclose()


async def test_the_last_one_who_manages_cannot_end_himself(portal: LivingPortal) -> None:
    boss = portal.sign_in("OH-0700", name="Iris Sample", manages=True)
    iris = person(portal, "Iris Sample", "OH-0700")
    async with portal.browser_of(boss) as browser:
        for act in ("end", "disable"):
            refused = await post(browser, f"/people/{act}", "/people", person=iris.person_id, role="administrator")
            assert refused.status_code == 422
        portal.sign_in("OH-0700", name="Jens Sample", manages=True)
        ended = await post(browser, "/people/end", "/people", person=iris.person_id, role="administrator")
        assert ended.status_code == 303
        assert (await browser.get("/people")).status_code == 303


async def test_nobody_of_another_organisation_can_be_changed(portal: LivingPortal) -> None:
    boss = portal.sign_in(ORG, name="Kate Sample", manages=True)
    portal.sign_in("OH-0600", name="Liam Sample")
    liam = person(portal, "Liam Sample", "OH-0600")
    async with portal.browser_of(boss) as kate:
        answers = [
            await post(kate, f"/people/{act}", "/people", person=target, role="administrator")
            for act in ("end", "disable", "enable")
            for target in (liam.person_id, "nobody")
        ]
        assert {answer.status_code for answer in answers} == {422}
        assert len({beside_the_clock(answer.text) for answer in answers}) == 1
        assert "Liam Sample" not in (await kate.get("/people")).text


async def test_what_is_wrong_with_an_invitation_is_told_beside_its_field_and_nothing_typed_is_lost(
    portal: LivingPortal,
) -> None:
    async with portal.browser_of(portal.sign_in(ORG, name="Mona Sample", manages=True)) as mona:
        typed = {"email": "no address", "name": "", "role": "acr"}
        answer = await post(mona, "/people/invite", "/people", **typed)
        assert answer.status_code == 422
        assert answer.text.count('aria-invalid="true"') == 3
        assert 'value="no address"' in answer.text
    assert letters_to(portal.office.folder, "no address", "invitation") == []


async def test_the_office_finds_people_and_shuts_them_out_everywhere(portal: LivingPortal) -> None:
    secret = portal.sign_in("OH-0300", name="Nils Sample", manages=True)
    boss = portal.sign_in("OH-0300", name="Olga Sample", manages=True)
    nils = person(portal, "Nils Sample", "OH-0300")
    async with (
        portal.browser_of(portal.sign_in(OFFICE_ORG, name="Otto Officer")) as otto,
        portal.browser_of(secret) as browser,
        portal.browser_of(boss) as olga,
    ):
        for text in ("nils", "oh-0300", "nils.oh-0300@"):
            assert "Nils Sample" in (await otto.get("/office/people", params={"search": text})).text
        assert "Nils Sample" not in (await otto.get("/office/people", params={"search": "%"})).text
        await post(otto, "/office/people/disable", "/office/people", person=nils.person_id)
        assert (await browser.get("/people")).status_code == 303
        assert "Disabled by the office" in (await olga.get("/people")).text
        assert (await post(olga, "/people/enable", "/people", person=nils.person_id)).status_code == 422
        link = await post(otto, "/office/people/link", "/office/people", person=nils.person_id)
        assert (link.status_code, "/sign-in/" in link.text) == (422, False)
        await post(otto, "/office/people/enable", "/office/people", person=nils.person_id)
        assert (await browser.get("/people")).status_code == 303
        printed = await post(otto, "/office/people/link", "/office/people", person=nils.person_id)
        path = re.search(r'value="http://[^"/]+(/sign-in/[\w-]+)"', printed.text)
        assert path is not None
        assert (await post(browser, path[1])).status_code == 303
        await post(otto, "/office/people/sessions", "/office/people", person=nils.person_id)
        assert (await browser.get("/people")).status_code == 303
        ended = await post(
            otto, "/office/people/end", "/office/people", person=nils.person_id, role="administrator", org="OH-0300"
        )
        assert ended.status_code == 303


async def test_the_office_cannot_shut_itself_out_nor_sign_in_as_a_colleague(portal: LivingPortal) -> None:
    portal.sign_in(OFFICE_ORG, name="Paul Officer")
    async with portal.browser_of(portal.sign_in(OFFICE_ORG, name="Otto Officer")) as otto:
        me, colleague = (person(portal, name, OFFICE_ORG).person_id for name in ("Otto Officer", "Paul Officer"))
        for act, whom in (("disable", me), ("end", me), ("link", colleague)):
            refused = await post(otto, f"/office/people/{act}", "/office/people", person=whom, role="acr", org="office")
            assert refused.status_code == 422
        missing = await post(otto, "/office/people/disable", "/office/people", person="nobody")
        assert missing.status_code == 404


async def test_who_belongs_to_several_switches_between_them_and_to_no_other(portal: LivingPortal) -> None:
    secret = portal.sign_in("OH-0417", name="Rosa Sample")
    rosa = person(portal, "Rosa Sample")
    portal.sign_in("OH-0500", Role.TECHNOLOGIST, name="Rosa Sample", email=rosa.email)
    async with portal.browser_of(secret) as browser:
        assert "administrator of OH-0417" in (await browser.get("/people")).text
        assert (await post(browser, "/switch", "/people", org="OH-0500")).headers["location"] == "/"
        assert "technologist of OH-0500" in (await browser.get("/people")).text
        for other in ("OH-0600", OFFICE_ORG, ""):
            assert (await post(browser, "/switch", "/people", org=other)).status_code == 404
        assert "technologist of OH-0500" in (await browser.get("/people")).text


async def told(portal: LivingPortal, case_id: str, org: str, at: datetime, life: timedelta = LIFE) -> Verdict:
    """Send a message to a case that a person of an organisation signed at an instant, as the portal does."""
    key = KeyRing(portal.office.security.keys).signing_key(datetime.now(UTC), PORTAL_ISSUER)
    assert key is not None
    fields = {"reason": "we close", "by": {"name": "Ann Sample", "role": "administrator"}}
    message = compose(WithdrawCase, fields, folder=portal.office.folder, user=None)
    signed = sign(message, key, case_id=case_id, namespace=portal.office.client.namespace, at=at, life=life, org=org)
    return await send_update(portal.office.client, case_id, signed, WITHIN, None)


async def test_who_was_disabled_is_refused_by_every_case_once_his_last_proof_is_over(portal: LivingPortal) -> None:
    case_id = await portal.office.start()
    org = str(holder_of(case_id))
    secret = portal.sign_in(org, name="Ann Sample")
    with portal.world.books.writing() as session:
        ann = person_by_email(session, f"ann.{org.lower()}@example.org")
        assert ann is not None
        disable(session, ann, datetime.now(UTC))
    async with portal.browser_of(secret) as browser:
        assert (await browser.get(f"/cases/{case_id}")).status_code in (303, 404)
        assert (await browser.get("/people")).status_code == 303
    over = datetime.now(UTC) - LIFE - LEEWAY - timedelta(seconds=5)
    assert (await told(portal, case_id, org, over)).rule == "actor.not_verified"
    assert timedelta(minutes=5) >= LIFE


async def test_the_portals_key_speaks_for_people_for_minutes_and_never_for_the_terminal(portal: LivingPortal) -> None:
    case_id, other = await portal.office.start(), await portal.office.start()
    org, at = str(holder_of(case_id)), datetime.now(UTC)
    assert (await told(portal, case_id, org, at, LIFE + timedelta(minutes=1))).rule == "actor.not_verified"
    assert (await told(portal, other, org, at)).rule == "actor.other_facility"
    ring = KeyRing(portal.office.security.keys)
    key = ring.signing_key(at, PORTAL_ISSUER)
    assert key is not None
    forged = key.model_copy(update={"org": OFFICE_ORG})
    message = compose(WithdrawCase, {"reason": "x", "by": {"name": "A", "role": "administrator"}},
                      folder=portal.office.folder, user=None)  # fmt: skip
    namespace = portal.office.client.namespace
    as_office = sign(message, forged, case_id=case_id, namespace=namespace, at=at)
    assert (await send_update(portal.office.client, case_id, as_office, WITHIN, None)).rule == "actor.not_verified"
    assert (await told(portal, case_id, org, at)).accepted


async def test_what_the_portal_sends_for_a_person_carries_his_organisation_whatever_case_he_names(
    portal: LivingPortal,
) -> None:
    case_id = await portal.office.start()
    message = compose(ViewFinalReport, {"viewer": "Ann", "by": {"name": "Ann", "role": "administrator"}},
                      folder=portal.office.folder, user=None)  # fmt: skip
    signs = portal_signs(portal.office.security, "OH-0417")
    verdict = await send_update(portal.office.client, case_id, message, WITHIN, signs)
    assert verdict.rule == "actor.other_facility"


@pytest.mark.browser
async def test_in_a_browser_a_manager_invites_disables_and_enables(chromium: Browser, portal: LivingPortal) -> None:
    portal.sign_in("OH-0200", Role.TECHNOLOGIST, name="Sven Sample")
    boss = portal.sign_in("OH-0200", name="Tara Sample", manages=True)
    context = await signed_in(chromium, portal, boss, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/people")
    await page.get_by_role("button", name="Disable Sven Sample").click()
    await expect(page.get_by_role("status")).to_contain_text("The person is shut out")
    await page.get_by_role("button", name="Enable Sven Sample").click()
    await expect(page.get_by_role("button", name="Disable Sven Sample")).to_be_visible()
    await page.get_by_label("E-mail address").fill("uma@example.org")
    await page.get_by_label("Name", exact=True).fill("Uma Sample")
    await page.get_by_label("Role").select_option(label="Supervising physician")
    await page.get_by_role("checkbox", name="Manages the people of OH-0200").check()
    await page.get_by_role("button", name="Invite").click()
    await expect(page.get_by_role("row", name="Uma Sample")).to_contain_text("Supervising physician, manages people")
    await context.close()


async def test_a_manager_cannot_write_to_the_whole_world_by_the_offices_mail_server(
    portal: LivingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.inviting.MOST_INVITED", 2)
    org = "OH-0777"
    async with portal.browser_of(portal.sign_in(org, name="Mila Sample", manages=True)) as mila:
        told = [
            await post(mila, "/people/invite", "/people", email=f"p{n}@example.org", name=f"P {n}", role="technologist")
            for n in range(3)
        ]
    assert "Go on after" in told[2].text
    with portal.world.books.reading() as session:
        assert person_by_email(session, "p1@example.org") is not None
        assert person_by_email(session, "p2@example.org") is None
