"""Forms as a browser without JavaScript fills and sends them."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from html.parser import HTMLParser

import httpx

from policy.messages import Role
from tests.portal.conftest import LivingPortal

File = tuple[str, bytes, str]
"""A file's name, content and type, as a browser sends it."""
UNSAID = ("file", "checkbox", "radio")
"""Kinds of fields that say nothing as they are."""
PHYSICIAN = "supervising_physician:Sample Supervising Physician"
PHYSICIST = "medical_physicist:Sample Medical Physicist"


def org_of(case_id: str) -> str:
    """Return whose case it is."""
    return case_id.split(".")[1]


def browser_of(portal: LivingPortal, case_id: str, name: str = "Ann Sample") -> httpx.AsyncClient:
    """Return the browser of an administrator of the case's facility."""
    client = portal.browser_of(portal.sign_in(org_of(case_id), Role.ADMINISTRATOR, name=name))
    return client


def hidden_of(page: str, name: str) -> list[str]:
    """Return the values of a page's hidden fields of one name."""
    return [unescape(value) for value in re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)]


def words_of(page: str) -> str:
    """Return what a page says, without its marks, in one line."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + main)).split())


async def send(
    browser: httpx.AsyncClient,
    address: str,
    fields: Mapping[str, str | list[str]],
    files: Sequence[tuple[str, File]] = (),
    page: str | None = None,
    **hidden: str,
) -> httpx.Response:
    """Send a form with the hidden fields of its page (asked for, where it is not given)."""
    shown = page or (await browser.get(address)).text
    kept = {name: hidden_of(shown, name) for name in set(re.findall(r'name="(kept_\w+)"', shown))}
    data = {"form_token": hidden_of(shown, "form_token")[-1], "message_id": hidden_of(shown, "message_id")[-1]}
    return await browser.post(
        address.partition("?")[0], data={**data, **hidden, **kept, **fields}, files=list(files) or [("none", ("", b""))]
    )


class _Typed(HTMLParser):
    """Reads what stands in the fields of a page's form, as a browser would send it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.inside = False
        self.choosing = self.writing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name, value = told.get("name") or "", told.get("value") or ""
        if tag == "form":
            self.inside = "message" in (told.get("class") or "").split()
        elif not self.inside:
            return
        elif tag == "select":
            self.choosing = name
        elif tag == "option" and "selected" in told:
            self.found[self.choosing] = value
        elif tag == "textarea":
            self.writing, self.found[name] = name, ""
        elif tag == "input" and name and (told.get("type") not in UNSAID or "checked" in told):
            self.found[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.writing = ""

    def handle_data(self, data: str) -> None:
        if self.writing:
            self.found[self.writing] += data


def typed_on(page: str) -> dict[str, str]:
    """Return everything that stands in the fields of a page's form of a message."""
    reader = _Typed()
    reader.feed(page)
    return reader.found
