"""People, roles and ways: what the books hold of them, without any page."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from activities.mail import SmtpMailer
from policy.messages import Role
from policy.office import IdentityProvider
from records.books import Books, open_books
from records.people import find_people, roles_of
from records.tables import Membership, Person
from records.words import SignInWay
from services.errors import Unusable
from services.people.attempts import take_once
from services.people.letters import ask_mail, hand_over, invitation, sign_in_letter
from services.people.links import KEPT, LASTS, look_at_link, make_link, revoke_links, use_link
from services.people.managing import by_person, end_role, let_in_again, shut_out
from services.people.people import invite, members_of, memberships_of
from services.people.ways import open_orgs, subject_of
from services.settings import SAMPLE, load_settings
from tests.activities.mail_servers import Mailbox, mail_server, settings_of

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
ISSUER = "https://login.example.org"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """Empty books."""
    with closing(open_books(f"sqlite:///{tmp_path}/books.db")) as books:
        yield books


def let_in(session: Session, name: str, org: str = "OH-0417", role: Role = Role.ADMINISTRATOR, **said: bool) -> Person:
    address = f"{name.lower()}@example.org"
    manages = said.get("manages", False)
    return invite(session, email=address, name=name, org=org, role=role, manages=manages, by="a test", at=AT)


def provider(*orgs: str, only: bool = False) -> dict[str, IdentityProvider]:
    return {"hospital": IdentityProvider(issuer=ISSUER, client_id="accredit", orgs=orgs, only=only)}


def test_a_role_that_is_given_again_is_given_without_what_it_could_before(books: Books) -> None:
    with books.writing() as session:
        let_in(session, "Boss", manages=True)
        ann = let_in(session, "Ann", manages=True)
        end_role(session, "OH-0417", ann.person_id, Role.ADMINISTRATOR, AT)
        let_in(session, "Ann")
        (held,) = memberships_of(session, ann.person_id)
        assert (held.manages, held.ended_at) == (False, None)


def test_the_last_one_who_manages_stays_unless_the_office_ends_it(books: Books) -> None:
    with books.writing() as session:
        ann = let_in(session, "Ann", manages=True)
        let_in(session, "Bob")
        disabled = let_in(session, "Cem", manages=True)
        disabled.disabled_at = AT
        session.add(disabled)
        with pytest.raises(Unusable, match="nobody else could let in again"):
            end_role(session, "OH-0417", ann.person_id, Role.ADMINISTRATOR, AT)
        with pytest.raises(Unusable, match="nobody else could let in again"):
            shut_out(session, "OH-0417", ann.person_id, AT)
        end_role(session, "OH-0417", ann.person_id, Role.ADMINISTRATOR, AT, by_office=True)
        assert memberships_of(session, ann.person_id) == []


def test_what_is_given_back_is_what_ended_together_last(books: Books) -> None:
    with books.writing() as session:
        ann = let_in(session, "Ann")
        for role in (Role.TECHNOLOGIST, Role.MEDICAL_PHYSICIST):
            let_in(session, "Ann", role=role)
        end_role(session, "OH-0417", ann.person_id, Role.ADMINISTRATOR, AT)
        shut_out(session, "OH-0417", ann.person_id, AT + timedelta(days=1))
        with pytest.raises(Unusable, match="shut out already"):
            shut_out(session, "OH-0417", ann.person_id, AT + timedelta(days=1))
        (member,) = by_person(members_of(session, "OH-0417"))
        assert (member.roles, member.ended_at, member.manages) == ((), AT + timedelta(days=1), False)
        let_in_again(session, "OH-0417", ann.person_id, "Boss", AT + timedelta(days=2))
        assert {one.role for one in memberships_of(session, ann.person_id)} == {"technologist", "medical_physicist"}
        with pytest.raises(Unusable, match="who has a role"):
            let_in_again(session, "OH-0417", ann.person_id, "Boss", AT + timedelta(days=2))


def test_a_link_is_used_once_in_time_and_not_after_it_was_revoked(books: Books) -> None:
    with books.writing() as session:
        ann = let_in(session, "Ann")
        first, second, third = (make_link(session, ann, AT, "/reports") for _ in range(3))
        found = use_link(session, first, AT + LASTS - timedelta(seconds=1))
        assert found is not None
        assert (found[0].name, found[1]) == ("Ann", "/reports")
        assert use_link(session, first, AT) is None
        assert use_link(session, second, AT + LASTS) is None
        revoke_links(session, ann.person_id, AT)
        assert look_at_link(session, third, AT) is None
        assert look_at_link(session, "x" * 10_000, AT) is None
        make_link(session, ann, AT + LASTS + KEPT + timedelta(seconds=1))
        assert look_at_link(session, second, AT) is None


def test_what_works_once_works_once(books: Books) -> None:
    with books.writing() as session:
        assert [take_once(session, what, AT) for what in ("a", "a", "b")] == [True, False, True]


def test_for_whom_a_person_acts_follows_from_how_he_signed_in() -> None:
    ann = Person(person_id="a", email="a@example.org", name="Ann", created_at=AT, created_by="", subject=None)
    ann.subject = subject_of(ISSUER, "u-1")
    mine = ("OH-0417", "OH-0500", "office")
    assert open_orgs(ann, SignInWay.LINK, mine, {}) == mine
    assert open_orgs(ann, SignInWay.LINK, mine, provider("OH-0417")) == mine
    assert open_orgs(ann, SignInWay.PASSKEY, mine, provider("OH-0417", "office", only=True)) == ("OH-0500",)
    assert open_orgs(ann, SignInWay.PROVIDER, mine, provider("OH-0417", "OH-0900")) == ("OH-0417",)
    assert open_orgs(ann, SignInWay.PROVIDER, mine, {}) == ()
    ann.subject = subject_of("https://another.example.org", "u-1")
    assert open_orgs(ann, SignInWay.PROVIDER, mine, provider("OH-0417")) == ()


def test_people_are_found_by_name_address_and_organisation_with_every_role(books: Books) -> None:
    with books.writing() as session:
        for name, org in (("Ann", "OH-0417"), ("Bob", "OH-0500"), ("Cem", "OH_0417")):
            let_in(session, name, org)
        let_in(session, "Ann", "OH-0500", Role.TECHNOLOGIST)
    with books.reading() as session:
        assert [one.name for one in find_people(session, "oh-05", most=9)] == ["Ann", "Bob"]
        assert [one.name for one in find_people(session, "H_0", most=9)] == ["Cem"]
        assert [one.name for one in find_people(session, most=2, after=1)] == ["Bob", "Cem"]
        ann, *_ = find_people(session, "ANN", most=9)
        held: list[Membership] = roles_of(session, [ann])[ann.person_id]
        assert [(one.org, one.role) for one in held] == [("OH-0417", "administrator"), ("OH-0500", "technologist")]


def test_a_letter_that_lets_somebody_in_goes_by_the_mail_server_and_leaves_no_copy(tmp_path: Path) -> None:
    office, mailbox = load_settings(SAMPLE, {}), Mailbox()
    ann = Person(person_id="a", email="ann@example.org", name="Ann <b>Sample", created_at=AT, created_by="")
    letter = sign_in_letter(ann, "https://portal.example.org", "secret-of-the-link", office, AT)
    with mail_server(mailbox) as port:
        mailer = SmtpMailer(settings_of(port, tmp_path))
        ask_mail(mailer)
        assert hand_over(mailer, letter) == ""
    (taken,) = mailbox.taken
    assert taken.recipients == ("ann@example.org",)
    text, page = (taken.message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert page is not None
    assert "https://portal.example.org/sign-in/secret-of-the-link" in text.get_content()
    assert '<a href="https://portal.example.org/sign-in/secret-of-the-link">' in page.get_content()
    assert "Ann &lt;b&gt;Sample" in page.get_content()
    assert "1 March 2027, 07:15 ET" in text.get_content()
    assert list(tmp_path.rglob("*.eml")) == []
    with pytest.raises(OSError, match="does not answer"):
        ask_mail(mailer)
    assert hand_over(mailer, letter).startswith("MailAway: ")
    assert "ann@" not in hand_over(mailer, letter)


def test_an_invitation_says_who_invites_for_whom_and_how_to_come_back(tmp_path: Path) -> None:
    office = load_settings(SAMPLE, {})
    ann = Person(person_id="a", email="ann@example.org", name="Ann Sample", created_at=AT, created_by="")
    letter = invitation(ann, "OH-0417", "Otto of the office", "https://portal.example.org", "secret", office, AT)
    assert "Otto of the office has given you access" in " ".join(letter.body.split())
    assert "for OH-0417" in " ".join(letter.body.split())
    assert "open https://portal.example.org and type this" in " ".join(letter.body.split())
    assert (letter.case_id, letter.thread, letter.secret) == ("", "", True)
