"""Fixtures of the tests of the books."""

from tests.books import books as books
from tests.books import url as url
