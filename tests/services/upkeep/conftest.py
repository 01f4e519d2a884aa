"""Fixtures of the tests of what becomes of facilities and letters."""

from tests.books import books as books
from tests.books import url as url
