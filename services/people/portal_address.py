"""By which address people reach the portal, for whoever makes a link to it outside of it."""

from policy.office import OfficeSettings
from services.paths import noted_portal

HERE = "http://127.0.0.1:8088"
"""Where a portal is reached that nobody has told anything else."""


def portal_address(office: OfficeSettings) -> str:
    """Return the address of an office's portal: as its settings say, else of the one that runs here, else the usual."""
    return office.portal.public_url.strip().rstrip("/") or noted_portal() or HERE
