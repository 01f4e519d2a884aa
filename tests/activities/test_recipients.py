"""Whom a notice goes to."""

from typing import Any

import pytest

from activities.notices.index import Audience, index
from activities.recipients import Recipients, recipients
from tests.activities.orders import an_office
from tests.records.rows import a_case, an_application

PHYSICIAN, ADMINISTRATOR, OFFICE = "physician@example.org", "administrator@example.org", "office@example.org"
NOBODY: list[dict[str, Any]] = [{"role": "technologist", "name": "T. Sample", "email": None}]


def to(
    kind: str, *, contacts: list[dict[str, Any]] | None = None, awaited: str | None = None, **facts: Any
) -> Recipients:
    application = an_application()
    if contacts is not None:
        application["facility"] = application["facility"] | {"contacts": contacts}
    return recipients(kind, a_case(application=application, awaited_party=awaited), facts, an_office())


def test_a_facility_is_told_through_all_its_contacts() -> None:
    assert to("final_report") == Recipients((PHYSICIAN, ADMINISTRATOR), (), missed=False)


def test_money_goes_to_the_administrator() -> None:
    assert to("invoice") == Recipients((ADMINISTRATOR,), (), missed=False)


def test_without_anybody_in_the_role_all_contacts_are_told() -> None:
    physician = {"role": "supervising_physician", "email": PHYSICIAN}
    assert to("invoice", contacts=[physician, *NOBODY]) == Recipients((PHYSICIAN,), (), missed=False)


def test_an_address_that_stands_twice_is_written_to_once() -> None:
    contacts = [{"role": role, "email": PHYSICIAN} for role in ("supervising_physician", "medical_physicist")]
    assert to("final_report", contacts=contacts).to == (PHYSICIAN,)


def test_the_office_is_told_alone_or_gets_a_copy() -> None:
    assert to("needs_attention") == Recipients((OFFICE,), (), missed=False)
    assert to("option_form_overdue") == Recipients((PHYSICIAN, ADMINISTRATOR), (OFFICE,), missed=False)


def test_an_office_without_an_address_of_its_own_is_reached_at_the_sender() -> None:
    office = an_office(issuer={"name": "Sample"})
    assert recipients("needs_attention", a_case(), {}, office).to == ("accredit@example.org",)


@pytest.mark.parametrize("contacts", [NOBODY, []])
def test_a_facility_without_an_address_is_missed(contacts: list[dict[str, Any]]) -> None:
    assert to("final_report", contacts=contacts) == Recipients((), (), missed=True)
    assert to("option_form_overdue", contacts=contacts) == Recipients((OFFICE,), (), missed=True)
    assert to("needs_attention", contacts=contacts) == Recipients((OFFICE,), (), missed=False)


AWAITED = [
    ("facility", None, (PHYSICIAN, ADMINISTRATOR)),
    ("acr", None, (OFFICE,)),
    ("surveyor", None, (OFFICE,)),
    ("acr", "facility", (PHYSICIAN, ADMINISTRATOR)),
]


@pytest.mark.parametrize(("stands", "says", "told"), AWAITED)
def test_a_reminder_goes_to_whom_the_case_waits_for_and_the_notice_knows_best(
    stands: str, says: str | None, told: tuple[str, ...]
) -> None:
    facts: dict[str, Any] = {"party": says} if says else {}
    assert to("waiting", awaited=stands, **facts).to == told


def test_a_reminder_to_nobody_in_particular_goes_to_both() -> None:
    assert to("waiting") == Recipients((PHYSICIAN, ADMINISTRATOR), (OFFICE,), missed=False)


FDA = "mqsa@fda.example.org"


def test_every_kind_finds_somebody() -> None:
    for kind, known in index().kinds.items():
        assert to(kind).to or known.audience is Audience.FDA


def test_fda_is_told_at_the_address_that_the_office_has_set_with_a_copy_for_the_office() -> None:
    office = an_office(authorities={"fda": FDA})
    assert recipients("fda_failure", a_case(), {}, office)[:3] == ((FDA,), (OFFICE,), False)


def test_without_an_address_nothing_is_sent_to_fda_and_the_office_hears_which_setting_lacks() -> None:
    told = to("fda_failure")
    assert (told.to, told.cc, told.missed, told.lacking.rule) == ((), (), True, "fda.no_address")
    assert "[authorities] fda" in told.lacking.what
