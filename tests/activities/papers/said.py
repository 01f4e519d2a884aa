"""What a full paper of each kind says, plainly made up; a test leaves out or changes the part that it is about."""

from typing import Any

COMMON: dict[str, Any] = {
    "number": "XX2028-000007",
    "case": "accreditation.OH-0417.ct.CT-1.1",
    "program": "accreditation",
    "issued": "3 June 2028",
    "stamp": {"year": 2028, "month": 6, "day": 3, "hour": 16, "minute": 0, "second": 0},
    "sample": False,
    "issuer": {
        "name": "Sample Accreditation Office",
        "address": "1 Sample Street, Sampleton, VA 20191",
        "phone": "703-555-0100",
        "fax": "703-555-0101",
        "email": "accreditation@office.example.org",
        "hours": "Monday-Friday 8:30 a.m.-5 p.m. ET",
    },
    "holder": {
        "id": "OH-0417",
        "name": "Sample Imaging Center",
        "address": ["1 Sample Street", "Sampleton, OH 43001"],
        "attention": "Sample Administrator",
        "place": "Sampleton, OH",
    },
    "subject": "CT unit CT-1",
    "equipment": "Sample Imaging, CT 64",
}
LINES = [
    {"description": "CT, first unit", "quantity": 1, "unit_price": "$2,500.00", "amount": "$2,500.00"},
    {"description": "CT, additional unit", "quantity": 2, "unit_price": "$2,400.00", "amount": "$4,800.00"},
]
MONEY = {"invoice": "2028-000001", "purpose": "application fee", "total": "$7,300.00", "outstanding": "$5,300.00"}
FINDINGS = [
    {"area": "chest", "label": "chest, adult", "acceptable": True, "comments": "", "equipment_concern": ""},
    {
        "area": "head",
        "label": "head/neck, adult",
        "acceptable": False,
        "comments": "Rescan with a slice thickness of 5 mm or less.",
        "equipment_concern": "Ring artefacts in the middle of the field.",
    },
]
PERSON = {"name": "Dr Sample Physician", "role": "supervising physician"}
FORM = {"form_opens": "5 June 2028, 09:00 ET", "form_due": "20 June 2028, 24:00 ET"}
OWN: dict[str, dict[str, Any]] = {
    "invoice": MONEY | {"due": "3 July 2028, 24:00 ET", "lines": LINES, "paid": "$1,000.00", "credited": "$1,000.00"},
    "receipt": MONEY | {"amount": "$1,000.00", "received": "5 June 2028", "method": "check", "paid": "$2,000.00"},
    "credit_note": MONEY | {"amount": "$1,000.00", "reason": "One unit was withdrawn.", "credited": "$2,000.00"},
    "refund": MONEY | {"amount": "$100.00", "reason": "Paid too much.", "sent": "5 June 2028", "method": "check"},
    "certificate": {
        "areas": [{"id": "chest", "label": "chest, adult"}, {"id": "head", "label": "head/neck, adult"}],
        "granted": "3 June 2028",
        "counts_from": "1 June 2028",
        "expires": "31 May 2031",
    },
    "designation": {
        "state": "OH",
        "counts_from": "3 June 2028",
        "expires": "2 June 2031",
        "locations": [
            {"id": "OH-1", "name": "Sample Location", "address": ["31 Sample Street"], "since": "3 June 2028"},
            {"id": "OH-2", "name": "Sample Annex", "address": ["32 Sample Street"], "since": "4 January 2030"},
        ],
        "replaces": "DC2028-000001",
    },
    "final_report": FORM
    | {
        "round": "repeat",
        "findings": FINDINGS,
        "deficiencies": 1,
        "concerns": True,
        "withdrawn": ["abdomen, adult"],
        "options": ["appeal", "repeat", "reinstate", "withdraw_areas", "withdraw"],
        "appeal_due": "18 June 2028, 24:00 ET",
    },
    "appeal_result": FORM | {"findings": FINDINGS, "options": ["repeat", "withdraw_areas", "withdraw"]},
    "option_summary": {
        "option": "appeal",
        "option_words": "appeal",
        "received": "12 June 2028, 10:00 ET",
        "attested_by": PERSON,
        "entered_by": {"name": "Sample Clerk", "role": "acr"},
        "reason": "By fax.",
        "medium": "upload",
        "additional_images": True,
        "grounds": "below minimum",
        "areas": ["abdomen, adult"],
        "documents": [{"name": "letter.pdf", "sha256": "0123456789abcdef" * 4, "signed_by": PERSON}],
        "warnings": ["A repeat should be asked for within 30 days."],
    },
    "statement": {
        "as_of": "3 June 2028",
        "since": "1 January 2028",
        "entries": [
            {"day": "3 June 2028", "text": "Invoice 2028-000001", "charged": "$7,300.00", "balance": "$7,300.00"},
            {"day": "5 June 2028", "text": "Payment, check", "settled": "$1,000.00", "balance": "$6,300.00"},
        ],
        "charged": "$7,300.00",
        "paid": "$1,000.00",
        "balance": "$6,300.00",
        "open_invoices": [
            {
                "number": "2028-000001",
                "text": "application fee",
                "due": "3 July 2028",
                "overdue": True,
                "outstanding": "$6,300.00",
            }
        ],
    },
}
KINDS = sorted(OWN)


def said(kind: str, **changes: Any) -> dict[str, Any]:
    """Return what a full paper of a kind says."""
    return COMMON | OWN[kind] | changes


def texts_in(value: Any) -> list[str]:
    """Return every text in what a paper says."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts_in(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one)]
    return [value] if isinstance(value, str) else []
