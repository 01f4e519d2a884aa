"""Papers: what the office issues as PDF, numbered, kept in the books with its digest. `templates` holds their words."""
