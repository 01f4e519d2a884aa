"""The rules of the programs: dated data with sources, and pure functions over it.

Nothing here knows of Temporal, of a database or of a clock. Every instant that a rule needs is an argument.
"""
