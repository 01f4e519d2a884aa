"""Files of rows for tests: plainly sample facilities and practices, changed where a test needs something else."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

Row = Mapping[str, str]


def unit(number: int, **changes: str) -> dict[str, str]:
    """Return the row of the only unit of a facility of its own."""
    row = {
        "application_id": f"APP-{number}",
        "kind": "initial",
        "facility_id": f"F-{number}",
        "facility_name": f"Sample Imaging Center {number}",
        "street": f"{number} Sample Street",
        "city": "Sampleton",
        "state": "OH",
        "postal_code": "43001",
        "country": "US",
        "supervising_physician_name": "Dr Sample Physician",
        "supervising_physician_email": f"physician-{number}@example.org",
        "modality": "CT",
        "medium": "upload",
        "unit_id": "CT-1",
        "manufacturer": "Sample Imaging",
        "model": "CT 64",
        "clinical_areas": "chest-adult: chest, adult; head-adult: head/neck, adult",
        "phantom_areas": "phantom: CT phantom",
        "payment_amount": "2500.00",
        "payment_method": "check",
        "opened_at": "",
    }
    return row | changes


def site(number: int, name: str, **changes: str) -> dict[str, str]:
    """Return the row of a site of a sample radiation oncology practice."""
    shared = {field: text for field, text in unit(number).items() if field in SHARED}
    row = {"site_id": name, "module": "main site", "payment_amount": "9000.00", "payment_method": "check"}
    return shared | row | changes


SHARED = (
    "application_id", "kind", "facility_id", "facility_name", "street", "city", "state", "postal_code", "country",
    "supervising_physician_name", "supervising_physician_email",
)  # fmt: skip


def location(number: int, **changes: str) -> dict[str, str]:
    """Return the row of a location of a sample practice in Ohio."""
    row = {
        "application_id": "DICOE-1",
        "kind": "initial",
        "practice_id": "SAMPLE",
        "practice_name": "Sample Practice",
        "state": "OH",
        "country": "US",
        "shared_governance": "yes",
        "agrees_to_survey": "yes",
        "administrator_name": "Sample Administrator",
        "administrator_email": "administrator@example.org",
        "location_id": f"OH-{number}",
        "location_name": f"Sample Location {number}",
        "location_street": f"{number} Sample Street",
        "location_city": "Sampleton",
        "location_state": "OH",
        "location_postal_code": "43001",
        "location_country": "US",
        "consulting_radiologist": "Dr Sample Radiologist",
        "services": "CT; MRI; X-ray",
        "accredited": "ct, mri",
        "registries": "DIR; GRID",
        "pledges": "Image Gently; Image Wisely",
        "payment_amount": "5000.00",
    }
    return row | changes


def write_csv(path: Path, rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows as a `.csv` file; its columns are those of the first row."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, sheets: Mapping[str, Sequence[Row]]) -> Path:
    """Write rows as the sheets of a workbook."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    workbook.save(path)
    return path


def read_csv(path: Path, *, delimiter: str = ",") -> list[dict[str, str]]:
    """Read a `.csv` file as any other program would."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def columns(rows: Iterable[Row], *names: str) -> list[tuple[str, ...]]:
    """Return some columns of rows."""
    return [tuple(row[name] for name in names) for row in rows]


def message(case: str, name: str, received_at: str, fields: str = "", **more: str) -> dict[str, str]:
    """Return the row of a message."""
    row = {"case": case, "message": name, "received_at": received_at, "fields": fields, "for_name": "", "reason": ""}
    return row | more
