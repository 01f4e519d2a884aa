"""The terms of an edition: every value of the policy with its unit, its source and how sure it is.

A case carries them for years, so that what this code does not know is left out and what is new here has a default.
"""
