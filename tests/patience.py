"""How long tests wait for what must come true. A wait ends as soon as it does; this is the bound of what never does."""

WITHIN = 120.0
"""Seconds: far beyond what anything takes, also on a machine with much else to do."""
