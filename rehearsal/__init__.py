"""Rehearsals: whole lives of cases, lived through in seconds on a real Temporal server that skips time."""
