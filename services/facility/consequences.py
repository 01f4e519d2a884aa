"""What follows where a date passes, in words: the same on a terminal and on a facility's page."""

OTHERWISE = {
    "testing_package": "the facility is told, and after a grace the case ends as inactive; the fee is kept",
    "option_form": "both sides are told, and the case closes as not granted unless the office extends",
    "appeal": "an appeal is no longer possible; the other options stay",
    "appeal_result": "it is overdue: the facility is told, the office must look at it, and the case waits on",
    "closure": "the case closes as not granted",
    "renewal_application": "a renewal is still taken until the expiry, with a warning",
    "expiry": "the certificate or designation has run out, and the case closes",
    "validation_response": "both sides are told, and the office decides on the survey by its report alone",
    "application_fee": "the application expires, and the case closes as inactive",
    "supplemental_review": "no more is taken unless the office sets another day, and the office must look",
    "final_report": "it is overdue: the facility is told, the office must look at it, and the case waits on",
    "corrective_action_plan": "both sides are told, and the case closes as not granted unless the office extends",
    "plan_closure": "the case closes as not granted",
    "self_audit": "it is overdue: both sides are told, the office must look at it, and the case waits on",
    "follow_up_survey": "it is overdue: both sides are told, the office must look at it, and the case waits on",
    "mqsa_certificate": "without a valid certificate or an interim notice the unit must not be used; the office looks",
    "interim_accreditation": "the unit must not be used until it is accredited; the office looks",
    "image_check_plan": "the office must look at it, and decides what follows for the accreditation",
    "fda_notice": "the office must see to it that FDA is told",
    "relocation_application": "the office must look at it",
    "invoice": "it is overdue; the case waits, and a reminder goes out",
}
"""What happens when a deadline passes."""
DATES = {
    "renewal_notice": "the renewal notice goes out by itself",
    "mid_cycle": "locations may be added from then on",
    "validation_survey": "the survey team comes, or calls by video",
    "annual_update": "we ask you to confirm what we have on file of the facility",
}
"""What happens on a date that nobody can miss."""
WHEN_PASSED = {
    "testing_package": "a package is refused unless the office extends",
    "option_form": "a form is refused unless the office extends",
    "appeal_result": "the facility has been told, and the case waits on",
    "renewal_application": "a renewal is still taken, with a warning",
    "validation_response": "a response is taken until the office has decided",
    "supplemental_review": "materials are refused unless the office sets another day",
    "final_report": "the facility has been told, and the case waits on",
    "corrective_action_plan": "a plan is refused unless the office extends",
    "self_audit": "its results are still taken, with a warning",
    "follow_up_survey": "both sides have been told, and the case waits on",
}
"""What holds once a deadline has passed."""
SILENCE = "is reminded, again and again, and in the end the case needs the office's attention"
"""What happens where no window is stated and nobody acts."""
GOES_ON = "the case goes on without it"
"""What happens when any other deadline passes."""
