"""The faults: when which one happens, how it is brought about, and what is kept of it."""
