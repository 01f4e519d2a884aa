"""The values of an edition, part by part.

What a value is for stands with it, as its description: the value itself completes the sentence.
"""

from pydantic import Field

from policy.terms.provision import Carried, Provision


class TestingTerms(Carried):
    """Time for the testing package, and what follows when it does not come."""

    package: Provision[int] = Field(description="The testing package is due")
    reminders: Provision[list[int]] = Field(description="The facility is reminded of the testing package")
    grace: Provision[int] = Field(description="A missing testing package ends the application")
    clinical_age: Provision[int] | None = Field(
        default=None, description="Images of patients are no older, when the testing package comes, than"
    )
    phantom_age: Provision[int] | None = Field(
        default=None, description="Images of a phantom are no older, when the testing package comes, than"
    )


class OptionFormTerms(Carried):
    """When the option form opens and closes."""

    opens: Provision[int] = Field(description="The option form opens")
    opens_upload: Provision[int] | None = Field(
        default=None, description="For uploads the option form opens, as soon as the report has been viewed,"
    )
    due: Provision[int] = Field(description="The option form is due")
    reminders: Provision[list[int]] = Field(description="The facility is reminded of the option form")
    closure: Provision[int] = Field(description="Without a form the case closes")


class AppealTerms(Carried):
    """Until when a denial may be appealed, and when the result is expected."""

    due: Provision[int] = Field(description="An appeal is possible until")
    result_earliest: Provision[int] = Field(description="The result of an appeal comes at the earliest")
    result_latest: Provision[int] = Field(description="The result of an appeal comes at the latest")


class RepeatTerms(Carried):
    """Until when a repeat should be asked for."""

    requested: Provision[int] = Field(description="A repeat should be asked for until")


class SurveyTerms(Carried):
    """Who must be on the team of a scheduled on-site survey."""

    team: Provision[list[str]] = Field(description="Who must be on the team of a survey")


class WithdrawalTerms(Carried):
    """Modalities in which every patient type must stay."""

    all_patient_types: Provision[list[str]] = Field(description="Modalities in which no patient type can be withdrawn")

    parts: Provision[list[str]] | None = Field(
        default=None, description="What may be withdrawn beside a module, a patient type and the whole accreditation"
    )


class SupplementalReviewTerms(Carried):
    """After which deficiencies a supplemental review is offered, and what no text at hand says of it."""

    offered: Provision[list[int]] = Field(description="A supplemental review is offered after deficiency")
    accepts: Provision[str] = Field(description="A supplemental review accepts")
    fee: Provision[str] = Field(description="A supplemental review costs")
    window: Provision[str] = Field(description="The materials of a supplemental review are due")


class ModuleTerms(Carried):
    """The modules of each modality, where a text at hand lists them."""

    ct: Provision[list[str]] | None = Field(default=None, description="The modules of CT")
    mri: Provision[list[str]] | None = Field(default=None, description="The modules of MRI")
    nuclear_medicine: Provision[list[str]] | None = Field(default=None, description="The modules of nuclear medicine")
    pet: Provision[list[str]] | None = Field(default=None, description="The modules of PET")
    ultrasound: Provision[list[str]] | None = Field(default=None, description="The modules of ultrasound")
    breast_ultrasound: Provision[list[str]] | None = Field(default=None, description="The modules of breast ultrasound")


class PatientTypeTerms(Carried):
    """The patient types of each modality, where a text at hand lists them."""

    ct: Provision[list[str]] | None = Field(default=None, description="The patient types of CT")


class PublishedFees(Carried):
    """Fees that a text at hand states: US dollars, written as text, by the number of modules from one on."""

    ct_application: Provision[list[str]] | None = Field(default=None, description="The first CT unit costs")
    ct_additional_unit: Provision[list[str]] | None = Field(default=None, description="Each further CT unit costs")
    breast_ultrasound_application: Provision[list[str]] | None = Field(
        default=None, description="Breast ultrasound costs"
    )
    breast_ultrasound_repeat: Provision[list[str]] | None = Field(
        default=None, description="A repeat in breast ultrasound costs"
    )


class CertificateTerms(Carried):
    """How long an accreditation lasts and when its renewal begins."""

    term: Provision[int] = Field(description="A certificate lasts")
    renewal_notice: Provision[int] = Field(description="The renewal notice goes out")
    renewal_application: Provision[int] = Field(description="The renewal application is due")
    renewal_reminders: Provision[list[int]] = Field(description="The facility is reminded of the renewal")


class UnitTerms(Carried):
    """How another unit of an accredited modality may be accredited."""

    added_above: Provision[int] | None = Field(
        default=None, description="Another unit is added to a certificate where more is left on it than"
    )


class OncologyTerms(Carried):
    """Radiation oncology: accreditation by a survey, without images. `Edition.oncology`; no other edition has it."""

    modes: Provision[list[str]] = Field(description="A survey is held")
    report_earliest: Provision[int] = Field(description="The final report is expected from")
    report_latest: Provision[int] = Field(description="The final report is expected until")
    appeal: Provision[int] = Field(description="The report may be appealed until")
    plan: Provision[int] = Field(description="The corrective action plan is due")
    plan_reminders: Provision[list[int]] = Field(description="The facility is reminded of the corrective action plan")
    plan_closure: Provision[int] = Field(description="Without a corrective action plan the case closes")
    self_audit: Provision[int] = Field(description="The results of a self-audit are due")
    self_audit_reminders: Provision[list[int]] = Field(description="The facility is reminded of the self-audit")
    follow_up_earliest: Provision[int] = Field(description="A follow-up survey is held from")
    follow_up_latest: Provision[int] = Field(description="A follow-up survey is held until")
    reapplication_fee: Provision[int] = Field(description="A re-application after a denial costs")


class SilenceTerms(Carried):
    """What happens where nobody's window is stated and nothing comes."""

    reminder: Provision[int] = Field(description="Whoever is awaited without a date is reminded every")
    attention: Provision[int] = Field(
        description="The office is asked to look at a case that waits without a date after"
    )


class BackdatingTerms(Carried):
    """How far back a sender's stamp is believed."""

    believed: Provision[int] = Field(description="A message is believed to have been received earlier by at most")


class DateTerms(Carried):
    """Between which years a message's dates lie, and how far ahead a due date is extended without a warning."""

    earliest: Provision[int] = Field(description="The first year that a message's dates may lie in")
    latest: Provision[int] = Field(description="A message's dates lie ahead of it by at most")
    far: Provision[int] = Field(description="A due date is extended without a warning by at most")


class FeeTerms(Carried):
    """Time to pay, where the office's settings say nothing else, and when an unpaid invoice is reminded of."""

    payment_term: Provision[int] = Field(
        description="An invoice is due, where the office's settings say nothing else, after"
    )
    reminders: Provision[list[int]] | None = Field(default=None, description="An unpaid invoice is reminded of")
    expires: Provision[int] | None = Field(default=None, description="An unpaid application expires")


class DocumentTerms(Carried):
    """Messages whose documents are searched for protected health information."""

    screened: Provision[list[str]] = Field(description="Messages whose documents are looked through for patients' data")


class EditionWords(Carried):
    """What the body that wrote an edition calls itself, and where its rules stand, where that is not the shipped place.

    Attributes:
        body: Who accredits, as letters name it in a sentence: `all ACR signage`.
        citations: Where a rule stands, by the rule's id.
    """

    body: str = "ACR"
    citations: dict[str, str] = {}


class MammographyTerms(Carried):
    """What mammography under MQSA has beside the others: certificate, package, interim accreditation, image checks."""

    package_extended: Provision[bool] = Field(description="The testing package's due date can be extended")
    opened_by: Provision[list[str]] = Field(description="Who opens the final report and the option form")
    repeat_above: Provision[int] = Field(description="A repeat is possible where more is left on the certificate than")
    images_within: Provision[int] = Field(description="Clinical and phantom images lie apart by at most")
    fda_within: Provision[int] = Field(description="FDA is told of a serious risk within")
    provisional: Provision[int] = Field(description="A new facility's provisional certificate lasts")
    provisional_extension: Provision[int] = Field(description="A provisional certificate is extended once by")
    interim: Provision[int] = Field(description="Interim accreditation lasts")
    interim_decided: Provision[int] = Field(description="Interim accreditation is decided when at most so much is left")
    certificate_reminders: Provision[list[int]] = Field(description="The facility is reminded of its certificate's end")
    check_plan: Provision[int] = Field(description="The corrective plan after a random image check is due")
    check_reminders: Provision[list[int]] = Field(description="The facility is reminded of that plan")
    annual_update: Provision[int] | None = Field(
        default=None, description="The facility is asked to confirm its data every"
    )
    relocation: Provision[int] | None = Field(
        default=None, description="After a move the relocation application is complete within"
    )
