"""What a letter offers is what the case would take at that instant, in every stage of every recorded life.

The recorded lives are lived again, and the facts of the case are kept at each letter. Then the letter is written, and
what it offers is sent in earnest to the case as it stood. One row of the table below is one offer: the kind of letter,
the words that make it, and the message that answers it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from activities.notices.compose import compose
from activities.notices.index import Audience, book_of, index_of
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.judgement import judge as judge_cycle
from policy.accreditation.option_table import name_of
from policy.accreditation.rounds import AreaState, Form
from policy.application import AreaKind, responsible_physician
from policy.dates import end_of_day, local_day
from policy.designation.judgement import judge as judge_designation
from policy.facts import CaseFacts, Deadline, Stage
from policy.messages import (
    AddLocations,
    ChooseOption,
    ConfirmCorrectiveActions,
    ConfirmPledge,
    ExtendDueDate,
    Message,
    Option,
    RecordPayment,
    StartRenewal,
    SubmitCorrectiveActionPlan,
    SubmitTestingPackage,
    ViewFinalReport,
)
from policy.verdict import Refused
from policy.words import either
from records.cases import put_application
from records.tables import CaseRecord
from records.tables import Deadline as KeptDeadline
from tests.activities.orders import an_office
from tests.histories.replayed import Noticed, RecordedLives
from tests.policy.said import a_choice, a_document, said

FORM_LETTERS = ("final_report", "option_form_open", "appeal_result")
IN_FULL = {
    Option.APPEAL: "- Appeal, if you disagree",
    Option.SUPPLEMENTAL_REVIEW: "- Ask for a supplemental review",
    Option.WITHDRAW_UNIT: "- Withdraw this unit alone",
    Option.REPEAT: "- Repeat the areas",
    Option.REINSTATE: "- Reinstate ",
    Option.WITHDRAW_AREAS: ", for example because you perform too few",
    Option.WITHDRAW: "- Withdraw from accreditation altogether",
}
"""How the letter of the open form begins each option."""


class Told(Noticed):
    """A letter as a recorded life sent it, and the case at that instant."""

    def body(self) -> str:
        """Return what the letter says, in one line."""
        words = compose(self.kind, self.case(), self.told, self.at, an_office(), self._windows())
        return " ".join(words.body.split())

    def case(self) -> CaseRecord:
        """Return the case as the books would have it."""
        facts: CaseFacts = self.facts
        application = facts.application.model_dump(mode="json")  # type: ignore[attr-defined]
        case = CaseRecord(
            case_id=facts.case_id,
            subject=facts.case_id.rpartition(".")[0],
            cycle=1,
            program=facts.program,
            application=application,
            opened_at=facts.opened_at,
            stage=facts.stage,
            awaited_party="facility",
        )
        put_application(case, application)
        return case

    def _windows(self) -> list[KeptDeadline]:
        fields = ("number", "name", "opens_at", "due_at", "met", "over")
        return [
            KeptDeadline(case_id=self.facts.case_id, **{name: getattr(one, name) for name in fields})
            for one in self.facts.deadlines
        ]

    def takes(self, message: Message, facts: Any = None, at: datetime | None = None) -> bool:
        """Whether the case takes a message, as it stood or as other facts have it."""
        judge: Callable[..., Any] = judge_cycle if isinstance(self.facts, CycleFacts) else judge_designation
        try:
            judge(facts or self.facts, self.terms, message, at or self.at)
        except Refused:
            return False
        return True


@pytest.fixture(scope="module")
def letters(recorded_lives: RecordedLives) -> list[Told]:
    """Every letter of every recorded life."""
    assert not any(found.unsafe for found in recorded_lives.replayed.values()), "not every letter is heard"
    return [Told(*letter) for letter in recorded_lives.letters]


def opened(facts: CycleFacts, at: datetime, zone: Any) -> CycleFacts:
    """Return the facts once the form has opened and the report was viewed; an appeal that runs still runs."""
    facts = facts.model_copy(deep=True)
    number = len(facts.deadlines)
    due_at = end_of_day(local_day(at, zone) + timedelta(days=15), zone)
    window: dict[str, Any] = {"rule": "option_form.past_due", "source": "sample", "opens_at": at, "due_at": due_at}
    names = ("option_form", "closure", "appeal")
    facts.deadlines += [Deadline(number=number + n, name=name, **window) for n, name in enumerate(names)]
    facts.stage = Stage.OPTIONS
    reported = facts.reported
    assert reported is not None
    reported.viewed_at = at
    reported.form = Form(opens_at=at, form=number, closure=number + 1)
    reported.form.appeal = None if reported.appeal_decided else number + 2
    return facts


def form_of(facts: CycleFacts, option: Option, *withdrawn: str) -> ChooseOption:
    """Return a form of an option that is in order."""
    failed = [area.id for area in facts.areas_in(AreaState.NOT_ACCEPTABLE)]
    areas = withdrawn or (failed if option is Option.WITHDRAW_AREAS else ())
    contacts = facts.application.facility.contacts if facts.application.facility else []
    role = responsible_physician(facts.application.modality)
    signer = next(one.name or "" for one in contacts if one.role == role)
    signed = a_document("form.pdf", {"role": role, "name": signer})
    fields: dict[str, Any] = {"areas_withdrawn": areas, "withdrawal_form": signed} if areas else {}
    if option is Option.APPEAL:
        fields["letters"] = [a_document("clinical.pdf", role), a_document("phantom.pdf", "medical_physicist")]
    return a_choice(option, **fields)


def of_kinds(letters: list[Told], *kinds: str) -> Iterator[Told]:
    found = [letter for letter in letters if letter.kind in kinds]
    assert found, f"no recorded life has a letter of {kinds}"
    yield from found


def test_a_letter_about_the_form_offers_what_the_form_takes_and_nothing_else(letters: list[Told]) -> None:
    seen: Counter[tuple[str, int]] = Counter()
    for letter in of_kinds(letters, *FORM_LETTERS):
        if letter.terms.survey_based:  # no form: the committee has decided
            continue
        options = letter.told.get("options")
        if letter.kind == "appeal_result" and not letter.facts.areas_in(AreaState.NOT_ACCEPTABLE):
            assert options is None
            continue
        is_open = letter.kind == "option_form_open"
        facts = letter.facts if is_open else opened(letter.facts, letter.at, letter.terms.zone)
        takes = [option for option in Option if letter.takes(form_of(facts, option), facts)]
        body = letter.body()
        if is_open:
            assert [option for option in Option if IN_FULL[option] in body] == takes, (letter.life, body)
        else:
            names = either(name_of(option, letter.facts.deficiencies) for option in takes)
            assert f"choose {names}." in body, (letter.life, body)
        seen[letter.kind, min(letter.facts.deficiencies, 4)] += 1
    assert len(seen) > 6, seen


def test_the_areas_that_a_letter_lets_withdraw_go_with_every_other_option(letters: list[Told]) -> None:
    together = 0
    for letter in of_kinds(letters, "option_form_open"):
        with_another = [Option(one) for one in letter.told["options"] if not one.startswith("withdraw")]
        for area in letter.facts.areas_in(AreaState.NOT_ACCEPTABLE):
            takes = {letter.takes(form_of(letter.facts, option, area.id)) for option in with_another}
            assert takes <= {area.id in letter.told["withdrawable"]}, (letter.life, area.id)
            together += len(takes)
            assert area.kind is not AreaKind.PHANTOM or area.id not in letter.told["withdrawable"]
        assert ("together with" in letter.body()) is bool(with_another and letter.told["withdrawable"]), letter.life
    assert together > 5


def test_the_third_deficiency_is_called_reinstatement_after_a_survey_wherever_a_person_reads_it(
    letters: list[Told],
) -> None:
    third = [one for one in letters if isinstance(one.facts, CycleFacts) and one.facts.deficiencies > 2]
    assert len(third) > 10
    for letter in third:
        assert "einstatement with corrective action" not in letter.body(), (letter.life, letter.kind)
        assert "einstate with corrective action" not in letter.body(), (letter.life, letter.kind)


class Offers(NamedTuple):
    """What a letter says can be done, and the message that does it; `taken`: what the letter says of it."""

    kind: str
    words: str
    message: Callable[[Told], Message]
    taken: bool = True


def a_package(letter: Told) -> Message:
    facts: CycleFacts = letter.facts
    again = facts.round.kind == "repeat"
    exams = []
    dated = letter.terms.mammography or letter.terms.testing.clinical_age
    made_on = {"performed_on": local_day(letter.at, letter.terms.zone)} if dated else {}
    for area in facts.round.areas:
        before = facts.original_exams(area)
        clinical = next(one for one in facts.areas if one.id == area).kind is AreaKind.CLINICAL
        exam = before[0].exam if again and before else f"exam of {area}"
        exams.append({"area": area, "exam": exam, "subject": f"new-{area}" if clinical else None} | made_on)
    return said(SubmitTestingPackage, medium=facts.medium, exams=exams)


def more_time(name: str) -> Callable[[Told], Message]:
    def ask(letter: Told) -> Message:
        until = max(letter.at, letter.facts.deadline(name).due_at) + timedelta(days=7)
        return said(ExtendDueDate, deadline=name, until=until, reason="asked by telephone")

    return ask


def a_plan(letter: Told) -> Message:
    areas, plan = letter.facts.to_address(), letter.facts.plan
    actions = [{"area": area, "action": "Sample action."} for area in areas]
    directed = [one for one in plan.directed if not one.taken_up] if plan else []
    actions += [{"area": areas[0], "action": "As directed.", "directed": one.id} for one in directed]
    return said(SubmitCorrectiveActionPlan, actions=actions, documents=[a_document("plan.pdf")])


def a_renewal(letter: Told) -> Message:
    application = letter.facts.application.model_dump(mode="json") | {"kind": "renewal"}
    return said(StartRenewal, application=application)


def a_location(letter: Told) -> Message:
    place = letter.facts.application.locations[0].model_dump(mode="json") | {"id": "SAMPLE-NEW", "name": "Sample"}
    return said(AddLocations, locations=[place])


def its_payment(letter: Told) -> Message:
    told = letter.told
    return said(RecordPayment, invoice=told["invoice"], amount=told["outstanding"], method="check")


TABLE = [
    Offers("application_accepted", "Submit the testing package", a_package),
    Offers("testing_reminder", "Submit it", a_package),
    Offers("testing_reminder", "ask for more time", more_time("testing_package")),
    Offers("testing_overdue", "can no longer be submitted", a_package, taken=False),
    Offers("testing_overdue", "The office may extend the date", more_time("testing_package")),
    Offers("final_report", "Open the report in the system", lambda letter: said(ViewFinalReport)),
    Offers("appeal_result", "View the result", lambda letter: said(ViewFinalReport)),
    Offers("option_form_reminder", "View the final report", lambda letter: said(ViewFinalReport)),
    Offers("option_form_reminder", "If you need more time", more_time("option_form")),
    Offers("option_form_overdue", "can no longer be sent", lambda letter: a_choice("withdraw"), taken=False),
    Offers("option_form_overdue", "The office may extend the form's date", more_time("option_form")),
    Offers(
        "corrective_action_decision",
        "confirm them with at least one document",
        lambda letter: said(ConfirmCorrectiveActions, documents=[a_document("proof.pdf")]),
    ),
    Offers("corrective_action_decision", "Send another plan", a_plan),
    Offers("renewal_notice", "Hand in the renewal application", a_renewal),
    Offers("renewal_reminder", "Hand in the renewal application", a_renewal),
    Offers("mid_cycle", "Add locations, if you wish", a_location),
    Offers("mid_cycle", "decided case by case", a_location, taken=False),
    Offers(
        "pledge_renewal",
        "confirm it to us",
        lambda letter: said(ConfirmPledge, pledge="image_wisely", year=letter.told["year"]),
    ),
    Offers("invoice_reminder", "Pay it", its_payment),
]


@pytest.mark.parametrize("offer", TABLE, ids=lambda offer: f"{offer.kind}: {offer.words}")
def test_what_a_letter_says_can_be_done_is_what_the_case_takes(letters: list[Told], offer: Offers) -> None:
    said_so = [letter for letter in of_kinds(letters, offer.kind) if offer.words in letter.body()]
    if offer.kind == "appeal_result":
        said_so = [letter for letter in said_so if letter.told.get("options")]
    assert said_so, "no recorded life has a letter that says so"
    for letter in said_so:
        # A message at the very instant of a due date is in time: what is over is over a second later.
        at = letter.at if offer.taken else letter.at + timedelta(seconds=1)
        assert letter.takes(offer.message(letter), at=at) is offer.taken, letter.life


def test_no_letter_speaks_in_names_of_the_programs(letters: list[Told]) -> None:
    known = {option.value for option in Option} | {kind.NAME for kind in Message.__subclasses__()}
    names = {name for name in known if "_" in name} | {"closed_by_acr", "not_granted", "accredit ", "received_at"}
    for letter in letters:
        kind = index_of(book_of(letter.case())).kinds[letter.kind]
        if kind.audience is not Audience.OFFICE and letter.kind != "appeal_packet":  # to the office's own people
            body = letter.body()
            rule = letter.told["rule"]
            assert not [name for name in (*names, rule) if name in body], (letter.life, letter.kind, body)


def test_the_result_of_an_appeal_is_expected_after_30_to_45_days_with_both_dates(letters: list[Told]) -> None:
    for letter in of_kinds(letters, "appeal_materials_complete", "appeal_packet"):
        assert "30 to 45 days" in letter.body(), letter.life
        assert "from " in letter.body().partition("30 to 45 days")[2][:60], letter.life
