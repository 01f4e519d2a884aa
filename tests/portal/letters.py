"""What people get by mail, and the forms of pages as a browser without JavaScript sends them."""

import asyncio
import email
import email.policy
import re
from pathlib import Path

import httpx

from tests.patience import WITHIN

LINK = re.compile(r"https?://\S+(/sign-in/[\w-]{20,})")


async def token_of(browser: httpx.AsyncClient, page: str = "/") -> str:
    """Return the token of the forms on a page."""
    found = re.search(r'name="form_token" value="(\w+)"', (await browser.get(page)).text)
    assert found is not None, f"no form on {page}"
    return found[1]


async def post(browser: httpx.AsyncClient, address: str, page: str = "", **fields: str) -> httpx.Response:
    """Send a form of a page (left out: of the address itself)."""
    token = await token_of(browser, page or address)
    return await browser.post(address, data={"form_token": token, **fields})


async def letter_to(folder: Path, address: str, kind: str = "sign_in", *, after: int = 0) -> str:
    """Wait for a letter to an address, and return its text. `after`: how many it had before."""
    stop = asyncio.get_running_loop().time() + WITHIN
    while len(found := letters_to(folder, address, kind)) <= after:
        assert asyncio.get_running_loop().time() < stop, f"no letter came to {address}"
        await asyncio.sleep(0.02)
    return found[-1]


def letters_to(folder: Path, address: str, kind: str = "sign_in") -> list[str]:
    """Return the texts of the letters to an address, the oldest first."""
    texts = []
    for file in sorted((folder / "mail" / kind).glob("*.eml")):
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body = letter.get_body(("plain",))
        if address in str(letter["To"]) and body is not None:
            texts.append(body.get_content())
    return texts


def link_in(letter: str) -> str:
    """Return the path of the link in a letter."""
    found = LINK.search(letter)
    assert found is not None, letter
    return found[1]
