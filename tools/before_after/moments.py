"""The moments that are looked at: each correction, and each thing that happens to a facility or to its money."""

from typing import Any, NamedTuple

from rehearsal.scenario import Event, ExternalEvent, Scenario


class Moment(NamedTuple):
    """A message in a shipped scenario, before and after which its case is looked at.

    Attributes:
        title: What happens, in a few words.
        scenario: The scenario's file, by its stem.
        send: The name of the message, or of what another case tells.
        fields: What tells it from others of that name; the first accepted one is meant.
        pictured: Whether the page shows the Temporal UI before and after it.
    """

    title: str
    scenario: str
    send: str
    fields: tuple[tuple[str, Any], ...] = ()
    pictured: bool = False

    @property
    def picture(self) -> str:
        """Return how the files of its pictures begin."""
        return f"{self.scenario}-{self.send.replace('_', '-')}"

    def is_(self, event: Event | ExternalEvent) -> bool:
        """Whether an event is of this moment's kind."""
        if isinstance(event, ExternalEvent):
            return event.name == self.send
        known = event.fields.items()
        return self.send == event.model.NAME and event.refused is None and all(each in known for each in self.fields)

    def event(self, scenario: Scenario) -> Event | ExternalEvent:
        """Return its event in the scenario.

        Raises:
            LookupError: The scenario has none.
        """
        for event in scenario.events:
            if self.is_(event):
                return event
        raise LookupError(f"{self.scenario} does not send {self.send} with {dict(self.fields)}")


ERROR, CHOICE = "a-report-issued-in-error", "a-survey-report-corrected"
FACILITY, PRACTICE = "what-happens-to-a-facility", "dicoe-what-happens"
CHANGES, ANEW = "changes-of-an-accredited-unit", "an-invoice-issued-anew"
CLOSED, PAID = "closed-in-error", "paid-to-the-end"

MOMENTS = {
    "Corrections": (
        Moment("A final report is corrected", ERROR, "correct_final_report", pictured=True),
        Moment("An option is undone", ERROR, "undo_option"),
        Moment("An appeal result is corrected", ERROR, "correct_appeal_result"),
        Moment(
            "The result of an appeal to a committee's chair is corrected",
            "oncology-appeal-corrected",
            "correct_appeal_result",
        ),
        Moment("A survey report is corrected", CHOICE, "correct_survey_report"),
        Moment("A designation's survey report is corrected", "dicoe-paused-and-corrected", "correct_survey_report"),
        Moment("A committee's decision is corrected", "oncology-corrected", "correct_accreditation_decision"),
        Moment(
            "A testing package that was entered wrongly is corrected", "by-fax-and-by-post", "correct_testing_package"
        ),
        Moment("A case is paused", "a-flood-in-march", "pause_case"),
        Moment("It is resumed, with the time that was left", "a-flood-in-march", "resume_case", pictured=True),
        Moment("An invoice is void and issued anew", ANEW, "reissue_invoice"),
        Moment("A payment that was entered by mistake is undone", "every-paper", "undo_payment"),
        Moment("A case is moved to another edition", "moved-to-a-newer-edition", "move_edition"),
        Moment("A case that was closed in error is opened again", CLOSED, "reopen_case"),
    ),
    "What happens to facilities": (
        Moment("A letter came back", FACILITY, "report_bounced_letter"),
        Moment("It is sent again, to the right address", FACILITY, "send_letter_again"),
        Moment("A contact leaves", FACILITY, "report_contact_left", (("left", "Sample Administrator"),)),
        Moment(
            "The last one of a role leaves",
            FACILITY,
            "report_contact_left",
            (("left", "Sample Supervising Physician"),),
        ),
        Moment("Others are named", FACILITY, "amend_application"),
        Moment("A facility is renamed", FACILITY, "change_facility", (("kind", "renamed"), ("new_certificate", True))),
        Moment("It moves", FACILITY, "change_facility", (("kind", "moved"),)),
        Moment("It merges with another one", FACILITY, "change_facility", (("kind", "merged"),), pictured=True),
        Moment(
            "A location of a designation merges",
            PRACTICE,
            "change_facility",
            (("kind", "merged"), ("facility", "OH-4421")),
        ),
        Moment("A practice is taken over", PRACTICE, "change_facility", (("kind", "taken_over"),)),
        Moment("A unit is replaced", FACILITY, "report_replaced_unit"),
        Moment("A unit is added", CHANGES, "report_added_unit"),
        Moment("A unit is lent", FACILITY, "report_loaner_unit"),
        Moment("A key person is lost", FACILITY, "report_personnel_change"),
        Moment(
            "Somebody takes that place", FACILITY, "report_personnel_change", (("replacement", "Sample New Physicist"),)
        ),
        Moment("A unit of an accredited facility moves", CHANGES, "report_relocation"),
        Moment("An accreditation ends on which a designation rests", PRACTICE, "accreditation_ended"),
        Moment("It stands again", PRACTICE, "accreditation_granted"),
    ),
    "Money to the end": (
        Moment("Travel expenses come after the closing", PAID, "invoice_travel_expenses"),
        Moment(
            "A closed case is paid: the second invoice of one check, with ten dollars too much",
            PAID,
            "record_payment",
            (("amount", "320.00"),),
        ),
        Moment("What was paid too much is sent back", PAID, "record_refund"),
        Moment("The rest is given up", PAID, "write_off"),
        Moment("An invoice of a closed case is credited", ANEW, "issue_credit_note"),
    ),
}
"""By the points of what an office lives through."""
