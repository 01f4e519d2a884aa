"""Signing in and out, by link, by passkey, by an identity provider."""

from portal.page import Page
from portal.sign_in.links import PAGES as _LINKS
from portal.sign_in.pages import PAGES as _PAGES
from portal.sign_in.passkeys import PAGES as _PASSKEYS
from portal.sign_in.providers import PAGES as _PROVIDERS

PAGES: tuple[Page, ...] = (*_PAGES, *_PASSKEYS, *_PROVIDERS, *_LINKS)
"""Links last: what they are called by can be anything."""
