"""What letters say: final reports, results of appeals, summaries of option forms."""

from typing import Any

from activities.papers.making import Making, areas, attention, common, corrected, labels
from activities.terms import rules_of
from policy.accreditation.option_table import TABLE, name_of, standing
from policy.application import AreaKind, Modality, responsible_physician
from policy.edition import Edition
from policy.messages import Option
from policy.words import spoken
from records.papers import signatures
from records.queries import deadlines
from records.tables import Deadline
from records.words import PaperKind, SignatureSort

SUPPLEMENTAL = "supplemental_review_result"
"""The letter of a supplemental review's result."""


def final_report(making: Making) -> dict[str, Any] | None:
    """Return what a final report says; None where the notice brings no findings (they were sent before)."""
    if not making.told("findings"):
        return None
    found = _findings(making)
    if _is_survey_based(making):
        return _letter(making) | found | _of_a_survey(making)
    decided = {
        "round": making.word("round", making.told("round")),
        "withdrawn": labels(making.case, making.told("withdrawn")),
    }
    decided |= corrected(making, PaperKind.FINAL_REPORT)
    return _letter(making) | found | decided | ({} if found["passed"] else _what_follows(making, appeal=True))


def _is_survey_based(making: Making) -> bool:
    rules = rules_of(making.case, making.notice.at, making.office)
    return isinstance(rules, Edition) and rules.survey_based


def _of_a_survey(making: Making) -> dict[str, Any]:
    """Return what the report on a survey says beside its findings: the outcome, and until when what is possible."""
    return {
        "outcome": making.notice.kind,
        "round": making.word("round", making.told("round")),
        "plan_due": making.due(making.told("due_at")),
        "appeal_due": making.due(making.told("appeal_by")),
    } | corrected(making, PaperKind.FINAL_REPORT)


def appeal_result(making: Making) -> dict[str, Any] | None:
    """Return what the letter with an arbitrator's decision says; None in radiation oncology, which has no such letter.

    There the chair of a committee decides, and the notice says it. A supplemental review has the same letter: it is
    another second look at what a report found, after which an appeal may still be possible.
    """
    if _is_survey_based(making):
        return None
    supplemental = making.notice.kind == SUPPLEMENTAL
    found = _findings(making) | corrected(making, PaperKind.APPEAL_RESULT)
    told = {"review": "supplemental"} if supplemental else {}
    return _letter(making) | found | told | ({} if found["passed"] else _what_follows(making, appeal=supplemental))


def option_summary(making: Making) -> dict[str, Any]:
    """Return what was chosen on an option form, who attested it, and with which documents it came."""
    case, option = making.case, making.told("option")
    signed = signatures(making.session, case.case_id, making.told("message") or "")
    attested = [{"role": one.role, "name": one.name} for one in signed if one.sort == SignatureSort.ATTESTATION]
    signers = {one.sha256: {"role": one.role, "name": one.name} for one in signed}
    documents = [
        {
            "name": one.get("name"),
            "sha256": one.get("sha256"),
            "signed_by": making.person(one.get("signed_by") or signers.get(one.get("sha256"))),
        }
        for one in making.told("documents") or []
    ]
    return _letter(making) | {
        "option": option,
        "option_words": option and name_of(Option(option), making.told("deficiencies") or 1),
        "leads_to": making.told("leads_to"),
        "deficiencies": making.told("deficiencies"),
        "received": making.moment(making.notice.at),
        "attested_by": making.person(making.told("attested_by") or next(iter(attested), None)),
        "entered_by": making.person(making.told("entered_by")),
        "reason": making.told("reason"),
        "grounds": making.word("grounds", making.told("grounds")),
        "medium": making.word("medium", making.told("medium")),
        "additional_images": making.told("additional_images"),
        "areas": labels(case, making.told("areas")),
        "documents": documents,
        "warnings": making.told("warnings"),
    }


def _letter(making: Making) -> dict[str, Any]:
    """Return what is common, for the attention of the physician with whom a facility decides."""
    told = common(making)
    physician = responsible_physician(Modality(making.case.modality) if making.case.modality else None)
    told["holder"]["attention"] = attention(making.case, physician) or told["holder"]["attention"]
    return told | {"physician": spoken(physician), "mammography": making.case.modality == Modality.MAMMOGRAPHY}


def _findings(making: Making) -> dict[str, Any]:
    findings: list[dict[str, Any]] = making.told("findings") or []
    named = labels(making.case, [finding["area"] for finding in findings])
    told = [{**finding, "label": label} for finding, label in zip(findings, named, strict=True)]
    failed = [finding for finding in told if not finding.get("acceptable")]
    known = areas(making.case)
    phantoms = [one for one in failed if known.get(one["area"], {}).get("kind") == AreaKind.PHANTOM]
    return {
        "findings": told,
        "phantoms": bool(phantoms),
        "passed": bool(told) and not failed,
        "concerns": any(finding.get("equipment_concern") for finding in failed),
        "deficiencies": making.told("deficiencies"),
    }


def _what_follows(making: Making, *, appeal: bool) -> dict[str, Any]:
    """Return the options that are offered, and the windows that run for them."""
    windows = _windows(making)
    form, appealed = windows.get("option_form"), windows.get("appeal")
    return {
        "options": _options(making, appeal=appeal),
        "form_opens": making.moment(form.opens_at) if form else None,
        "form_due": making.due(form.due_at) if form else None,
        "appeal_due": making.due(appealed.due_at) if appealed else None,
        "withdrawable": labels(making.case, making.told("withdrawable")),
        "withdraws_all": making.told("withdraws_all"),
        "repeat_days": _repeat_days(making),
        "repeat_by": making.last(making.told("repeat_by")),
        "by_post": making.case.application.get("medium") not in (None, "upload"),
    }


def _repeat_days(making: Making) -> int | None:
    """Return within how many days of the report a repeat should be asked for, by the edition that the case carries."""
    rules = rules_of(making.case, making.notice.at, making.office)
    return rules.repeat.requested.value if isinstance(rules, Edition) else None


def _options(making: Making, *, appeal: bool) -> list[str]:
    """Return what the facility may choose: what the case said, else what the table offers for its deficiencies.

    Notices of earlier versions said what the table offers. Withdrawing areas is an option of its own only where no
    phantom area is deficient (S1).
    """
    offered = making.told("options")
    if making.told("signers") is not None:  # what the form takes, as the case judged it when it sent the notice
        return list(offered or [])
    if offered is None:  # written before notices said it: all of the diagnostic modalities
        row = TABLE[standing(making.told("deficiencies") or 1)]
        offered = [option.value for option, terms in row.items() if terms]
    known = areas(making.case)
    failed = {one["area"] for one in making.told("findings") or [] if not one.get("acceptable")}
    phantoms = {area for area in failed if area in known and known[area]["kind"] == AreaKind.PHANTOM}
    left_out = {*((Option.WITHDRAW_AREAS,) if phantoms else ()), *(() if appeal else (Option.APPEAL,))}
    return [option for option in offered if option not in left_out]


def _windows(making: Making) -> dict[str, Deadline]:
    """Return, by name, the newest window that is open or opens later."""
    return {
        deadline.name: deadline
        for deadline in deadlines(making.session, making.case.case_id)
        if deadline.met is None and not deadline.over and deadline.due_at > making.notice.at
    }
