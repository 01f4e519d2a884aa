"""Editions of the rules as a service needs them: an office's own, what differs, which cases a change would touch."""
