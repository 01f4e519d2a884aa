"""The changes that break old cases, each as somebody might write it in good faith."""

from collections.abc import Mapping
from typing import NamedTuple


class Edit(NamedTuple):
    """Text that is replaced in a file, wherever it stands there."""

    file: str
    before: str
    after: str


WORKFLOW = "workflows/case/workflow.py"
INBOX = "workflows/case/inbox/inbox.py"
CASE = "workflows/case/case.py"
CYCLE = "policy/accreditation/cycle.py"
ROUNDS = "policy/accreditation/rounds.py"
OPTIONS = "workflows/accreditation/options.py"
LOOKS_UP = "found = await look_up(self._case, incoming, arrived)\n"
ANSWERS = "            return await self._answer(incoming, arrived, found)"
ENTERED = "        self.facts.stage, self.facts.stage_since = stage, self.at\n"
LISTED = """        from temporalio import workflow
        from temporalio.common import SearchAttributeKey

        workflow.upsert_search_attributes([SearchAttributeKey.for_keyword("Stage").value_set(str(stage))])
"""
NOTICE = """    case.notify(
        "application_accepted", "application.accepted", due_at=due.due_at.isoformat(), areas=case.facts.round.areas
    )
"""
WAIT = "max(mark.at - workflow.now(), SOON)"

CHANGES: Mapping[str, tuple[Edit, ...]] = {
    "order: other cases are told before the step is written": (
        Edit(WORKFLOW, "        if not outbox.has_step():\n", "        if outbox.calls:\n"),
    ),
    "order: a document is read late, when its message's turn has come": (
        Edit(INBOX, f"        {LOOKS_UP}", ""),
        Edit(INBOX, ANSWERS, f"            await self._case.waiting.acquire()\n            {LOOKS_UP}{ANSWERS}"),
    ),
    "name: an activity is called otherwise": (
        Edit("activities/contract/__init__.py", 'RECORD_EVENTS = "record_events"', 'RECORD_EVENTS = "note_events"'),
    ),
    "length: the testing package is due a day later": (
        Edit("policy/accreditation/windows.py", "terms.testing.package.value,", "terms.testing.package.value + 1,"),
    ),
    "length: long waits end a day early": (
        Edit(
            "workflows/case/waiting.py",
            WAIT,
            f"{WAIT} - timedelta(days=mark.at - workflow.now() > timedelta(days=100))",
        ),
    ),
    "notice: the acceptance is told to nobody": (Edit("workflows/accreditation/testing_package.py", NOTICE, ""),),
    "attribute: the stage is listed once more, when it begins": (Edit(CASE, ENTERED, f"{ENTERED}{LISTED}"),),
    "message: a field is added that counts while it has its default": (
        Edit("policy/messages/message.py", "    proof: Annotated", '    channel: str = ""\n    proof: Annotated'),
    ),
    "message: a field is added that must be there": (
        Edit(
            "policy/messages/cycle.py",
            "    viewer: MaybeName",
            '    viewed_on: str = Field(description="When.")\n    viewer: MaybeName',
        ),
    ),
    "message: a field has another name": (
        Edit("policy/messages/parts.py", "    comments: MaybeText", "    recommendations: MaybeText"),
        *(
            Edit(f"policy/accreditation/{file}.py", ".comments.strip()", ".recommendations.strip()")
            for file in ("mammography/image_check", "testing_package", "validation")
        ),
    ),
    "fact: a field has another name": (
        Edit(ROUNDS, "    accepted_at: datetime", "    taken_at: datetime"),
        Edit("workflows/accreditation/application.py", ".accepted_at", ".taken_at"),
        Edit("workflows/accreditation/oncology/survey.py", "this.accepted_at", "this.taken_at"),
        Edit("policy/accreditation/corrections.py", "round.accepted_at", "round.taken_at"),
        Edit("policy/accreditation/validation.py", "rounds[0].accepted_at", "rounds[0].taken_at"),
    ),
    "fact: a field of a part has another name": (
        Edit(ROUNDS, "    choice: ChooseOption |", "    chosen: ChooseOption |"),
        *(
            Edit(file, "form.choice", "form.chosen")
            for file in (
                CYCLE,
                OPTIONS,
                "workflows/accreditation/corrections.py",
                "workflows/case/keeping.py",
                "workflows/case/carrying.py",
                "policy/accreditation/corrections.py",
            )
        ),
    ),
}
"""What is tried, by what changes."""
