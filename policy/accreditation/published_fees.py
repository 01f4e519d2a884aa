"""Fees that an edition has from a published text: they hold where the office has set none of its own (decided).

An office's own setting stands above them, because the text is of its day and the invoice of today: what was charged in
2022 is no reason to charge it in another year, unless the office that adopts the edition leaves it at that.
"""

from decimal import Decimal

from policy.accreditation.modules import modules_of
from policy.application import AccreditationApplication
from policy.edition import Edition, Provision


def published_fee(application: AccreditationApplication, fee: str, edition: Edition | None) -> Decimal | None:
    """Return what an edition says that a case's application, additional unit, repeat or reinstatement costs.

    Args:
        application: The application as the case sees it: with its own unit.
        fee: Which fee, as the office's settings name it, for example `additional_unit`.
        edition: The edition of the case; None: it is not known.

    Returns:
        US dollars; None where the edition does not say it, or not for so many modules.
    """
    modality, modules = application.modality, modules_of(application)
    table = edition.published_fees if edition else None
    if table is None or modality is None or not modules:
        return None
    found: Provision[list[str]] | None = getattr(table, f"{modality.value}_{fee}", None)
    return Decimal(found.value[modules - 1]) if found and modules <= len(found.value) else None
