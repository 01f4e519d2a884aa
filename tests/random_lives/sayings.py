"""What people may say to a case as it stands: most of it makes sense, the rest is wrong in ways in which people are."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import AreaState
from policy.application import AreaKind
from policy.dates import local_day
from policy.designation.facts import DesignationFacts
from policy.facts import ADOPTION, CaseFacts, Stage
from policy.messages import Option
from policy.status import CaseStatus
from services.foreseen.possible import extendable, possible_messages
from tests.applications import sample
from tests.policy.spoken import CLINIC, FIELDS, KINDS, OF_THE_FACILITY, OFFICE
from tests.random_lives.paper_books import sample_office

Fields = dict[str, Any]
ZONE = sample_office().zone
REVIEWERS = tuple(f"Sample Reviewer {n}" for n in range(4))
PEOPLE = ({"name": "Sample Physician", "role": "supervising_physician"}, {"name": "Ann Sample", "role": "facility"})
AMOUNTS = ("0.01", "250.00", "999999999.99", "0.00", "-5.00", "1e9")
UNDATED = frozenset({"2021-03-08", "2022-11-09"})
"""Editions that ask for no day of an exam."""
STANDING_STILL = frozenset(
    {"return_application", "undo_option", "correct_final_report", "correct_appeal_result", "correct_survey_report"}
)
"""What a stage takes that does not move the case on."""
WRONG: tuple[Callable[[Random, Fields], Fields], ...]
"""The ways in which a message goes wrong."""


class Sayings:
    """Makes messages to one case."""

    def __init__(
        self, random: Random, facts: CaseFacts, status: CaseStatus, now: datetime, paper: Fields | None = None
    ) -> None:
        """Make messages to a case that stands so, at an instant of its clock (UTC); `paper`: what every document is."""
        self.random, self.facts, self.status, self.now, self.paper = random, facts, status, now, paper

    def sensible(self) -> tuple[str, Fields]:
        """Return the name of a message that the case can use, and its fields, mostly as they should be."""
        possible = possible_messages(self.status)
        chance = self.random.randrange(10)
        if self.facts.adopting and chance < 2:
            return "resolve_attention", {"item": ADOPTION, "action": "skip", "reason": "It is all entered."}
        if chance < 5 and (name := self._awaited()):
            return name, self.fields_of(name)
        groups = (possible.now, possible.now, possible.now, possible.money, possible.any_time)
        kinds = self.random.choice([group for group in groups if group] or [(KINDS["note"],)])
        kind = self.random.choice(kinds)
        if kind.NAME in ("close_case", "withdraw_case") and self.random.randrange(4):
            kind = KINDS["note"]
        return kind.NAME, self.fields_of(kind.NAME)

    def _awaited(self) -> str | None:
        """Return the message that the case waits for first, as far as that is plain."""
        if any(one.outstanding > 0 and one.number and one.status != "void" for one in self.status.invoices):
            return "record_payment"
        cycle = self._cycle
        if cycle and cycle.stage is Stage.OPTIONS and cycle.reported and cycle.reported.viewed_at is None:
            return "view_final_report"
        now = [kind.NAME for kind in possible_messages(self.status).now]
        moving = [name for name in now if name not in STANDING_STILL]
        return self.random.choice(moving) if moving else None

    def anything(self) -> tuple[str, Fields]:
        """Return any message there is, whether or not the case can use it."""
        name = self.random.choice(sorted(KINDS))
        return name, self.fields_of(name) if self.random.randrange(2) else dict(FIELDS[name])

    def wrong(self) -> tuple[str, Fields, Fields]:
        """Return a message that makes sense but for one thing; the last is what stands beside its own fields."""
        name, fields = self.sensible()
        spoil = self.random.choice(WRONG)
        changed = spoil(self.random, {"by": self.speaker(name), **fields})
        return name, {key: value for key, value in changed.items() if key != "by"}, {"by": changed.get("by")}

    def speaker(self, name: str) -> Fields:
        """Return who says it."""
        facility = KINDS[name].SENDERS if name in KINDS else frozenset()
        if isinstance(self.facts, CycleFacts) and name == "submit_appeal_materials":
            facility = self.facts.senders(KINDS[name].model_validate({"message_id": "m", "by": OFFICE}))
        if name in OF_THE_FACILITY or (OFFICE["role"] not in facility and facility):
            return self.random.choice((CLINIC, *PEOPLE))
        return OFFICE

    def fields_of(self, name: str) -> Fields:
        """Return the fields of a message as the case stands; what nobody has thought of here is the sample."""
        make = getattr(self, f"_{name}", None)
        return make() if make else dict(FIELDS[name])

    # Money

    def _invoice(self) -> Any:
        numbers = [one for one in self.status.invoices if one.number]
        return self.random.choice(numbers) if numbers else None

    def _record_payment(self) -> Fields:
        invoice = self._invoice()
        owed = max(invoice.outstanding, Decimal("1.00")) if invoice else Decimal("5.00")
        amount = self.random.choice([owed, owed, owed, owed / 2, owed * 2])
        return {"invoice": invoice.number if invoice else "2027-9999", "amount": f"{amount:.2f}", "method": "check"}

    def _undo_payment(self) -> Fields:
        keys = [payment.key for one in self.facts.invoices for payment in one.payments]
        key = self.random.choice(keys) if keys else "record_payment:none"
        return {"payment": key.partition(":")[2] or key, "reason": "Entered by mistake."}

    def _off(self) -> Fields:
        invoice = self._invoice()
        owed = invoice.outstanding if invoice and invoice.outstanding > 0 else Decimal("100.00")
        amount = self.random.choice([owed, owed / 2])
        return {"invoice": invoice.number if invoice else "2027-9999", "amount": f"{amount:.2f}", "reason": "Agreed."}

    _issue_credit_note = _write_off = _off

    def _record_refund(self) -> Fields:
        over = next((one for one in self.status.invoices if one.outstanding < 0), None)
        if over is None:
            return self._off()
        return {"invoice": over.number, "amount": f"{-over.outstanding:.2f}", "reason": "Paid too much."}

    def _reissue_invoice(self) -> Fields:
        invoice = self._invoice()
        line = {"description": "Fee", "quantity": 1, "unit_price": "50.00", "amount": "50.00"}
        lines = [line] if self.random.randrange(2) else None
        found = {"invoice": invoice.number if invoice else "2027-9999", "reason": "It was wrong."}
        return found | ({"lines": lines} if lines else {})

    def _quote_fee(self) -> Fields:
        return {"amount": self.random.choice(["300.00", "3000.00"]), "reason": "Quoted."}

    # The cycle

    @property
    def _cycle(self) -> CycleFacts | None:
        return self.facts if isinstance(self.facts, CycleFacts) else None

    def _areas(self) -> list[str]:
        return list(self._cycle.round.areas) if self._cycle else ["chest"]

    def _submit_testing_package(self) -> Fields:
        cycle = self._cycle
        if cycle is None:
            return dict(FIELDS["submit_testing_package"])
        exams, dated = [], self.status.edition not in UNDATED or not self.random.randrange(9)
        for area in self._areas():
            fact, before = cycle.area(area), cycle.original_exams(area)
            phantom = fact is not None and fact.kind is AreaKind.PHANTOM
            names = list(dict.fromkeys(exam.exam for exam in before)) or [f"exam of {area}"]
            used = [*sorted(cycle.subjects()), ""] if not self.random.randrange(4) else [""]
            token = self.random.choice(used) or f"P{self.random.randrange(10_000)}-{area}"
            day = {"performed_on": self._day(-5)[:10]} if dated else {}
            exams += [{"area": area, "exam": exam, "subject": None if phantom else token, **day} for exam in names]
        return {"medium": cycle.medium.value, "exams": exams, "documents": self._documents(4)}

    def _findings(self, areas: Iterable[str], *, well: int = 2) -> list[Fields]:
        """Return findings on areas; one in `well` is not acceptable."""
        found = []
        for area in areas:
            good = bool(self.random.randrange(well))
            found.append({"area": area, "acceptable": good, "comments": "" if good else "Repeat it."})
        return found

    def _issue_final_report(self) -> Fields:
        well = self.random.choice([2, 4, 10_000])
        return {"reviewers": [self.random.choice(REVIEWERS)], "findings": self._findings(self._areas(), well=well)}

    def _correct_final_report(self) -> Fields:
        cycle = self._cycle
        areas = [one.area for one in cycle.reported.findings or []] if cycle and cycle.reported else self._areas()
        return {"reviewers": [self.random.choice(REVIEWERS)], "findings": self._findings(areas), "reason": "Mixed up."}

    def _choose_option(self) -> Fields:
        cycle = self._cycle
        open_now = [one.option for one in self.status.options if one.open]
        option = self.random.choice(open_now or sorted(Option))
        fields: Fields = {"option": str(option), "attested": True}
        letters = [self._document(role) for role in (self._physician(), "medical_physicist")]
        if option == Option.APPEAL:
            fields |= {"letters": letters, "additional_images": bool(self.random.randrange(2))}
        failed = cycle.areas_in(AreaState.NOT_ACCEPTABLE) if cycle else []
        clinical = [one.id for one in failed if one.kind is AreaKind.CLINICAL]
        if clinical and (option == Option.WITHDRAW_AREAS or not self.random.randrange(6)):
            form = {**self._document(""), "signed_by": {"role": self._physician(), "name": self._listed()}}
            fields |= {"areas_withdrawn": clinical, "withdrawal_grounds": "other", "withdrawal_form": form}
        return fields

    def _physician(self) -> str:
        mammography = bool(self.status.application and self.status.application.get("modality") == "mammography")
        return "lead_interpreting_physician" if mammography else "supervising_physician"

    def _listed(self) -> str:
        holder = (self.status.application or {}).get("facility") or {}
        people = [one["name"] for one in holder.get("contacts", ()) if one["role"] == self._physician()]
        return people[0] if people else "Nobody"

    def _document(self, role: str = "supervising_physician") -> Fields:
        name = f"paper-{self.random.randrange(1000)}.pdf"
        place = self.paper or {"name": name, "uri": f"https://files.example.org/{name}", "sha256": "5a" * 32}
        return {**place, "signed_by": {"role": role, "name": "Ann Sample"} if role else None}

    def _documents(self, one_in: int = 1) -> list[Fields]:
        return [] if self.random.randrange(one_in) else [self._document()]

    def _submit_appeal_materials(self) -> Fields:
        return {"documents": self._documents(), "complete": bool(self.random.randrange(3))}

    def _contested(self) -> list[str]:
        cycle = self._cycle
        appealed = next((r.appeal for r in reversed(cycle.rounds) if r.appeal), None) if cycle else None
        return list(appealed.contested) if appealed else self._areas()

    def _arbitrator(self) -> str:
        return self.random.choice((*REVIEWERS, *(f"Sample Arbitrator {n}" for n in range(3))))

    def _assign_arbitrator(self) -> Fields:
        return {"arbitrator": self._arbitrator()}

    def _issue_appeal_result(self) -> Fields:
        return {"arbitrator": self._arbitrator(), "findings": self._findings(self._contested(), well=3)}

    def _correct_appeal_result(self) -> Fields:
        return self._issue_appeal_result() | {"reason": "Mixed up."}

    def _set_supplemental_review(self) -> Fields:
        return {"accepts": "What was left out.", "until": self._day(30)}

    def _submit_supplemental_materials(self) -> Fields:
        return {"documents": self._documents(), "complete": bool(self.random.randrange(3))}

    def _issue_supplemental_result(self) -> Fields:
        held = self._cycle.round.supplemental if self._cycle else None
        areas = list(held.contested) if held else self._areas()
        return {"reviewers": [self._arbitrator()], "findings": self._findings(areas)}

    def _submit_corrective_action_plan(self) -> Fields:
        cycle = self._cycle
        areas = list(cycle.to_address()) if cycle else self._areas()
        directed = [one.id for one in cycle.plan.directed if not one.taken_up] if cycle and cycle.plan else []
        actions: list[Fields] = [{"area": area, "action": "Train the staff."} for area in areas]
        actions += [{"area": areas[0], "action": "As directed.", "directed": one} for one in directed if areas]
        return {"actions": actions, "documents": self._documents(3)}

    def _decide_corrective_action_plan(self) -> Fields:
        approved = bool(self.random.randrange(3))
        directed = ["Have the protocol reviewed."] if not approved or not self.random.randrange(3) else []
        follow_up = self.random.choice([None, "self_audit", "survey"])
        found: Fields = {"approved": approved, "directed_actions": directed}
        surveyed = bool(self._cycle and self._cycle.rulebook != self._cycle.program)
        return found | ({"follow_up": follow_up} if follow_up and approved and surveyed else {})

    def _confirm_corrective_actions(self) -> Fields:
        plan = self._cycle.plan if self._cycle else None
        directed = [one.id for one in plan.directed if not one.taken_up] if plan else []
        return {"documents": [self._document()], "directed": directed}

    # Surveys

    def _team(self) -> list[Fields]:
        roles: tuple[str, ...] = ("radiologist", "medical_physicist", "acr_staff_technologist")
        if self._cycle is None:
            roles = ("radiologist", "medical_physicist", "acr_staff")
        elif self._cycle.rulebook != self._cycle.program:
            roles = ("radiation_oncologist", "medical_physicist")
        return [{"name": f"Sample Surveyor {role}", "role": role} for role in roles]

    def _schedule_survey(self) -> Fields:
        fields: Fields = {"team": self._team(), "mode": "on_site", "on": self._day(self.random.choice([5, 60, 120]))}
        if isinstance(self.facts, DesignationFacts):
            fields["locations"] = [place.id for place in self.facts.application.locations if place.id][:2]
        return fields

    def _surveyed(self) -> list[str]:
        if isinstance(self.facts, DesignationFacts):
            return self.facts.services(self.facts.survey.locations)
        return [area.id for area in self._cycle.areas if area.state is not AreaState.WITHDRAWN] if self._cycle else []

    def _file_survey_report(self) -> Fields:
        expenses = [{"description": "Flights", "amount": "812.50"}] if self.random.randrange(2) else []
        well = self.random.choice([2, 10_000])
        satisfactory = bool(self.random.randrange(4))
        found = self._findings(self._surveyed(), well=well)
        return {"findings": found, "satisfactory": satisfactory, "travel_expenses": expenses}

    def _correct_survey_report(self) -> Fields:
        return self._file_survey_report() | {"reason": "Mixed up."}

    def _decide_accreditation(self) -> Fields:
        well = self.random.choice([2, 10_000])
        findings = self._findings([area.id for area in self._cycle.areas] if self._cycle else [], well=well)
        good = all(one["acceptable"] for one in findings)
        return {"outcome": "accredited" if good else self.random.choice(["deferred", "denied"]), "findings": findings}

    def _submit_self_audit(self) -> Fields:
        return {"documents": [self._document()]}

    def _submit_reapplication(self) -> Fields:
        return {"agrees_to_survey": bool(self.random.randrange(4)), "documents": []}

    def _submit_committee_appeal(self) -> Fields:
        signed = {"role": "supervising_physician", "name": self._listed()}
        return {"letters": [{**self._document(""), "signed_by": signed}], "documents": []}

    def _order_validation_survey(self) -> Fields:
        return {"announced": bool(self.random.randrange(2)), "mode": "on_site", "on": self._day(20)}

    def _file_validation_report(self) -> Fields:
        good = bool(self.random.randrange(2))
        findings = [] if good else [{"area": "complaint notice", "acceptable": False, "comments": "None hangs there."}]
        return {"findings": findings, "satisfactory": good} | ({} if good else {"respond_by": self._day(30)})

    def _decide_validation(self) -> Fields:
        decision = self.random.choice(["stands", "stands", "under_corrective_action", "revoked"])
        found: Fields = {"decision": decision, "reasons": ["As reported."]}
        return found | ({"respond_by": self._day(30)} if decision == "under_corrective_action" else {})

    # Designations

    def _decide_designation(self) -> Fields:
        return {"designated": bool(self.random.randrange(5)), "reasons": ["As surveyed."]}

    def _add_locations(self) -> Fields:
        places = sample("dicoe-three-locations")["locations"]
        place = {**self.random.choice(places), "id": f"OH-{self.random.randrange(9000)}"}
        return {"locations": [place]}

    def _confirm_pledge(self) -> Fields:
        year = local_day(self.now, ZONE).year + self.random.choice([0, 1, 1])
        return {"pledge": "image_wisely", "year": year}

    # Mammography

    def _record_mqsa_certificate(self) -> Fields:
        return {"kind": self.random.choice(["full", "provisional"]), "expires_on": self._day(400)[:10]}

    def _decide_after_failure(self) -> Fields:
        return {"unit_stops": True, "options": ["reinstate"], "reason": "As reviewed."}

    def _report_image_check(self) -> Fields:
        return {"findings": self._findings([area.id for area in self._cycle.areas] if self._cycle else ["a"])}

    def _submit_image_check_plan(self) -> Fields:
        areas = [area.id for area in self._cycle.areas] if self._cycle else ["a"]
        return {"actions": [{"area": area, "action": "Train."} for area in areas], "documents": []}

    # The office's keeping

    def _extend_due_date(self) -> Fields:
        names = extendable(self.status)
        name = self.random.choice(names) if names else "option_form"
        return {"deadline": name, "until": self._day(self.random.choice([-3, 10, 40, 500])), "reason": "Asked for."}

    def _resolve_attention(self) -> Fields:
        items = [one.item for one in self.status.attention]
        action = self.random.choice(["retry", "skip"])
        return {"item": self.random.choice(items) if items else "nothing", "action": action, "reason": "Looked at."}

    def _move_edition(self) -> Fields:
        names = ("2019-01-01", "2021-03-08", "2022-11-09", self.status.edition or "none", "nowhere")
        return {"edition": self.random.choice(names), "reason": "Agreed."}

    def _amend_application(self) -> Fields:
        holder = "facility" if self._cycle else "practice"
        changes: Fields = {holder: {"name": f"Sample Center {self.random.randrange(100)}"}}
        if not self.random.randrange(4):
            changes = self.random.choice([{"modality": "pet"}, {"units": []}, {holder: None}, {"state": "PA"}])
        return {"changes": changes, "reason": "It had changed."}

    def _start_renewal(self) -> Fields:
        application = {**(self.status.application or {}), "kind": "renewal", "application_id": "APP-RENEWAL"}
        return {"application": application if self.random.randrange(4) else {"program": "accreditation"}}

    def _note(self) -> Fields:
        return {"text": "Called them.", **({"follow_up_on": self._day(9)} if self.random.randrange(2) else {})}

    def _pause_case(self) -> Fields:
        return {"reason": "A flood at the site."}

    def _resume_case(self) -> Fields:
        return {}

    def _day(self, days: int) -> str:
        return (self.now + timedelta(days=days)).isoformat()


def _without_a_field(random: Random, fields: Fields) -> Fields:
    gone = random.choice(sorted(fields))
    return {name: value for name, value in fields.items() if name != gone}


def _by_another(random: Random, fields: Fields) -> Fields:
    by = random.choice(({"name": "Ann Sample", "role": "acr"}, CLINIC, {"name": "", "role": "acr"}, {"role": "king"}))
    return {**fields, "by": by}


def _unknown_area(random: Random, fields: Fields) -> Fields:
    changed = {}
    for name, value in fields.items():
        entries = value if isinstance(value, list) else []
        named = [{**one, "area": "nowhere"} if isinstance(one, dict) and "area" in one else one for one in entries]
        changed[name] = random.choice([named, named[1:], [*named, *named]]) if named else value
    return changed


def _other_amount(random: Random, fields: Fields) -> Fields:
    return {**fields, "amount": random.choice(AMOUNTS)} if "amount" in fields else {**fields, "channel": "fax"}


def _other_day(random: Random, fields: Fields) -> Fields:
    days = ("1999-01-01", "2199-01-01", "2035-02-30", "yesterday", "")
    own = [name for name in ("until", "on", "respond_by", "received_on", "follow_up_on") if name in fields]
    return {**fields, random.choice([*own, "received_at"]): random.choice(days)}


def _turned_round(random: Random, fields: Fields) -> Fields:
    own = [name for name, value in fields.items() if isinstance(value, bool)]
    return {**fields, **{name: not fields[name] for name in own}} if own else _without_a_field(random, fields)


def _of_another_type(random: Random, fields: Fields) -> Fields:
    return {**fields, random.choice(sorted(fields)): random.choice([None, 7, [], {}, "x" * 5000, {"a": {"b": None}}])}


WRONG = (
    _without_a_field, _by_another, _by_another, _unknown_area, _unknown_area, _other_amount, _other_day,
    _turned_round, _turned_round, _turned_round, _of_another_type,
)  # fmt: skip
