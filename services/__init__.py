"""What the command line, a portal and the worker share: settings, connections, opening, sending, queries, housekeeping.

Nothing here prints or reads a terminal: what goes wrong is an exception of one tree (`services.errors`).
"""
