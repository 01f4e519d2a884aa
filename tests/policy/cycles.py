"""Accreditation cycles as the tests of the rules need them: facts built by hand, one event a verb, no server.

The sample unit is a CT with three clinical areas and a phantom. Windows are counted here as the readings say it, on the
office's clock, and not with the functions that are under test.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from policy.accreditation.cycle import CorrectiveActionPlan, CycleFacts
from policy.accreditation.rounds import AreaFact, AreaState, Form, Round, RoundKind
from policy.application import AccreditationApplication, AreaKind, Medium
from policy.edition import edition_in_force
from policy.facts import RULES_REVISION, CaseFacts, Deadline, InvoiceFact, Stage
from policy.messages import AreaFinding, ChooseOption, Exam
from tests.applications import an_application

TERMS = edition_in_force("accreditation", date(2027, 1, 1))
ZONE = TERMS.zone
SECOND = timedelta(seconds=1)
CHEST, HEAD, ABDOMEN, PHANTOM = "chest-adult", "head-neck-adult", "abdomen-adult", "phantom"
AREAS = (CHEST, HEAD, ABDOMEN, PHANTOM)
REVIEWERS = ["Sample Reviewer One", "Sample Reviewer Two"]


def et(clock: str) -> datetime:
    """Return the instant (UTC) of a time on the office's clock, such as `2027-03-01 10:00`; 24:00 ends its day."""
    day, _, hour = clock.partition(" ")
    if hour == "24:00":
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), ZONE).astimezone(UTC)
    return datetime.fromisoformat(clock).replace(tzinfo=ZONE).astimezone(UTC)


def end_of(instant: datetime, days: int) -> datetime:
    """Return 24:00 on the office's clock, so many days after the day of an instant."""
    return et(f"{instant.astimezone(ZONE).date() + timedelta(days=days)} 24:00")


REPORTED = et("2027-03-01 10:00")
"""First report: the form opens on 3 March and is due on 18 March; clocks go forward on the 14th."""
REPEATED = et("2027-06-01 10:00")
"""Report on the repeat."""
REINSTATED = et("2027-10-25 10:00")
"""Report on the reinstatement: the form opens on 27 October, is due on 11 November; clocks go back on the 7th."""


def a_ct_unit(medium: Medium = Medium.UPLOAD) -> AccreditationApplication:
    return an_application("ct-unit", medium=medium)


def a_cycle(application: AccreditationApplication | None = None) -> CycleFacts:
    """A cycle on its first day: the first round is open, nothing is paid."""
    application = application or a_ct_unit()
    areas = [
        AreaFact(id=area.id, kind=area.kind or AreaKind.CLINICAL, patient_type=area.patient_type)
        for unit in application.units
        for area in unit.areas
    ]
    facts = CycleFacts(
        case_id="accreditation.OH-0417.ct.CT-1.1",
        opened_at=et("2027-01-11 09:00"),
        application=application,
        areas=areas,
        rules_revision=RULES_REVISION,
    )
    begin_round(facts, RoundKind.INITIAL, [area.id for area in areas])
    return facts


def begin_round(facts: CycleFacts, kind: RoundKind, areas: Sequence[str]) -> Round:
    occurrence = 1 + sum(r.kind is kind for r in facts.rounds)
    facts.rounds.append(Round(number=len(facts.rounds) + 1, kind=kind, areas=list(areas), occurrence=occurrence))
    facts.stage = Stage.APPLICATION
    return facts.round


def open_deadline(facts: CaseFacts, name: str, opens_at: datetime, due_at: datetime) -> Deadline:
    number = len(facts.deadlines)
    deadline = Deadline(number=number, name=name, rule="rule", source="source", opens_at=opens_at, due_at=due_at)
    facts.deadlines.append(deadline)
    return deadline


def invoice(facts: CycleFacts, number: str, total: str, paid: str = "0.00", /, **fields: object) -> InvoiceFact:
    """Issue an invoice; without a purpose it is the fee of the round."""
    fee = {"purpose": facts.round.kind, "occurrence": facts.round.occurrence, "number": number, "total": total}
    facts.invoices.append(InvoiceFact.model_validate(fee | {"paid": paid} | fields))
    return facts.invoices[-1]


def under_test(facts: CycleFacts, accepted_at: datetime) -> CycleFacts:
    """The application of the round was accepted; the package is due 45 days later."""
    facts.round.accepted_at = accepted_at
    facts.stage = Stage.TESTING
    open_deadline(facts, "testing_package", accepted_at, end_of(accepted_at, 45))
    return facts


def exams(areas: Iterable[str], series: str) -> list[Exam]:
    """One exam an area: `chest-adult` by "chest-adult exam" of the subject `series`-chest-adult, phantoms of nobody."""
    return [
        Exam(area=area, exam=f"{area} exam", subject=None if area.startswith(PHANTOM) else f"{series}-{area}")
        for area in areas
    ]


def submit(facts: CycleFacts, on: datetime) -> CycleFacts:
    """The package of the round has come, with subjects named after the round."""
    facts.round.exams, facts.round.submitted_at = exams(facts.round.areas, f"P{facts.round.number}"), on
    for deadline in facts.deadlines:
        deadline.over = deadline.over or deadline.name == "testing_package"
    facts.stage = Stage.REVIEW
    return facts


def finding(area: str, *, acceptable: bool, comments: str = "Sample recommendation") -> AreaFinding:
    return AreaFinding(area=area, acceptable=acceptable, comments="" if acceptable else comments)


def report(facts: CycleFacts, deficient: Iterable[str], on: datetime) -> CycleFacts:
    """The report of the round has been issued, with a deficiency, and viewed an hour later; uploads get their form."""
    this, deficient = facts.round, set(deficient)
    if this.exams is None:
        submit(facts, on - timedelta(days=20))
    this.reviewers, this.reported_at, this.viewed_at = list(REVIEWERS), on, on + timedelta(hours=1)
    this.findings = [finding(area, acceptable=area not in deficient) for area in this.areas]
    for area in facts.areas:
        if area.id in deficient:
            area.state = AreaState.NOT_ACCEPTABLE
        elif area.id in this.areas:
            area.state, area.passed_at = AreaState.ACCEPTABLE, on
    facts.deficiencies += 1
    facts.stage = Stage.OPTIONS
    if facts.medium is Medium.UPLOAD:
        open_form(facts, on)
    return facts


def return_images(facts: CycleFacts, on: datetime) -> CycleFacts:
    """The images are back (CD and film), which starts the clocks of the form."""
    facts.round.images_returned_at = on
    open_form(facts, on)
    return facts


def open_form(facts: CycleFacts, received_at: datetime) -> Form:
    """The form opens 48 hours after its event and is due 15 days later; a lost appeal leaves no other one."""
    opens_at = received_at + timedelta(hours=48)
    due_at = end_of(opens_at, 15)
    due = open_deadline(facts, "option_form", opens_at, due_at)
    closure = open_deadline(facts, "closure", due_at, end_of(due_at - SECOND, 30))
    form = Form(opens_at=opens_at, form=due.number, closure=closure.number)
    if not facts.round.appeal_decided:
        until = end_of(received_at, 15) if facts.medium is Medium.UPLOAD else due_at
        form.appeal = open_deadline(facts, "appeal", received_at, until).number
    facts.round.form = form
    return form


def take_choice(facts: CycleFacts, choice: ChooseOption, on: datetime) -> CycleFacts:
    """The choice stands, and its withdrawals have been made; what follows from it is for the caller to say."""
    form = facts.round.form
    assert form is not None
    form.choice, form.chosen_at = choice, on
    for number in (form.form, form.closure, form.appeal):
        if number is not None:
            facts.deadlines[number].over = True
    for area in facts.areas:
        if area.id in choice.areas_withdrawn:
            area.state = AreaState.WITHDRAWN
    return facts


def a_cycle_with_a_deficient_report(*deficient: str, medium: Medium = Medium.UPLOAD) -> CycleFacts:
    """First deficiency: reported and viewed; on CD and film the images are back on the day of the report."""
    facts = report(a_cycle(a_ct_unit(medium)), deficient or (CHEST,), REPORTED)
    return facts if medium is Medium.UPLOAD else return_images(facts, REPORTED)


def a_cycle_after_a_failed_repeat(*deficient: str) -> CycleFacts:
    """Second deficiency: what was not acceptable was repeated, and is not acceptable again."""
    facts = a_cycle_with_a_deficient_report(*deficient)
    take_choice(facts, chosen("repeat"), REPORTED + timedelta(days=5))
    begin_round(facts, RoundKind.REPEAT, deficient or (CHEST,))
    return report(facts, deficient or (CHEST,), REPEATED)


def a_cycle_after_a_failed_reinstatement(*deficient: str) -> CycleFacts:
    """Third deficiency: every area was tested again after an approved plan, and some are not acceptable."""
    facts = a_cycle_after_a_failed_repeat(CHEST)
    take_choice(facts, chosen("reinstate"), REPEATED + timedelta(days=5))
    facts.plan = CorrectiveActionPlan(addressed=[CHEST], decisions=1, approved=True, confirmed=True)
    begin_round(facts, RoundKind.REINSTATEMENT, AREAS)
    return report(facts, deficient or (CHEST,), REINSTATED)


def chosen(option: str) -> ChooseOption:
    """A choice that was made earlier."""
    by = {"name": "Sample Administrator", "role": "administrator"}
    return ChooseOption.model_validate({"message_id": f"chose-{option}", "by": by, "option": option, "attested": True})
