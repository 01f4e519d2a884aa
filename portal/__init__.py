"""The portal: where facilities and the office sign in and act for themselves.

It calls what the terminal calls (`services`), and judges nothing itself.
"""
