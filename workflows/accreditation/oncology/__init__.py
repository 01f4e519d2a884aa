"""Radiation oncology: a survey accredits, defers or denies. A module for each part; `stages` says in which order."""
