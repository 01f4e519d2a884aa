"""The lists that cells offer: as people read them, and as an application holds them."""

from collections.abc import Iterable

from policy.application import AreaKind, ContactRole, Medium, Modality
from policy.dicoe.application import Pledge
from policy.fees import title

YES, NO = "yes", "no"
KINDS = {"initial": "initial", "renewal": "renewal"}
ROLES = {role.value.replace("_", " "): role.value for role in ContactRole}
MODALITIES = {title(modality): modality.value for modality in Modality}
SERVICES = {**MODALITIES, "X-ray": "xray", "fluoroscopy": "fluoroscopy"}
MEDIA = {"upload": Medium.UPLOAD.value, "CD": Medium.CD.value, "film": Medium.FILM.value}
AREA_KINDS = {kind.value: kind.value for kind in AreaKind}
PLEDGES = {"Image Gently": Pledge.IMAGE_GENTLY.value, "Image Wisely": Pledge.IMAGE_WISELY.value}
METHODS = {name: name for name in ("check", "wire", "card", "ach")}
_POSTAL_CODES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
    "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP"
)
STATES = {code: code for code in _POSTAL_CODES.split()}
"""The postal codes of the states and territories of the United States; states elsewhere may be typed."""


def offered(choices: dict[str, str], codes: Iterable[str]) -> dict[str, str]:
    """Return the part of a list that holds these codes."""
    wanted = set(codes)
    return {label: code for label, code in choices.items() if code in wanted}
