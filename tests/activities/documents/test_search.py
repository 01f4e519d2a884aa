"""What identifies a patient and what does not, sentence by sentence, with the kind that is told."""

import pytest

from policy.phi.kinds import Kind
from policy.phi.names import is_anybody
from policy.phi.search import search

FOUND: list[tuple[str, set[Kind]]] = [
    ("Patient: Doe, Jane", {Kind.NAME}),
    ("PATIENT NAME  DOE JANE", {Kind.NAME}),
    ("patient name: jane doe", {Kind.NAME}),
    ("Patient name: Day, Page", {Kind.NAME}),  # words of the field are names behind such a label
    ("the images of patient José O'Doe-Roe were blurred", {Kind.NAME}),
    ("Ms. Doe underwent an MRI", {Kind.NAME}),
    ("DOE^JANE", {Kind.NAME}),
    ("Patient initials: JD", {Kind.NAME}),
    ("Patient name: He Xiaoming", {Kind.NAME}),  # a family name that is a word as well
    ("Patient name: AN MINHO", {Kind.NAME}),
    ("Patient name: 王 东", {Kind.NAME}),
    ("So^Minho", {Kind.NAME}),
    ("D O B : 0 3 / 1 4 / 1 9 5 7", {Kind.BIRTH_DATE}),
    ("born on 14 March 1957", {Kind.BIRTH_DATE}),
    ("Date of\nbirth\n03/14/1957", {Kind.BIRTH_DATE}),
    ("Ｄａｔｅ ｏｆ ｂｉｒｔｈ： ０３／１４／１９５７", {Kind.BIRTH_DATE}),
    ("Date of bir-\nth: 03/14/1957", {Kind.BIRTH_DATE}),
    ("a 94-year-old man", {Kind.AGE}),
    ("discharged 2026-03-05", {Kind.DATE}),
    ("The patient was scanned on 5 March 2026", {Kind.DATE}),
    ("MRN 4 8 2 1 3 3 7", {Kind.RECORD_NUMBER}),
    ("M\u200bRN: 0048\u200b2133", {Kind.RECORD_NUMBER}),
    ("accession no. 7731204", {Kind.ACCESSION_NUMBER}),
    ("123-45-6789", {Kind.SOCIAL_SECURITY_NUMBER}),
    ("123–45–6789", {Kind.SOCIAL_SECURITY_NUMBER}),  # dashes of a word processor
    ("SSN: 123-45-\n6789", {Kind.SOCIAL_SECURITY_NUMBER}),
    ("SSN 123456789", {Kind.SOCIAL_SECURITY_NUMBER}),
    ("xxx-xx-6789", {Kind.SOCIAL_SECURITY_NUMBER}),
    ("1EG4-TE5-MK73", {Kind.BENEFICIARY_NUMBER}),
    ("Patient account 55120034", {Kind.ACCOUNT_NUMBER}),
    ("Driver's license: RT123456", {Kind.LICENCE_NUMBER}),
    ("License plate: ABC 1234", {Kind.VEHICLE_NUMBER}),
    ("Pacemaker serial number: PJN720034S", {Kind.DEVICE_NUMBER}),
    ("Home phone: (614) 555-0142", {Kind.PHONE}),
    ("called the patient at 614.555.0142", {Kind.PHONE}),
    ("Patient e-mail: jane@example.org", {Kind.EMAIL}),
    ("who lives at 12 Elm Street", {Kind.ADDRESS}),
    ("https://ris.example.org/view?mrn=482133", {Kind.WEB_ADDRESS, Kind.RECORD_NUMBER}),
    ("Patient IP address: 192.0.2.14", {Kind.IP_ADDRESS}),
    ("Name\tDOB\tMRN\nDoe, Jane\t03/14/1957\t00482133", {Kind.NAME, Kind.BIRTH_DATE, Kind.RECORD_NUMBER}),
    (" Name         DOB\n Doe, Jane    03/14/1957", {Kind.NAME, Kind.BIRTH_DATE}),
    ("Name\nDate of birth\nMRN\nDoe, Jane\n03/14/1957\n00482133", {Kind.NAME, Kind.BIRTH_DATE, Kind.RECORD_NUMBER}),
    ("Patient information\nLast name: Doe\nFirst name: Jane", {Kind.NAME}),
]
CLEAN = [
    "Patient: adult chest protocol",
    "Patient: S-17",
    "Patient name: removed   Patient ID: S-501",
    "Patient name: ACR phantom",
    "Patient name: Not Visible",
    "Patient name: See Appendix",
    "Patient name: MUST NOT APPEAR",
    "CT^HEAD, Thorax^Routine",
    "The patient name, MRN and date of birth must not appear.",
    "Patient ID (0010,0020) and Patient's Name (0010,0010) are cleared.",
    "Patient Safety Officer, Patient Positioning Guide",
    "Name: Ada Quilvermon, MS, DABR",
    "Ms. Quilvermon, Lead Technologist, reviewed patient positioning.",
    "Dr. Ada Quilvermon and Ms. Greta Monverdo scanned the phantom.",
    "Exam date: 03/05/2026 (phantom)",
    "Certificate expired on 03/05/2026",
    "Questions on patient positioning: call Ada Quilvermon at 614-555-0142",
    "Patients may call our office at 614-555-0142.",
    "Sample Imaging, 100 Sample Street, Columbus, OH 43215, patient.services@example.org",
    "Policy number QA-2026-014, plan no. 2026-0142, accreditation number 12345-01",
    "Part number 453-56-7890, scanner serial number 48332177",
    "SSN: 000-00-0000",
    "666-12-3456 and 912-34-5678 are no social security numbers",
    "The tube is 92 months old; the unit is 90 years old on paper",
    "AE title CT1, IP 10.1.2.3; mobile coach: trailer VIN 1M9AB12345C123456",
    "ACR^PHANTOM, QC^DAILY",
    "Patients with a pacemaker: note make and model. Limit 120 120 1204",
]
BESIDE = "Patient name: Doe, Jane\nTel 614-555-0142\n12 Elm Street\njane@example.org"


@pytest.mark.parametrize(("text", "kinds"), FOUND, ids=[text[:40] for text, _ in FOUND])
def test_an_identifier_of_a_patient_is_found(text: str, kinds: set[Kind]) -> None:
    assert {kind for kind, _ in search(text)} == kinds


@pytest.mark.parametrize("text", CLEAN, ids=[text[:40] for text in CLEAN])
def test_what_belongs_to_the_facility_the_staff_or_a_phantom_is_nobodys_identifier(text: str) -> None:
    assert list(search(text)) == []


def test_ways_to_reach_somebody_count_beside_an_identifier_of_a_patient_and_nowhere_else() -> None:
    reached = {Kind.PHONE, Kind.EMAIL, Kind.ADDRESS}
    assert {kind for kind, _ in search(BESIDE)} == {Kind.NAME, *reached}
    facility = BESIDE.replace("Patient name: Doe, Jane", "Sample Imaging Center")
    assert list(search(facility)) == []
    assert {kind for kind, _ in search(f"Patient name: Doe, Jane\n\n\n\n\n{facility}")} == {Kind.NAME}
    staff = "Patient name: Doe, Jane\nMedical physicist: Ada Quilvermon, tel. 614-555-0142"
    assert {kind for kind, _ in search(staff)} == {Kind.NAME}


def test_what_is_found_is_placed_by_its_line_in_every_writing() -> None:
    text = "Plan\n\nSome-\nthing broken, and\nMRN: 48213377"
    assert list(search(text)) == [(Kind.RECORD_NUMBER, 5)]


@pytest.mark.parametrize(
    "value",
    ["He^Xiaoming", "An^", "Her^Minho", "See^Tao", "Do^Lan", "Field^Sally", "Blank^Arthur", "王^东", "Sample^Ada"],
)
def test_in_a_patients_tag_whatever_is_no_placeholder_is_a_name(value: str) -> None:
    assert is_anybody(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ANONYMOUS",
        "ACR^PHANTOM",
        "Anonymized^Patient",
        "QC^CT^DAILY",
        "Test^Patient",
        "Not^Given",
        "XXX^XXX",
        "Blank",
    ],
)
def test_what_stands_where_a_name_was_taken_out_is_nobodys(value: str) -> None:
    assert not is_anybody(value)
