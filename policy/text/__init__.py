"""Texts that people wrote: how they are shown."""
