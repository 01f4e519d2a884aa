"""Signing in and out, by link, by passkey, by an identity provider."""

from portal.page import Page
from portal.sign_in.pages import PAGES as _PAGES

PAGES: tuple[Page, ...] = _PAGES
