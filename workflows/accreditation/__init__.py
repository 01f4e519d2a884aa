"""The stages of an accreditation cycle, one module a stage: what it asks, what it waits for, what follows.

Each stage has a coroutine that goes through it, and effects: what an accepted message changes at once. A coroutine can
be entered again in the middle of its stage (a case may continue as new), so that it never repeats what the facts
already hold.
"""
