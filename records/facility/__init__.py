"""Facilities in the books: what one sees of its cases, and what becomes of it."""
