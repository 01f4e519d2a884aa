"""Radiation oncology: a survey accredits, defers or denies; one module a part of its way, `stages` says in which order."""
