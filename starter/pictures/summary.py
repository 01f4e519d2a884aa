"""What a reader of a picture must know first."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from policy.words import due_in_words, instant_in_words
from starter.desk.situation import Situation
from starter.output import dollars
from starter.pictures.words import party, plain, stage_words

VOID = "void"


def summary_of(case: Situation, opened_at: datetime, zone: ZoneInfo, told_by: str) -> tuple[tuple[str, str], ...]:
    """Return names and what is to be said of them, what does not apply left out."""
    ended = f"Closed: {plain(case.outcome).lower()}" if case.outcome else stage_words(case.stage)
    lines = {
        "Case": case.case,
        "Stage": ended,
        "Opened": instant_in_words(opened_at, zone),
        "Closed": due_in_words(case.closed_at, zone) if case.closed_at else "",
        "Awaited": f"{case.awaited}, from {party(case.awaited_party)}" if case.awaited_party else "",
        "Deficiencies": str(case.deficiencies) if case.deficiencies else "",
        "Certificate until": due_in_words(case.certificate.expires_at, zone) if case.certificate else "",
        "Designation until": due_in_words(case.designation.expires_at, zone) if case.designation else "",
        "Invoiced": _money(case),
        "Needs attention": "; ".join(item.text or item.item for item in case.attention),
        "As told by": told_by,
    }
    return tuple((name, text) for name, text in lines.items() if text)


def _money(case: Situation) -> str:
    counted = [one for one in case.invoices if one.total is not None and one.status != VOID]
    if not counted:
        return ""
    total = sum((one.total or Decimal(0) for one in counted), Decimal(0))
    paid = sum((one.paid for one in counted), Decimal(0))
    return f"{dollars(total)}, of which {dollars(paid)} paid"
