"""Whether a facility's choice after an unsuccessful outcome can be taken, and what it may choose at an instant.

The table of S1 ("Facility options"), with the running text of the same article: every denial may be appealed, once a
round, and modules, patient types or the whole application may always be withdrawn. The first deficiency may be
repeated; after the second (the first failure) the way leads through corrective action, after the third and later ones
through a survey.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from policy.accreditation import appeal, withdrawal
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.options import closed_by, judge_reader
from policy.accreditation.option_table import NAMES, name_of, row_of, standing, table_source
from policy.accreditation.rounds import AreaState, Form, Round
from policy.accreditation.windows import repeat_asked_by
from policy.application import AreaKind
from policy.edition import Edition
from policy.facts import Stage
from policy.keeping import pausing
from policy.messages import ChooseOption, Option
from policy.rules import refuse
from policy.senders import AHEAD
from policy.verdict import Refused
from policy.words import due_in_words, either, instant_in_words, listed


class FormOffer(NamedTuple):
    """What an option form takes once it is open and the report was viewed: what letters and papers may offer.

    Attributes:
        options: The options, in the order of the table.
        withdrawable: The areas that may be withdrawn by themselves or with any option but `withdraw`.
        withdraws_all: Whether withdrawing every deficient area leaves no clinical area, and so no accreditation.
        signers: Who signs the letter of an appeal of everything that is not acceptable.
        repeat_by: Until when a repeat should be asked for; None while the facility has not received the report.
    """

    options: list[Option]
    withdrawable: list[str]
    withdraws_all: bool
    signers: list[str]
    repeat_by: datetime | None

    def told(self) -> dict[str, Any]:
        """Return it as the facts of a notice: JSON values."""
        return {
            "options": [str(option) for option in self.options],
            "withdrawable": self.withdrawable,
            "withdraws_all": self.withdraws_all,
            "signers": self.signers,
            "repeat_by": self.repeat_by.isoformat() if self.repeat_by else None,
        }


class Offer(NamedTuple):
    """An option as it stands at an instant: open on the table's terms, or refused by a rule."""

    option: Option
    refusal: Refused | None
    terms: str


def _row(facts: CycleFacts, terms: Edition) -> dict[Option, str]:
    return row_of(facts.deficiencies, terms, facts.application.modality)


def decided_options(facts: CycleFacts) -> set[Option]:
    """Return what the round has used up: an arbitrator's word is final, and one supplemental review is held."""
    reported = facts.reported
    if reported is None:
        return set()
    if reported.appeal_decided:
        return {Option.APPEAL, Option.SUPPLEMENTAL_REVIEW}
    return {Option.SUPPLEMENTAL_REVIEW} if reported.supplemental_decided else set()


def offered_options(facts: CycleFacts, terms: Edition) -> list[Option]:
    """Return the options that the standing offers, what was decided in the round left out."""
    decided = decided_options(facts)
    return [
        option
        for option, cell in _row(facts, terms).items()
        if cell and option not in decided and closed_by(facts, terms, option) is None
    ]


def form_offer(facts: CycleFacts, terms: Edition, at: datetime) -> FormOffer:
    """Return what the option form takes at an instant, or will take once it opens and the report was viewed."""
    failed = facts.areas_in(AreaState.NOT_ACCEPTABLE)
    received_at = facts.reported.received_at(facts.medium) if facts.reported else None
    repeats = Option.REPEAT in offered_options(facts, terms)
    return FormOffer(
        options=_open_options(facts, terms, at),
        withdrawable=withdrawal.withdrawable(facts, terms),
        withdraws_all=not any(
            area.kind is AreaKind.CLINICAL for area in facts.areas_in(AreaState.ACCEPTABLE, AreaState.UNTESTED)
        ),
        signers=[
            str(appeal.signer(facts.application.modality, kind))
            for kind in AreaKind
            if any(area.kind is kind for area in failed)
        ],
        repeat_by=repeat_asked_by(received_at, terms, _held(facts)) if repeats and received_at else None,
    )


def _held(facts: CycleFacts) -> int:
    """Return for how many days the case was paused while the form ran."""
    form = facts.reported.form if facts.reported else None
    return form.held_days if form else 0


def _open_options(facts: CycleFacts, terms: Edition, at: datetime) -> list[Option]:
    """Return what the table offers, without what the areas or the appeal's own window rule out."""

    def is_open(option: Option) -> bool:
        try:
            _judge_withdrawable(facts, terms, option, at)
        except Refused:
            return False
        form = facts.reported.form if facts.reported else None
        return option is not Option.APPEAL or form is None or _appeal_runs(facts, form, at)

    return [option for option in offered_options(facts, terms) if is_open(option)]


def judge_choice(facts: CycleFacts, terms: Edition, choice: ChooseOption, at: datetime) -> list[str]:
    """Judge an option form as of an instant, in the order that the interface names.

    Returns:
        Warnings to the facility.

    Raises:
        Refused: The first rule that speaks against it.
    """
    reported, form = _judge_form(facts, terms, choice.option, at, partial(_judge_areas_left, facts, terms, choice, at))
    judge_reader(facts, terms, choice)
    if not choice.attested:
        raise refuse(
            "option_form.not_attested",
            "The attestation box is not checked.",
            "Check the attestation box and send it again.",
        )
    if choice.option is Option.APPEAL:
        _judge_appeal_window(facts, terms, form, at)
        appeal.judge_medium(facts, choice)
    withdrawal.judge_form(facts, choice)
    others = [] if choice.option in _open_options(facts, terms, at) else _others(facts, terms, at)
    withdrawal.judge_areas(facts, terms, choice, others)
    withdrawal.judge_parts(facts, terms, choice, others)
    withdrawal.judge_patient_types(facts, terms, choice, others)
    if choice.option is Option.APPEAL:
        appeal.judge_letters(facts, choice)
    return _warnings(facts, terms, reported, choice, at)


def offers(facts: CycleFacts, terms: Edition, at: datetime) -> list[Offer]:
    """Return every option with the rule that closes it at an instant; nothing where no outcome asks for a choice."""
    if facts.stage is not Stage.OPTIONS:
        return []
    if facts.paused:
        return [Offer(option, pausing.held(), cell) for option, cell in _row(facts, terms).items()]
    result = []
    for option, cell in _row(facts, terms).items():
        try:
            _, form = _judge_form(facts, terms, option, at, partial(_judge_withdrawable, facts, terms, option, at))
            if option is Option.APPEAL:
                _judge_appeal_window(facts, terms, form, at)
            result.append(Offer(option, None, f"{cell}; until {_until(facts, terms, form, option)}"))
        except Refused as refused:
            result.append(Offer(option, refused, cell))
    return result


def _until(facts: CycleFacts, terms: Edition, form: Form, option: Option) -> str:
    number = form.appeal if option is Option.APPEAL and form.appeal is not None else form.form
    return due_in_words(facts.deadlines[number].due_at, terms.zone)


def _judge_form(
    facts: CycleFacts, terms: Edition, option: Option, at: datetime, judge_areas_left: Callable[[], None]
) -> tuple[Round, Form]:
    """Judge what concerns the form itself: a choice that stands, the stage, the table, viewing, opening, due date."""
    if chosen := facts.option_of_form():
        name = name_of(chosen, facts.deficiencies)
        raise refuse("option_form.already_chosen", f"The facility chose {name} on this form; a choice stands.")
    reported = facts.reported
    if facts.stage is not Stage.OPTIONS or reported is None:
        raise refuse(
            "case.wrong_stage",
            f"The case is in the stage {facts.stage.words}: an option is chosen after an unsuccessful final report.",
        )
    _judge_offer(facts, terms, option, at)
    judge_areas_left()
    return reported, _judge_open(facts, terms, reported, at)


def _judge_open(facts: CycleFacts, terms: Edition, reported: Round, at: datetime) -> Form:
    """Judge whether the form can be sent at an instant: the report viewed, the form open and not past due."""
    # Clocks differ: a choice is before the viewing only where it is so by more than a clock may run ahead.
    if reported.viewed_at is None or at < reported.viewed_at - AHEAD:
        what = "appeal result" if reported.appeal_decided else "final report"
        raise refuse(
            "option_form.report_not_viewed",
            f"The {what} had not been viewed on {instant_in_words(at, terms.zone)}.",
            f"View the {what} first; its clocks run all the same.",
            *_window_in_words(facts, terms, reported.form, at),
        )
    form = reported.form
    if form is None:
        raise refuse(
            "option_form.not_yet_open",
            f"The images have not been returned yet; the form opens {terms.option_form.opens.value} hours after that.",
            *_window_in_words(facts, terms, form, at),
        )
    if at < form.opens_at:
        raise refuse(
            "option_form.not_yet_open",
            f"The form opens on {instant_in_words(form.opens_at, terms.zone)}.",
            *_window_in_words(facts, terms, form, at),
        )
    if at > facts.deadlines[form.form].due_at:
        raise refuse(
            "option_form.past_due",
            f"The form was due on {due_in_words(facts.deadlines[form.form].due_at, terms.zone)}.",
            *_window_in_words(facts, terms, form, at),
        )
    return form


def _window_in_words(facts: CycleFacts, terms: Edition, form: Form | None, at: datetime) -> list[str]:
    """Return what comes before a form can be sent, where its window is not open."""
    if form is None:
        return ["Wait for the images: no clock of the form runs before they are returned."]
    due_at = facts.deadlines[form.form].due_at
    if at < form.opens_at:
        opens = instant_in_words(form.opens_at, terms.zone)
        return [f"Send the form from {opens} until {due_in_words(due_at, terms.zone)}."]
    if at > due_at:
        closes = due_in_words(facts.deadlines[form.closure].due_at, terms.zone)
        return [f"Ask the office to extend the form before {closes}, when the case closes as not granted."]
    return []


def _others(facts: CycleFacts, terms: Edition, at: datetime) -> list[str]:
    """Return what is possible in the place of an option that is not: the others, after what must come before them."""
    names = either(name_of(option, facts.deficiencies) for option in _open_options(facts, terms, at))
    if facts.reported is None:
        return []
    try:
        _judge_open(facts, terms, facts.reported, at)
    except Refused as closed:
        return [*closed.instead, f"Then choose {names}."]
    return [f"Choose {names}."]


def _judge_offer(facts: CycleFacts, terms: Edition, option: Option, at: datetime) -> None:
    if option in decided_options(facts) and facts.reported:
        others = _others(facts, terms, at)
        if facts.reported.appeal_decided:
            raise refuse("appeal.already_decided", "The arbitrator's determination is final.", *others)
        reason = "The supplemental review of this report was held; its result stands."
        raise refuse("supplemental_review.already_decided", reason, *others)
    if not _row(facts, terms).get(option):
        name = NAMES[option]
        raise refuse(
            "option.not_offered",
            f"{name[:1].upper()}{name[1:]} is not offered after the {standing(facts.deficiencies)}.",
            *_others(facts, terms, at),
            source=table_source(terms),
        )
    if closed := closed_by(facts, terms, option):
        raise refuse(closed.rule, closed.reason, *_others(facts, terms, at))


def _judge_areas_left(facts: CycleFacts, terms: Edition, choice: ChooseOption, at: datetime) -> None:
    if choice.option is not Option.WITHDRAW_AREAS:
        return
    failed = [area.id for area in facts.areas_in(AreaState.NOT_ACCEPTABLE)]
    left = [area for area in failed if area not in choice.areas_withdrawn]
    if not left:
        return
    instead = _others(facts, terms, at)
    if Option.WITHDRAW_AREAS in _open_options(facts, terms, at):
        instead.append(f"With the withdrawal of modules or patient types, withdraw all of {listed(failed)}.")
    if withdrawal.withdrawable(facts, terms):
        instead.append("Areas may also be withdrawn with another option.")
    withdrawn = f"Withdrawing {listed(choice.areas_withdrawn)}" if choice.areas_withdrawn else "Withdrawing nothing"
    raise refuse("option.not_offered", f"{withdrawn} leaves {listed(left)} not acceptable.", *instead)


def _judge_withdrawable(facts: CycleFacts, terms: Edition, option: Option, at: datetime) -> None:
    """A phantom area is never withdrawn, nor a patient type that must stay: then `withdraw_areas` can reach nothing."""
    if option is not Option.WITHDRAW_AREAS:
        return
    failed = facts.areas_in(AreaState.NOT_ACCEPTABLE)
    withdrawal.judge_types_stay(facts, terms, [area.id for area in failed])
    withdrawal.judge_whole_modules(facts, terms, [area.id for area in failed])
    if phantoms := [area.id for area in failed if area.kind is AreaKind.PHANTOM]:
        raise refuse("option.not_offered", f"{listed(phantoms)} is tested with a phantom and cannot be withdrawn.")


def _appeal_runs(facts: CycleFacts, form: Form, at: datetime) -> bool:
    return form.appeal is None or at <= facts.deadlines[form.appeal].due_at


def _judge_appeal_window(facts: CycleFacts, terms: Edition, form: Form, at: datetime) -> None:
    if form.appeal is not None and not _appeal_runs(facts, form, at):
        due_at = due_in_words(facts.deadlines[form.appeal].due_at, terms.zone)
        raise refuse("appeal.past_due", f"An appeal was due on {due_at}.", *_others(facts, terms, at))


def _warnings(facts: CycleFacts, terms: Edition, reported: Round, choice: ChooseOption, at: datetime) -> list[str]:
    warnings = []
    received_at = reported.received_at(facts.medium)
    if choice.option is Option.REPEAT and received_at:
        asked_by = repeat_asked_by(received_at, terms, reported.form.held_days if reported.form else 0)
        if at > asked_by:
            warnings.append(
                f"A repeat should be asked for within {terms.repeat.requested.value} days of receiving the report "
                f"(until {due_in_words(asked_by, terms.zone)}); it is accepted, because the form is not due yet. "
                f"Source: {terms.cite(terms.repeat.requested)}."
            )
    if choice.areas_withdrawn:
        warnings.append(withdrawal.PAYERS)
    return warnings + appeal.strange_signers(facts, choice)
