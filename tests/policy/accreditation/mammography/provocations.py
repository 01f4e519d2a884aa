"""What provokes each rule of mammography: a case, a message and its moment."""

from datetime import timedelta

from policy.accreditation.cycle import CycleFacts
from policy.application import CertificateKind
from policy.facts import Stage
from policy.messages import (
    DecideAfterFailure,
    ExtendDueDate,
    ExtendProvisionalCertificate,
    GrantInterimAccreditation,
    OrderImageCheck,
    RecordMqsaCertificate,
    ReportImageCheck,
    SubmitTestingPackage,
    ViewFinalReport,
)
from tests.policy.accreditation.mammography.cycles import (
    FFDM,
    LATER,
    PHANTOM,
    TERMS,
    a_unit,
    checked,
    deficient,
    failed,
)
from tests.policy.cycles import REPORTED, a_cycle, under_test
from tests.policy.cycles import TERMS as DIAGNOSTIC
from tests.policy.provocations import Provocation
from tests.policy.said import a_choice, said

SOON = REPORTED + timedelta(days=5)
WHY = {"reason": "Sample reason"}
TECHNOLOGIST = {"name": "Sample Technologist", "role": "technologist"}


def provisional(*, extended: bool = False) -> CycleFacts:
    facts = a_unit(100, CertificateKind.PROVISIONAL)
    assert facts.mammography
    assert facts.mammography.certificate
    facts.mammography.certificate.extended = extended
    return facts


def renewing(left: int = 10, stage: Stage = Stage.REVIEW) -> CycleFacts:
    """A renewal whose certificate has so many days left on the day of `REPORTED`."""
    facts = a_unit(left, of="renewal")
    facts.stage = stage
    return facts


def bridging() -> CycleFacts:
    facts = renewing()
    assert facts.mammography is not None
    facts.mammography.interim_until = LATER
    return facts


def late() -> CycleFacts:
    facts = under_test(renewing(), REPORTED - timedelta(days=50))
    facts.stage = Stage.REVIEW
    facts.deadlines[-1].met = False
    return facts


def testing() -> CycleFacts:
    return under_test(a_unit(), REPORTED)


def a_package(clinical: str | None, phantom: str | None) -> SubmitTestingPackage:
    exams = [
        {"area": FFDM, "exam": "screening", "subject": "P-1", "performed_on": clinical},
        {"area": PHANTOM, "exam": "phantom", "performed_on": phantom},
    ]
    return said(SubmitTestingPackage, medium="upload", exams=exams)


def a_certificate(expires_on: str) -> RecordMqsaCertificate:
    by = {"name": "Sample Administrator", "role": "administrator"}
    told = {"message_id": "m-1", "by": by, "kind": "full", "expires_on": expires_on}
    return RecordMqsaCertificate.model_validate(told)


INTERIM, EXTENSION = said(GrantInterimAccreditation, **WHY), said(ExtendProvisionalCertificate, **WHY)
A_REPORT = said(ReportImageCheck, findings=[{"area": FFDM, "acceptable": True}])
MORE_TIME = said(ExtendDueDate, deadline="testing_package", until="2027-06-01", **WHY)

OF_MAMMOGRAPHY = [
    Provocation("mammography.other_modality", a_cycle(), a_certificate("2028-05-31"), SOON, DIAGNOSTIC),
    Provocation("mqsa_certificate.past", a_unit(), a_certificate("2027-03-05"), SOON, TERMS),
    Provocation("mqsa_certificate.not_on_file", a_unit(None), EXTENSION, SOON, TERMS),
    Provocation("mqsa_certificate.not_provisional", a_unit(), EXTENSION, SOON, TERMS),
    Provocation("mqsa_certificate.extended_before", provisional(extended=True), EXTENSION, SOON, TERMS),
    Provocation("interim.granted_before", bridging(), INTERIM, REPORTED, TERMS),
    Provocation("interim.not_accredited_before", provisional(), INTERIM, SOON, TERMS),
    Provocation("interim.materials_missing", renewing(stage=Stage.TESTING), INTERIM, REPORTED, TERMS),
    Provocation("interim.late", late(), INTERIM, REPORTED, TERMS),
    Provocation("interim.too_early", renewing(15), INTERIM, REPORTED, TERMS),
    Provocation("testing.not_extended", testing(), MORE_TIME, SOON, TERMS),
    Provocation("testing.exam_undated", testing(), a_package("2027-03-01", None), SOON, TERMS),
    Provocation("testing.images_apart", testing(), a_package("2027-03-04", "2027-02-01"), SOON, TERMS),
    Provocation("option_form.wrong_role", deficient(), said(ViewFinalReport, by=TECHNOLOGIST), SOON, TERMS),
    Provocation("option.certificate_days", deficient(60), a_choice("repeat"), SOON, TERMS),
    Provocation("option.office_decides", failed(3), a_choice("reinstate"), REPORTED + timedelta(days=125), TERMS),
    Provocation(
        "option.not_decidable",
        failed(2),
        said(DecideAfterFailure, unit_stops=False, options=["reinstate"], **WHY),
        REPORTED + timedelta(days=65),
        TERMS,
    ),
    Provocation("image_check.under_way", checked(), said(OrderImageCheck, **WHY), SOON, TERMS),
    Provocation("image_check.not_awaited", checked(acceptable=True), A_REPORT, SOON, TERMS),
]
