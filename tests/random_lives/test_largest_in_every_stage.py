"""The largest of everything, in every stage: a case answers `status`, takes messages and goes on in a new run."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from policy.bounds import LARGEST
from policy.incoming import size_of
from tests.policy.spoken import FIELDS, KINDS
from tests.random_lives.core import decoded
from tests.random_lives.lives import OPENS, RandomLife
from tests.random_lives.sayings import Sayings
from tests.workflows.stories import (
    HEAD,
    Said,
    accepted,
    begun,
    chosen,
    deficient,
    findings,
    letter,
    package,
    paid,
    report,
    say,
    viewed,
)
from workflows.case.carrying import LARGEST_CARRIED

PAYLOAD = 2 * 1024 * 1024
"""Bytes that the server takes of one payload."""
TIMES, LEAST = 3, 15
"""How often each is sent; and how many kinds a case judges at least, of those that its validator lets in."""
CHOICES = frozenset(
    {
        "close_case",
        "decide_designation",
        "move_edition",
        "pause_case",
        "record_payment",
        "undo_payment",
        "withdraw_case",
    }
)
"""What has nothing large in it, or ends or stops what is to be looked at."""
SECOND = [
    *deficient(), chosen(6, "repeat"), paid(7), accepted(8), package(9, [HEAD], patients="B"),
    report(10, [HEAD], [HEAD]), viewed(10.5), chosen(14, "reinstate"),
]  # fmt: skip
DOCUMENT = {"name": "done.pdf", "uri": "https://files.example.org/done.pdf", "sha256": "5a" * 32}
THIRD = [
    *SECOND,
    say(15, "submit_corrective_action_plan", actions=[{"area": HEAD, "action": "Train the staff."}]),
    say(16, "decide_corrective_action_plan", approved=True),
    say(17, "confirm_corrective_actions", documents=[DOCUMENT]),
    paid(18), accepted(19), package(20, patients="C"), report(21, [HEAD]), viewed(21.5), chosen(24, "reinstate"),
]  # fmt: skip
TEAM = [{"name": f"Sample {role}", "role": role} for role in ("radiologist", "medical_physicist", "acr_staff")]
DESIGNATED = [
    paid(1),
    accepted(2),
    say(3, "schedule_survey", team=TEAM, on="2035-06-20"),
    say(30, "file_survey_report", satisfactory=True),
    say(31, "decide_designation", designated=True),
]
SITES = ("MAIN", "SAT-1")
SURVEYORS = [{"name": f"Sample {role}", "role": role} for role in ("radiation_oncologist", "medical_physicist")]
SURVEYED = [
    *begun(),
    say(2, "schedule_survey", team=SURVEYORS, on="2035-06-20"),
    say(30, "file_survey_report", satisfactory=True, findings=findings(SITES)),
]
DEFERRED = [*SURVEYED, say(31, "decide_accreditation", outcome="deferred", findings=findings(SITES, ["SAT-1"]))]
AUDITED = [
    *DEFERRED,
    say(40, "submit_corrective_action_plan", actions=[{"area": "SAT-1", "action": "Train the staff."}]),
    say(41, "decide_corrective_action_plan", approved=True, follow_up="self_audit"),
]
REQUEST = letter(signed_by={"role": "supervising_physician", "name": "Ann Sample"})
IMAGES = [
    {"area": "ffdm", "exam": "screening mammogram", "subject": "S-1", "performed_on": "2035-06-01"},
    {"area": "phantom", "exam": "ACR phantom", "performed_on": "2035-06-01"},
]
MAMMOGRAMS = [*begun(), say(2, "submit_testing_package", medium="upload", exams=IMAGES)]
CHECKED = [*MAMMOGRAMS, report(3, areas=["ffdm", "phantom"]), say(20, "order_image_check", reason="Drawn.")]
STAGES: dict[str, tuple[str, str, Sequence[Said]]] = {
    "application": ("ct", "application", []),
    "testing": ("ct", "testing", begun()),
    "review": ("ct", "review", [*begun(), package(2)]),
    "options": ("ct", "options", deficient()),
    "appeal": ("ct", "appeal", [*deficient(), chosen(6, "appeal", additional_images=True)]),
    "corrective action": ("ct", "corrective_action", SECOND),
    "survey": ("ct", "survey", THIRD),
    "accredited": ("ct", "accredited", [*begun(), package(2), report(3)]),
    "a practice's application": ("designation", "application", []),
    "a practice's survey": ("designation", "survey", DESIGNATED[:2]),
    "a practice's decision": ("designation", "decision", DESIGNATED[:4]),
    "designated": ("designation", "designated", DESIGNATED),
    "a site's survey": ("radiation oncology", "survey", begun()),
    "a site's decision": ("radiation oncology", "decision", SURVEYED),
    "a deferred site": ("radiation oncology", "corrective_action", DEFERRED),
    "a site's self-audit": ("radiation oncology", "corrective_action", AUDITED),
    "a site's appeal": (
        "radiation oncology",
        "appeal",
        [*DEFERRED, say(40, "submit_committee_appeal", letters=[REQUEST])],
    ),
    "an accredited site": (
        "radiation oncology",
        "accredited",
        [*SURVEYED, say(31, "decide_accreditation", outcome="accredited", findings=findings(SITES))],
    ),
    "mammography failed": ("mammography", "options", [*MAMMOGRAMS, report(3, ["ffdm"], ["ffdm", "phantom"])]),
    "mammography's image check": ("mammography", "accredited", CHECKED),
    "mammography's image check failed": (
        "mammography",
        "accredited",
        [*CHECKED, say(30, "report_image_check", findings=findings(["ffdm"], ["ffdm"]))],
    ),
}
WORDS = "x" * 3990
OWN: dict[str, tuple[str, dict[str, Any]]] = {
    "a site's decision": (
        "decide_accreditation",
        {"outcome": "deferred", "findings": [{"area": one, "acceptable": False, "comments": WORDS} for one in SITES]},
    ),
    "a deferred site": ("submit_corrective_action_plan", {"actions": [{"area": "SAT-1", "action": WORDS}] * 20}),
    "a site's self-audit": ("submit_self_audit", {"documents": [DOCUMENT] * 90}),
    "a site's appeal": (
        "issue_appeal_result",
        {"arbitrator": "Nobody", "findings": [{"area": "SAT-1", "acceptable": False, "comments": WORDS}]},
    ),
    "mammography's image check": (
        "report_image_check",
        {"findings": [{"area": "ffdm", "acceptable": False, "comments": WORDS}]},
    ),
    "mammography's image check failed": (
        "submit_image_check_plan",
        {"actions": [{"area": "ffdm", "action": WORDS}] * 20, "documents": [DOCUMENT]},
    ),
}
"""What a stage waits for, which must be accepted in its largest form too."""


def tell(life: RandomLife, number: int, one: Said) -> None:
    """Say something on its day, by whoever may; it must be accepted."""
    at = OPENS + timedelta(days=one.day)
    while life.core.forward(at):
        life.world.work(life.core)
    sayings = Sayings(Random(1), life.facts, life.status(), at)
    owed = next((bill for bill in life.status().invoices if bill.number and bill.outstanding > 0), None)
    fields = {**(sayings.fields_of(one.name) if one.name.endswith(("schedule_survey", "survey_report")) else {})}
    fields |= one.fields
    if owed:
        figures = {"$invoice": owed.number, "$due": f"{owed.outstanding:.2f}"}
        fields |= {name: figures[value] for name, value in one.fields.items() if value in ("$invoice", "$due")}
    key = f"{one.name}:t-{number}"
    content = {"message_id": f"t-{number}", "by": sayings.speaker(one.name), "received_at": at.isoformat(), **fields}
    life.core.update(one.name, key, content)
    life.world.work(life.core)
    assert decoded(life.core.verdicts[key])["accepted"], (one, life.core.verdicts[key])  # type: ignore[arg-type]


def send(life: RandomLife, kind: str, content: dict[str, Any], message_id: str) -> str:
    """Send a message with as long a reason as it takes; return its key."""
    assert size_of(content) < LARGEST, kind
    key = f"{kind}:{message_id}"
    by = Sayings(Random(1), life.facts, life.status(), life.core.now).speaker(kind)
    reason = {"reason": "y" * 3990} if "reason" in KINDS[kind].model_fields else {}
    life.core.update(kind, key, {"message_id": message_id, "by": by, **reason, **content})
    life.world.work(life.core)
    return key


def enlarged(value: Any, room: int) -> Any:
    """Return a value with as much in its texts and lists as has room; names and dates stay what they are."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        one = {key: enlarged(part, 4000) for key, part in value[0].items()}
        return [one] * max(1, min(90, room // (size_of(one) + 2)))
    if isinstance(value, dict):
        return {key: enlarged(part, room // max(1, len(value))) for key, part in value.items()}
    return value + "x" * (3990 - len(value)) if isinstance(value, str) and value.startswith("Sample") else value


@pytest.mark.parametrize("name", STAGES)
def test_the_largest_of_every_message_stops_no_case(name: str) -> None:
    program, stage, said = STAGES[name]
    life = RandomLife(program, Random(1), paper=DOCUMENT)
    for number, one in enumerate(said):
        tell(life, number, one)
    assert life.status().stage == stage
    judged = 0
    for kind in sorted(set(FIELDS) - CHOICES):
        content = enlarged(FIELDS[kind], 85_000)
        judged += sum(send(life, kind, content, f"large-{time}") in life.facts.answers for time in range(TIMES))
    assert judged >= TIMES * LEAST
    if name in OWN:
        own = send(life, *OWN[name], "own")
        assert decoded(life.core.verdicts[own])["accepted"], life.core.verdicts[own]  # type: ignore[arg-type]
    life.core.signal("continue_as_new")
    life.world.work(life.core)
    assert len(life.core.runs) > 1
    assert len(life.core.run.argument.data) < LARGEST_CARRIED
    assert life.core.largest < PAYLOAD
    assert size_of(life.status().model_dump(mode="json")) < PAYLOAD
    after = {"message_id": "after", "by": {"name": "Ann Sample", "role": "acr"}, "text": "It lives."}
    life.core.update("note", "note:after", after)
    life.world.work(life.core)
    assert decoded(life.core.verdicts["note:after"])["accepted"]  # type: ignore[arg-type]
    life.core.close()
